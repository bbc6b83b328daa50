"""Cancel a run from any process: the one that carries it out finishes what runs, and starts nothing more."""

from dataclasses import dataclass

from cellwright.app.runs.steering.stopped_runs import stopped_runs
from cellwright.app.session.session import FleetSession
from cellwright.ledger.cancels import CancelRequest
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RunToCancel:
    """Which run is to stop, and why."""

    run: str
    reason: str = ""


def cancel(session: FleetSession, actor: Actor, request: RunToCancel) -> CancelRequest:
    """Ask that a run stop, as the first Ctrl-C beside it would; return the request that counts, the first.

    Raises:
        DiagnosticError: there is no such run, it is over, or nobody carries it out.
    """
    ledger = session.ledger()
    _refuse_dead(session, request.run)
    requested = ledger.cancels.request(request.run, actor, request.reason)
    if requested:
        # What nobody has begun of a run in the queue ends now; a run that one process carries out is its own.
        ledger.queue.advance(request.run, actor)
    found = ledger.cancels.of_run(request.run)
    summary = ledger.reader.summary(request.run)
    if summary is None:
        raise DiagnosticError(error(f"there is no run '{request.run}'", "`cellwright runs` lists them"))
    if found is None or not (requested or summary.status is RunStatus.RUNNING):
        raise DiagnosticError(
            error(f"run {request.run} is over: {summary.status.value}", "there is nothing to cancel")
        )
    return found


def _refuse_dead(session: FleetSession, run: str) -> None:
    """Refuse to cancel a run that nobody carries out: no process would ever answer.

    Raises:
        DiagnosticError: the process that carried it out is gone.
    """
    summary = session.ledger().reader.summary(run)
    if summary is None:
        return
    command = stopped_runs(session, (summary,)).get(run)
    if command is not None:
        raise DiagnosticError(
            error(
                f"nobody carries out run {run} any more: nothing of it goes on, so nothing is to be stopped",
                f"leave it as it is, or go on with it: {command}" if command else "leave it as it is",
            )
        )
