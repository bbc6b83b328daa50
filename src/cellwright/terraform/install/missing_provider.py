"""Explains that `init` could not find a provider anywhere."""

import re
from collections.abc import Iterable, Sequence

from cellwright.model.diagnostic import Diagnostic, error
from cellwright.terraform.install.mirror import VARIABLE, Mirror

_SUMMARIES = ("Failed to query available provider packages", "Failed to install provider")
_PROVIDER = re.compile(
    r"(?:versions for provider|for provider|installing|Error while installing)\s+([\w.-]+(?:/[\w.-]+)+)"
)
_CONSTRAINT = re.compile(
    r"Finding (?:matching versions for provider: )?(?P<name>[\w./-]+?)"
    r"(?:, version_constraint: \"(?P<json>[^\"]+)\"| versions matching \"(?P<text>[^\"]+)\")"
)


def explain_missing(
    diagnostics: Iterable[Diagnostic], messages: Iterable[str], mirrors: Sequence[Mirror]
) -> tuple[Diagnostic, ...]:
    """Replace Terraform's message about a missing provider by one with its name, constraint and mirror."""
    constraints = {
        found["name"]: found["json"] or found["text"]
        for message in messages
        if (found := _CONSTRAINT.search(message))
    }
    return tuple(_explained(item, constraints, mirrors) for item in diagnostics)


def _explained(item: Diagnostic, constraints: dict[str, str], mirrors: Sequence[Mirror]) -> Diagnostic:
    found = _PROVIDER.search(item.detail) if item.summary in _SUMMARIES else None
    if found is None:
        return item
    name = found[1].split(":")[0]
    constraint = constraints.get(name)
    wanted = f" {constraint}" if constraint else ""
    return error(
        f"the provider {name}{wanted} can't be installed: {_where(name, mirrors)}",
        f"put it into a mirror (terraform providers mirror FOLDER) that terraform.mirror in fleet.yaml or "
        f"{VARIABLE} names, or give this machine a network; Terraform says: {item.detail}",
        item.position,
    )


def _where(name: str, mirrors: Sequence[Mirror]) -> str:
    held = sorted(
        f"{package.version} in {mirror.folder}"
        for mirror in mirrors
        for package in mirror.packages
        if package.source.endswith(f"/{name}") or package.source == name
    )
    if held:
        return f"the mirror has only {', '.join(held)}"
    if mirrors:
        searched = ", ".join(str(mirror.folder) for mirror in mirrors)
        return f"not in the mirror {searched}, and no registry can be reached"
    return "there is no mirror on this machine, and no registry can be reached"
