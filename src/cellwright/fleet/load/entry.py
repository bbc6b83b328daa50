"""A fleet repository, loaded: every document read, every cell resolved, everything checked, in one go."""

from collections.abc import Callable
from pathlib import Path

from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import FLEET_FILE, Fleet
from cellwright.fleet.load.cell_observer import CellObserver
from cellwright.fleet.load.fleet_load import Loading
from cellwright.fleet.load.partial import load_narrow
from cellwright.fleet.scope import Scope
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract


def find_root(start: Path) -> Path:
    """Find the fleet repository that `start` lies in: the nearest folder with a fleet.yaml.

    Raises:
        DiagnosticError: there is none.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / FLEET_FILE).exists():
            return folder
    raise DiagnosticError(
        error(
            f"there is no {FLEET_FILE} in {start} or above it",
            "go into a fleet repository, name one with --fleet DIR, or make one: cellwright init DIR",
        )
    )


def load_fleet(
    root: Path,
    contracts: Callable[[StackPin], Contract],
    cache: Path | None = None,
    scope: Scope | None = None,
    observer: CellObserver | None = None,
) -> Fleet:
    """Load and check a whole fleet; what is wrong with it stands in `Fleet.diagnostics`.

    With a folder as `cache`, cells that are as they were at the last load are not resolved again until
    somebody asks for their units; the fleet is the same with it or without. `observer` is called with every
    cell that is resolved.

    With a `scope`, cells of the last level outside of it are left out (`Fleet.within`), and what is wrong
    with them is not told, unless it concerns the rest. It takes a cache, and may still be loaded whole.

    Raises:
        DiagnosticError: there is no fleet.yaml in `root`.
    """
    files = FleetFiles(root.absolute())
    if not files.exists(FLEET_FILE):
        raise DiagnosticError(error(f"there is no {FLEET_FILE} in {root}", "make one: cellwright init DIR"))
    narrow = load_narrow(files, contracts, cache, scope) if scope is not None and cache is not None else None
    return narrow or Loading(files, contracts, cache, observer=observer).fleet()
