"""Use cases that change something, as the server carries them out."""

import time
from collections.abc import Iterable
from dataclasses import replace

from cellwright.app.clients.offboard import OffboardReport, OffboardRequest
from cellwright.app.clients.offboarding.judging import Judged
from cellwright.app.clients.onboarding.onboard import OnboardRequest
from cellwright.app.clients.suspend import SuspendRequest
from cellwright.app.history.runs import RunsRequest
from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.plan import PlanRequest
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.resume import ResumeRequest
from cellwright.app.runs.steering.approve import ApprovalReport, ApproveRequest, WaitingPlan
from cellwright.app.runs.steering.cancel import RunToCancel
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.runs.steering.pause import RunToPause, RunToUnpause
from cellwright.app.status.status import StatusRequest
from cellwright.ledger.cancels import CancelRequest
from cellwright.ledger.clients.values import LegalHold, Offboarding
from cellwright.ledger.queue.pauses import Pause
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.offboarding import Phase, Waits
from cellwright.model.runs.change import Status
from cellwright.model.runs.plan_options import options_to_json
from cellwright.model.runs.run import RunKind, RunStatus
from cellwright.remote.client import ApiClient
from cellwright.remote.documents.lives import hold_from, judged_from, life_from
from cellwright.remote.documents.runs import answered_from, cancelled_from, paused_from
from cellwright.remote.following import follow, waiting_of
from cellwright.remote.looking import runs, status


def plan(client: ApiClient, request: PlanRequest, talk: Conversation) -> RunReport:
    """Plan the changes."""
    if request.out is not None or request.store:
        raise DiagnosticError(
            error("a server keeps no plan file", "leave out -o and --store, or plan in the fleet's folder")
        )
    body = {"kind": "plan", **selected(request.selection), **_parallel(request.parallel)}
    report = _started(client, {**body, "reason": request.reason}, talk)
    asked = request.selection.asked
    return replace(report, looked=asked.is_unusual, in_part=asked.options.in_part)


def apply(client: ApiClient, request: ApplyRequest, talk: Conversation) -> RunReport:
    """Apply the changes."""
    if request.plan_file is not None:
        detail = "leave out --plan, or apply it in the fleet's folder"
        raise DiagnosticError(error("a server can't read a plan file", detail))
    if request.stored:
        detail = "leave out --stored, or apply them in the fleet's folder"
        raise DiagnosticError(error("a server applies no stored plans", detail))
    body = {"kind": "apply", **selected(request.selection), **_parallel(request.parallel)}
    more = {"reason": request.reason, "move_state": request.move_states, "approved": talk.preapproved}
    more |= {"allow_dirty": True} if request.allow_dirty else {}
    report = _started(client, {**body, **more}, talk)
    waiting = _waiting(client, request.selection, report)
    asked = request.selection.asked
    return replace(report, waiting=waiting, looked=asked.is_unusual, in_part=asked.options.in_part)


def _waiting(client: ApiClient, selection: Selection, report: RunReport) -> tuple[UnitAddress, ...]:
    """Give the units that wait to be destroyed, which nobody has asked for."""
    if selection.destroy:
        return ()
    asked = StatusRequest(selectors=selection.selectors, relatives=selection.relatives)
    seen = {item.address for item in report.results}
    try:
        found = status(client, asked).units
    except DiagnosticError:
        return ()  # how the run ended is told all the same
    waiting = (item.address for item in found if item.status is Status.DESTROY)
    return tuple(address for address in waiting if address not in seen)


def resume(client: ApiClient, request: ResumeRequest, talk: Conversation) -> RunReport:
    """Go on with a run."""
    run = request.run or _to_resume(client)
    body = {"move_state": request.move_states, "approved": talk.preapproved, **_parallel(request.parallel)}
    body |= {"allow_dirty": True} if request.allow_dirty else {}
    return follow(client, client.post("runs", run, "resume", body=body)["run"], talk)


def onboard(client: ApiClient, request: OnboardRequest, talk: Conversation) -> RunReport:
    """Add a client."""
    return follow(client, asked_onboard(client, request), talk)


