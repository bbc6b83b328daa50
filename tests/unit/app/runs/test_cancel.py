from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.runs.cancel import RunToCancel, cancel
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.run import RunStatus
from unit.engine.kit import RUN, make_run

GRACE = Actor("grace")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(sqlite_url(tmp_path / "ledger.db")) as opened:
        opened.recorder.start_run(make_run())
        yield opened


def test_a_run_is_asked_to_stop_by_whoever_cancels(ledger: Ledger) -> None:
    found = cancel(ledger, GRACE, RunToCancel(run=RUN, reason="wrong account"))
    assert (found.run, found.requested_by, found.reason) == (RUN, "grace", "wrong account")
    assert ledger.reader.latest_events(1)[0].actor == "grace"


def test_the_first_who_cancels_is_the_one_who_counts(ledger: Ledger) -> None:
    cancel(ledger, GRACE, RunToCancel(run=RUN))
    assert cancel(ledger, Actor("ada"), RunToCancel(run=RUN)).requested_by == "grace"


def test_a_run_that_is_over_can_not_be_cancelled(ledger: Ledger) -> None:
    cancel(ledger, GRACE, RunToCancel(run=RUN))
    ledger.recorder.finish_run(RUN, RunStatus.CANCELLED)
    with pytest.raises(DiagnosticError, match="is over: cancelled"):
        cancel(ledger, GRACE, RunToCancel(run=RUN))


def test_a_run_that_is_not_there_is_named(ledger: Ledger) -> None:
    with pytest.raises(DiagnosticError, match="there is no run 'none'"):
        cancel(ledger, GRACE, RunToCancel(run="none"))
