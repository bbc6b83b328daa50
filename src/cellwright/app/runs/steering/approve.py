"""Answer for the plans of a run that wait for approval, from any process and any machine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cellwright.app.runs.steering.four_eyes import refuse_own_run
from cellwright.app.session.session import FleetSession
from cellwright.engine.unit import planned
from cellwright.ledger.approvals import COMMAND, Answer
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import Approval, Decision, RunSummary, RunUnitRecord, UnitState
from cellwright.model.actor import Actor
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.run import RunUnit
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRequest:
    """An answer to what was seen."""

    run: str
    plans: Mapping[UnitAddress, str] | None = None
    """By unit: the digest of the plan that was seen (`WaitingPlan`); None takes the plans as they are."""
    units: tuple[str, ...] = ()
    """With no plans: the addresses of the units that are meant; none means all that wait."""
    approved: bool = True
    """False rejects the plans."""
    reason: str = ""
    how: str = COMMAND


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPlan:
    """A plan that nobody has answered for."""

    unit: UnitAddress
    plan_digest: str
    asked_at: str
    """UTC, ISO 8601."""
    summary: PlanSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalReport:
    """What became of an answer."""

    run: str
    approved: bool
    answered: tuple[UnitAddress, ...]
    """The units whose plans it counts for."""
    void: tuple[Diagnostic, ...]
    """Why it does not count for the others."""


def waiting_plans(session: FleetSession, run: str, units: Iterable[str] = ()) -> tuple[WaitingPlan, ...]:
    """Return the plans of a run that wait for an answer: of these units, or all of them.

    Raises:
        DiagnosticError: there is no such run, or no plan of it, or of a unit that is named, waits.
    """
    ledger = session.ledger()
    _refuse_unknown(ledger, run)
    records = ledger.reader.run_units(run)
    wanted = {_address(text) for text in units}
    found = tuple(
        _waiting(item, records[item.unit])
        for item in ledger.approvals.of_run(run)
        if _is_open(item, records) and (not wanted or item.unit in wanted)
    )
    missing = sorted(wanted - {item.unit for item in found})
    if missing:
        raise DiagnosticError(*(error(f"no plan of {unit} waits in run {run}", _LOOK) for unit in missing))
    if not found:
        raise DiagnosticError(error(f"no plan of run {run} waits for an answer", _LOOK))
    return found


def approve(session: FleetSession, actor: Actor, request: ApproveRequest) -> ApprovalReport:
    """Approve or reject plans that were seen; the process that carries out the run acts on it.

    A plan that was made anew since it was seen, or that somebody else has answered for, is left alone; event
    `run.answer_refused`.

    Raises:
        DiagnosticError: there is no such run; no plans are named, and none waits; or the actor started the
            run, and the fleet demands a second person.
    """
    ledger = session.ledger()
    found = _refuse_unknown(ledger, request.run)
    if request.approved:
        refuse_own_run(session, actor, found)
    plans = request.plans
    if plans is None:
        waiting = waiting_plans(session, request.run, request.units)
        plans = {item.unit: item.plan_digest for item in waiting}
    given = Answer(actor=actor, approved=request.approved, reason=request.reason, how=request.how)
    answered = ledger.approvals.answer(request.run, plans, given)
    others = {unit: digest for unit, digest in sorted(plans.items()) if unit not in answered}
    if others:
        _record_void(ledger, given, request.run, others)
    known = {(item.unit, item.plan_digest): item for item in ledger.approvals.of_run(request.run)}
    return ApprovalReport(
        run=request.run,
        approved=request.approved,
        answered=tuple(sorted(answered)),
        void=tuple(_void(unit, known.get((unit, digest))) for unit, digest in others.items()),
    )


def _record_void(ledger: Ledger, given: Answer, run: str, plans: Mapping[UnitAddress, str]) -> None:
    """Record who wanted to answer, and for which plans it does not count."""
    refused = {str(unit): digest for unit, digest in plans.items()}
    detail: dict[str, Json] = {"answer": given.decision.value, "how": given.how, "plans": dict(refused)}
    ledger.recorder.append_event(given.actor, "run.answer_refused", run, given.reason, detail)


def _refuse_unknown(ledger: Ledger, run: str) -> RunSummary:
    found = ledger.reader.summary(run)
    if found is None:
        raise DiagnosticError(error(f"there is no run '{run}'", _LOOK))
    return found


def _address(text: str) -> UnitAddress:
    try:
        return UnitAddress.parse(text)
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "name one unit, such as client/acme/app")) from None


def _is_open(item: Approval, records: Mapping[UnitAddress, RunUnitRecord]) -> bool:
    record = records.get(item.unit)
    return item.decision is None and record is not None and record.state is UnitState.PLANNED


def _waiting(item: Approval, record: RunUnitRecord) -> WaitingPlan:
    part = RunUnit(record.address, record.operation, record.wave)
    return WaitingPlan(
        unit=item.unit,
        plan_digest=item.plan_digest,
        asked_at=item.asked_at,
        summary=planned.from_json(part, record.plan).summary,
    )


def _void(unit: UnitAddress, approval: Approval | None) -> Diagnostic:
    if approval is not None and approval.decision in (Decision.APPROVED, Decision.REJECTED):
        return error(
            f"the plan of {unit} was {approval.decision.value} before by {approval.answered_by}", _LOOK
        )
    if approval is not None and approval.decision is None:
        return error(f"{unit} does not wait for an answer any more", _LOOK)
    return error(f"the plan of {unit} is another one now than the one that was seen", "look at the new plan")


_LOOK = "`cellwright runs` shows the runs and where they stand"
