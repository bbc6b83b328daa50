"""Pause a run from any process, and let it go on: what was begun comes to its end, nothing more is begun."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cellwright.app.session.session import FleetSession
from cellwright.ledger.queue.pauses import Pause
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RunToPause:
    """Which run begins nothing more, why, and until when."""

    run: str
    reason: str = ""
    until: datetime | None = None
    """When it goes on by itself; None: when somebody unpauses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunToUnpause:
    """Which paused run goes on, and why."""

    run: str
    reason: str = ""


def pause(session: FleetSession, actor: Actor, request: RunToPause) -> Pause:
    """Pause a run; return the pause that counts, which is the first.

    Raises:
        DiagnosticError: there is no such run, it is over or carried out by one process alone, or `until` has
            passed.
    """
    if request.until is not None:
        refuse_past(session, request.until, "until")
    ledger = session.ledger()
    ledger.pauses.begin(request.run, actor, request.reason, request.until)
    found = ledger.pauses.of_run(request.run)
    if found is None:
        raise _not_queued(session, request.run, "pause")
    return found


def unpause(session: FleetSession, actor: Actor, request: RunToUnpause) -> Pause:
    """Let a paused run go on; return the pause that is over.

    Raises:
        DiagnosticError: there is no such run, or it is not paused.
    """
    ledger = session.ledger()
    found = ledger.pauses.of_run(request.run)
    if found is None or not ledger.pauses.end(request.run, actor, request.reason):
        raise _not_queued(session, request.run, "unpause")
    return found


def moment_of(text: str) -> datetime | None:
    """Read a time as people write it, in UTC unless it names its time zone; None for an empty text.

    Raises:
        DiagnosticError: it is no time.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        advice = "write it like this: 2026-12-31T14:00Z"
        raise DiagnosticError(error(f"'{text}' is no time", advice)) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def refuse_past(session: FleetSession, moment: datetime, what: str) -> None:
    """Refuse a time that has passed, or that may be meant in any time zone.

    Raises:
        DiagnosticError: it is such a one.
    """
    if moment.tzinfo is None:
        told = error(f"'{what}' names no time zone: {moment.isoformat()}", "add one: 2026-12-31T14:00Z")
        raise DiagnosticError(told)
    if moment <= session.now():
        raise DiagnosticError(error(f"'{what}' has passed: {moment.isoformat()}", "name a later time"))


def _not_queued(session: FleetSession, run: str, wanted: str) -> DiagnosticError:
    summary = session.ledger().reader.summary(run)
    if summary is None:
        return DiagnosticError(error(f"there is no run '{run}'", "`cellwright runs` lists them"))
    if summary.status is not RunStatus.RUNNING:
        return DiagnosticError(
            error(f"run {run} is over: {summary.status.value}", f"there is nothing to {wanted}")
        )
    if not session.ledger().reader.is_queued(run):
        advice = "`cellwright cancel` stops it after what runs, and `cellwright resume` goes on with it"
        return DiagnosticError(error(f"run {run} is carried out by one process of its own", advice))
    return DiagnosticError(error(f"run {run} is not paused", "see what it waits for on its page"))
