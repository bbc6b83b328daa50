"""What a rollout waits for: approvals, checks, times of day, freezes, deadlines."""

from cellwright.model.settings.rollout_settings import Amount, FreezeSettings, StepSettings
from cellwright.rollout.plan import Freeze, milliseconds_of
from cellwright.rollout.requests import (
    open_approval,
    paused,
    resumed,
    retried,
)
from cellwright.rollout.state import Phase, RolloutStatus, StepKey, StepState
from unit.rollout.fleets import APPROVAL, CHECK, HERE, cell, cells, strategy, wave
from unit.rollout.world import HOUR, MINUTE, World, plan_of

RUNNING, BAKING, WAITING = RolloutStatus.RUNNING, RolloutStatus.BAKING, RolloutStatus.WAITING
HALTING, HALTED, PAUSED = RolloutStatus.HALTING, RolloutStatus.HALTED, RolloutStatus.PAUSED
COMPLETED = RolloutStatus.COMPLETED
FLEET = [cell("a", ring="canary"), *cells(6)]
CANARY = wave("canary", "ring=canary")


def world(*waves: object, fleet: object = FLEET, **settings: object) -> World:
    return World(plan_of(strategy(*waves, **settings), fleet))  # type: ignore[arg-type]


def test_an_approval_is_waited_for() -> None:
    trial = world(wave("canary", "ring=canary", after=(APPROVAL,)), wave("rest", before=(APPROVAL,)))
    trial.settle()
    assert trial.finish() is WAITING
    assert trial.state.why == "after wave canary: approval"
    assert trial.answer(StepKey(0, "after", 0)) is WAITING
    assert trial.state.why == "before wave rest: approval"
    assert trial.answer(StepKey(1, "before", 0)) is RUNNING


def test_a_rejected_approval_halts() -> None:
    trial = world(wave("canary", "ring=canary", after=(APPROVAL,)), wave("rest"))
    trial.settle()
    trial.finish()
    assert trial.answer(StepKey(0, "after", 0), StepState.FAILED, "too slow") is HALTED
    assert trial.state.why == "approval failed: too slow"


def test_a_check_is_made_and_passes() -> None:
    trial = world(wave("canary", "ring=canary", bake=60, after=(CHECK,)), wave("rest"))
    trial.settle()
    assert (trial.finish(), trial.last.checks) == (BAKING, ())
    assert (trial.after(MINUTE), trial.last.checks) == (WAITING, (StepKey(0, "after", 0),))
    assert trial.answer(StepKey(0, "after", 0)) is RUNNING


def test_a_check_that_fails_halts_and_is_made_again_by_a_retry() -> None:
    trial = world(wave("canary", "ring=canary", after=(CHECK,)), wave("rest"))
    trial.settle()
    trial.finish()
    assert trial.answer(StepKey(0, "after", 0), StepState.FAILED, "exit code 1") is HALTED
    assert trial.state.why == "check smoke failed: exit code 1"
    assert (trial.ask(retried(trial.plan, trial.state)), trial.last.checks) == (
        WAITING,
        (StepKey(0, "after", 0),),
    )
    assert trial.answer(StepKey(0, "after", 0)) is RUNNING
    assert trial.attempts == [(0, 1), (1, 1)]


def test_a_check_that_cannot_be_read_pauses_until_somebody_resumes() -> None:
    trial = world(wave("canary", "ring=canary", after=(CHECK,)), wave("rest"))
    trial.settle()
    trial.finish()
    assert trial.answer(StepKey(0, "after", 0), StepState.UNREADABLE, "no answer") is PAUSED
    assert trial.state.why == "check smoke could not be read: no answer"
    assert trial.ask(resumed(trial.state)) is WAITING
    assert trial.last.checks == (StepKey(0, "after", 0),)


def test_a_time_of_day_is_waited_for_in_its_zone() -> None:
    night = StepSettings(kind="time", begin=22 * 60, end=5 * 60, zone="Europe/Zurich", position=HERE)
    trial = world(wave("all", before=(night,)))
    trial.now = milliseconds_of("2026-11-27T20:30:00+00:00")
    assert trial.settle() is WAITING
    assert trial.last.look_at == milliseconds_of("2026-11-27T22:00:00+01:00")
    assert trial.after(30 * MINUTE) is RUNNING


