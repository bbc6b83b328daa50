"""Reads and checks fleet.yaml."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from cellwright.fleet.config.capacity_settings import read_capacity, uses_of
from cellwright.fleet.config.console_settings import read_console
from cellwright.fleet.config.drift_settings import read_drift
from cellwright.fleet.config.layer_paths import layer_paths
from cellwright.fleet.config.moved_settings import moved_faults, moved_from
from cellwright.fleet.config.operating import OperatingSettings
from cellwright.fleet.config.pool_settings import read_addressing
from cellwright.fleet.config.rollout_settings import read_rollouts
from cellwright.fleet.config.schema import (
    AnchorSection,
    ArtifactsSection,
    BinarySection,
    FleetSection,
    LedgerSection,
    ReleasesSection,
)
from cellwright.fleet.config.schema_faults import validate
from cellwright.fleet.config.secret_sources import read_secret_sources
from cellwright.fleet.config.settings import Configuration, LayerPath
from cellwright.fleet.fleet import (
    AnchorSetting,
    ApprovalSettings,
    ArtifactSettings,
    AuditSettings,
    LedgerSettings,
    Level,
    PolicySettings,
    StackSettings,
    TerraformSettings,
    UnitLimits,
)
from cellwright.fleet.yaml.document import Document
from cellwright.fleet.yaml.node import MergeTag, Node, find_node, get_node
from cellwright.model.binary import BinarySettings, Product
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.settings.build_settings import BuildIssuer, BuildSettings
from cellwright.model.settings.offboarding_settings import OffboardingSettings
from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.model.text.suggestion import advice
from cellwright.model.text.system_text import argument_fault, path_fault

_T = TypeVar("_T")

_REFERRING = (
    ("state", "config"),
    ("levels", "layers"),
    ("secrets", "allow"),
    ("console", "oidc"),
    ("console", "pull_requests"),
    ("checks", "command"),
    ("checks", "http"),
    ("checks", "alarms"),
    ("checks", "region"),
)
"""Where fleet.yaml may hold references: a section, and a key in it or in each of its entries."""


def read_configuration(
    document: Document, exists: Callable[[str], bool]
) -> tuple[Configuration, tuple[Diagnostic, ...]]:
    """Check fleet.yaml and give its content as far as it is valid, with all findings.

    `exists` tells whether the repository has a file: a level's defaults are a layer where they exist.
    """
    if (root := document.root) is None:
        return Configuration(), document.faults
    if unusable := tuple(_unusable(root)):  # some of them are paths, which are opened below
        return Configuration(), (*document.faults, *unusable)
    section, findings = validate(root)
    misplaced = tuple(_misplaced(root))
    if section is None:
        return Configuration(), (*document.faults, *findings, *misplaced)
    layers = _layers(root, section, exists)
    ambiguous = tuple(_ambiguous_names(root, section))
    found = _Findings((*document.faults, *findings, *misplaced, *ambiguous, *_needs_faults(root, section)))
    found.extend(moved_faults(root, section))
    addresses = found.of(read_addressing(root, section))
    secrets = found.of(read_secret_sources(root, section))
    operating = _operating(root, section, secrets, found)
    configuration = Configuration(
        name=section.fleet,
        terraform=_terraform(section),
        layers=layers,
        # With ambiguous names it is not known which cell or stack is meant.
        levels=() if ambiguous else _levels(root, section, layers),
        backend=section.state.backend,
        backend_config=_backend_config(root),
        backend_position=find_node(root, ("state",)).position,
        addresses=addresses,
        policies=_policies(root, section),
        sensitive_keys=tuple(section.sensitive_keys),
        public_keys=tuple(section.public_keys),
        secrets=secrets,
        audit=_audit(section),
        webhook_hosts=tuple(section.webhooks.allow),
        artifacts=_artifacts(section.artifacts),
        ledger=_ledger(section.ledger),
        many_workers=section.workers == "many",
        approvals=_approvals(root, section),
        offboarding=_offboarding(root, section),
        capacity=found.of(read_capacity(root, section)),
        builds=_builds(root, section),
        operating=lambda: operating,
    )
    return configuration, tuple(found)


class _Findings(list[Diagnostic]):
    """All findings about fleet.yaml, in the order in which its sections are read."""

    def of(self, read: tuple[_T, Iterable[Diagnostic]]) -> _T:
        """Add what the reader of a section has found, and give the value that it has read."""
        value, findings = read
        self.extend(findings)
        return value


def _operating(
    root: Node, section: FleetSection, secrets: Mapping[str, SecretSettings], found: _Findings
) -> OperatingSettings:
    return OperatingSettings(
        console=found.of(read_console(root, section, secrets)),
        rollouts=found.of(read_rollouts(root, section)),
        drift=found.of(read_drift(root, section)),
        ci=section.ci.settings() if section.ci is not None else None,
    )


def _ledger(section: LedgerSection | None) -> LedgerSettings | None:
    if section is None:
        return None
    return LedgerSettings(url=section.url, password_variable=section.password_variable, iam=section.iam)


def _backend_config(root: Node) -> Mapping[str, Node]:
    config = get_node(root, "state", "config")
    return (config.entries if config is not None else None) or {}


def _layers(
    root: Node, section: FleetSection, exists: Callable[[str], bool]
) -> dict[str, tuple[LayerPath, ...]]:
    return {
        level.name: layer_paths(root, index, level.name, exists) for index, level in enumerate(section.levels)
    }


def _audit(section: FleetSection) -> AuditSettings:
    return AuditSettings(tuple(_anchor(item) for item in section.audit.anchors), tuple(section.audit.keys))


def _approvals(root: Node, section: FleetSection) -> ApprovalSettings | None:
    """Give who may answer for plans; None if it has a fault: a default could let more people than it says."""
    if get_node(root, "approvals") is not None and "approvals" not in section.model_fields_set:
        return None
    return ApprovalSettings(four_eyes=section.approvals.four_eyes)


def _builds(root: Node, section: FleetSection) -> BuildSettings | None:
    """Give whose builds are believed; None if it has a fault: a default would demand less than it says."""
    if get_node(root, "builds") is not None and "builds" not in section.model_fields_set:
        return None
    issuers = tuple(
        BuildIssuer(
            issuer=item.issuer,
            audience=item.audience,
            subjects=tuple(item.subjects),
            position=find_node(root, ("builds", "issuers", index)).position,
        )
        for index, item in enumerate(section.builds.issuers)
    )
    return BuildSettings(issuers=issuers, required=section.builds.required)


def _offboarding(root: Node, section: FleetSection) -> OffboardingSettings | None:
    """Give how clients leave; None if it has a fault: a default could be a shorter hold than it says."""
    if get_node(root, "offboarding") is not None and "offboarding" not in section.model_fields_set:
        return None
    return section.offboarding.settings()


def _terraform(section: FleetSection) -> TerraformSettings:
    given = section.terraform
    return TerraformSettings(
        binary=_binary(given),
        fetch=given.fetch,
        releases=_releases(given.releases),
        mirror=given.mirror,
        relay=given.relay is not None,
        relay_except=() if given.relay is None else tuple(given.relay.excepted),
        parallel=given.parallel,
        limits=UnitLimits(given.limits.fleet, given.limits.account, given.limits.run),
        timeout=given.timeout,
        lock_timeout=given.lock_timeout,
        environment_pass=tuple(given.environment_pass),
        environment_allow=tuple(given.environment_allow),
        binary_allow=tuple(given.binary_allow),
    )


def _artifacts(section: ArtifactsSection | None) -> ArtifactSettings | None:
    return None if section is None else ArtifactSettings(section.url, section.keep.logs)


def _releases(section: ReleasesSection) -> tuple[tuple[Product, str], ...]:
    mirrors: dict[Product, str | None] = {"terraform": section.terraform, "tofu": section.tofu}
    return tuple((product, address) for product, address in mirrors.items() if address is not None)


def _binary(section: BinarySection) -> BinarySettings:
    return BinarySettings(section.binary, section.product, section.version)


def _anchor(section: AnchorSection) -> AnchorSetting:
    if section.s3 is not None:
        return AnchorSetting("s3", section.s3, section.retain_days)
    if section.git_note is not None:
        return AnchorSetting("git_note", section.git_note)
    return AnchorSetting("file", section.file or "")


def _policies(root: Node, section: FleetSection) -> PolicySettings:
    packs = {
        name: find_node(root, ("policies", "packs", index)).position
        for index, name in enumerate(section.policies.packs)
    }
    named = get_node(root, "policies", "folder")
    return PolicySettings(
        posixpath.normpath(section.policies.folder),
        packs,
        tuple(section.policies.ignored),
        named.position if named is not None else None,
    )


def _levels(
    root: Node, fleet: FleetSection, layers: Mapping[str, tuple[LayerPath, ...]]
) -> tuple[Level, ...]:
    return tuple(_level(root, index, fleet, layers[level.name]) for index, level in enumerate(fleet.levels))


def _level(root: Node, index: int, fleet: FleetSection, layers: tuple[LayerPath, ...]) -> Level:
    section = fleet.levels[index]
    known = _known_needs(fleet, index)
    return Level(
        name=section.name,
        cells=posixpath.normpath(section.cells),
        placement=section.placement,
        layers=tuple(layer.text for layer in layers),
        stacks={
            name: StackSettings(
                name=name,
                source=stack.source,
                version=stack.version,
                enabled=stack.enabled,
                needs=tuple(need for need in dict.fromkeys(stack.needs) if need in known - {name}),
                position=find_node(root, ("levels", index, "stacks", name, "source")).position,
                uses=uses_of(root, index, name, stack.uses),
                moved_from=moved_from(root, index, name, stack.moved_from),
            )
            for name, stack in section.stacks.items()
        },
        position=find_node(root, ("levels", index)).position,
        binary=_binary(section.terraform).over(_binary(fleet.terraform)),
        suspended=posixpath.normpath(section.lifecycle.suspended) if section.lifecycle.suspended else None,
    )


def _known_needs(fleet: FleetSection, index: int) -> set[str]:
    """Give what the stacks of a level may need: each other, and `level.stack` of the levels below."""
    below = (f"{level.name}.{stack}" for level in fleet.levels[:index] for stack in level.stacks)
    return {*fleet.levels[index].stacks, *below}


def _misplaced(root: Node) -> Iterator[Diagnostic]:
    """Find references and merge tags where fleet.yaml can't have any."""
    for node in root.walk():
        if node.merge_tag is MergeTag.PLACE:
            detail = "write the rule into a cell's file, or into a layer"
            yield error("!place has no meaning in fleet.yaml", detail, node.position)
        elif node.merge_tag is not None:
            detail = "fleet.yaml inherits nothing; remove the tag"
            yield error(f"{node.merge_tag.value} has no meaning in fleet.yaml", detail, node.position)
    for node in _without_references(root):
        if not node.plain and isinstance(node.value, str):
            detail = (
                "only `layers`, the state's `config`, `allow` of a source of secrets and the console's "
                "`client_secret` and `token` may hold references"
            )
            yield error("this text can't hold a reference", detail, node.position)


