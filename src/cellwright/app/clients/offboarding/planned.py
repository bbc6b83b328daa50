"""Runs that only plan a client's destruction, made before anybody is asked for its name."""

from dataclasses import dataclass, replace

from cellwright.app.clients.offboarding.judging import Judged, judged, plans_digest
from cellwright.app.clients.offboarding.verifying import left_standing
from cellwright.app.session.session import OpenFleet
from cellwright.app.status.hold import waits_of
from cellwright.ledger.clients.values import Offboarding
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, MissingError, error
from cellwright.model.offboarding import Phase, Waits
from cellwright.model.runs.build_mark import without_build
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
    digest: str = ""
    """Of what the plans say, by which whoever confirms them names what they have seen. Empty while it goes
    on."""
    record: Offboarding | None = None
    """The offboarding that was begun by these plans; None: none was."""
    waits: Waits = Waits.NOTHING
    """What that waits for."""

    @property
    def allowed(self) -> bool:
        """Whether everything was planned, and nothing denied."""
        return self.run.status is RunStatus.SUCCEEDED

    @property
    def may_be_confirmed(self) -> bool:
        """Whether an offboarding may be begun, or gone on with, by these plans."""
        return self.allowed and self.outdated is None

    @property
    def reason(self) -> str:
        """Why the client is to leave; empty where nobody has said that."""
        said = without_build(self.run.reason)
        return "" if said == default_reason(self.cell) else said


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
    record = begun_by(fleet, cell, run)
    waits = Waits.NOTHING if record is None else waits_of(fleet.session, record)
    plan = PlannedLeave(cell=cell, run=found, record=record, waits=waits)
    if found.status is RunStatus.RUNNING:
        return plan
    told = judged(fleet, Wish(cell, plan.reason, seconds), found.id, who)
    return replace(plan, judged=told, digest=_digest(fleet, found), outdated=_closed(fleet, plan))


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


def refuse_unplanned(fleet: OpenFleet, cell: CellAddress, run: str, digest: str = "") -> None:
    """See that a run has planned the destruction of what stands of a client now, once for each offboarding.

    Raises:
        DiagnosticError: it goes on, is no such run, something was applied or destroyed since, an offboarding
            by it has ended, or its plans are not those of the digest.
    """
    found = planning_run(fleet, cell, run)
    if found.status is RunStatus.RUNNING:
        raise DiagnosticError(error(f"run {run} still plans the destruction of {cell}", "wait for its end"))
    record = begun_by(fleet, cell, run)
    fault = _outdated(fleet, cell, found) if record is None else _ended(record)
    if fault is None and digest and digest != _digest(fleet, found):
        fault = error(f"the plans of run {run} are not those that were shown", f"plan anew: {_again(cell)}")
    if fault is not None:
        raise DiagnosticError(fault)


def begun_by(fleet: OpenFleet, cell: CellAddress, run: str) -> Offboarding | None:
    """Give the offboarding that was begun by the plans of a run: there is one at most."""
    return next((item for item in fleet.ledger.offboardings.of_cell(cell) if item.plan_run == run), None)


def refuse_digest_alone(run: str, digest: str) -> None:
    """Refuse a digest of plans where the run that made them is not named: it would tell nothing.

    Raises:
        DiagnosticError: there is a digest, and no run.
    """
    if digest and not run:
        fault = error("a digest of plans is given, and no run that made them", "name the run, too")
        raise DiagnosticError(fault)


def refuse_other_plans(known: Offboarding, run: str) -> None:
    """Refuse to go on with an offboarding by plans that are not its own.

    Raises:
        DiagnosticError: somebody else has begun it meanwhile, by a run of their own.
    """
    if run and known.plan_run != run:
        raise DiagnosticError(
            error(
                f"{known.cell} is being offboarded already, by {known.requested_by} and by other plans than "
                f"those of run {run}",
                f"to go on with that: {_again(known.cell)}",
            )
        )


def _digest(fleet: OpenFleet, run: Run) -> str:
    return plans_digest(fleet, run.id, (part.address for part in run.units))


def _closed(fleet: OpenFleet, plan: PlannedLeave) -> Diagnostic | None:
    """Tell why nobody can confirm these plans any more; None: they may."""
    record = plan.record
    if record is None:
        return _outdated(fleet, plan.cell, plan.run)
    left = left_standing(fleet, plan.cell)
    is_looked_for = left is not None and left.id == record.id
    return None if record.phase.is_open or is_looked_for else _ended(record)


def _ended(record: Offboarding) -> Diagnostic:
    ended = {Phase.DONE: "the client has left", Phase.CANCELLED: f"{record.ended_by} has cancelled it"}
    return error(
        f"the offboarding of {record.cell} that run {record.plan_run} has planned is over: "
        f"{ended.get(record.phase, record.why)}",
        f"if it is to leave now, plan anew: {_again(record.cell)}",
    )


def _outdated(fleet: OpenFleet, cell: CellAddress, run: Run) -> Diagnostic | None:
    standing = [unit for unit in fleet.ledger.reader.heads() if unit.of_cell == cell]
    applied = fleet.ledger.reader.applied(standing)
    planned = {part.address for part in run.units}
    changed = planned.symmetric_difference(standing)
    changed |= {unit for unit in standing if _is_newer(applied[unit], run)}
    if not changed:
        return None
    units = ", ".join(map(str, sorted(changed)[:_SHOWN]))
    return error(f"{units} changed since run {run.id} planned the destruction", f"plan anew: {_again(cell)}")


_SHOWN = 5


def _is_newer(applied: AppliedUnit, run: Run) -> bool:
    """Whether a unit was applied after a run has begun; one that was resumed meanwhile has an older name."""
    return applied.run > run.id or applied.applied_at[:_SECONDS] > run.started[:_SECONDS]


_SECONDS = len("2026-11-22T21:48:12")


def _goes(cell: CellAddress, part: RunUnit) -> bool:
    return part.address.of_cell == cell and part.operation is Operation.DESTROY


def _again(cell: CellAddress) -> str:
    return f"cellwright offboard {cell.cell}"
