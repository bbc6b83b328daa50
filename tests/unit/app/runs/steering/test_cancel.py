from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.runs.steering.cancel import RunToCancel, cancel
from cellwright.app.session.session import FleetSession
from cellwright.engine.lease.keeper import this_process
from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import Ledger
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
    opened.recorder.start_run(make_run())
    return opened


def test_a_run_is_asked_to_stop_by_whoever_cancels(session: FleetSession, ledger: Ledger) -> None:
    found = cancel(session, GRACE, RunToCancel(run=RUN, reason="wrong account"))
    assert (found.run, found.requested_by, found.reason) == (RUN, "grace", "wrong account")
    assert ledger.reader.latest_events(1)[0].actor == "grace"


@pytest.mark.usefixtures("ledger")
def test_the_first_who_cancels_is_the_one_who_counts(session: FleetSession) -> None:
    cancel(session, GRACE, RunToCancel(run=RUN))
    assert cancel(session, Actor("ada"), RunToCancel(run=RUN)).requested_by == "grace"


def test_a_run_that_is_over_can_not_be_cancelled(session: FleetSession, ledger: Ledger) -> None:
    cancel(session, GRACE, RunToCancel(run=RUN))
    ledger.recorder.finish_run(RUN, RunStatus.CANCELLED)
    with pytest.raises(DiagnosticError, match="is over: cancelled"):
        cancel(session, GRACE, RunToCancel(run=RUN))


@pytest.mark.usefixtures("ledger")
def test_a_run_that_is_not_there_is_named(session: FleetSession) -> None:
    with pytest.raises(DiagnosticError, match="there is no run 'none'"):
        cancel(session, GRACE, RunToCancel(run="none"))


def test_a_run_whose_process_is_gone_is_not_asked_to_stop(session: FleetSession, ledger: Ledger) -> None:
    run = make_run(run_id="gone")
    me = this_process(run.id)
    ledger.recorder.start_run(run, holder=Holder(me.host, 2**22 + 1, me.process_started, run.id))
    with pytest.raises(DiagnosticError, match="nobody carries out run gone any more") as caught:
        cancel(session, GRACE, RunToCancel(run=run.id))
    assert "cellwright resume gone" in str(caught.value)
    assert ledger.cancels.of_run(run.id) is None
