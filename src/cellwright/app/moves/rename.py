"""Rename: a cell gets another name; its states are moved, and nothing is destroyed unasked.

The order is such that whoever repeats the command after a crash goes on with it: on record first, then the
states are copied, the files are committed, all records get the new name in one transaction, and only then the
former copies are removed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from cellwright.app.clients.client import Message, commit, sharing
from cellwright.app.clients.unfinished import refuse_dirty
from cellwright.app.moves.checking import refuse_at_work, refuse_name, refuse_unreadable
from cellwright.app.moves.names import Names
from cellwright.app.moves.preview import Lost, Preview, preview
from cellwright.app.moves.recorded import Arrived, dependants, renamed_units
from cellwright.app.moves.states import StateMover
from cellwright.app.moves.texts import FileChanges, file_changes
from cellwright.app.runs.conversation import Conversation
from cellwright.app.runs.terraform import terraform_for
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.adapter.run_terraform import RunTerraform
from cellwright.engine.approval import Uninterrupted
from cellwright.engine.execution import new_run
from cellwright.engine.lease.keeper import LeaseKeeper, this_process
from cellwright.engine.unit.orphan import backend_of, recorded_settings
from cellwright.engine.unit.ports import NoDepot, NoStateDepot
from cellwright.files.atomic import save_text
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.moves import Move, MoveKind, MovePhase
from cellwright.ledger.write.renaming import Renamed, Renaming
from cellwright.model.actor import Actor
from cellwright.model.address import AddressError, CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity, error
from cellwright.model.runs.event import CELL_NAMED, CELL_RENAMED, CELL_RENAMING
from cellwright.model.runs.plan import Action
from cellwright.model.runs.progress import SilentReporter
from cellwright.model.runs.run import Outcome, RunKind, UnitResult
from cellwright.model.state_place import state_place
from cellwright.model.text.suggestion import advice
from cellwright.model.unit import Backend, Unit
from cellwright.model.value import Json
from cellwright.planning.choice import Choice
from cellwright.planning.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameRequest:
    """Which cell gets which name."""

    cell: str
    """As it is written: `client/acme`."""
    new: str
    """A name, or an address of the same level."""
    reason: str = ""
    hooks: bool = False
    """Run the repository's hooks when its files are committed."""
    allow_replace: bool = False
    """Also if resources would be replaced or destroyed by the next apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamePlan:
    """What a rename would do."""

    names: Names
    changes: FileChanges
    states: Mapping[UnitAddress, tuple[str, str]]
    """By unit, under its former name: where its state lies, and where it will lie."""
    preview: Preview | None
    """None: nothing was ever applied of it."""
    goes_on: bool = False
    """It was begun before, and stopped."""

    def refused(self, request: RenameRequest) -> tuple[Diagnostic, ...]:
        """Say what keeps it from being done: plans that failed, or that replace or destroy something."""
        if self.preview is None:
            return ()
        failed = [item for item in self.preview.report.results if item.outcome is Outcome.FAILED]
        faults = [fault for item in failed for fault in _not_planned(item)]
        if not request.allow_replace:
            faults += [_replaced(self.names, item) for item in self.preview.lost]
        return tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameReport:
    """What a rename has done."""

    names: Names
    units: tuple[UnitAddress, ...]
    """Under their new names."""
    changes: FileChanges
    kept: tuple[str, ...] = ()
    """Former places of states that nobody could remove."""


@dataclass(slots=True, kw_only=True)
class _Work:
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


def plan_rename(
    session: FleetSession, actor: Actor, request: RenameRequest, talk: Conversation
) -> RenamePlan:
    """Show what a rename would do: each unit is planned under the new name; nothing is changed.

    Raises:
        DiagnosticError: there is no such cell, the name can't be one or is taken, somebody is at work with
            the cell, the work tree is dirty, or a state can't be read.
    """
    work = _opened(session, actor, request)
    if work.move is not None:
        return RenamePlan(names=work.names, changes=work.changes, states={}, preview=None, goes_on=True)
    refuse_dirty(session.repository())
    refuse_at_work(work.fleet, work.names)
    applied = work.applied()
    found = None
    if applied:
        found = preview(work.fleet, work.planned, work.names, work.mover, actor, talk)
    places = {address: _places(work, item) for address, item in applied.items()}
    return RenamePlan(names=work.names, changes=work.changes, states=places, preview=found)


def rename(
    session: FleetSession,
    actor: Actor,
    request: RenameRequest,
    told: Callable[[str], None] = lambda _step: None,
) -> RenameReport:
    """Rename a cell; `told` hears of each step. Whoever repeats it after a crash goes on with it.

    Raises:
        DiagnosticError: as `plan_rename`; or a state, the files or the ledger can't be written.
    """
    with session.changing():
        session.forget_cells()
        work = _opened(session, actor, request)
        with leases_on(work.fleet, f"rename {request.cell}", _units_of(work)) as work.leases:
            fresh = work.move is None
            if fresh:
                refuse_dirty(session.repository())
                refuse_at_work(work.fleet, work.names)
                _begin(work)
            else:
                refuse_dirty(session.repository(), tuple(session.root / path for path in work.changes.paths))
            return _carried_out(work, told, fresh=fresh)


def _carried_out(work: _Work, told: Callable[[str], None], *, fresh: bool) -> RenameReport:
    move = _move(work)
    units = tuple(UnitAddress.parse(str(name)) for name in _detail(move, "units"))
    if move.phase is MovePhase.MOVING:
        applied = work.applied()
        try:
            arrived = _copy_states(work, applied, told)
            told("files")
            _write_files(work)
        except BaseException:
            # What an earlier process has committed is not undone: the command goes on with it when repeated.
            if fresh:
                _undo(work)
            raise
        told("ledger")
        _record(work, applied, arrived)
    told("former copies")
    kept = tuple(_remove_former(work, units))
    work.fleet.ledger.moves.end(move)
    return RenameReport(
        names=work.names, units=tuple(map(work.names.unit, units)), changes=work.changes, kept=kept
    )


def _opened(session: FleetSession, actor: Actor, request: RenameRequest) -> _Work:
    """Open the fleet as it is, and as it will be."""
    fleet = session.open(writing=True)
    names = _names(fleet, request)
    move = fleet.ledger.moves.of(request.cell)
    if move is not None and (move.kind is not MoveKind.RENAME or move.target != str(_first(names, request))):
        raise DiagnosticError(
            error(
                f"{request.cell} is being renamed to {move.target} already",
                f"let that end: cellwright rename {request.cell} {move.target}",
            )
        )
    cell = fleet.fleet.cells.get(CellAddress.parse(request.cell))
    changes = _changes(fleet, names, cell.path if cell is not None else "", move)
    if move is None:
        refuse_name(fleet, names, changes)
    planned = fleet
    if cell is not None:
        first = _first(names, request)
        snapshot = session.planned(first, changes.texts).snapshot
        refuse_unreadable(snapshot, names)
        planned = replace(fleet, snapshot=snapshot)
    scratch = fleet.home.folder / "moves"
    mover = StateMover(fleet, terraform_of_fleet(fleet, actor), scratch)
    return _Work(
        session=session,
        actor=actor,
        request=request,
        fleet=fleet,
        names=names,
        changes=changes,
        files=changes.texts,
        move=move,
        planned=planned,
        mover=mover,
    )


def _names(fleet: OpenFleet, request: RenameRequest) -> Names:
    try:
        cell = CellAddress.parse(request.cell)
    except AddressError as fault:
        raise DiagnosticError(
            error(str(fault), "write it as level/name, as `cellwright status` does")
        ) from None
    level, _, name = request.new.rpartition("/")
    if level not in ("", cell.level):
        raise DiagnosticError(
            error(f"{cell} can't go to another level", f"give a name alone: cellwright rename {cell} {name}")
        )
    known = fleet.fleet.cells
    begun = fleet.ledger.moves.of(str(cell)) is not None
    if cell not in known and not begun and fleet.ledger.reader.client_action(cell) == CELL_RENAMED:
        raise DiagnosticError(
            error(
                f"{cell} was renamed already, and nothing of that is left to be done",
                f"its new name: cellwright events --subject {cell}",
            )
        )
    if cell not in known and not begun:
        raise DiagnosticError(
            error(
                f"there is no cell '{cell}'",
                advice(str(cell), [str(item) for item in known]) or "`cellwright status` lists them",
            )
        )
    shared = sharing(fleet.fleet.levels, cell)
    return Names({item: CellAddress(item.level, name) for item in shared})


def _first(names: Names, request: RenameRequest) -> CellAddress:
    return names.cells[CellAddress.parse(request.cell)]


def _changes(fleet: OpenFleet, names: Names, path: str, move: Move | None) -> FileChanges:
    """Find what is to be written; of a rename that was begun, what is left of that."""
    levels, root = fleet.fleet.levels, fleet.session.root
    found = file_changes(root, levels, path, names)
    if move is None:
        return found
    recorded = {str(old): str(new) for old, new in _detail(move, "files").items()}
    edited = {str(name): found.texts.get(str(name), "") for name in _detail(move, "edited")}
    texts = {**edited, **found.texts}
    return FileChanges(moved=recorded, texts={k: v for k, v in texts.items() if v}, mentions=found.mentions)


def _begin(work: _Work) -> None:
    """Put on record what is going to be done, before anything is written."""
    applied, request = work.applied(), work.request
    units: dict[str, Json] = {}
    for address, item in sorted(applied.items()):
        unit = work.planned.fleet.units[work.names.unit(address)]
        former = recorded_settings(backend_of(item)) if "backend" in item.recipe else None
        units[str(address)] = {"from": former, "to": recorded_settings(unit.backend)}
    target = _first(work.names, request)
    detail: dict[str, Json] = {
        "cells": {str(old): str(new) for old, new in work.names.cells.items()},
        "units": units,
        "files": dict(work.changes.moved),
        "edited": list(work.changes.edited),
    }
    move = Move(
        id=f"rename-{work.session.now():%Y%m%d-%H%M%S}-{target.cell}",
        kind=MoveKind.RENAME,
        subject=request.cell,
        target=str(target),
        detail=detail,
        reason=request.reason,
    )
    event = EventDraft(
        work.actor, CELL_RENAMING, request.cell, request.reason, {"to": str(target), "units": list(units)}
    )
    work.fleet.ledger.moves.begin(move, work.actor, event, work.leases)
    work.move = work.fleet.ledger.moves.of(request.cell)


def _move(work: _Work) -> Move:
    if work.move is None:
        raise RuntimeError("a rename is on record before it is carried out")
    return work.move


def _detail(move: Move, name: str) -> Mapping[str, Json]:
    found = move.detail.get(name)
    if isinstance(found, Mapping):
        return found
    return {str(item): None for item in found} if isinstance(found, list) else {}


def _units_of(work: _Work) -> list[UnitAddress]:
    """Give the units of both names, whether they were ever applied or not."""
    units = [
        UnitAddress(cell.level, cell.cell, stack)
        for level in work.fleet.fleet.levels
        for pair in work.names.cells.items()
        for cell in pair
        if cell.level == level.name
        for stack in level.stacks
    ]
    known = [*work.applied(), *map(work.names.unit, work.applied())]
    return [*units, *known]


@contextmanager
def leases_on(fleet: OpenFleet, name: str, units: Iterable[UnitAddress]) -> Iterator[dict[UnitAddress, int]]:
    """Hold units during the block; whoever works on one now is not waited for. Gives the fencing numbers.

    Raises:
        LeaseTakenError: somebody works on one.
    """
    keeper = LeaseKeeper(
        fleet.ledger.leases, this_process(name), lambda _unit: None, Uninterrupted(), longest_wait=0
    )
    with keeper:
        yield {unit: keeper.take(unit, lambda _held: None).fencing for unit in sorted(set(units))}


def _copy_states(
    work: _Work, applied: Mapping[UnitAddress, AppliedUnit], told: Callable[[str], None]
) -> dict[UnitAddress, Arrived]:
    there = terraform_of_fleet(work.planned, work.actor)
    arrived = {}
    for address, item in sorted(applied.items()):
        told(str(address))
        unit = work.planned.fleet.units.get(work.names.unit(address))
        if unit is None:
            raise DiagnosticError(
                error(f"{address} has no place under the new name", "repeat this; the fleet has changed")
            )
        content = work.mover.content(item)
        if content is None:
            arrived[address] = Arrived(backend=unit.backend, mark=None, snapshot=None)
        elif _same_place(work, item, unit.backend):
            arrived[address] = work.mover.read(unit, content)
        else:
            arrived[address] = work.mover.copy(unit, content, there)
            work.copied.append(unit)
    return arrived


def _same_place(work: _Work, applied: AppliedUnit, now: Backend) -> bool:
    address, root = applied.head.address, work.session.root
    return state_place(backend_of(applied), address, root) == state_place(now, work.names.unit(address), root)


def _places(work: _Work, applied: AppliedUnit) -> tuple[str, str]:
    address = applied.head.address
    unit = work.planned.fleet.units.get(work.names.unit(address))
    before = str(state_place(backend_of(applied), address))
    return before, str(state_place(unit.backend, work.names.unit(address))) if unit is not None else ""


def _write_files(work: _Work) -> None:
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
        subject = f"Rename {work.request.cell} to {_first(work.names, work.request)}"
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


def _has_changes(work: _Work, paths: list[Path]) -> bool:
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


def _record(
    work: _Work, applied: Mapping[UnitAddress, AppliedUnit], arrived: Mapping[UnitAddress, Arrived]
) -> None:
    """Give all records the new name at once."""
    units = renamed_units(work.fleet, work.names, applied, arrived)
    repository = work.session.repository()
    head = repository.head() if repository is not None else None
    reason, move = work.request.reason or _move(work).reason, _move(work)
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


def _remove_former(work: _Work, units: tuple[UnitAddress, ...]) -> Iterator[str]:
    """Remove the former copies of the states; yields the places of those that only other tools can remove."""
    move = _move(work)
    recorded = work.fleet.ledger.reader.applied(list(map(work.names.unit, units))) if units else {}
    for address in units:
        said = _detail(move, "units")[str(address)]
        former = said.get("from") if isinstance(said, Mapping) else None
        now = recorded.get(work.names.unit(address))
        if not isinstance(former, Mapping) or now is None:
            continue
        before = Backend(str(former["kind"]), former["config"])  # type: ignore[arg-type]  # as recorded
        root = work.session.root
        place = state_place(before, address, root)
        if place == state_place(backend_of(now), now.head.address, root):
            continue
        unit = work.planned.fleet.units.get(now.head.address)
        environment = unit.environment if unit is not None else {}
        if not work.mover.remove(before, address, environment):
            yield str(place)


def _undo(work: _Work) -> None:
    """End a rename that can't be carried out: nothing but copies was made."""
    for unit in work.copied:
        with suppress(DiagnosticError):  # a copy that is left is overwritten when the command is repeated
            work.mover.remove(unit.backend, unit.address, unit.environment)
    work.fleet.ledger.moves.end(_move(work))