def asked_onboard(client: ApiClient, request: OnboardRequest, *, approved: bool = False) -> str:
    """Have a client added; gives the run that brings it up.

    Raises:
        DiagnosticError: a pull request was opened instead, as this fleet wants it.
    """
    body = {"name": request.name, "settings": dict(request.settings), "reason": request.reason}
    level = {} if request.level is None else {"level": request.level}
    place = (
        {} if request.rule is None else {"place": {key: list(values) for key, values in request.rule.items()}}
    )
    beforehand = {"approved": True} if approved else {}
    again = {"again": True} if request.again else {}
    more = {**level, **place, **again, **beforehand, **_parallel(request.parallel)}
    made = client.post("clients", body={**body, **more})
    if made["pull_request"] is not None:
        detail = f"once {made['pull_request']} is merged, onboard it again"
        raise DiagnosticError(
            error("this fleet takes new clients by pull request, and one was opened", detail)
        )
    run: str = made["run"]
    return run


def offboard(client: ApiClient, request: OffboardRequest, talk: Conversation) -> OffboardReport:
    """Remove a client, as far as that goes now; whoever is asked for its name has seen the plans."""
    followed: dict[str, RunReport] = {}
    planned = _confirmed(client, request, talk, followed)
    body = {"reason": request.reason, "accept_state": request.accept_state, "hold": request.hold}
    plans = {"plan_run": planned, "plan_digest": request.planned_digest} if planned else {}
    client.post("clients", request.name, "offboard", body={**body, **plans})
    while True:
        record, waits = life_from(client.get("clients", request.name, "life"))
        run = record.plan_run if record.phase is Phase.PLANNING else record.run
        over = not record.phase.is_open or waits is not Waits.NOTHING or bool(record.why)
        failed = run in followed and followed[run].run.status is not RunStatus.SUCCEEDED
        if over or talk.interrupted() or (failed and record.phase is Phase.DESTROYING):
            refused = record.phase is Phase.REFUSED and bool(record.plan_run)
            return OffboardReport(
                record=record,
                waits=waits,
                report=next(reversed(followed.values()), None),
                judged=_judged(client, request, record.plan_run) if refused else None,
            )
        if run and run not in followed:
            followed[run] = follow(client, run, talk.approving())
        else:
            time.sleep(_LOOK)


def _confirmed(
    client: ApiClient, request: OffboardRequest, talk: Conversation, followed: dict[str, RunReport]
) -> str:
    """Have what would be destroyed planned, and ask the person who has seen that; gives the run.

    As in the fleet's folder: nothing of the offboarding is begun before, and plans that fail, or are denied,
    need no answer.
    """
    if request.confirm is None:
        return request.planned
    record = client.get("clients", request.name, "life")["offboarding"]
    if record is not None and Phase(record["phase"]).is_open:
        request.confirm(None)
        return ""
    body = {"reason": request.reason, "accept_state": request.accept_state}
    run: str = client.post("clients", request.name, "offboard", "plan", body=body)["run"]
    followed[run] = follow(client, run, talk.approving())
    status = followed[run].run.status
    if status in (RunStatus.CANCELLED, RunStatus.RUNNING):
        raise DiagnosticError(
            error(f"interrupted: run {run} has not planned everything", "no offboarding was begun")
        )
    if status is RunStatus.SUCCEEDED:
        request.confirm(_judged(client, request, run))
    return run


def _judged(client: ApiClient, request: OffboardRequest, run: str) -> Judged:
    """What a run that planned the destruction of a client has found."""
    found = client.get("clients", request.name, "offboard", "plan", run, query=[("hold", request.hold)])
    return judged_from(found["judged"])


_LOOK = 0.5
"""Seconds between two looks at an offboarding that a server goes on with."""


def suspend(client: ApiClient, request: SuspendRequest, talk: Conversation) -> RunReport:
    """Suspend or reinstate a client."""
    body = {"reason": request.reason}
    done = client.post("clients", request.name, request.word, body=body)
    if done["run"] is None:
        stands = f"{request.name} is {request.state.value} already: nothing is to be done"
        told = f"it is proposed: {done['pull_request']}" if done["pull_request"] else stands
        raise DiagnosticError(error(told, "merge it, then apply it" if done["pull_request"] else ""))
    return follow(client, done["run"], talk)


