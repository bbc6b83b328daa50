"""The one word for how a cell, or a unit, stands: what a page colours it by."""

from collections.abc import Collection, Iterable, Mapping
from enum import Enum

from cellwright.ledger.run_state import UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.runs.change import Status, UnitStatus


class CellState(Enum):
    """How a cell or a unit stands; those that want somebody's attention first."""

    FINDING = "finding"
    """Its settings have an error, or are in conflict with another cell's."""
    FAILED = "failed"
    WAITING = "waiting"
    """A plan waits for approval."""
    RUNNING = "running"
    """Being planned or applied."""
    BLOCKED = "blocked"
    """It waits for a unit of another cell that was never applied."""
    CHANGED = "changed"
    """Its settings are not those that were applied; or a part of it was never applied, or is to go."""
    NOT_APPLIED = "not_applied"
    APPLIED = "applied"
    """Nothing is to be done."""


IN_ORDER: tuple[CellState, ...] = tuple(CellState)
"""Worst first."""
RANK: Mapping[CellState, int] = {state: number for number, state in enumerate(IN_ORDER)}

_OF_STATUS: Mapping[Status, CellState] = {
    Status.UP_TO_DATE: CellState.APPLIED,
    Status.CHANGED: CellState.CHANGED,
    Status.DESTROY: CellState.CHANGED,
    Status.NEVER_APPLIED: CellState.NOT_APPLIED,
    Status.BLOCKED: CellState.BLOCKED,
    Status.FAILED: CellState.FAILED,
}


def unit_state(status: Status, at_work: UnitState | None = None) -> CellState:
    """Tell how a unit stands, by its settings and by what a run is doing with it."""
    if at_work is None:
        return _OF_STATUS[status]
    return CellState.WAITING if at_work is UnitState.PLANNED else CellState.RUNNING


def settled_state(units: Collection[UnitStatus], *, faulty: bool) -> CellState:
    """Tell how a cell stands while no run works on it."""
    return CellState.FINDING if faulty else _combined(unit_state(item.status) for item in units)


def state_with_runs(
    units: Iterable[UnitStatus], at_work: Mapping[UnitAddress, UnitState], *, faulty: bool
) -> CellState:
    """Tell how a cell stands on whose units runs are at work."""
    if faulty:
        return CellState.FINDING
    statuses = {item.address: item.status for item in units}
    # A unit that is being destroyed for good may have no status any more.
    found = {address: unit_state(status, at_work.get(address)) for address, status in statuses.items()}
    found |= {
        address: unit_state(Status.UP_TO_DATE, state)
        for address, state in at_work.items()
        if address not in statuses
    }
    return _combined(found.values())


def _combined(states: Iterable[CellState]) -> CellState:
    found = set(states)
    for worst in (CellState.FAILED, CellState.WAITING, CellState.RUNNING, CellState.CHANGED):
        if worst in found:
            return worst
    # Units that wait for one of the same cell are blocked too: then the cell is simply not applied yet.
    if CellState.NOT_APPLIED in found:
        return CellState.CHANGED if CellState.APPLIED in found else CellState.NOT_APPLIED
    return CellState.BLOCKED if CellState.BLOCKED in found else CellState.APPLIED
