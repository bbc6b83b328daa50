"""A cell is gone only if the commit says so, not if a checkout leaves it out."""

from collections.abc import Collection
from pathlib import Path

from cellwright.app.session.session import OpenFleet
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.run import Operation
from cellwright.planning.choice import Choice

_AT_ONCE = 500
"""Cells that one git process is asked for."""


def refuse_hidden(fleet: OpenFleet, choice: Choice) -> None:
    """Destroy no cell as gone from the fleet that the commit still has.

    Raises:
        DiagnosticError: it has one, or git can't tell.
    """
    doomed = {part.address.of_cell for part in choice.parts if part.operation is Operation.DESTROY}
    missing = sorted(cell for cell in doomed if cell not in fleet.fleet.cells)
    repository = fleet.session.repository() if missing else None
    if repository is None:
        return
    found: list[Diagnostic] = []
    for start in range(0, len(missing), _AT_ONCE):
        places = {cell: _places(fleet, cell) for cell in missing[start : start + _AT_ONCE]}
        committed = repository.committed([path for paths in places.values() for path in paths])
        held = {(repository.root / name).resolve() for name in committed}
        found.extend(_hidden(cell) for cell, paths in places.items() if _any_within(held, paths))
    if found:
        raise DiagnosticError(*found)


def _places(fleet: OpenFleet, cell: CellAddress) -> tuple[Path, ...]:
    """Where the settings of a cell may be; none if its level is gone as well."""
    root = fleet.session.root
    folders = [level.cells for level in fleet.fleet.levels if level.name == cell.level]
    return tuple(root / folder / name for folder in folders for name in (cell.cell, f"{cell.cell}.yaml"))


def _any_within(held: Collection[Path], places: Collection[Path]) -> bool:
    real = [place.resolve() for place in places]
    return any(path.is_relative_to(place) for path in held for place in real)


def _hidden(cell: CellAddress) -> Diagnostic:
    return error(
        f"{cell} is not in the work tree, but the commit that is checked out has it, so it is not gone",
        "check it out (a sparse checkout leaves files out: git sparse-checkout list), or commit its removal",
    )
