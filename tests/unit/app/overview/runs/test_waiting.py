"""Whatever does not go on says why, and names what stands in the way."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cellwright.app.overview.runs.places import FullLimit, LimitOf
from cellwright.app.overview.runs.waiting import RunSituation, Wait, WaitKind, wait_of
from cellwright.engine.lease.keeper import this_process
from cellwright.ledger.cancels import CancelRequest
from cellwright.ledger.leases import Held, Holder
from cellwright.ledger.queue.pauses import Pause
from cellwright.ledger.run_state import Approval, Decision, RunUnitRecord, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation, Outcome, RunStatus

NETWORK, APP = UnitAddress("client", "acme", "network"), UnitAddress("client", "acme", "app")
RUN = "20261122-214812-3f9a"
SITUATION = RunSituation(run=RUN, status=RunStatus.RUNNING, open_wave=0)
TIME = "2026-11-22T21:48:12+00:00"
CANCEL = CancelRequest(RUN, "grace", TIME, "")
PAUSE = Pause(run=RUN, paused_by="grace", paused_at=TIME)


def record(state: UnitState, wave: int = 0, outcome: Outcome | None = None) -> RunUnitRecord:
    return RunUnitRecord(address=APP, operation=Operation.APPLY, wave=wave, state=state, outcome=outcome)


def held(run: str) -> Held:
    holder = Holder("build-2", 42, "started", run)
    return Held(APP, holder, 3, datetime(2026, 11, 22, tzinfo=UTC))


def approval(decision: Decision | None) -> Approval:
    by = "grace" if decision else None
    return Approval(unit=APP, plan_digest="d", asked_at=TIME, decision=decision, answered_by=by)


def kind(found: Wait | None) -> WaitKind | None:
    return found.kind if found else None


def test_what_is_over_or_goes_on_does_not_wait() -> None:
    assert wait_of(record(UnitState.FINISHED, outcome=Outcome.APPLIED), SITUATION) is None
    assert wait_of(record(UnitState.APPLYING), replace(SITUATION, holders={APP: held(RUN)})) is None
    assert wait_of(record(UnitState.PLANNING), SITUATION) is None


@pytest.mark.parametrize("state", [UnitState.PENDING, UnitState.PLANNING, UnitState.APPLYING])
def test_a_unit_on_which_another_run_works_names_that_run(state: UnitState) -> None:
    found = wait_of(record(state), replace(SITUATION, holders={APP: held("another")}))
    assert (kind(found), found and found.run) == (WaitKind.LEASE, "another")
    assert found
    words = "run another works on it (process 42 on build-2); if that has ended, until 00:00:00 UTC"
    assert (found.why, found.until) == (words, held("another").expires)


def test_of_a_process_of_this_machine_no_end_is_foretold() -> None:
    mine = replace(held("another"), holder=this_process("another"))
    found = wait_of(record(UnitState.PENDING), replace(SITUATION, holders={APP: mine}))
    assert found
    assert found.until is None
    assert "if that has ended" not in found.why


@pytest.mark.parametrize("decision", [None, Decision.VOID])
def test_a_plan_waits_for_an_answer(decision: Decision | None) -> None:
    found = wait_of(record(UnitState.PLANNED), replace(SITUATION, approvals={APP: approval(decision)}))
    assert kind(found) is WaitKind.APPROVAL


@pytest.mark.parametrize(
    ("decision", "words"),
    [(Decision.APPROVED, "approved by grace"), (Decision.REJECTED, "rejected by grace")],
)
def test_an_answered_plan_waits_for_its_turn(decision: Decision, words: str) -> None:
    found = wait_of(record(UnitState.PLANNED), replace(SITUATION, approvals={APP: approval(decision)}))
    assert kind(found) is WaitKind.PLACE
    assert found
    assert found.why.startswith(words)


def test_an_approved_plan_of_a_dead_process_needs_a_resume() -> None:
    situation = replace(SITUATION, approvals={APP: approval(Decision.APPROVED)}, carried_out=False)
    assert kind(wait_of(record(UnitState.PLANNED), situation)) is WaitKind.NOBODY
    assert kind(wait_of(record(UnitState.PLANNING), situation)) is WaitKind.NOBODY


def test_an_unfinished_upstream_is_named() -> None:
    situation = replace(SITUATION, upstreams={APP: {NETWORK}}, unfinished={NETWORK, APP})
    found = wait_of(record(UnitState.PENDING), situation)
    assert (kind(found), found and found.unit) == (WaitKind.UPSTREAM, NETWORK)
    over = wait_of(record(UnitState.PENDING), replace(situation, unfinished={APP}))
    assert kind(over) is WaitKind.PLACE


def test_an_earlier_wave_is_named_as_people_count() -> None:
    found = wait_of(record(UnitState.PENDING, wave=2), replace(SITUATION, open_wave=1))
    assert (kind(found), found and found.wave) == (WaitKind.WAVE, 1)
    assert found
    assert found.why == "wave 2 is not over"


@pytest.mark.parametrize("state", [UnitState.PENDING, UnitState.PLANNED])
def test_nothing_more_begins_in_a_run_that_is_cancelled_or_over(state: UnitState) -> None:
    cancelled = wait_of(record(state), replace(SITUATION, cancel=CANCEL))
    assert kind(cancelled) is WaitKind.CANCEL
    assert cancelled
    assert "grace" in cancelled.why
    over = wait_of(record(state), replace(SITUATION, status=RunStatus.FAILED))
    assert kind(over) is WaitKind.NOBODY


def test_a_run_of_the_queue_says_when_nobody_takes_units() -> None:
    alone = replace(SITUATION, hands=0)
    assert kind(wait_of(record(UnitState.PENDING), alone)) is WaitKind.WORKER
    approved = replace(alone, approvals={APP: approval(Decision.APPROVED)})
    assert kind(wait_of(record(UnitState.PLANNED), approved)) is WaitKind.WORKER
    assert kind(wait_of(record(UnitState.PENDING), replace(alone, hands=1))) is WaitKind.PLACE


def test_what_is_not_begun_of_a_paused_run_names_who_has_paused_it() -> None:
    answered = {APP: approval(Decision.APPROVED)}
    for state in (UnitState.PENDING, UnitState.PLANNED):
        found = wait_of(record(state), replace(SITUATION, pause=PAUSE, approvals=answered, queued=True))
        assert (kind(found), found and found.why) == (WaitKind.PAUSE, "grace has paused the run")
    later = replace(PAUSE, until="2026-11-22T23:00:00+00:00")
    found = wait_of(record(UnitState.PENDING), replace(SITUATION, pause=later))
    assert found
    assert found.why == "grace has paused the run until 2026-11-22 23:00 UTC"


def test_a_pause_keeps_nobody_from_answering_and_a_cancel_is_told_first() -> None:
    asked = replace(SITUATION, pause=PAUSE, approvals={APP: approval(None)})
    assert kind(wait_of(record(UnitState.PLANNED), asked)) is WaitKind.APPROVAL
    cancelled = replace(SITUATION, pause=PAUSE, cancel=CANCEL)
    assert kind(wait_of(record(UnitState.PENDING), cancelled)) is WaitKind.CANCEL


def test_an_approved_plan_of_a_unit_that_another_run_holds_names_that_run() -> None:
    approved = {APP: approval(Decision.APPROVED)}
    found = wait_of(
        record(UnitState.PLANNED), replace(SITUATION, approvals=approved, holders={APP: held("another")})
    )
    assert (kind(found), found and found.run) == (WaitKind.LEASE, "another")


def test_a_unit_that_waits_for_a_place_names_the_limit_that_is_reached() -> None:
    limit = FullLimit(LimitOf.ACCOUNT, 8, "prod")
    full = replace(SITUATION, full={APP: limit}, approvals={APP: approval(Decision.APPROVED)}, hands=1)
    words = "it waits for a free place: the limit of account prod is reached, 8 at once"
    for state, before in ((UnitState.PENDING, ""), (UnitState.PLANNED, "approved by grace; ")):
        found = wait_of(record(state), full)
        assert found
        assert (found.kind, found.limit, found.why) == (WaitKind.PLACE, limit, before + words)
