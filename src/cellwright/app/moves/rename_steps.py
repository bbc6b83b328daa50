"""The steps of a rename, each safe to be killed in and to be done again."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.app.clients.client import Message, commit
from cellwright.app.moves.names import Names
from cellwright.app.moves.recorded import dependants, renamed_units
from cellwright.app.moves.rename_values import RenameRequest
from cellwright.app.moves.texts import FileChanges
from cellwright.app.runs.moving.states import Arrived, StateMover
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.unit.orphan import backend_of
from cellwright.files.atomic import save_text
from cellwright.fleet.fleet import Fleet
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.moves import Move
from cellwright.ledger.write.renaming import Renamed, Renaming
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import CELL_NAMED, CELL_NOT_RENAMED, CELL_RENAMED
from cellwright.model.states.state_place import state_place
from cellwright.model.unit import Backend, Unit
from cellwright.model.value import Json


@dataclass(slots=True, kw_only=True)
class RenameWork:
    """A rename and all that it needs."""

    session: FleetSession
    actor: Actor
    request: RenameRequest
    fleet: OpenFleet
    names: Names
    changes: FileChanges
    files: Mapping[str, str]
    """The texts of the fleet as it will be."""
    move: Move | None
    planned: OpenFleet
    mover: StateMover
    leases: dict[UnitAddress, int] = field(default_factory=dict)
    copied: list[Unit] = field(default_factory=list)
    """Units, under their new names, whose states this process has copied."""

    def applied(self) -> Mapping[UnitAddress, AppliedUnit]:
        """What is recorded of the units under their former names."""
        heads = self.fleet.ledger.reader.heads([f"{old}/" for old in self.names.cells])
        return self.fleet.ledger.reader.applied(list(heads)) if heads else {}


def first_name(names: Names, request: RenameRequest) -> CellAddress:
    """Give the new address of the cell that the request names."""
    return names.cells[CellAddress.parse(request.cell)]


def basis_of(work: RenameWork) -> str:
    """Digest what a rename is planned from: the files, and what is recorded of the units."""
    repository = work.session.repository()
    heads = sorted((str(unit), item.head) for unit, item in work.applied().items())
    parts = (repository.head() if repository is not None else None, sorted(work.changes.texts.items()), heads)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def refuse_outdated(work: RenameWork) -> None:
    """Make sure that a rename is planned from what there is now.

    Raises:
        DiagnosticError: files, or what is recorded of its units, have changed since its plan was made.
    """
    if work.request.basis not in ("", basis_of(work)):
        raise DiagnosticError(
            error(
                f"{work.request.cell} has changed since it was planned under its new name",
                "repeat this: it is planned again, and shown",
            )
        )


def move_of(work: RenameWork) -> Move:
    """Give what is on record of the rename."""
    if work.move is None:
        raise RuntimeError("a rename is on record before it is carried out")
    return work.move


def detail_of(move: Move, name: str) -> Mapping[str, Json]:
    """Give a part of what is on record of a move."""
    found = move.detail.get(name)
    if isinstance(found, Mapping):
        return found
    return {str(item): None for item in found} if isinstance(found, list) else {}


def copy_states(
    work: RenameWork, applied: Mapping[UnitAddress, AppliedUnit], told: Callable[[str], None]
) -> dict[UnitAddress, Arrived]:
    """Copy every state to its new place, and make sure that it is there."""
    arrived = {}
    for address, item in sorted(applied.items()):
        told(f"copying the state of {address}")
        work.fleet.ledger.leases.check(work.leases)
        unit = work.planned.fleet.units.get(work.names.unit(address))
        if unit is None:
            raise DiagnosticError(
                error(f"{address} has no place under the new name", "repeat this; the fleet has changed")
            )
        content = work.mover.content(item)
        if content is None:
            arrived[address] = Arrived(backend=unit.backend, mark=None, snapshot=None)
        elif same_place(work, item, unit.backend):
            arrived[address] = work.mover.read(unit, content)
        else:
            arrived[address] = work.mover.copy(unit, content)
            work.copied.append(unit)
    return arrived


def same_place(work: RenameWork, applied: AppliedUnit, now: Backend) -> bool:
    """Tell whether a state stays where it is."""
    address, root = applied.head.address, work.session.root
    return state_place(backend_of(applied), address, root) == state_place(now, work.names.unit(address), root)


def places(work: RenameWork, applied: AppliedUnit) -> tuple[str, str]:
    """Say where a state lies, and where it will lie."""
    address = applied.head.address
    unit = work.planned.fleet.units.get(work.names.unit(address))
    before = str(state_place(backend_of(applied), address))
    return before, str(state_place(unit.backend, work.names.unit(address))) if unit is not None else ""


def placed_elsewhere(work: RenameWork) -> tuple[CellAddress, ...]:
    """Give the other cells whose states' places hold the name: by the new one they are another place."""
    before, after = work.fleet.fleet, work.planned.fleet
    placed = {address for address in before.cells if _is_placed_in(before, address, work.names)}
    if not placed:
        return ()
    applied = work.fleet.ledger.reader.heads([f"{address}/" for address in placed])
    found = {
        unit.of_cell
        for unit in applied
        if unit in before.units
        and unit in after.units
        and before.units[unit].backend != after.units[unit].backend
    }
    return tuple(sorted(found))


