"""Rename: a cell gets another name; its states are moved, and nothing is destroyed unasked.

The order is such that whoever repeats the command after a crash goes on with it: on record first, then the
states are copied, the files are committed, all records get the new name in one transaction, and only then the
former copies are removed.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cellwright.app.clients.client import sharing
from cellwright.app.clients.unfinished import refuse_dirty
from cellwright.app.moves.access import access_changes
from cellwright.app.moves.both_names import UnitsOfBoth
from cellwright.app.moves.checking import refuse_at_work, refuse_name, refuse_unreadable
from cellwright.app.moves.names import Names
from cellwright.app.moves.preview import preview
from cellwright.app.moves.rename_steps import (
    RenameWork,
    basis_of,
    copy_states,
    detail_of,
    first_name,
    move_of,
    placed_elsewhere,
    places,
    record,
    refuse_outdated,
    remove_former,
    undo,
    write_files,
)
from cellwright.app.moves.rename_values import RenamePlan, RenameReport, RenameRequest, refuse_unseen
from cellwright.app.moves.texts import FileChanges, file_changes
from cellwright.app.runs.moving.holding import leases_on, terraform_of_fleet
from cellwright.app.runs.moving.scratch import preview_folder, scratch_folder
from cellwright.app.runs.moving.states import StateMover
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.unit.orphan import backend_of, recorded_settings
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.moves import Move, MoveKind, MovePhase
from cellwright.model.actor import Actor
from cellwright.model.address import AddressError, CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import CELL_RENAMED, CELL_RENAMING
from cellwright.model.text.suggestion import advice
from cellwright.model.value import Json


def plan_rename(
    session: FleetSession, actor: Actor, request: RenameRequest, talk: Conversation
) -> RenamePlan:
    """Show what a rename would do: each unit is planned under the new name; nothing is changed.

    Raises:
        DiagnosticError: there is no such cell, the name can't be one or is taken, somebody is at work with
            the cell, the work tree is dirty, or a state can't be read.
    """
    session.home.prepare()
    with preview_folder(session.home.folder) as scratch:
        return _planned(_opened(session, actor, request, scratch), talk)


def _planned(work: RenameWork, talk: Conversation) -> RenamePlan:
    if work.move is not None:
        return RenamePlan(names=work.names, changes=work.changes, states={}, preview=None, goes_on=True)
    refuse_dirty(work.session.repository())
    refuse_at_work(work.fleet, work.names)
    # Digested first: what changes while it is planned is not in the plan either.
    basis, applied = basis_of(work), work.applied()
    found = None
    if applied:
        found = preview(work.fleet, work.planned, work.names, work.mover, work.actor, talk)
    lying = {address: places(work, item) for address, item in applied.items()}
    return RenamePlan(
        names=work.names,
        changes=work.changes,
        states=lying,
        preview=found,
        others=placed_elsewhere(work),
        basis=basis,
        warnings=access_changes(work.session, work.names),
    )


def planned_rename(
    session: FleetSession, actor: Actor, request: RenameRequest, talk: Conversation
) -> RenameReport:
    """Rename a cell for somebody who is not asked in between: what speaks against its plans refuses it.

    Raises:
        DiagnosticError: as `plan_rename` and `rename`; or something would be replaced or destroyed; or that
            is agreed to by somebody who does not say what they have seen of it.
    """
    refuse_unseen(request)
    found = plan_rename(session, actor, request, talk)
    if faults := found.refused(request):
        raise DiagnosticError(*faults)
    return rename(session, actor, replace(request, basis=found.basis))


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
    with session.changing(), scratch_folder(session.home.folder) as scratch:
        session.forget_cells()
        work = _opened(session, actor, request, scratch)
        with (
            leases_on(work.fleet, f"rename {request.cell}", _units_of(work)) as work.leases,
            work.mover.terraform.closed_to_others(work.leases),
        ):
            fresh = work.move is None
            if fresh:
                refuse_dirty(session.repository())
                refuse_at_work(work.fleet, work.names)
                refuse_outdated(work)
                _begin(work)
            else:
                refuse_dirty(session.repository(), tuple(session.root / path for path in work.changes.paths))
            return _carried_out(work, told, fresh=fresh)


def _carried_out(work: RenameWork, told: Callable[[str], None], *, fresh: bool) -> RenameReport:
    move = move_of(work)
    units = tuple(UnitAddress.parse(str(name)) for name in detail_of(move, "units"))
    if move.phase is MovePhase.MOVING:
        applied = work.applied()
        try:
            arrived = copy_states(work, applied, told)
            told("writing the files")
            write_files(work)
        except BaseException:
            # What an earlier process has committed is not undone: the command goes on with it when repeated.
            if fresh:
                undo(work)
            raise
        told("renaming in the ledger")
        record(work, applied, arrived)
    told("removing the former copies of the states")
    kept = tuple(remove_former(work, units))
    work.fleet.ledger.moves.end(move)
    return RenameReport(
        names=work.names,
        units=tuple(map(work.names.unit, units)),
        changes=work.changes,
        kept=kept,
        warnings=access_changes(work.session, work.names),
    )


def _opened(session: FleetSession, actor: Actor, request: RenameRequest, scratch: Path) -> RenameWork:
    """Open the fleet as it is, and as it will be."""
    fleet = session.open(writing=True)
    names = _names(fleet, request)
    move = fleet.ledger.moves.of(request.cell)
    if move is not None and (
        move.kind is not MoveKind.RENAME or move.target != str(first_name(names, request))
    ):
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
        first = first_name(names, request)
        snapshot = session.planned(first, changes.texts).snapshot
        refuse_unreadable(snapshot, names)
        planned = replace(fleet, snapshot=snapshot)
    terraform = terraform_of_fleet(planned, actor)
    terraform.units = UnitsOfBoth(fleet.fleet.units, planned.fleet.units, names)
    mover = StateMover(fleet, terraform, scratch)
    return RenameWork(
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


def _changes(fleet: OpenFleet, names: Names, path: str, move: Move | None) -> FileChanges:
    """Find what is to be written; of a rename that was begun, what is left of that."""
    levels, root = fleet.fleet.levels, fleet.session.root
    found = file_changes(root, levels, path, names)
    if move is None:
        return found
    recorded = {str(old): str(new) for old, new in detail_of(move, "files").items()}
    edited = {str(name): found.texts.get(str(name), "") for name in detail_of(move, "edited")}
    texts = {**edited, **found.texts}
    return FileChanges(moved=recorded, texts={k: v for k, v in texts.items() if v}, mentions=found.mentions)


def _begin(work: RenameWork) -> None:
    """Put on record what is going to be done, before anything is written."""
    applied, request = work.applied(), work.request
    units: dict[str, Json] = {}
    for address, item in sorted(applied.items()):
        unit = work.planned.fleet.units[work.names.unit(address)]
        former = recorded_settings(backend_of(item)) if "backend" in item.recipe else None
        units[str(address)] = {"from": former, "to": recorded_settings(unit.backend)}
    target = first_name(work.names, request)
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


def _units_of(work: RenameWork) -> list[UnitAddress]:
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
