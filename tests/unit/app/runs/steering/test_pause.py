"""Pausing a run of the queue, and letting it go on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cellwright.app.runs.steering.pause import RunToPause, RunToUnpause, moment_of, pause, unpause
from cellwright.app.session.session import FleetSession
from cellwright.ledger.opening import Ledger
from cellwright.ledger.write.queueing import QueuedRun, QueuedUnit
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import RunStatus
from unit.app.kit import open_session
from unit.engine.kit import RUN, make_run

GRACE = Actor("grace")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    (tmp_path / "fleet.yaml").write_text("fleet: small\n")
    with open_session(tmp_path) as opened:
        yield opened


@pytest.fixture
def ledger(session: FleetSession) -> Ledger:
    opened = session.ledger(writing=True)
    run = make_run()
    units = tuple(QueuedUnit(address=part.address) for part in run.units)
    opened.recorder.start_run(run, queued=QueuedRun(task={}, units=units))
    return opened


@pytest.mark.usefixtures("ledger")
def test_a_run_is_paused_by_the_first_who_asks_and_goes_on(session: FleetSession) -> None:
    found = pause(session, GRACE, RunToPause(run=RUN, reason="look first"))
    assert (found.run, found.paused_by, found.reason, found.until) == (RUN, "grace", "look first", None)
    assert pause(session, Actor("ada"), RunToPause(run=RUN)).paused_by == "grace"
    assert unpause(session, Actor("ada"), RunToUnpause(run=RUN)).paused_by == "grace"
    with pytest.raises(DiagnosticError, match="is not paused"):
        unpause(session, GRACE, RunToUnpause(run=RUN))


@pytest.mark.usefixtures("ledger")
def test_a_time_that_has_passed_or_names_no_zone_is_refused(session: FleetSession) -> None:
    later = session.now() + timedelta(hours=1)
    for wrong in (session.now() - timedelta(hours=1), later.replace(tzinfo=None)):
        with pytest.raises(DiagnosticError, match="'until'"):
            pause(session, GRACE, RunToPause(run=RUN, until=wrong))
    assert pause(session, GRACE, RunToPause(run=RUN, until=later)).until is not None


def test_what_can_not_be_paused_says_why(session: FleetSession, ledger: Ledger) -> None:
    with pytest.raises(DiagnosticError, match="there is no run 'none'"):
        pause(session, GRACE, RunToPause(run="none"))
    with pytest.raises(DiagnosticError, match="there is no run 'none'"):
        unpause(session, GRACE, RunToUnpause(run="none"))
    ledger.recorder.reopen_run(RUN, "ada")
    with pytest.raises(DiagnosticError, match="one process of its own"):
        pause(session, GRACE, RunToPause(run=RUN))
    ledger.recorder.finish_run(RUN, RunStatus.SUCCEEDED)
    with pytest.raises(DiagnosticError, match="is over: succeeded"):
        pause(session, GRACE, RunToPause(run=RUN))


def test_a_time_is_read_as_people_write_it() -> None:
    assert moment_of("") is None
    assert moment_of("2026-12-31T14:00") == datetime(2026, 12, 31, 14, tzinfo=UTC)
    assert moment_of("2026-12-31T14:00+02:00") == datetime(2026, 12, 31, 12, tzinfo=UTC)
    with pytest.raises(DiagnosticError, match="'soon' is no time"):
        moment_of("soon")
