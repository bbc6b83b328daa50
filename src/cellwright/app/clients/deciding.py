"""Rules of placement are decided: the place that one chooses is written into the cell's own file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.clients.client import Message, commit
from cellwright.app.clients.unfinished import refuse_dirty
from cellwright.app.runs.placement.deciding import as_written
from cellwright.app.runs.placement.placing import claim_place
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot
from cellwright.files.atomic import save_text
from cellwright.fleet.edit import set_key
from cellwright.fleet.fleet import Cell, Fleet
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, MissingError, Severity, error
from cellwright.model.runs.event import CELL_PLACED, PLACE_RELEASED
from cellwright.model.text.suggestion import advice


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRequest:
    """Which cells' rules are to be decided."""

    cells: Sequence[str] = ()
    """As they are written, `client/acme`; none: all that wait."""
    reason: str = ""
    hooks: bool = False
    """Run the repository's hooks when their files are committed."""


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell, and where its rule has placed it."""

    cell: str
    place: str
    rule: str
    file: str
    """Where it is written, relative to the fleet's root."""


def place_cells(session: FleetSession, actor: Actor, request: PlaceRequest) -> tuple[PlacedCell, ...]:
    """Decide the rules of cells, write the places into their files, and commit these. Nothing is applied.

    Raises:
        DiagnosticError: there is no such cell, it has a place already, none that its rule allows has room,
            the fleet has other errors, or the work tree is dirty; nothing is changed then.
    """
    with session.changing():
        session.forget_cells()  # room is given by what the files say under the lock
        snapshot = session.snapshot()
        chosen = _chosen(snapshot, request.cells)
        _refuse_other_errors(snapshot)
        if not chosen:
            return ()
        refuse_dirty(session.repository())
        ledger = session.ledger(writing=True)
        ledger.bindings.confirm_fleet(snapshot.fleet.name)
        before: dict[Path, str] = {}
        try:
            placed = [_placed(session, snapshot.fleet, cell, before) for cell in chosen]
            session.forget_cells()
            _refuse_other_errors(session.snapshot())
            subject = f"Place {placed[0].cell}" if len(placed) == 1 else f"Place {len(placed)} cells"
            commit(session, actor, list(before), Message(subject, request.reason), hooks=request.hooks)
        except BaseException:
            for path, text in before.items():
                save_text(path, text)
            ledger.placements.withdraw([str(cell.address) for cell in chosen])
            session.forget_cells()
            raise
        for item in placed:
            detail = {"place": item.place, "rule": item.rule}
            ledger.recorder.append_event(actor, CELL_PLACED, item.cell, request.reason, detail)
        return tuple(placed)


def release_place(session: FleetSession, actor: Actor, cell: str, reason: str) -> str:
    """End the claim on room that the ledger has for a cell that no file of this clone has; give the place.

    Raises:
        DiagnosticError: there is no such claim, or a file places the cell.
    """
    fleet, ledger = session.snapshot().fleet, session.ledger(writing=True)
    ledger.bindings.confirm_fleet(fleet.name)
    claims = {item.cell: item for item in ledger.placements.claims()}
    if any(str(address) == cell for address in fleet.cells):
        raise DiagnosticError(
            error(f"{cell} is in the files, so its room is not released", "let it go: cellwright offboard")
        )
    if cell not in claims:
        detail = advice(cell, claims) or "`cellwright capacity` shows which cells are to come"
        raise MissingError(error(f"nobody has claimed room for '{cell}'", detail))
    ledger.placements.withdraw([cell])
    detail_of = {"place": claims[cell].place}
    ledger.recorder.append_event(actor, PLACE_RELEASED, cell, reason, detail_of)
    return claims[cell].place


def _chosen(snapshot: Snapshot, named: Sequence[str]) -> list[Cell]:
    cells = {str(address): cell for address, cell in snapshot.fleet.cells.items()}
    waiting = {name: cell for name, cell in cells.items() if cell.rule is not None}
    faults = [error(f"there is no cell '{name}'", advice(name, cells)) for name in named if name not in cells]
    faults += [
        error(f"{name} waits for no rule: it has its place", "change the place in its own file")
        for name in named
        if name in cells and name not in waiting
    ]
    if faults:
        raise DiagnosticError(*faults)
    return [waiting[name] for name in (dict.fromkeys(named) or sorted(waiting))]


def _refuse_other_errors(snapshot: Snapshot) -> None:
    """Refuse a fleet that has errors besides that rules are not decided."""
    rules = {cell.rule.position for cell in snapshot.fleet.cells.values() if cell.rule is not None}
    waiting = {str(cell.address) for cell in snapshot.fleet.cells.values() if cell.rule is not None}
    conflicts = {item.finding for item in snapshot.fleet.conflicts}
    found = [
        item
        for item in snapshot.fleet.diagnostics
        if item.severity is Severity.ERROR
        and item not in conflicts
        and item.position not in rules
        and not any(f"({cell}" in item.summary for cell in waiting)
    ]
    if found:
        raise DiagnosticError(*found)


def _placed(session: FleetSession, fleet: Fleet, cell: Cell, before: dict[Path, str]) -> PlacedCell:
    """Decide one cell's rule, claim the room, and write the place; `before` keeps the file as it was."""
    wanted = as_written(session, fleet, cell)
    path = session.root / wanted.path
    place = claim_place(session, fleet, wanted)
    if place is None:
        raise DiagnosticError(error(f"{cell.address} can't be placed", "run `cellwright check`"))
    before[path] = wanted.text
    set_key(path, wanted.level.placement or "", place)
    return PlacedCell(str(cell.address), place, str(cell.rule), wanted.path)
