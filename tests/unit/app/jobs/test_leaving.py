"""Offboarding by a build: planned first, confirmed by what was seen, and by nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.clients.offboard import OffboardReport, OffboardRequest, offboard
from cellwright.app.clients.offboarding.asking import cancel_offboarding
from cellwright.app.clients.offboarding.planned import PlannedLeave
from cellwright.app.jobs.leaving import LookRequest, begin_offboard_plan, look_at_offboard_plan
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.engine.approval import NAME_TYPED
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.offboarding import Phase
from cellwright.model.runs.event import PLAN_JUDGED
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunStatus, RunUnit, UnitResult
from cellwright.model.value import Json
from unit.app.clients.offboarding.kit import ACME, APP, Leaving, leaving_fleet, stands
from unit.app.kit import ADA, applied_event, make_run

GRACE = Actor("grace", "test")
BUILD = "https://jenkins.example.com/job/offboard/7/"
DENIAL: Json = {"level": "deny", "rule": "hipaa.destruction", "resource": "aws_s3_bucket.logs"}


@pytest.fixture(name="leaving")
def _leaving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Leaving:
    return leaving_fleet(tmp_path, monkeypatch)


def begun(leaving: Leaving, build: str = BUILD, **wanted: str) -> str:
    with leaving.session() as session:
        return begin_offboard_plan(session, ADA, OffboardRequest(name="acme", **wanted), build=build)  # type: ignore[arg-type]  # texts


def judged(leaving: Leaving, run: str, plan: str = "p1", status: RunStatus = RunStatus.SUCCEEDED) -> None:
    """Have the run planned by whoever carries it out."""
    with leaving.session() as session:
        recorder = session.ledger(writing=True).recorder
        findings: Json = [DENIAL] if status is RunStatus.FAILED else []
        recorder.append_event(
            ADA, PLAN_JUDGED, str(APP), "", {"run": run, "plan": plan, "findings": findings}
        )
        recorder.finish_run(run, status)


def seen(leaving: Leaving, run: str = "") -> PlannedLeave:
    with leaving.session() as session:
        return look_at_offboard_plan(session, ADA, LookRequest(name="acme", run=run))


def confirmed(leaving: Leaving, found: PlannedLeave) -> OffboardReport:
    """Carry out what was seen, as `job offboard` does."""
    with leaving.session() as session:
        request = OffboardRequest(name="acme", planned=found.run.id, planned_digest=found.digest)
        return offboard(session, GRACE, request, Conversation().approving(NAME_TYPED))


def planned(leaving: Leaving) -> PlannedLeave:
    run = begun(leaving, reason="contract over")
    judged(leaving, run)
    return seen(leaving, run)


def test_a_build_that_asks_again_gets_the_same_run_and_another_one_its_own(leaving: Leaving) -> None:
    first = begun(leaving, reason="contract over")
    assert begun(leaving, reason="contract over") == first
    assert begun(leaving, f"{BUILD}8/", reason="contract over") != first
    with leaving.session() as session:
        assert session.ledger().offboardings.of_cell(ACME) == ()


def test_it_says_what_would_go_and_the_reason_without_the_build(leaving: Leaving) -> None:
    found = planned(leaving)
    assert found.may_be_confirmed
    assert found.judged is not None
    assert found.judged.told() == "1 unit, 0 resources"
    assert found.reason == "contract over"
    nameless = seen(leaving, begun(leaving, f"{BUILD}9/"))
    assert (nameless.reason, nameless.may_be_confirmed) == ("", False), "it is not planned yet"


def test_what_was_seen_is_carried_out_and_not_planned_again(leaving: Leaving) -> None:
    found = planned(leaving)
    done = confirmed(leaving, found)
    assert (done.record.phase, done.record.plan_run) == (Phase.DONE, found.run.id)
    assert done.record.requested_by == GRACE.name
    assert leaving.kinds == [RunKind.DESTROY]
    again = confirmed(leaving, found)
    assert again.record.id == done.record.id, "whose agent was lost asks again"
    assert leaving.kinds == [RunKind.DESTROY]


def test_what_is_denied_is_no_question_and_names_the_exception(leaving: Leaving) -> None:
    run = begun(leaving)
    judged(leaving, run, status=RunStatus.FAILED)
    found = seen(leaving, run)
    assert not found.may_be_confirmed
    assert found.judged is not None
    assert "rule: hipaa.destruction" in found.judged.exceptions


def refused(leaving: Leaving, found: PlannedLeave) -> str:
    with pytest.raises(DiagnosticError) as fault:
        confirmed(leaving, found)
    with leaving.session() as session:
        assert session.ledger().offboardings.open_of(ACME) is None
    return str(fault.value)


def test_plans_other_than_those_that_were_shown_are_refused(leaving: Leaving) -> None:
    found = planned(leaving)
    judged(leaving, found.run.id, plan="p2")
    assert "are not those that were shown" in refused(leaving, found)
    confirmed(leaving, seen(leaving, found.run.id))


def test_a_unit_that_was_applied_meanwhile_makes_them_out_of_date(leaving: Leaving) -> None:
    found = planned(leaving)
    with leaving.session() as session:
        stands(session.ledger(writing=True), "29991122-000000-0001")
    assert "client/acme/app changed since" in refused(leaving, found)
    assert not seen(leaving, found.run.id).may_be_confirmed


def test_an_older_run_that_was_resumed_makes_them_out_of_date_too(leaving: Leaving) -> None:
    """Runs' names sort by time; one that goes on after the plans were made has an older name."""
    found = planned(leaving)
    older = "20261122-000001-0001"
    with leaving.session() as session:
        ledger = session.ledger(writing=True)
        ledger.recorder.start_run(replace(make_run(older), units=(RunUnit(APP, Operation.APPLY, 0),)))
        known = ledger.reader.applied([APP])[APP]
        late = replace(known, run=older, applied_at="2999-01-01T00:00:00+00:00")
        ledger.recorder.record_applied(late, UnitResult(APP, Outcome.APPLIED), older, applied_event(older))
    assert "client/acme/app changed since" in refused(leaving, found)


