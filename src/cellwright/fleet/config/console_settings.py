"""Reads and checks `console:` of fleet.yaml."""

from collections.abc import Iterator, Mapping

from cellwright.fleet.config.console_schema import GrantSection, OidcSection, PullRequestSection
from cellwright.fleet.config.schema import FleetSection
from cellwright.fleet.yaml.node import Node, find_node, get_node
from cellwright.fleet.yaml.references import Reference
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.settings.console_settings import (
    DEFAULT_HOSTS,
    ConsoleSettings,
    GroupGrant,
    OidcSettings,
    PullRequestSettings,
)
from cellwright.model.settings.secret_settings import SecretSettings, field_fault, secret_name_fault
from cellwright.model.text.suggestion import advice
from cellwright.model.value import SecretReference

_WRITE_REFERENCE = "name it: ${secret.SOURCE.NAME}, with a source that `secrets` declares"


def read_console(
    root: Node, section: FleetSection, secrets: Mapping[str, SecretSettings]
) -> tuple[ConsoleSettings | None, tuple[Diagnostic, ...]]:
    """Read `console:`, with all findings about it; None if it has a fault.

    With a part of it left out the console might let in more people than it says.
    """
    written = get_node(root, "console")
    if written is None:
        return ConsoleSettings(), ()
    if "console" not in section.model_fields_set:
        return None, ()  # the schema's findings say why
    given = section.console
    findings = (*_without_url(written, section), *_misplaced(written), *_level_faults(root, section))
    reference, faults = _secret(written, ("oidc", "client_secret"), secrets)
    token, token_faults = _secret(written, ("pull_requests", "token"), secrets)
    if findings := (*findings, *faults, *token_faults):
        return None, findings
    return ConsoleSettings(
        url=given.url,
        idle_seconds=given.session.idle,
        session_seconds=given.session.longest,
        second_factor=given.second_factor,
        oidc=_oidc(written, given.oidc, reference) if given.oidc is not None else None,
        pull_requests=_pull_requests(written, given.pull_requests, token),
        position=written.position,
    ), ()


def _oidc(written: Node, given: OidcSection, client_secret: SecretReference | None) -> OidcSettings:
    return OidcSettings(
        issuer=given.issuer,
        client_id=given.client_id,
        client_secret=client_secret,
        name=given.name,
        # Without `openid` no provider gives an id token.
        scopes=tuple(dict.fromkeys(("openid", *given.scopes))),
        groups_claim=given.groups_claim,
        groups={name: tuple(map(_grant, grants)) for name, grants in given.groups.items()},
        position=find_node(written, ("oidc",)).position,
    )


def _pull_requests(
    written: Node, given: PullRequestSection | None, token: SecretReference | None
) -> PullRequestSettings | None:
    if given is None or token is None:
        return None
    return PullRequestSettings(
        kind=given.kind,
        repository=given.repository,
        token=token,
        url=(given.url or DEFAULT_HOSTS[given.kind]).rstrip("/"),
        branch=given.branch,
        position=find_node(written, ("pull_requests",)).position,
    )


def _grant(given: GrantSection) -> GroupGrant:
    return GroupGrant(given.role, tuple(given.levels), tuple(given.cells), tuple(given.tags))


def _without_url(written: Node, section: FleetSection) -> Iterator[Diagnostic]:
    if section.console.oidc is not None and section.console.url is None:
        detail = (
            "add `url: https://cellwright.example.com` to `console`: the provider sends people back there"
        )
        yield error("`console.oidc` needs the console's address", detail, written.key_position("oidc"))


def _misplaced(written: Node) -> Iterator[Diagnostic]:
    """Find references in parts of `console` besides those to their secrets."""
    for section, secret in (("oidc", "client_secret"), ("pull_requests", "token")):
        found = get_node(written, section)
        for key, node in ((found.entries if found is not None else None) or {}).items():
            for part in node.walk() if key != secret else ():
                if not part.plain and isinstance(part.value, str):
                    detail = f"only `{secret}` of `{section}` may hold one"
                    yield error("this text can't hold a reference", detail, part.position)


def _level_faults(root: Node, section: FleetSection) -> Iterator[Diagnostic]:
    known = [level.name for level in section.levels]
    for group, grants in (section.console.oidc.groups if section.console.oidc is not None else {}).items():
        for name in (name for grant in grants for name in grant.levels if name not in known):
            place = find_node(root, ("console", "oidc", "groups", group)).position
            yield error(
                f"the group '{group}' has a role in an unknown level '{name}'", advice(name, known), place
            )


def _secret(
    written: Node, path: tuple[str, str], secrets: Mapping[str, SecretSettings]
) -> tuple[SecretReference | None, tuple[Diagnostic, ...]]:
    node = get_node(written, *path)
    if node is None or node.value is None:
        return None, ()
    parts = node.content if isinstance(node.content, tuple) else ()
    reference = parts[0] if len(parts) == 1 else None
    if not isinstance(reference, Reference) or reference.head != "secret":
        return None, (error(f"'{path[1]}' holds a secret itself", _WRITE_REFERENCE, node.position),)
    source, written_name = reference.path
    name, mark, steps = written_name.partition("#")
    if fault := secret_name_fault(name) or (field_fault(steps) if mark else None):
        return None, (error(f"'${{{reference}}}' names no secret", fault, node.position),)
    if source not in secrets:
        detail = advice(source, secrets) or "declare it in fleet.yaml, below `secrets`"
        return None, (error(f"there is no source of secrets '{source}'", detail, node.position),)
    if not secrets[source].allows_console(name):
        detail = f"add '{name}' to the source's `allow`"
        return None, (
            error(f"the source '{source}' does not allow '{name}' for the console", detail, node.position),
        )
    return SecretReference(source, name, tuple(steps.split(".")) if mark else ()), ()
