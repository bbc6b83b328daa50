"""Cancel a run from any process: the one that carries it out finishes what runs, and starts nothing more."""

from dataclasses import dataclass

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
        DiagnosticError: there is no such run, or it is over.
    """
    ledger = session.ledger()
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
