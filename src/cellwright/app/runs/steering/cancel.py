"""Cancel a run from any process: the one that carries it out finishes what runs, and starts nothing more.

A run that nobody carries out any more is given up: it ends at once, and the record says so.
"""

from dataclasses import dataclass, replace

from cellwright.app.runs.steering.ending import end_dead_run
from cellwright.app.runs.steering.stopped_runs import stopped_runs
from cellwright.app.session.session import FleetSession
from cellwright.ledger.cancels import CancelRequest
from cellwright.ledger.database.turns import RunLost
from cellwright.ledger.opening import Ledger
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
        DiagnosticError: there is no such run, it is over, or another command ends what it is part of.
    """
    ledger = session.ledger()
    turn = ledger.reader.run_turn(request.run)
    if _is_dead(session, request.run):
        return give_up(ledger, actor, request, turn)
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


def give_up(ledger: Ledger, actor: Actor, request: RunToCancel, turn: int | None) -> CancelRequest:
    """End a run that nobody carries out any more. `resume` can still go on with it, as with any other.

    `turn` is the run's as it was found dead.

    Raises:
        RunLost: somebody has resumed it meanwhile.
    """
    ledger.cancels.request(request.run, actor, request.reason)
    told = error(
        f"the process that carried out the run is gone, and {actor.name} has given the run up",
        f"cellwright resume {request.run} goes on with it",
    )
    end_dead_run(ledger, request.run, actor, turn, told)
    found = ledger.cancels.of_run(request.run)
    if found is None:
        raise RunLost(request.run)
    return replace(found, ended=True)


def _is_dead(session: FleetSession, run: str) -> bool:
    """Tell whether nobody carries out a run any more.

    Raises:
        DiagnosticError: so it is, and what it is part of goes on, or ends, by a command of its own.
    """
    summary = session.ledger().reader.summary(run)
    if summary is None:
        return False
    command = stopped_runs(session, (summary,)).get(run)
    if command not in {None, "", f"cellwright resume {run}"}:
        raise DiagnosticError(
            error(
                f"nobody carries out run {run} any more: nothing of it goes on, so nothing is to be stopped",
                f"it is part of something that goes on: {command}",
            )
        )
    return command is not None
