"""Loads a fleet repository: reads every document, resolves every cell, checks everything."""

from collections.abc import Callable, Mapping
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.cache.neighbours import folder_stamps
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import FLEET_FILE, Fleet
from cellwright.fleet.load.fleet_load import CellSelection, FleetLoad
from cellwright.fleet.load.known_cells import KnownCells
from cellwright.fleet.load.partial import load_partial
from cellwright.fleet.load.unit_table import CellObserver
from cellwright.fleet.scope import Scope
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract


def find_root(start: Path) -> Path:
    """Find the fleet repository that `start` lies in: the nearest folder with a fleet.yaml.

    Raises:
        DiagnosticError: there is none, or a folder can't be looked into.
    """
    with file_errors(f"{start} can't be looked for a {FLEET_FILE}"):
        for folder in (start.absolute(), *start.absolute().parents):
            if (folder / FLEET_FILE).exists():
                return folder
    raise DiagnosticError(
        error(
            f"there is no {FLEET_FILE} in {start} or above it",
            "go into a fleet repository, name one with --fleet DIR, or make one: cellwright init DIR",
        )
    )


def load_planned(
    root: Path,
    contracts: Callable[[StackPin], Contract],
    cache: Path | None,
    cell: CellAddress,
    files: Mapping[str, str],
) -> Fleet:
    """Load and check a cell and the levels below it as they will be once `files` are written.

    These are texts by path, relative to the root; nothing is written. What must hold between the cell and
    others of its level is not checked.

    Raises:
        DiagnosticError: fleet.yaml can't be read, or names no level.
    """
    overlaid = with_planned(root, files)
    configuration, faults = read_configured(overlaid, cache)
    levels = configuration.levels
    if not levels:  # fleet.yaml is gone, or broken, since the level was chosen
        raise DiagnosticError(*(faults or [error("the fleet has no levels", "list them in fleet.yaml")]))
    last = levels[-1]
    in_last = any(level.name == cell.level and level.cells == last.cells for level in levels)
    names = set(folder_stamps(overlaid.root, last.cells))
    own = {cell.cell} if in_last else set()
    selection = CellSelection(frozenset(own), frozenset(names | own))
    # What is kept of lower levels is not to hold what is only planned.
    return FleetLoad(overlaid, contracts, cache if in_last else None, selection).fleet()


def with_planned(root: Path, files: Mapping[str, str]) -> FleetFiles:
    """Give the fleet's files with these texts in place of what is on disk."""
    overlaid = FleetFiles(root.absolute())
    for path, text in files.items():
        overlaid.put(path, text.encode())
    return overlaid


def load_fleet(
    root: Path,
    contracts: Callable[[StackPin], Contract],
    cache: Path | None = None,
    scope: Scope | None = None,
    observer: CellObserver | None = None,
) -> Fleet:
    """Load and check a fleet; the findings are in `Fleet.diagnostics`.

    With a folder as `cache`, cells that are unchanged since the last load are not resolved until somebody
    asks for their units; the result is the same with or without it. `observer` is called with every
    cell that is resolved.

    With a `scope` and a cache, cells of the last level outside the scope are left out (`Fleet.within`), and
    their findings too, unless these concern the rest. Where that is not possible, everything is loaded.

    Raises:
        DiagnosticError: there is no fleet.yaml in `root`.
    """
    files = FleetFiles(root.absolute())
    if not files.exists(FLEET_FILE):
        raise DiagnosticError(error(f"there is no {FLEET_FILE} in {root}", "make one: cellwright init DIR"))
    partial = (
        load_partial(files, contracts, cache, scope) if scope is not None and cache is not None else None
    )
    return partial or FleetLoad(files, contracts, cache, observer=observer).fleet()


def load_alike(
    files: FleetFiles,
    contracts: Callable[[StackPin], Contract],
    cache: Path,
    known: KnownCells,
    observer: CellObserver | None = None,
) -> Fleet | None:
    """Load and check another revision of a loaded fleet: cells that are made from the same are not resolved.

    `files` has the files of this revision, some on disk and some that were put. No cells are kept in `cache`.
    None if what all cells depend on is not the same, such as fleet.yaml.
    """
    load = FleetLoad(files, contracts, cache, observer=observer, known=known)
    return load.fleet() if load.begins_alike else None
