"""Files that the checked-out commit has and the work tree has not, as a sparse checkout leaves them out."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from cellwright.fleet.fleet import Fleet
from cellwright.git.repository import Repository
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

_AT_ONCE = 500
"""Cells that one git process is asked for."""
_SHOWN = 5


def hidden_cells(
    repository: Repository | None, fleet: Fleet, cells: Iterable[CellAddress]
) -> list[CellAddress]:
    """Give those of some cells that the fleet does not have, though the commit does.

    Raises:
        DiagnosticError: git can't tell.
    """
    missing = sorted({cell for cell in cells if cell not in fleet.cells})
    if repository is None or not missing:
        return []
    found: list[CellAddress] = []
    for start in range(0, len(missing), _AT_ONCE):
        places = {cell: _places(fleet, cell) for cell in missing[start : start + _AT_ONCE]}
        committed = repository.committed([path for paths in places.values() for path in paths])
        held = {(repository.root / name).resolve() for name in committed}
        found.extend(cell for cell, paths in places.items() if _any_within(held, paths))
    return found


def refuse_hidden_settings(repository: Repository | None, fleet: Fleet) -> None:
    """Refuse to act while a sparse checkout leaves out settings or policies of cells that the fleet has.

    What names a missing file is a finding of the fleet. But a level's defaults, further files in a cell's
    folder and policies are read where they are there, and nothing tells that they should be.

    Raises:
        DiagnosticError: one is left out, or git can't tell.
    """
    left_out = repository.left_out() if repository is not None else ()
    if repository is None or not left_out:
        return
    places = set(_read_if_there(fleet))
    found = [name for name in left_out if _is_read(repository.root / name, places)]
    if found:
        listed = ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
        raise DiagnosticError(
            error(
                f"the sparse checkout leaves out settings or policies that the commit has: {listed}",
                "check them out: git sparse-checkout add, or git sparse-checkout disable",
            )
        )


def hidden(cell: CellAddress) -> Diagnostic:
    """Say that a cell is not gone."""
    return error(
        f"{cell} is not in the work tree, but the commit that is checked out has it, so it is not gone",
        "check it out (a sparse checkout leaves files out: git sparse-checkout list), or commit its removal",
    )


def _places(fleet: Fleet, cell: CellAddress) -> tuple[Path, ...]:
    """Where the settings of a cell may be; none if its level is gone as well."""
    folders = [level.cells for level in fleet.levels if level.name == cell.level]
    return tuple(
        fleet.root / folder / name for folder in folders for name in (cell.cell, f"{cell.cell}.yaml")
    )


def _any_within(held: Collection[Path], places: Collection[Path]) -> bool:
    real = [place.resolve() for place in places]
    return any(path.is_relative_to(place) for path in held for place in real)


def _read_if_there(fleet: Fleet) -> Iterator[Path]:
    """Files and folders that are read if they are there, without being named."""
    yield (fleet.root / fleet.policies.folder).resolve()
    levels = {cell.level for cell in fleet.cells}
    yield from ((fleet.root / f"defaults/{level}.yaml").resolve() for level in levels)
    yield from ((fleet.root / cell.path).resolve() for cell in fleet.cells.values())


def _is_read(path: Path, places: Collection[Path]) -> bool:
    real = path.resolve()
    return real in places or any(parent in places for parent in real.parents)
