import errno
import os

import pytest

from cellwright.engine.unit.kept_plans import KeptPlans
from cellwright.engine.unit.planned import Planned, from_json
from cellwright.engine.unit.step import TerraformStep
from cellwright.ledger.approvals import Answer
from cellwright.ledger.clients.values import NewOffboarding
from cellwright.ledger.leases import Lease
from cellwright.ledger.run_state import Decision, UnitState
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.client_life import ClientState
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunUnit, UnitResult
from cellwright.model.value import OutputReference
from unit.engine.kit import (
    ADA,
    APP,
    NETWORK,
    PART,
    RUN,
    Bench,
    failing,
    make_run,
    make_unit,
    snapshot,
    whole,
)

GONE = RunUnit(APP, Operation.DESTROY)


def asking(bench: Bench, *, begin: bool = True) -> TerraformStep:
    return bench.step(begin=begin, asks=True)


def crash_while_it_waits(bench: Bench) -> Planned:
    """Plan as a process does that dies before anybody has answered."""
    planned = asking(bench).plan(PART)
    assert isinstance(planned, Planned)
    bench.terraform.log.clear()
    lease = bench.ledger.reader.lease_holders()[APP]
    bench.ledger.leases.release(Lease(APP, lease.holder, lease.fencing, lease.expires))
    return planned


def test_a_plan_that_waits_is_on_record_with_all_that_another_process_needs(bench: Bench) -> None:
    planned = asking(bench).plan(PART)
    assert isinstance(planned, Planned)
    record = bench.record()
    assert record.state is UnitState.PLANNED
    assert from_json(PART, record.plan) == planned
    assert (planned.plan_digest, planned.attempt_id) == ("digest", f"{RUN}.1")
    assert planned.state == snapshot().mark
    assert "hunter2" not in str(record.plan)
    assert [(item.unit, item.plan_digest) for item in bench.ledger.approvals.of_run(RUN)] == [(APP, "digest")]


class Depot:
    """Takes plans, or none."""

    def __init__(self, *, takes: bool) -> None:
        self.takes = takes
        self.dropped: list[UnitAddress] = []

    def keep(self, _planned: Planned, /) -> bool:
        return self.takes

    def fetch(self, _planned: Planned, /) -> None:
        pass

    def drop(self, unit: UnitAddress, /) -> None:
        self.dropped.append(unit)


@pytest.mark.parametrize(("takes", "end"), [(True, "close"), (False, "leave")])
def test_a_parked_plan_stays_here_unless_others_can_get_it(bench: Bench, *, takes: bool, end: str) -> None:
    step = bench.step(asks=True, depot=KeptPlans(Depot(takes=takes)))
    planned = step.plan(PART)
    assert isinstance(planned, Planned)
    bench.terraform.log.clear()
    assert step.park(planned) is takes
    assert bench.terraform.log == [end]


def test_a_stored_plan_goes_when_the_unit_has_its_outcome(bench: Bench) -> None:
    depot = Depot(takes=True)
    step = bench.step(asks=True, depot=KeptPlans(depot))
    planned = step.plan(PART)
    assert isinstance(planned, Planned)
    assert depot.dropped == []
    assert step.apply(planned).outcome is Outcome.APPLIED
    assert depot.dropped == [APP]


def test_a_plan_that_waits_for_nobody_is_not_asked_for(bench: Bench) -> None:
    assert isinstance(bench.step().plan(PART), Planned)
    assert bench.record().state is UnitState.PLANNING
    assert bench.ledger.approvals.of_run(RUN) == ()


def test_after_a_crash_the_same_plan_is_taken_up_without_planning_again(bench: Bench) -> None:
    before = crash_while_it_waits(bench)
    step = asking(bench, begin=False)
    again = step.plan(PART)
    assert again == before
    assert bench.terraform.log == ["settle app", f"open app {RUN}.2", f"reuse {RUN}.1"]
    assert bench.terraform.kept == [before.path]
    assert (bench.record().state, bench.record().attempt) == (UnitState.PLANNED, 1)
    assert isinstance(again, Planned)
    assert step.apply(again).outcome is Outcome.APPLIED


def test_an_answer_that_was_given_meanwhile_still_stands(bench: Bench) -> None:
    crash_while_it_waits(bench)
    bench.ledger.approvals.answer(RUN, {APP: "digest"}, Answer(actor=Actor("grace"), approved=True))
    asking(bench, begin=False).plan(PART)
    (approval,) = bench.ledger.approvals.of_run(RUN)
    assert approval.decision is Decision.APPROVED


def test_a_left_plan_that_can_not_be_removed_fails_nothing(bench: Bench) -> None:
    def refuse() -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    crash_while_it_waits(bench)
    bench.units.clear()  # nothing is to be done any more, so the plan goes
    bench.terraform.during["discard"] = refuse
    result = asking(bench, begin=False).plan(PART)
    assert isinstance(result, UnitResult)
    assert result.outcome is Outcome.UNCHANGED
    assert "discard app" in bench.terraform.log


