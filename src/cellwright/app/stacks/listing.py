"""Where a fleet's stacks come from, and which cells have which version of each."""

from collections import defaultdict
from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.model.address import UnitAddress
from cellwright.model.text.url_credentials import shown_address
from cellwright.stacks.source.address import GitSource, parse_source


@dataclass(frozen=True, slots=True)
class StackVersion:
    """The units that have a version of a stack, by the settings."""

    version: str | None
    """The tag, branch or commit; None: a folder, or the repository's default branch."""
    units: tuple[UnitAddress, ...]


@dataclass(frozen=True, slots=True)
class ListedStack:
    """One stack of a level."""

    level: str
    name: str
    source: str
    """As fleet.yaml writes it, without its ref."""
    versions: tuple[StackVersion, ...]
    """What most units have comes first; units that are switched off are left out."""


def list_stacks(session: FleetSession) -> tuple[ListedStack, ...]:
    """List the stacks of all levels, in their order.

    Raises:
        DiagnosticError: the fleet has errors.
    """
    fleet = session.usable().fleet
    used: dict[tuple[str, str], dict[str | None, list[UnitAddress]]] = defaultdict(lambda: defaultdict(list))
    for address, unit in sorted(fleet.units.items()):
        if unit.enabled:
            source = parse_source(unit.stack.source, unit.stack.version)
            ref = source.ref if isinstance(source, GitSource) else None
            used[address.level, address.stack][ref].append(address)
    return tuple(
        ListedStack(level.name, stack.name, _place(stack.source), _versions(used[level.name, stack.name]))
        for level in fleet.levels
        for stack in level.stacks.values()
    )


def _place(source: str) -> str:
    return shown_address(source.partition("?")[0])


def _versions(used: dict[str | None, list[UnitAddress]]) -> tuple[StackVersion, ...]:
    ordered = sorted(used.items(), key=lambda item: (-len(item[1]), item[0] or ""))
    return tuple(StackVersion(version, tuple(units)) for version, units in ordered)