def _unusable(root: Node) -> Iterator[Diagnostic]:
    """Find texts that no file, address or argument can have."""
    for key, node in (root.entries or {}).items():
        for part in node.walk():
            if not isinstance(part.value, str):
                continue
            # A backend's settings may hold long texts that are no paths, such as tokens.
            if fault := (argument_fault if key == "state" else path_fault)(part.value):
                yield error(f"a text below '{key}' can't be used", fault, part.position)


def _without_references(root: Node) -> Iterator[Node]:
    """Yield every node but those where `_REFERRING` allows references."""
    for key, node in (root.entries or {}).items():
        children = node.children if key in ("levels", "secrets", "checks") else (node,)
        for child in children:
            for name, part in (child.entries or {"": child}).items():
                if (key, name) not in _REFERRING:
                    yield from part.walk()


def _ambiguous_names(root: Node, section: FleetSection) -> Iterator[Diagnostic]:
    """Find names that are used twice."""
    names = [level.name for level in section.levels]
    for index, level in enumerate(section.levels):
        place = find_node(root, ("levels", index, "name")).position
        if level.name in names[:index]:
            yield error(f"there are two levels '{level.name}'", "rename one of them", place)
        if level.placement is not None and index == 0:
            where = find_node(root, ("levels", index, "placement")).position
            yield error("the first level can't be placed in another", "remove `placement`", where)
        stacks = find_node(root, ("levels", index, "stacks"))
        for stack in level.stacks.keys() & set(names):
            detail = "rename the stack: `${output.NAME...}` couldn't tell it from the level"
            yield error(f"a stack and a level are both called '{stack}'", detail, stacks.key_position(stack))


def _needs_faults(root: Node, fleet: FleetSection) -> Iterator[Diagnostic]:
    for index, level in enumerate(fleet.levels):
        known = _known_needs(fleet, index)
        for name in level.stacks:
            needs = get_node(root, "levels", index, "stacks", name, "needs")
            for node in needs.children if needs is not None else ():
                need = str(node.value)
                if need == name:
                    yield error(f"stack '{name}' needs itself", "remove it from `needs`", node.position)
                elif need not in known:
                    detail = advice(need, known - {name})
                    yield error(f"stack '{name}' needs an unknown stack '{need}'", detail, node.position)