def unusable(bench: Bench, because: str) -> None:
    if because == "other settings":
        bench.units[APP] = make_unit(inputs={"size": 4})
    elif because == "another state":
        bench.terraform.found = snapshot(serial=9)
    elif because == "another plan":
        bench.terraform.digest = "another"
    else:
        bench.terraform.during["reuse"] = failing("the saved plan is gone")


@pytest.mark.parametrize("because", ["other settings", "another state", "another plan", "gone"])
def test_a_plan_that_holds_no_more_is_made_and_asked_for_anew(bench: Bench, because: str) -> None:
    crash_while_it_waits(bench)
    bench.ledger.approvals.answer(RUN, {APP: "digest"}, Answer(actor=Actor("grace"), approved=True))
    unusable(bench, because)
    again = asking(bench, begin=False).plan(PART)
    assert isinstance(again, Planned)
    assert bench.terraform.log[-1] == "plan"
    assert again.attempt_id == f"{RUN}.2"
    assert bench.record().attempt == 2
    answers = bench.ledger.approvals.answers(RUN, {APP: again.plan_digest})
    assert answers == {}, "what was approved was another plan"


def test_a_plan_that_is_not_needed_any_more_is_removed(bench: Bench) -> None:
    crash_while_it_waits(bench)
    bench.units[APP] = make_unit(enabled=False)
    result = asking(bench, begin=False).plan(PART)
    assert isinstance(result, UnitResult)
    assert result.outcome is Outcome.UNCHANGED
    assert bench.terraform.log == ["settle app", "discard app"]
    assert bench.record().plan is None


def test_what_a_killed_process_left_of_a_unit_that_is_done_elsewhere_is_removed(bench: Bench) -> None:
    """Its plan was asked of nobody, so it is on no record; and nobody opens the folder."""
    assert isinstance(bench.step().plan(PART), Planned)
    lease = bench.ledger.reader.lease_holders()[APP]
    bench.ledger.leases.release(Lease(APP, lease.holder, lease.fencing, lease.expires))
    bench.units[APP] = make_unit(enabled=False)
    bench.terraform.log.clear()
    bench.step(begin=False).plan(PART)
    assert bench.terraform.log == ["settle app", "discard app"]


def test_what_was_left_of_a_unit_that_has_its_outcome_is_removed(bench: Bench) -> None:
    assert whole(bench.step()).outcome is Outcome.APPLIED
    bench.terraform.log.clear()
    result = bench.step(begin=False).plan(PART)
    assert isinstance(result, UnitResult)
    assert bench.terraform.log == ["discard app"]


def test_the_plan_that_waits_in_another_run_stays_where_the_unit_is_blocked(bench: Bench) -> None:
    bench.units[APP] = make_unit(inputs={"a": OutputReference(NETWORK, "id")})
    result = bench.step().plan(PART)
    assert isinstance(result, UnitResult)
    assert result.outcome is Outcome.BLOCKED
    assert "discard app" not in bench.terraform.log


def test_who_cancels_from_elsewhere_is_on_record_for_it(bench: Bench) -> None:
    step = bench.step()
    object.__setattr__(step.journal, "canceller", lambda: Actor("grace"))

    def stopped() -> None:
        step.interrupt(1)
        failing("interrupted")()

    bench.terraform.during["apply"] = stopped
    assert whole(step).outcome is Outcome.CANCELLED
    event = bench.ledger.reader.latest_events(1)[0]
    assert (event.action, event.actor) == ("unit.cancelled", "grace")


@pytest.mark.parametrize("begun", ["legal hold", "offboarding"])
def test_a_destroy_whose_plan_waited_is_refused_once_its_client_is_held(bench: Bench, begun: str) -> None:
    whole(bench.step())
    run = make_run(GONE, kind=RunKind.APPLY, run_id="20261123-000000-0000")
    step = bench.step(run, asks=True)
    planned = step.plan(GONE)
    assert isinstance(planned, Planned)
    if begun == "legal hold":
        bench.ledger.legal_holds.lay(APP.of_cell, ADA, "lawsuit 12")
    else:
        new = NewOffboarding(
            id="one",
            cell=APP.of_cell,
            reason="",
            back_to=ClientState.ACTIVE,
            task={},
            hold_seconds=3600,
            approvals_needed=0,
        )
        bench.ledger.offboardings.begin(new, ADA)
    bench.terraform.log.clear()
    refused = step.apply(planned)
    assert refused.outcome is Outcome.FAILED
    assert "is not destroyed" in refused.diagnostics[0].summary
    assert "apply" not in bench.terraform.log
    assert APP in bench.ledger.reader.heads()
