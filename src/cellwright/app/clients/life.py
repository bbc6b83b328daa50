"""The state of each client: as the ledger has it, and as its settings and what was applied say."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from cellwright.app.session.session import OpenFleet
from cellwright.fleet.fleet import Cell
from cellwright.fleet.lifecycle import is_suspended
from cellwright.ledger.clients.lives import Move, MovedMeanwhileError
from cellwright.ledger.clients.values import Life
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.client_life import ClientState
from cellwright.model.runs.run import RunStatus

_LEAVING = frozenset({ClientState.OFFBOARDING, ClientState.DESTROYING})


@dataclass(frozen=True, slots=True)
class Standing:
    """What was applied of a cell."""

    applied: int
    units: int
    """How many of its units are switched on."""


def state_of(life: Life | None, cell: Cell | None, standing: Standing) -> ClientState | None:
    """Tell the state of a client; None for a cell that the fleet does not have and that never left it.

    A client that came by git alone has no row in the ledger, and one that is suspended or reinstated by git
    has another state there: its settings and what was applied of it decide.
    """
    if life is not None and life.state in _LEAVING:
        return life.state
    if cell is None:
        return life.state if life is not None and life.state is ClientState.ARCHIVED else None
    if is_suspended(cell):
        return ClientState.SUSPENDED
    if life is not None and life.state in (ClientState.ACTIVE, ClientState.SUSPENDED):
        return ClientState.ACTIVE
    if standing.applied >= standing.units and (standing.units or life is None):
        return ClientState.ACTIVE
    started = standing.applied or (life is not None and life.state is ClientState.PROVISIONING)
    return ClientState.PROVISIONING if started else ClientState.REQUESTED


def state_before(fleet: OpenFleet, cell: CellAddress) -> ClientState:
    """Give the state that a client of the fleet is in now."""
    return _state_before(fleet, cell, fleet.ledger.lives.find(cell))


def _state_before(fleet: OpenFleet, cell: CellAddress, life: Life | None) -> ClientState:
    known = fleet.fleet.cells.get(cell)
    found = state_of(life, known, standing_of(fleet.fleet.units.keys(), fleet, cell))
    return found if found is not None else ClientState.ACTIVE


def standing_of(units: Collection[UnitAddress], fleet: OpenFleet, cell: CellAddress) -> Standing:
    """Count what was applied of a cell."""
    own = [unit for unit in units if unit.of_cell == cell and fleet.fleet.units.is_enabled(unit)]
    return Standing(len(fleet.ledger.reader.applied(own)) if own else 0, len(own))


def settle(fleet: OpenFleet, actor: Actor, cell: CellAddress) -> ClientState:
    """Record the state that a client is in by its settings, where the ledger has another one; gives it.

    Raises:
        DiagnosticError: somebody else has moved the client meanwhile.
    """
    life = fleet.ledger.lives.find(cell)
    found = _state_before(fleet, cell, life)
    if life is None or life.state is not found:
        before = life.state if life is not None else found
        for state in _way(before, found):
            fleet.ledger.lives.move(Move(cell=cell, to=state, otherwise=before, known=before), actor)
            before = state
    return found


def _way(before: ClientState, after: ClientState) -> tuple[ClientState, ...]:
    """Give the states between two, so that no move is left out of the record."""
    line = (ClientState.REQUESTED, ClientState.PROVISIONING, ClientState.ACTIVE, ClientState.SUSPENDED)
    if before is ClientState.ARCHIVED:
        return line[: line.index(after) + 1]
    if before is ClientState.SUSPENDED or before is after:
        return (after,)
    return line[line.index(before) + 1 : line.index(after) + 1]


def finish_provisioning(ledger: Ledger, actor: Actor, *, of_run: str = "") -> None:
    """Record that clients are active whose first run has ended well: all of them, or those of one run."""
    for life in ledger.lives.in_states(ClientState.PROVISIONING):
        if of_run and life.run != of_run:
            continue
        run = ledger.reader.summary(life.run) if life.run else None
        if run is not None and run.status is RunStatus.SUCCEEDED:
            with suppress(MovedMeanwhileError):
                move = Move(cell=life.cell, to=ClientState.ACTIVE, known=life.state, run=run.id)
                ledger.lives.move(move, actor)


def provisioning(ledger: Ledger, actor: Actor, cell: CellAddress, run: str) -> None:
    """Record that a run brings a client up, if it is not up yet."""
    life = ledger.lives.find(cell)
    if life is not None and life.state is ClientState.REQUESTED:
        move = Move(cell=cell, to=ClientState.PROVISIONING, known=life.state, run=run)
        ledger.lives.move(move, actor)
    elif life is not None and life.state is ClientState.PROVISIONING:
        ledger.lives.set_run(cell, life.state, run)
