"""Runs that only plan a client's destruction, made before anybody is asked for its name."""

from dataclasses import dataclass, replace

from cellwright.app.clients.offboarding.judging import Judged, judged
from cellwright.app.session.session import OpenFleet
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, MissingError, error
from cellwright.model.runs.run import Operation, Run, RunKind, RunStatus, RunUnit


@dataclass(frozen=True, slots=True)
class Wish:
    """An offboarding that nobody has confirmed yet."""

    cell: CellAddress
    reason: str
    hold_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLeave:
    """What a run that plans a client's destruction has come to."""

    cell: CellAddress
    run: Run
    judged: Judged | None = None
    """None as long as it goes on."""
    outdated: Diagnostic | None = None
    """Why the client can't be offboarded by these plans any more."""

    @property
    def allowed(self) -> bool:
        """Whether everything was planned, and nothing denied."""
        return self.run.status is RunStatus.SUCCEEDED

    @property
    def reason(self) -> str:
        """Why the client is to leave; empty where nobody has said that."""
        return "" if self.run.reason == default_reason(self.cell) else self.run.reason


def default_reason(cell: CellAddress) -> str:
    """Why a run destroys a client's units, where nobody has given a reason."""
    return f"offboard {cell}"


def look_at_plan(fleet: OpenFleet, cell: CellAddress, run: str, who: Actor, hold: int | None) -> PlannedLeave:
    """Tell what a run that plans a client's destruction has come to, for whoever may confirm it.

    Raises:
        DiagnosticError: it is no such run, the hold is longer than any may be, or the client's file can't be
            read.
    """
    found = planning_run(fleet, cell, run)
    seconds = fleet.fleet.offboarding.chosen(hold)
    plan = PlannedLeave(cell=cell, run=found)
    if found.status is RunStatus.RUNNING:
        return plan
    told = judged(fleet, Wish(cell, plan.reason, seconds), found.id, who)
    return replace(plan, judged=told, outdated=_outdated(fleet, cell, found))


def planning_run(fleet: OpenFleet, cell: CellAddress, run: str) -> Run:
    """Give a run that plans the destruction of a client's units, and of nothing else.

    Raises:
        MissingError: it is none.
    """
    found = fleet.ledger.reader.run(run)
    if found is None or found.kind is not RunKind.PLAN or not all(_goes(cell, part) for part in found.units):
        raise MissingError(
            error(f"no run '{run}' has planned the destruction of {cell}", f"have it planned: {_again(cell)}")
        )
    return found


def refuse_unplanned(fleet: OpenFleet, cell: CellAddress, run: str) -> None:
    """See that a run has planned the destruction of what stands of a client now.

    Raises:
        DiagnosticError: it goes on, is no such run, or something was applied or destroyed since.
    """
    found = planning_run(fleet, cell, run)
    if found.status is RunStatus.RUNNING:
        raise DiagnosticError(error(f"run {run} still plans the destruction of {cell}", "wait for its end"))
    fault = _outdated(fleet, cell, found)
    if fault is not None:
        raise DiagnosticError(fault)


def _outdated(fleet: OpenFleet, cell: CellAddress, run: Run) -> Diagnostic | None:
    standing = [unit for unit in fleet.ledger.reader.heads() if unit.of_cell == cell]
    applied = fleet.ledger.reader.applied(standing)
    changed = {part.address for part in run.units}.symmetric_difference(standing)
    changed |= {unit for unit in standing if applied[unit].run > run.id}  # runs' names sort by time
    if not changed:
        return None
    units = ", ".join(map(str, sorted(changed)[:_SHOWN]))
    return error(f"{units} changed since run {run.id} planned the destruction", f"plan anew: {_again(cell)}")


_SHOWN = 5


def _goes(cell: CellAddress, part: RunUnit) -> bool:
    return part.address.of_cell == cell and part.operation is Operation.DESTROY


def _again(cell: CellAddress) -> str:
    return f"cellwright offboard {cell.cell}"