def terraform_of_fleet(fleet: OpenFleet, actor: Actor) -> RunTerraform:
    """Give what reads and writes the states of a fleet's units, apart from any run."""
    run = new_run(RunKind.PLAN, Choice((), Graph({})), actor, "", None)
    return terraform_for(fleet, NoDepot(), NoStateDepot())(run, SilentReporter())


def _not_planned(result: UnitResult) -> tuple[Diagnostic, ...]:
    said = error(f"{result.address} can't be planned under its new name", "see below; nothing was changed")
    return (said, *(item for item in result.diagnostics if item.severity is Severity.ERROR))


def _replaced(names: Names, lost: Lost) -> Diagnostic:
    what = "replace" if lost.change.action is Action.REPLACE else "destroy"
    former = next(old for old, new in names.cells.items() if new == lost.unit.of_cell)
    if lost.keeping:
        pinned = ", ".join(f"{name}: {text}" for name, text in sorted(lost.keeping.items()))
        advice = (
            f"to keep it: write `stacks: {{{lost.unit.stack}: {{{pinned}}}}}` into the files of {former}, "
            "commit that, and repeat this; to have it done by the next apply: --allow-replace"
        )
    else:
        advice = (
            "no input of the stack changes with the name, so the stack itself makes it of something else; to "
            "have it done by the next apply: --allow-replace"
        )
    return error(f"the new name would {what} {lost.change.address} of {lost.unit}", advice)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
