"""Builds' runs as a server carries them out: begun without waiting, and followed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.clients.offboard import OffboardRequest
from cellwright.app.clients.offboarding.asking import not_offboarded
from cellwright.app.clients.offboarding.planned import PlannedLeave
from cellwright.app.clients.onboarding.onboard import OnboardRequest
from cellwright.app.clients.suspend import SuspendRequest
from cellwright.app.jobs.leaving import LookRequest, planned_run
from cellwright.app.jobs.offering import Offer
from cellwright.app.jobs.watching import Watched, WatchRequest, follow_source
from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.plan import PlanRequest
from cellwright.app.runs.resume import ResumeRequest
from cellwright.app.runs.steering.approve import WaitingPlan
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.ledger.clients.values import Offboarding
from cellwright.ledger.run_state import RunSummary
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.build_mark import with_build
from cellwright.model.runs.progress import ProgressEvent
from cellwright.model.runs.progress_json import from_json
from cellwright.model.runs.run import RunStatus, RunUnit, UnitResult
from cellwright.remote.changing import asked_onboard, selected
from cellwright.remote.client import ApiClient
from cellwright.remote.documents.lives import life_from, planned_from
from cellwright.remote.documents.runs import results_from, run_from, summary_from
from cellwright.remote.following import units_of, waiting_of


def begin_apply(client: ApiClient, request: ApplyRequest, *, approved_how: str = "", build: str = "") -> str:
    """Begin a run; gives its id. The server answers the same build within a day with the same run."""
    reason = with_build(request.reason, build) if build else request.reason
    body = {"kind": "apply", **selected(request.selection), "approved": bool(approved_how), "reason": reason}
    run: str = client.post("runs", body=body, key=_key(client, build))["run"]
    return run


def _key(client: ApiClient, build: str) -> str:
    """Under which the server answers a build that asks again as before."""
    return hashlib.sha256(f"{client.acts_for}\n{build}".encode()).hexdigest() if build else ""


def begin_plan(client: ApiClient, request: PlanRequest) -> str:
    """Begin a run that plans and applies nothing; gives its id."""
    body = {"kind": "plan", **selected(request.selection), "reason": request.reason}
    run: str = client.post("runs", body=body)["run"]
    return run


def begin_onboard(client: ApiClient, request: OnboardRequest, *, approved_how: str = "") -> str:
    """Add a client, and begin the run that brings it up; gives its id."""
    return asked_onboard(client, request, approved=bool(approved_how))


def begin_suspension(client: ApiClient, request: SuspendRequest) -> str:
    """Suspend or reinstate a client; gives the run that applies it, empty if nothing is to be applied.

    Raises:
        DiagnosticError: a pull request was opened instead, as this fleet wants it.
    """
    done = client.post("clients", request.name, request.word, body={"reason": request.reason})
    if done["pull_request"]:
        detail = f"once {done['pull_request']} is merged, apply it"
        raise DiagnosticError(
            error("this fleet takes such a change by pull request, and one was opened", detail)
        )
    return done["run"] or ""


def begin_offboard_plan(client: ApiClient, request: OffboardRequest, *, build: str = "") -> str:
    """Begin the run that plans what offboarding a client would destroy; gives its id.

    Of a client that is being offboarded it is the run by which that was confirmed.
    """
    known = _last_offboarding(client, request.name)
    if known is not None and known.phase.is_open:
        return planned_run(known)
    body = {"reason": request.reason, "accept_state": request.accept_state}
    path = ("clients", request.name, "offboard", "plan")
    run: str = client.post(*path, body=body, key=_key(client, build))["run"]
    return run


def look_at_offboard_plan(client: ApiClient, request: LookRequest) -> PlannedLeave:
    """What plans of a client's destruction come to."""
    run = request.run
    if not run:
        known = _last_offboarding(client, request.name)
        if known is None or not known.phase.is_open:
            raise not_offboarded(request.name)
        run = planned_run(known)
    found = client.get("clients", request.name, "offboard", "plan", run)
    return planned_from(found, run_from(summary_from(client.get("runs", run, "summary")), ()))


def _last_offboarding(client: ApiClient, name: str) -> Offboarding | None:
    life = client.get("clients", name, "life")
    return None if life["offboarding"] is None else life_from(life)[0]


def offer(client: ApiClient) -> Offer:
    """What forms may offer."""
    found = client.get("jobs", "form")
    return Offer(
        fleet=found["fleet"],
        level=found["level"],
        choices={key: tuple(values) for key, values in found["choices"].items()},
        strategies=tuple(found["strategies"]),
    )


def begin_resume(client: ApiClient, request: ResumeRequest, *, approved_how: str = "") -> str:
    """Go on with a run; gives its id, also of one that goes on already."""
    known = summary_from(client.get("runs", request.run or "", "summary"))
    if known.status is RunStatus.RUNNING:
        return known.id
    body = {"move_state": request.move_states, "approved": bool(approved_how)}
    run: str = client.post("runs", request.run or "", "resume", body=body)["run"]
    return run


def watch(client: ApiClient, request: WatchRequest, talk: Conversation) -> Watched:
    """Follow a run until it is over or waits; the server carries it out."""
    return follow_source(_OfServer(client, request.run), talk, request.after)


@dataclass(frozen=True, slots=True)
class _OfServer:
    client: ApiClient
    run: str

    def summary(self) -> RunSummary:
        return summary_from(self.client.get("runs", self.run, "summary"))

    def progress(self, after: int) -> Sequence[tuple[int, ProgressEvent]]:
        page = self.client.get("runs", self.run, "progress", query=[("after", after)])
        return [(piece["id"], from_json(piece)) for piece in page["progress"]]

    def waiting(self) -> tuple[WaitingPlan, ...]:
        return waiting_of(self.client, self.run)

    def units(self) -> tuple[RunUnit, ...]:
        return units_of(self.client, self.run)

    def results(self) -> tuple[UnitResult, ...]:
        return results_from([item for page in self.client.pages("runs", self.run) for item in page["units"]])
