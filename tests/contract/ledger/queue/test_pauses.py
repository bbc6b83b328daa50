"""Paused runs: nothing more of them begins until they go on, by somebody's word or at their time."""

from datetime import timedelta

from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.queue.pauses import Pause
from cellwright.ledger.run_state import UnitState
from cellwright.ledger.write.queueing import QueuedRun
from cellwright.model.actor import Actor
from cellwright.model.runs.run import RunStatus
from contract.ledger.conftest import SetClock
from contract.ledger.queue.queue_kit import claim, claimed, end, plain, queue_run, take, unit

NOW = "2026-11-22T21:48:12.345678+00:00"
ADA, GRACE = Actor("ada", "test"), Actor("grace", "test")


def actions(ledger: Ledger) -> list[str]:
    return [event.action for event in ledger.reader.events()]


def test_nothing_of_a_paused_run_begins_until_somebody_unpauses_it(
    ledger: Ledger, url: str, clock: SetClock
) -> None:
    queue_run(ledger, "r1", plain("a"))
    assert ledger.pauses.of_run("r1") is None
    assert ledger.pauses.begin("r1", GRACE, "look at it first")
    assert not ledger.pauses.begin("r1", ADA), "the first one counts"
    with open_ledger(url, clock=clock) as elsewhere:
        expected = Pause(run="r1", paused_by="grace", paused_at=NOW, reason="look at it first")
        assert elsewhere.pauses.of_run("r1") == expected
        assert claim(elsewhere) is None
        assert not elsewhere.queue.may_begin()
    assert ledger.pauses.end("r1", ADA, "seen")
    assert not ledger.pauses.end("r1", ADA)
    assert ledger.queue.may_begin()
    assert claimed(ledger) == ["r1 a"]
    paused, unpaused = [event for event in ledger.reader.events() if "pause" in event.action]
    assert (paused.action, paused.actor, paused.reason) == ("run.paused", "grace", "look at it first")
    assert (unpaused.action, unpaused.actor, unpaused.reason) == ("run.unpaused", "ada", "seen")


def test_a_pause_with_a_time_ends_by_itself(ledger: Ledger, clock: SetClock) -> None:
    queue_run(ledger, "r1", plain("a"))
    assert ledger.pauses.begin("r1", ADA, until=clock.now() + timedelta(hours=1))
    assert claim(ledger) is None
    clock.pass_by(3600)
    assert ledger.pauses.of_run("r1") is None
    assert not ledger.pauses.end("r1", ADA), "it is over"
    assert ledger.queue.may_begin()
    assert claimed(ledger) == ["r1 a"]


def test_a_pause_that_is_over_makes_place_for_another(ledger: Ledger, clock: SetClock) -> None:
    queue_run(ledger, "r1", plain("a"))
    ledger.pauses.begin("r1", ADA, until=clock.now() + timedelta(hours=1))
    clock.pass_by(3600)
    assert ledger.pauses.begin("r1", GRACE)
    assert claim(ledger) is None


def test_a_run_begins_no_earlier_than_it_was_started_for(ledger: Ledger, clock: SetClock) -> None:
    queue_run(ledger, "r1", plain("a"))
    later = clock.now() + timedelta(hours=1)
    queued = QueuedRun(task={}, units=tuple(plain("a")), not_before=later, by="ada")
    ledger.recorder.reopen_run("r1", ADA, queued=queued)
    found = ledger.pauses.of_run("r1")
    assert found is not None
    assert (found.paused_by, found.until) == ("ada", "2026-11-22T22:48:12.345000+00:00")
    assert claim(ledger) is None
    clock.pass_by(3600)
    assert claimed(ledger) == ["r1 a"]


def test_what_was_begun_of_a_paused_run_comes_to_its_end(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a", "b"))
    one = take(ledger)
    ledger.pauses.begin("r1", ADA)
    end(ledger, one)
    ledger.queue.advance("r1", ADA, [one.unit])
    assert claim(ledger) is None
    assert ledger.reader.run_units("r1")[unit("b")].state is UnitState.PENDING


def test_a_paused_run_can_be_cancelled(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a"))
    ledger.pauses.begin("r1", ADA)
    ledger.cancels.request("r1", GRACE)
    assert ledger.queue.advance("r1").status is RunStatus.CANCELLED


def test_a_run_that_is_being_cancelled_can_not_be_paused(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a"))
    assert ledger.cancels.request("r1", GRACE)
    assert not ledger.pauses.begin("r1", ADA)
    assert ledger.pauses.of_run("r1") is None
    assert "run.paused" not in actions(ledger)


def test_plans_of_a_cancelled_run_that_was_paused_are_dropped(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a"))
    one = take(ledger)
    ledger.recorder.enter("r1", one.unit, UnitState.PLANNING)
    ledger.queue.park(one, "d1")
    ledger.pauses.begin("r1", ADA)
    ledger.cancels.request("r1", GRACE)
    ledger.queue.advance("r1")
    assert claimed(ledger) == ["r1 a"], "a worker ends what waits"


def test_only_runs_of_the_queue_can_be_paused(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a"))
    ledger.recorder.reopen_run("r1", ADA)
    before = actions(ledger)
    assert not ledger.pauses.begin("r1", ADA)
    assert not ledger.pauses.begin("none", ADA)
    assert not ledger.pauses.end("none", ADA)
    assert actions(ledger) == before
    assert ledger.pauses.of_runs([]) == {}
