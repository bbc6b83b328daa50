"""The fleet in short: its name, the commit that is looked at, its levels."""

from collections import Counter
from dataclasses import dataclass

from cellwright.app.session.session import FleetSession


@dataclass(frozen=True, slots=True)
class LevelSize:
    """A level, and how many cells it has."""

    name: str
    cells: int
    placement: str | None


@dataclass(frozen=True, slots=True)
class FleetDescription:
    """What there is to say of a fleet before its cells."""

    name: str
    commit: str | None
    """None outside git."""
    levels: tuple[LevelSize, ...]
    units: int
    findings: int


def describe(session: FleetSession) -> FleetDescription:
    """Describe the fleet; one with findings, as far as it can be read.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    fleet = session.snapshot().fleet
    repository = session.repository()
    cells = Counter(cell.level for cell in fleet.cells)
    return FleetDescription(
        name=fleet.name,
        commit=repository.head() if repository is not None else None,
        levels=tuple(LevelSize(level.name, cells[level.name], level.placement) for level in fleet.levels),
        units=len(fleet.units),
        findings=len(fleet.diagnostics),
    )