def test_the_plans_of_an_offboarding_that_was_cancelled_begin_no_other(leaving: Leaving) -> None:
    leaving.settings("{hold: 30d}")
    found = planned(leaving)
    assert confirmed(leaving, found).record.phase is Phase.HOLDING
    with leaving.session() as session:
        cancel_offboarding(session, ADA, "acme")
    assert "is over: Ada has cancelled it" in refused(leaving, found).replace(ADA.name, "Ada")
    assert not seen(leaving, found.run.id).may_be_confirmed


def test_an_offboarding_that_goes_on_is_shown_by_its_own_plans_and_gone_on_with(leaving: Leaving) -> None:
    leaving.settings("{hold: 30d}")
    found = planned(leaving)
    confirmed(leaving, found)
    assert begun(leaving, f"{BUILD}8/") == found.run.id, "nothing is planned again"
    again = seen(leaving)
    assert again.may_be_confirmed
    assert again.record is not None
    assert confirmed(leaving, again).record.id == again.record.id


def test_other_plans_do_not_go_on_with_what_somebody_else_has_begun(leaving: Leaving) -> None:
    leaving.settings("{hold: 30d}")
    mine = planned(leaving)
    other = begun(leaving, f"{BUILD}8/")
    judged(leaving, other, plan="p1")
    confirmed(leaving, seen(leaving, other))
    with pytest.raises(DiagnosticError, match=r"is being offboarded already, by .* and by other plans"):
        confirmed(leaving, mine)


def test_without_a_run_there_is_nothing_to_see_unless_it_is_being_offboarded(leaving: Leaving) -> None:
    with pytest.raises(DiagnosticError, match="client/acme is not being offboarded"):
        seen(leaving)
