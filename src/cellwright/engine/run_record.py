"""How a run begins, and how its end is recorded."""

from dataclasses import replace
from datetime import UTC, datetime

from cellwright.engine.progress_stamp import ProgressStamp
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.runs.progress import Listener, RunFinished, RunStarted
from cellwright.model.runs.run import Run, RunKind, RunStatus
from cellwright.model.text.timed_id import timed_id
from cellwright.planning.choice import Choice

_ID_DIGITS = 4


def new_run(kind: RunKind, choice: Choice, actor: Actor, reason: str, commit: str | None) -> Run:
    """Make a run that has not started; its id sorts by time."""
    now = datetime.now(UTC)
    return Run(
        id=timed_id(now, _ID_DIGITS),
        kind=kind,
        status=RunStatus.RUNNING,
        actor=actor.name,
        reason=reason,
        started=now.isoformat(timespec="microseconds"),
        finished=None,
        commit=commit,
        units=choice.parts,
    )


def end_empty_run(run: Run, ledger: Ledger, actor: Actor, listener: Listener) -> Run:
    """Record the end of a run that has no units: nothing is opened for it."""
    reporter = ProgressStamp(run.id, listener)
    reporter.report(RunStarted(run))
    finished = end_run(run, RunStatus.SUCCEEDED, ledger, actor)
    reporter.report(RunFinished(finished))
    return finished


def end_run(run: Run, status: RunStatus, ledger: Ledger, actor: Actor, turn: int | None = None) -> Run:
    """Record the end of a run."""
    waited = ledger.recorder.finish_run(run.id, status, actor, turn)
    finished = datetime.now(UTC).isoformat(timespec="microseconds")
    return replace(run, status=status, finished=finished, waited=waited)
