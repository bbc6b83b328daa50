from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.runs.steering.cancel import RunToCancel, cancel, give_up
from cellwright.app.session.session import FleetSession
from cellwright.engine.lease.keeper import this_process
from cellwright.ledger.database.turns import RunLost
from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Operation, RunStatus, RunUnit
from unit.app.kit import open_session
from unit.engine.kit import APP, NETWORK, RUN, make_run

GRACE = Actor("grace")
PARTS = (RunUnit(NETWORK, Operation.APPLY), RunUnit(APP, Operation.APPLY))


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


def test_a_run_whose_process_is_gone_is_given_up_and_the_record_says_so(
    session: FleetSession, ledger: Ledger
) -> None:
    run = make_run(*PARTS, run_id="gone")
    me = this_process(run.id)
    ledger.recorder.start_run(run, holder=Holder(me.host, 2**22 + 1, me.process_started, run.id))
    ledger.recorder.enter(run.id, NETWORK, UnitState.PLANNING)
    ledger.leases.acquire(NETWORK, Holder(me.host, 2**22 + 1, me.process_started, run.id), 60)
    ledger.leases.acquire(APP, Holder("elsewhere", 1, "then", "another"), 60)

    found = cancel(session, GRACE, RunToCancel(run=run.id, reason="not wanted"))

    assert (found.requested_by, found.ended) == ("grace", True)
    assert list(ledger.reader.lease_holders()) == [APP], "what another run holds is its own"
    summary = ledger.reader.summary(run.id)
    assert summary is not None
    assert (summary.status, summary.counts) == (RunStatus.CANCELLED, {"cancelled": 2})
    events = [(event.action, event.actor) for event in ledger.reader.events(subject=run.id)]
    assert events[-2:] == [("run.cancel_requested", "grace"), ("run.finished", "grace")]
    with pytest.raises(DiagnosticError, match="is over: cancelled"):
        cancel(session, GRACE, RunToCancel(run=run.id))
    ledger.recorder.reopen_run(run.id)
    assert {item.state for item in ledger.reader.run_units(run.id).values()} == {UnitState.PENDING}


def test_a_run_that_was_resumed_meanwhile_is_not_given_up(session: FleetSession, ledger: Ledger) -> None:
    run = make_run(run_id="gone")
    ledger.recorder.start_run(run)
    first = ledger.reader.run_turn(run.id)
    ledger.recorder.reopen_run(run.id)
    with pytest.raises(RunLost):
        give_up(ledger, GRACE, RunToCancel(run=run.id), first)
    summary = session.ledger().reader.summary(run.id)
    assert summary is not None
    assert summary.status is RunStatus.RUNNING