def _is_placed_in(fleet: Fleet, address: CellAddress, names: Names) -> bool:
    """Tell whether a cell that keeps its name is placed in one that is renamed, directly or not."""
    place = fleet.cells[address].placement if address not in names.cells else None
    while place is not None and place not in names.cells:
        place = fleet.cells[place].placement if place in fleet.cells else None
    return place is not None


def write_files(work: RenameWork) -> None:
    """Write and commit the files; what can't be committed is taken back."""
    root, changes = work.session.root, work.changes
    before = {path: _text(root / path) for path in changes.paths}
    try:
        for path, text in changes.texts.items():
            if before.get(path) != text:
                save_text(root / path, text)
        for path in changes.moved:
            (root / path).unlink(missing_ok=True)
            _remove_empty(root, (root / path).parent)
        work.session.forget_cells()
        work.session.open(writing=True)
        subject = f"Rename {work.request.cell} to {first_name(work.names, work.request)}"
        paths = [root / path for path in changes.paths]
        if _has_changes(work, paths):
            message = Message(subject, work.request.reason)
            commit(work.session, work.actor, paths, message, hooks=work.request.hooks)
    except BaseException:
        for path, known in before.items():
            if known is None:
                (root / path).unlink(missing_ok=True)
                _remove_empty(root, (root / path).parent)
            elif _text(root / path) != known:
                save_text(root / path, known)
        work.session.forget_cells()
        raise


def _has_changes(work: RenameWork, paths: list[Path]) -> bool:
    repository = work.session.repository()
    if repository is None:
        return True
    dirty = {(repository.root / path).resolve() for path in repository.dirty()}
    return any(
        path.resolve() in dirty or any(item.is_relative_to(path.resolve()) for item in dirty)
        for path in paths
    )


def _remove_empty(root: Path, folder: Path) -> None:
    if folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def record(
    work: RenameWork, applied: Mapping[UnitAddress, AppliedUnit], arrived: Mapping[UnitAddress, Arrived]
) -> None:
    """Give all records the new name at once."""
    units = renamed_units(work.fleet, work.names, applied, arrived)
    repository = work.session.repository()
    head = repository.head() if repository is not None else None
    reason, move = work.request.reason or move_of(work).reason, move_of(work)
    events = []
    for old, new in work.names.cells.items():
        said: dict[str, Json] = {"to": str(new), "commit": head}
        events.append(EventDraft(work.actor, CELL_RENAMED, str(old), reason, said))
        events.append(EventDraft(work.actor, CELL_NAMED, str(new), reason, {"from": str(old)}))
    for old_unit, item in sorted(units.items()):
        place = str(state_place(arrived[old_unit].backend, item.head.address))
        detail: dict[str, Json] = {"to": str(item.head.address), "state": place}
        events.append(EventDraft(work.actor, "unit.renamed", str(old_unit), reason, detail))
    renamed = Renamed(
        cells={str(old): str(new) for old, new in work.names.cells.items()},
        units=units,
        others=tuple(dependants(work.fleet, work.names, applied, units)),
        events=tuple(events),
    )
    Renaming(work.fleet.ledger.database).record(move, renamed, work.leases)


def remove_former(work: RenameWork, units: tuple[UnitAddress, ...]) -> Iterator[str]:
    """Remove the former copies of the states; yields the places of those that only other tools can remove.

    Raises:
        LeaseLost: somebody else has taken a unit over: what lies there may be another cell's by now.
        DiagnosticError: one can't be removed.
    """
    move = move_of(work)
    recorded = work.fleet.ledger.reader.applied(list(map(work.names.unit, units))) if units else {}
    for address in units:
        said = detail_of(move, "units")[str(address)]
        former = said.get("from") if isinstance(said, Mapping) else None
        now = recorded.get(work.names.unit(address))
        if not isinstance(former, Mapping) or now is None:
            continue
        before = Backend(str(former["kind"]), former["config"])  # type: ignore[arg-type]  # as recorded
        root = work.session.root
        place = state_place(before, address, root)
        if place == state_place(backend_of(now), now.head.address, root):
            continue
        work.fleet.ledger.leases.check(work.leases)
        unit = work.planned.fleet.units.get(now.head.address)
        environment = unit.environment if unit is not None else {}
        if not work.mover.remove(before, address, environment):
            yield str(place)


def undo(work: RenameWork) -> None:
    """End a rename that can't be carried out: nothing but copies was made.

    One that another process has taken over is left alone: what was copied may be all that there is by now.
    """
    try:
        work.fleet.ledger.leases.check(work.leases)
    except DiagnosticError:
        return
    for unit in work.copied:
        with suppress(DiagnosticError):  # a copy that is left is overwritten when the command is repeated
            work.mover.remove(unit.backend, unit.address, unit.environment)
    detail: dict[str, Json] = {"to": str(first_name(work.names, work.request))}
    event = EventDraft(work.actor, CELL_NOT_RENAMED, work.request.cell, work.request.reason, detail)
    work.fleet.ledger.moves.end(move_of(work), event)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
