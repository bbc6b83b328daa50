"""Copies of a client's states on this machine, which hold its secrets: they go when the client goes.

Beside a local state lie the one before it (`.backup`, also with the time of a `state mv`) and one that was
found cut off (`.damaged`). A unit's working folder may hold the state from before an apply, or one that could
not be written. The state that was kept before the destruction is none of these: `kept_states` has it.
"""

import socket
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from cellwright.app.session.home import Home
from cellwright.app.session.session import OpenFleet
from cellwright.engine.adapter.local_files import remove_folder, working_folders
from cellwright.engine.unit.orphan import backend_of
from cellwright.files.errors import file_errors
from cellwright.ledger.clients.values import DoomedUnit, Offboarding
from cellwright.ledger.database.rows import applied_from_json
from cellwright.ledger.read.former_names import former_names
from cellwright.ledger.read.names import Names
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.value import Json
from cellwright.terraform.workspace.backend import BackendSettings, complete_backend, local_state_path

_ENDS = (".backup", ".damaged")


def local_state_of(home: Home, applied: AppliedUnit) -> Path | None:
    """Give the file of a unit's state, as it was recorded; None for one that is elsewhere."""
    if "backend" not in applied.recipe:
        return None
    backend = backend_of(applied)
    settings = BackendSettings(backend.kind, backend.config)
    return local_state_path(complete_backend(settings, applied.head.address, home.states, home.root))


def remove_state_copies(fleet: OpenFleet, record: Offboarding, emptied: frozenset[str]) -> dict[str, Json]:
    """Remove the copies, and give what is recorded of it; the caller holds the leases of the client's units.

    Of a unit whose state still has something nothing is removed; `emptied` are the words for states that have
    nothing. Done again, it removes what is there then.

    Raises:
        DiagnosticError: one can't be removed.
    """
    units = [unit for unit in fleet.ledger.remains.units(record.id) if unit.state_after in emptied]
    former = _former(fleet, record.cell)
    removed = [
        *_beside(fleet.home, units),
        *_under_former_names(fleet.home, former),
        *_working(fleet, {unit.unit for unit in units}, former),
    ]
    kept = sorted(unit.archived_as for unit in units if unit.archived_as)
    return {"state_copies": {"machine": socket.gethostname(), "removed": sorted(removed), "kept": kept}}


def _former(fleet: OpenFleet, cell: CellAddress) -> frozenset[CellAddress]:
    """Give the client's former names; what lies under one that another cell has now is that cell's."""
    names = Names(fleet.ledger.database)
    return frozenset(item.cell for item in former_names(names, cell)) - {*fleet.fleet.cells}


def _beside(home: Home, units: Sequence[DoomedUnit]) -> Iterator[str]:
    for unit in units:
        path = local_state_of(home, applied_from_json(unit.record))
        if path is not None:
            yield from _remove(path.parent, f"{path.name}.", str(unit.unit))


def _under_former_names(home: Home, former: AbstractSet[CellAddress]) -> Iterator[str]:
    """A rename moves states, and leaves what lay beside them."""
    for cell in sorted(former):
        yield from _remove(home.states / cell.level / cell.cell, "", str(cell))


def _remove(folder: Path, begins: str, of: str) -> Iterator[str]:
    if not folder.is_dir():
        return
    with file_errors(f"the copies of states of {of} in {folder} can't be removed"):
        for copy in sorted(folder.iterdir()):
            if copy.name.startswith(begins) and copy.name.endswith(_ENDS):
                copy.unlink(missing_ok=True)
                yield f"{of}: {copy.name}"


def _working(
    fleet: OpenFleet, gone: AbstractSet[UnitAddress], former: AbstractSet[CellAddress]
) -> Iterator[str]:
    """Remove the working folders, and name the states in them."""
    for left in working_folders(fleet.home.work):
        if left.unit in gone or left.unit.of_cell in former:
            with file_errors(f"the working folder of {left.unit} can't be removed"):
                found = sorted({path.name for path in _states_in(left.folder.path)})
            remove_folder(fleet.home.work, left)
            yield from (f"{left.unit}: {name}" for name in found)


def _states_in(folder: Path) -> Iterator[Path]:
    """Find states in a working folder; `.terraform` has one of Terraform's own, about the backend."""
    for path in folder.rglob("*.tfstate*"):
        if ".terraform" not in path.parts and path.is_file():
            yield path
