"""Begin a run for a build: it is written into the ledger, and its id is known before anything runs."""

from dataclasses import replace

from cellwright.app.clients.onboarding.onboard import OnboardRequest
from cellwright.app.clients.submit import submit_onboard, submit_suspension
from cellwright.app.clients.suspend import SuspendRequest
from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.runs.plan import PlanRequest
from cellwright.app.runs.resume import ResumeRequest
from cellwright.app.runs.submit import submit_apply, submit_plan, submit_resume
from cellwright.app.session.session import FleetSession
from cellwright.ledger.read.run_query import RunFilter, RunQuery
from cellwright.model.actor import Actor
from cellwright.model.runs.build_mark import build_mark, with_build
from cellwright.model.runs.run import RunKind, RunStatus

_MOST = 20
"""Runs of one build that are looked through."""


def begin_apply(
    session: FleetSession, actor: Actor, request: ApplyRequest, *, approved_how: str = "", build: str = ""
) -> str:
    """Begin a run that applies the selected changes; gives its id.

    A build that asks again, because its agent was lost before it knew the run, gets the same one.

    Raises:
        DiagnosticError: the fleet has errors, or a selector matches nothing.
    """
    if not build:
        return submit_apply(session, actor, request, NoHost(), approved_how).id
    wanted = replace(request, reason=with_build(request.reason, build))
    with session.changing():  # one process of a build at a time
        known = run_of_build(session, actor, RunKind.APPLY, wanted.reason, build)
        return known or submit_apply(session, actor, wanted, NoHost(), approved_how).id


def run_of_build(session: FleetSession, actor: Actor, kind: RunKind, reason: str, build: str) -> str:
    """Give the run of this kind that a build has begun for this reason already; empty: it has begun none."""
    only = RunFilter(kind=kind.value, words=build_mark(build))
    runs = RunQuery(session.ledger().database).page(only, _MOST)
    return next((run.id for run in runs if run.reason == reason and run.actor == actor.name), "")


def begin_plan(session: FleetSession, actor: Actor, request: PlanRequest) -> str:
    """Begin a run that plans the selected changes and applies nothing; gives its id.

    Raises:
        DiagnosticError: as `begin_apply`; or the plans were to be kept.
    """
    return submit_plan(session, actor, request, NoHost()).id


def begin_onboard(
    session: FleetSession, actor: Actor, request: OnboardRequest, *, approved_how: str = ""
) -> str:
    """Write and commit a client's settings, and begin the run that brings it up; gives the run's id.

    Asked again it goes on where it stopped: with the run that is under way, or the one that failed.

    Raises:
        DiagnosticError: the name or the settings can't be used; nothing is left behind then.
    """
    return submit_onboard(session, actor, request, NoHost(), approved_how).run


def begin_suspension(session: FleetSession, actor: Actor, request: SuspendRequest) -> str:
    """Write and commit that a client is suspended, or no more, and begin the run; gives its id.

    Asked again it gives the run that is under way; empty if nothing is to be applied. Its plans wait for
    somebody: what is switched off is shown before.

    Raises:
        DiagnosticError: as `suspend`; nothing is changed then.
    """
    begun = submit_suspension(session, actor, request, NoHost())
    return begun.run if begun is not None else ""


def begin_resume(
    session: FleetSession, actor: Actor, request: ResumeRequest, *, approved_how: str = ""
) -> str:
    """Put what a run has left undone into the queue again; gives its id, also of one that goes on already.

    Raises:
        DiagnosticError: there is no such run, or nothing is left of it to do.
    """
    known = session.ledger().reader.summary(request.run) if request.run is not None else None
    if known is not None and known.status is RunStatus.RUNNING:
        return known.id
    return submit_resume(session, actor, request, NoHost(), approved_how).id
