from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.runs.steering.approve import ApproveRequest, approve, waiting_plans
from cellwright.app.session.session import FleetSession
from cellwright.engine.unit.planned import to_json
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import Decision, UnitState
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Operation, Outcome, RunUnit, UnitResult
from unit.app.kit import open_session
from unit.engine.kit import APP, NETWORK, PLAN, RUN, make_planned, make_run

GRACE, ADA = Actor("grace"), Actor("ada")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    (tmp_path / "fleet.yaml").write_text("fleet: small\nlevels: [{name: client, cells: clients}]\n")
    with open_session(tmp_path) as opened:
        yield opened


@pytest.fixture
def ledger(session: FleetSession) -> Ledger:
    opened = session.ledger(writing=True)
    opened.recorder.start_run(make_run(RunUnit(NETWORK, Operation.APPLY), RunUnit(APP, Operation.APPLY)))
    ask(opened, NETWORK, "n1")
    ask(opened, APP, "a1")
    return opened


def ask(ledger: Ledger, unit: UnitAddress, digest: str) -> None:
    ledger.recorder.enter(RUN, unit, UnitState.PLANNING)
    ledger.approvals.ask(RUN, unit, to_json(make_planned(unit)), digest, None)


@pytest.mark.usefixtures("ledger")
def test_what_waits_is_shown_with_its_plan(session: FleetSession) -> None:
    found = waiting_plans(session, RUN)
    assert [(item.unit, item.plan_digest, item.summary) for item in found] == [
        (NETWORK, "n1", PLAN),
        (APP, "a1", PLAN),
    ]
    assert [item.unit for item in waiting_plans(session, RUN, [str(APP)])] == [APP]


@pytest.mark.parametrize("approved", [True, False])
def test_an_answer_is_recorded_for_who_gave_it(
    session: FleetSession, ledger: Ledger, *, approved: bool
) -> None:
    request = ApproveRequest(run=RUN, plans={APP: "a1"}, approved=approved, reason="seen")
    report = approve(session, GRACE, request)
    assert (report.answered, report.void) == ((APP,), ())
    (found,) = (item for item in ledger.approvals.of_run(RUN) if item.unit == APP)
    assert (found.decision, found.answered_by, found.reason, found.how) == (
        Decision.APPROVED if approved else Decision.REJECTED,
        "grace",
        "seen",
        "command",
    )
    assert [item.unit for item in waiting_plans(session, RUN)] == [NETWORK]


def test_an_answer_to_a_plan_that_was_made_anew_is_void(session: FleetSession, ledger: Ledger) -> None:
    ask(ledger, APP, "a2")
    report = approve(session, GRACE, ApproveRequest(run=RUN, plans={APP: "a1", NETWORK: "n1"}))
    assert report.answered == (NETWORK,)
    (why,) = report.void
    assert why.summary == f"the plan of {APP} is another one now than the one that was seen"
    assert [item.plan_digest for item in waiting_plans(session, RUN)] == ["a2"]


@pytest.mark.usefixtures("ledger")
def test_a_second_answer_says_who_was_first(session: FleetSession) -> None:
    approve(session, ADA, ApproveRequest(run=RUN, plans={APP: "a1"}, approved=False))
    (why,) = approve(session, GRACE, ApproveRequest(run=RUN, plans={APP: "a1"})).void
    assert why.summary == f"the plan of {APP} was rejected before by ada"


def test_a_unit_that_no_longer_waits_can_not_be_answered_for(session: FleetSession, ledger: Ledger) -> None:
    ledger.recorder.record_result(RUN, UnitResult(APP, Outcome.CANCELLED))
    (why,) = approve(session, GRACE, ApproveRequest(run=RUN, plans={APP: "a1"})).void
    assert why.summary == f"{APP} does not wait for an answer any more"
    with pytest.raises(DiagnosticError, match=f"no plan of {APP} waits in run"):
        waiting_plans(session, RUN, [str(APP)])


@pytest.mark.usefixtures("ledger")
def test_a_run_without_questions_says_so(session: FleetSession) -> None:
    approve(session, GRACE, ApproveRequest(run=RUN, plans={APP: "a1", NETWORK: "n1"}))
    with pytest.raises(DiagnosticError, match="waits for an answer"):
        waiting_plans(session, RUN)


@pytest.mark.usefixtures("ledger")
def test_a_run_that_is_not_there_is_named(session: FleetSession) -> None:
    with pytest.raises(DiagnosticError, match="there is no run 'none'"):
        waiting_plans(session, "none")
    with pytest.raises(DiagnosticError, match="there is no run 'none'"):
        approve(session, GRACE, ApproveRequest(run="none", plans={APP: "a1"}))


@pytest.mark.usefixtures("ledger")
def test_without_plans_it_takes_those_that_wait(session: FleetSession) -> None:
    report = approve(session, GRACE, ApproveRequest(run=RUN, units=(str(APP),)))
    assert report.answered == (APP,)
    assert approve(session, GRACE, ApproveRequest(run=RUN)).answered == (NETWORK,)
    with pytest.raises(DiagnosticError, match="waits for an answer"):
        approve(session, GRACE, ApproveRequest(run=RUN))