def test_frozen_cells_wait_and_others_go_on() -> None:
    freeze = FreezeSettings(
        cells=("tier=gold",),
        begin="2026-12-20T00:00:00+00:00",
        end="2027-01-03T00:00:00+00:00",
        reason="year's end",
        position=HERE,
    )
    fleet = [cell("a", tier="gold"), cell("b"), cell("c")]
    trial = World(plan_of(strategy(wave("all")), fleet, freeze))
    trial.now = milliseconds_of("2026-12-24T00:00:00+00:00")
    assert (trial.settle(), trial.at_work) == (RUNNING, [1])
    assert (trial.finish(), trial.at_work) == (RUNNING, [2])
    assert (trial.finish(), trial.state.why) == (WAITING, "frozen: year's end")
    assert trial.last.look_at == milliseconds_of("2027-01-03T00:00:00+00:00")
    assert (trial.after(10 * 24 * HOUR), trial.at_work) == (RUNNING, [0])


def test_a_deadline_counts_as_failure_and_its_run_is_stopped() -> None:
    trial = world(wave("all", deadline=600), max_failures=Amount(1))
    trial.settle()
    assert trial.after(10 * MINUTE - 1) is RUNNING
    trial.now += 1
    trial.step()
    assert trial.last.stop == (0,)
    # Its place is taken until its run has ended; it may be applying still.
    assert (trial.settle(), trial.at_work, trial.failed) == (RUNNING, [0], 1)
    assert (trial.finish(), trial.at_work) == (RUNNING, [1])
    assert trial.state.cells[0].phase is Phase.FAILED
    assert "longer than its deadline of 600 s" in trial.state.cells[0].why


def test_a_run_that_is_overdue_is_stopped_by_whoever_looks_next() -> None:
    trial = world(wave("all", deadline=600), max_failures=Amount(1))
    trial.settle()
    trial.now += 10 * MINUTE
    for _ in range(2):  # whoever was to stop it the first time has died
        trial.step()
        assert trial.last.stop == (0,)
    trial.end(0)
    trial.step()
    assert not trial.last.stop


def test_a_pause_puts_back_what_was_not_submitted() -> None:
    trial = world(wave("all", max_parallel=Amount(9), failure_mode="soft"))
    trial.step(dies=True)
    assert trial.state.cells[0].phase is Phase.STARTING
    assert trial.ask(paused(trial.state, trial.now, "")) is PAUSED
    assert {(item.phase, item.attempt, item.run) for item in trial.state.cells} == {(Phase.WAITING, 0, "")}
    trial.ask(resumed(trial.state))
    assert len(trial.at_work) == 7


def test_a_freeze_that_was_declared_later_is_looked_at_again_before_its_end() -> None:
    trial = world(wave("all", max_parallel=Amount(9), failure_mode="soft"))
    trial.frozen = dict.fromkeys(range(7), Freeze(trial.now, trial.now + HOUR, "fair"))
    assert (trial.settle(), trial.state.why, trial.at_work) == (WAITING, "frozen: fair", [])
    assert trial.last.look_at == trial.now + MINUTE // 2
    trial.frozen[3] = Freeze(trial.now + 1, trial.now + HOUR, "not yet")
    assert (trial.settle(), trial.at_work) == (RUNNING, [3])
    trial.frozen.clear()
    trial.settle()
    assert len(trial.at_work) == 7


def test_a_wave_that_a_freeze_holds_up_asks_for_no_approval_of_its_end() -> None:
    trial = world(wave("all", after=(APPROVAL,)))
    trial.frozen = {6: Freeze(trial.now, trial.now + HOUR, "fair")}
    trial.settle()
    while trial.at_work:
        trial.finish()
    assert (trial.state.status, trial.state.why) == (WAITING, "frozen: fair")
    assert open_approval(trial.plan, trial.state) is None
    trial.frozen.clear()
    trial.settle()
    assert trial.finish() is WAITING
    assert open_approval(trial.plan, trial.state) == StepKey(0, "after", 0)
