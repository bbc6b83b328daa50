from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.runs.steering.ending import end_needless_runs
from cellwright.app.runs.steering.needless import end_others_if_needless
from cellwright.app.session.session import FleetSession
from cellwright.engine.lease.keeper import this_process
from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import RunSummary, UnitState
from cellwright.model.actor import Actor
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunStatus, RunUnit, UnitResult
from unit.app.kit import open_session
from unit.engine.kit import APP, NETWORK, make_run

GRACE = Actor("grace")
BOTH = (RunUnit(NETWORK, Operation.APPLY), RunUnit(APP, Operation.APPLY))
ONE, TWO = "20261128-100000-aaaa", "20261128-110000-bbbb"
ME = this_process("")
GONE = replace(ME, process_id=2**22 + 1)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    (tmp_path / "fleet.yaml").write_text("fleet: small\n")
    with open_session(tmp_path) as opened:
        yield opened


@pytest.fixture
def ledger(session: FleetSession) -> Ledger:
    return session.ledger(writing=True)


def begin(ledger: Ledger, run: str, holder: Holder, *parts: RunUnit, kind: RunKind = RunKind.APPLY) -> None:
    ledger.recorder.start_run(make_run(*parts, kind=kind, run_id=run), holder=replace(holder, run=run))


def summary(ledger: Ledger, run: str = ONE) -> RunSummary:
    found = ledger.reader.summary(run)
    assert found is not None
    return found


def test_a_dead_run_ends_once_a_later_one_has_its_last_open_unit(
    session: FleetSession, ledger: Ledger
) -> None:
    begin(ledger, ONE, GONE, *BOTH)
    ledger.recorder.enter(ONE, APP, UnitState.PLANNING)
    ledger.leases.acquire(APP, replace(GONE, run=ONE), 60)
    end_needless_runs(session, GRACE)
    assert summary(ledger).status is RunStatus.RUNNING, "nobody has taken up anything"
    begin(ledger, TWO, ME, *BOTH)

    end_others_if_needless(session, TWO, GRACE)

    assert (summary(ledger).status, summary(ledger).counts) == (RunStatus.CANCELLED, {"cancelled": 2})
    assert summary(ledger, TWO).status is RunStatus.RUNNING, "its process lives"
    assert not ledger.reader.lease_holders()
    event = ledger.reader.latest_events(1)[0]
    assert (event.action, event.subject, event.actor) == ("run.finished", ONE, "grace")
    assert event.reason.endswith(f"is gone, and what it had left was taken up by run {TWO}")
    unit = ledger.reader.run_units(ONE)[APP]
    assert TWO in unit.diagnostics[0].summary


@pytest.mark.parametrize(
    ("holder", "later", "kind"),
    [
        pytest.param(ME, BOTH, RunKind.APPLY, id="its process lives"),
        pytest.param(replace(ME, host="elsewhere"), BOTH, RunKind.APPLY, id="another machine"),
        pytest.param(GONE, BOTH[:1], RunKind.APPLY, id="a unit is left"),
        pytest.param(GONE, BOTH, RunKind.PLAN, id="a plan takes nothing up"),
    ],
)
def test_a_run_that_may_go_on_is_left_alone(
    session: FleetSession, ledger: Ledger, holder: Holder, later: tuple[RunUnit, ...], kind: RunKind
) -> None:
    begin(ledger, ONE, holder, *BOTH)
    begin(ledger, TWO, ME, *later, kind=kind)
    end_needless_runs(session, GRACE)
    assert summary(ledger).status is RunStatus.RUNNING


def test_a_run_that_was_resumed_after_the_later_one_is_left_alone(
    session: FleetSession, ledger: Ledger
) -> None:
    begin(ledger, ONE, ME, *BOTH)
    begin(ledger, TWO, ME, *BOTH)
    ledger.recorder.reopen_run(ONE, holder=replace(GONE, run=ONE))
    end_needless_runs(session, GRACE)
    assert summary(ledger).status is RunStatus.RUNNING


def test_a_dead_plan_ends_for_nothing_waits_for_it(session: FleetSession, ledger: Ledger) -> None:
    begin(ledger, ONE, GONE, *BOTH, kind=RunKind.PLAN)
    end_needless_runs(session, GRACE)
    assert summary(ledger).status is RunStatus.CANCELLED
    assert "nothing waits for its plans" in ledger.reader.latest_events(1)[0].reason


def test_a_run_that_was_killed_at_its_very_end_ends_as_its_units_did(
    session: FleetSession, ledger: Ledger
) -> None:
    begin(ledger, ONE, GONE, BOTH[1])
    ledger.recorder.record_unbegun(ONE, UnitResult(APP, Outcome.FAILED), None)
    end_needless_runs(session, GRACE)
    assert summary(ledger).status is RunStatus.FAILED