def cancel_offboarding(client: ApiClient, name: str, reason: str = "") -> Offboarding:
    """End an offboarding."""
    return life_from(client.post("clients", name, "offboard", "cancel", body={"reason": reason}))[0]


def approve_offboarding(client: ApiClient, name: str, reason: str = "") -> Offboarding:
    """Agree to an offboarding."""
    return life_from(client.post("clients", name, "offboard", "approve", body={"reason": reason}))[0]


def lay_legal_hold(client: ApiClient, name: str, reason: str) -> LegalHold:
    """Let nothing of a client be destroyed."""
    found = client.post("clients", name, "legal-hold", body={"held": True, "reason": reason})
    return hold_from(found["legal_hold"])


def lift_legal_hold(client: ApiClient, name: str, reason: str) -> tuple[LegalHold, ...]:
    """End the legal holds of a client."""
    client.post("clients", name, "legal-hold", body={"held": False, "reason": reason})
    return ()


def waiting_plans(client: ApiClient, run: str, units: Iterable[str] = ()) -> tuple[WaitingPlan, ...]:
    """The plans of a run that wait."""
    found = waiting_of(client, run)
    wanted = frozenset(units)
    missing = sorted(wanted - {str(item.unit) for item in found})
    if missing or not found:
        told = [f"no plan of {unit} waits in run {run}" for unit in missing]
        look = "`cellwright runs` shows the runs and where they stand"
        raise DiagnosticError(*(error(text, look) for text in told or [f"no plan of run {run} waits"]))
    return tuple(item for item in found if not wanted or str(item.unit) in wanted)


def approve(client: ApiClient, request: ApproveRequest) -> ApprovalReport:
    """Answer for plans."""
    body: dict[str, object] = {"approved": request.approved, "reason": request.reason}
    if request.plans is not None:
        body["plans"] = {str(unit): digest for unit, digest in request.plans.items()}
    elif request.units:
        body["units"] = list(request.units)
    else:
        body["all"] = True
    return answered_from(client.post("runs", request.run, "approvals", body=body))


def cancel(client: ApiClient, request: RunToCancel) -> CancelRequest:
    """Ask a run to stop."""
    return cancelled_from(client.post("runs", request.run, "cancel", body={"reason": request.reason}))


def pause(client: ApiClient, request: RunToPause) -> Pause:
    """Have a run begin nothing more for now."""
    until = "" if request.until is None else request.until.isoformat()
    return paused_from(
        client.post("runs", request.run, "pause", body={"reason": request.reason, "until": until})
    )


def unpause(client: ApiClient, request: RunToUnpause) -> Pause:
    """Let a paused run go on."""
    return paused_from(client.post("runs", request.run, "unpause", body={"reason": request.reason}))


def _started(client: ApiClient, body: dict[str, object], talk: Conversation) -> RunReport:
    return follow(client, client.post("runs", body=body)["run"], talk)


def selected(selection: Selection) -> dict[str, object]:
    """Write which units are meant, as a call does."""
    return {
        "selectors": list(selection.selectors),
        "with_upstreams": selection.relatives.upstreams,
        "with_downstreams": selection.relatives.downstreams,
        "destroy": selection.destroy,
        "all": selection.thorough,
        "accept_state": selection.accepted,
        **options_to_json(selection.options),
    }


def _parallel(parallel: int | None) -> dict[str, object]:
    return {} if parallel is None else {"parallel": parallel}


def _to_resume(client: ApiClient) -> str:
    """The newest run that is not done, as `resume` without a run takes it."""
    for run in runs(client, RunsRequest(limit=50)).runs:
        if run.kind is not RunKind.PLAN and run.status in {RunStatus.FAILED, RunStatus.CANCELLED}:
            return run.id
    raise DiagnosticError(error("no run is waiting to be resumed", "`cellwright runs` lists them"))
