"""The machine: what begins when, and what stops it."""

from time import process_time

from cellwright.model.settings.rollout_settings import Amount
from cellwright.rollout.requests import (
    cancelled,
    expedited,
    halted,
    paused,
    resumed,
    retried,
)
from cellwright.rollout.state import Phase, RolloutStatus
from cellwright.rollout.worst_case import worst_case
from unit.rollout.fleets import cell, cells, strategy, wave
from unit.rollout.world import HOUR, MINUTE, World, plan_of

RUNNING, BAKING, WAITING = RolloutStatus.RUNNING, RolloutStatus.BAKING, RolloutStatus.WAITING
HALTING, HALTED, PAUSED = RolloutStatus.HALTING, RolloutStatus.HALTED, RolloutStatus.PAUSED
COMPLETED = RolloutStatus.COMPLETED
FLEET = [cell("a", ring="canary"), *cells(6)]
CANARY = wave("canary", "ring=canary")


def world(*waves: object, fleet: object = FLEET, **settings: object) -> World:
    return World(plan_of(strategy(*waves, **settings), fleet))  # type: ignore[arg-type]


def test_waves_one_after_the_other() -> None:
    trial = world(CANARY, wave("rest", max_parallel=Amount(4), max_failures=Amount(9)))
    assert (trial.settle(), trial.at_work) == (RUNNING, [0])
    assert (trial.finish(), trial.at_work) == (RUNNING, [1, 2, 3, 4])
    assert (trial.finish(2), trial.at_work) == (RUNNING, [1, 3, 4, 5])
    trial.finish()
    assert (trial.finish(), trial.at_work) == (COMPLETED, [])
    assert trial.attempts == [(place, 1) for place in range(7)]


def test_a_canary_that_fails_halts_before_anything_else_begins() -> None:
    trial = world(CANARY, wave("rest"))
    trial.settle()
    assert trial.finish(phase=Phase.FAILED) is HALTED
    assert trial.state.why == "1 cell of the rollout failed, 0 may"
    assert trial.attempts == [(0, 1)]


def test_halting_lets_what_has_begun_finish() -> None:
    soft = wave("all", max_parallel=Amount(3), failure_mode="soft")
    trial = world(soft)
    trial.settle()
    assert (trial.finish(1, phase=Phase.FAILED), trial.at_work) == (HALTING, [0, 2])
    assert (trial.finish(0, phase=Phase.FAILED), trial.at_work) == (HALTING, [2])
    assert trial.finish(2) is HALTED
    assert trial.failed == 2


def test_strict_begins_no_more_than_may_still_fail() -> None:
    trial = world(wave("all", max_parallel=Amount(5)), max_failures=Amount(2))
    assert (trial.settle(), trial.at_work) == (RUNNING, [0, 1, 2])
    assert (trial.finish(0, phase=Phase.FAILED), trial.at_work) == (RUNNING, [1, 2])
    assert (trial.finish(1), trial.at_work) == (RUNNING, [2, 3])
    assert (trial.finish(2, phase=Phase.FAILED), trial.at_work) == (RUNNING, [3])
    assert trial.finish(3, phase=Phase.FAILED) is HALTED
    assert trial.failed == 3


def test_soft_keeps_its_parallelism() -> None:
    trial = world(wave("all", max_parallel=Amount(5), failure_mode="soft"), max_failures=Amount(2))
    assert (trial.settle(), trial.at_work) == (RUNNING, [0, 1, 2, 3, 4])
    assert (trial.finish(0, phase=Phase.FAILED), trial.at_work) == (RUNNING, [1, 2, 3, 4, 5])


def test_tolerated_failures_are_told_at_the_end() -> None:
    trial = world(CANARY, wave("rest", max_parallel=Amount(100, is_percent=True), max_failures=Amount(2)))
    trial.settle()
    trial.finish()
    trial.finish(1, phase=Phase.FAILED)
    while trial.at_work:
        trial.finish()
    assert trial.state.status is RolloutStatus.COMPLETED_WITH_FAILURES


def test_a_percentage_is_rounded_down_and_parallel_is_one_at_least() -> None:
    whole = wave("all", max_parallel=Amount(10, is_percent=True), max_failures=Amount(10, is_percent=True))
    trial = world(whole)
    assert (trial.settle(), trial.at_work) == (RUNNING, [0])
    assert trial.finish(phase=Phase.FAILED) is HALTED


def test_a_percentage_does_not_count_before_enough_cells_are_over() -> None:
    parts = {"max_parallel": Amount(1), "max_failures": Amount(10, is_percent=True), "min_finished": 4}
    trial = world(wave("all", **parts))
    trial.settle()
    for _ in range(3):
        assert trial.finish(phase=Phase.FAILED) is RUNNING
    assert trial.finish() is HALTED
    assert trial.failed == 3


def test_waves_without_a_budget_share_the_rollouts() -> None:
    trial = world(wave("one", "ring=canary"), wave("two"), max_failures=Amount(1))
    trial.settle()
    assert trial.finish(phase=Phase.FAILED) is RUNNING
    assert trial.finish(phase=Phase.FAILED) is HALTED


def test_a_bake_counts_from_the_last_cells_end() -> None:
    trial = world(wave("canary", "ring=canary", bake=3600), wave("rest"))
    trial.settle()
    trial.end()
    assert (trial.after(10 * MINUTE), trial.last.look_at) == (BAKING, 1_000_000 + HOUR)
    assert trial.after(50 * MINUTE - 1) is BAKING
    assert (trial.after(1), trial.at_work) == (RUNNING, [1])


def test_a_pause_does_not_count_as_baking() -> None:
    trial = world(wave("canary", "ring=canary", bake=3600), wave("rest"))
    trial.settle()
    trial.finish()
    trial.after(20 * MINUTE)
    assert trial.ask(paused(trial.state, trial.now, "by ada")) is PAUSED
    assert trial.after(5 * HOUR) is PAUSED
    assert trial.ask(resumed(trial.state)) is BAKING
    assert trial.after(39 * MINUTE) is BAKING
    assert trial.after(MINUTE) is RUNNING


def test_a_pause_in_which_the_last_cell_ends_does_not_count_either() -> None:
    trial = world(wave("canary", "ring=canary", bake=3600), wave("rest"))
    trial.settle()
    trial.ask(paused(trial.state, trial.now, ""))
    trial.finish()
    trial.after(5 * HOUR)
    assert trial.ask(resumed(trial.state)) is BAKING
    assert trial.after(59 * MINUTE) is BAKING
    assert trial.after(MINUTE) is RUNNING


def test_a_clock_that_goes_back_shortens_no_bake() -> None:
    trial = world(wave("canary", "ring=canary", bake=3600), wave("rest"))
    trial.settle()
    trial.finish()
    assert trial.after(-3 * HOUR) is BAKING
    assert trial.after(59 * MINUTE) is BAKING
    assert trial.after(MINUTE) is RUNNING


def test_a_clock_that_goes_back_begins_nothing_twice_and_loses_no_deadline() -> None:
    trial = world(wave("all", deadline=600, max_parallel=Amount(2)), max_failures=Amount(2))
    trial.settle()
    assert trial.after(-2 * HOUR) is RUNNING
    assert trial.attempts == [(0, 1), (1, 1)]
    assert trial.last.look_at is not None
    # A run that ended before it was begun, by this clock, has ended all the same.
    trial.finish(0)
    assert (trial.at_work, trial.state.cells[0].phase) == ([1, 2], Phase.SUCCEEDED)
    trial.after(2 * HOUR + 10 * MINUTE)
    assert trial.state.cells[1].phase is Phase.OVERDUE


def test_a_clock_that_jumps_ahead_stops_rather_than_goes_on() -> None:
    trial = world(wave("all", deadline=600, max_parallel=Amount(2)), max_failures=Amount(1))
    trial.settle()
    # Both count as overdue, though nobody waited: more than may fail, so it halts and begins nothing.
    assert trial.after(365 * 24 * HOUR) is HALTING
    assert trial.attempts == [(0, 1), (1, 1)]
    assert trial.finish() is HALTED


def test_a_wave_of_which_nothing_changed_is_not_baked() -> None:
    trial = world(wave("canary", "ring=canary", bake=3600), wave("rest"))
    trial.settle()
    assert trial.finish(phase=Phase.UNCHANGED) is RUNNING


def test_to_expedite_skips_bakes_but_not_the_canarys() -> None:
    middle = wave("middle", "client/c00000", bake=3600)
    trial = world(wave("canary", "ring=canary", bake=3600), middle, wave("rest"))
    trial.settle()
    trial.finish()
    assert trial.ask(expedited(trial.state)) is BAKING
    assert (trial.after(HOUR), trial.at_work) == (RUNNING, [1])
    assert (trial.finish(), trial.at_work) == (RUNNING, [2])


def test_a_cell_that_has_left_is_skipped() -> None:
    trial = world(CANARY, wave("rest", max_parallel=Amount(9), max_failures=Amount(9)))
    trial.gone = {2: "it has left the fleet"}
    trial.settle()
    assert (trial.finish(), trial.at_work) == (RUNNING, [1, 3, 4, 5, 6])
    assert (trial.state.cells[2].phase, trial.finish()) == (Phase.SKIPPED, COMPLETED)


def test_a_cell_waits_for_those_whose_outputs_it_takes() -> None:
    fleet = [cell("one", level="base"), cell("a", needs=("base/one",)), cell("b")]
    trial = world(wave("all", max_parallel=Amount(9), max_failures=Amount(9)), fleet=fleet)
    assert (trial.settle(), trial.at_work) == (RUNNING, [0, 2])
    assert (trial.finish(0), trial.at_work) == (RUNNING, [1, 2])


def test_a_cell_is_skipped_if_what_it_needs_has_failed() -> None:
    fleet = [cell("one", level="base"), cell("a", needs=("base/one",)), cell("b")]
    trial = world(wave("all", max_parallel=Amount(9), max_failures=Amount(9)), fleet=fleet)
    trial.settle()
    assert (trial.finish(0, phase=Phase.FAILED), trial.at_work) == (RUNNING, [2])
    assert trial.state.cells[1].phase is Phase.SKIPPED
    assert trial.finish() is RolloutStatus.COMPLETED_WITH_FAILURES


def test_a_process_that_dies_before_it_submits_begins_nothing_twice() -> None:
    trial = world(wave("all", max_parallel=Amount(2), max_failures=Amount(9)))
    trial.step(dies=True)
    assert not trial.runs
    trial.settle()
    assert trial.attempts == [(0, 1), (1, 1)]


def test_a_run_without_a_record_has_failed() -> None:
    trial = world(wave("all"))
    trial.settle()
    trial.runs.clear()
    assert trial.settle() is HALTED
    assert "no record of its run" in trial.state.cells[0].why


def test_a_halt_takes_back_what_was_not_submitted() -> None:
    trial = world(wave("all"))
    trial.step(dies=True)
    assert trial.ask(halted(trial.state, "by ada")) is HALTED
    assert not trial.attempts
    assert trial.state.cells[0].phase is Phase.WAITING
    assert trial.ask(retried(trial.plan, trial.state)) is RUNNING
    assert trial.attempts == [(0, 1)]


def test_a_cancel_takes_back_what_was_not_submitted() -> None:
    trial = world(wave("all"))
    trial.step(dies=True)
    assert trial.ask(cancelled(trial.state, "by ada")) is RolloutStatus.CANCELLED
    assert not trial.attempts
    assert trial.state.cells[0].phase is Phase.WAITING


def test_a_pause_begins_nothing_and_forgets_nothing() -> None:
    trial = world(wave("all"))
    trial.step(dies=True)
    assert trial.ask(paused(trial.state, trial.now, "")) is PAUSED
    assert not trial.attempts
    trial.ask(resumed(trial.state))
    assert trial.attempts == [(0, 1)]


def test_a_retry_does_again_what_failed_and_was_skipped() -> None:
    fleet = [cell("one", level="base"), cell("a", needs=("base/one",)), *cells(2)]
    trial = world(
        wave("all", max_parallel=Amount(9), failure_mode="soft"), wave("later", "client/c00001"), fleet=fleet
    )
    trial.settle()
    trial.end(0, phase=Phase.FAILED)
    trial.end(2)
    assert trial.settle() is HALTED
    trial.ask(retried(trial.plan, trial.state))
    assert trial.at_work == [0]
    assert trial.state.cells[0].attempt == 2
    trial.finish()
    trial.finish()
    assert trial.finish() is COMPLETED
    assert trial.attempts == [(0, 1), (2, 1), (0, 2), (1, 1), (3, 1)]


def test_a_cancel_ends_once_nothing_is_at_work() -> None:
    trial = world(wave("all"))
    trial.settle()
    assert trial.ask(cancelled(trial.state, "by ada")) is HALTING
    assert trial.finish(phase=Phase.FAILED) is RolloutStatus.CANCELLED


def test_ten_thousand_cells_take_one_step_in_a_moment() -> None:
    fleet = cells(10_000, tier="gold")
    trial = world(
        wave("first", "client/c000*", max_parallel=Amount(50, is_percent=True), max_failures=Amount(9)),
        wave("all", size=Amount(20, is_percent=True), max_parallel=Amount(10), deadline=600),
        fleet=fleet,
        max_failures=Amount(2, is_percent=True),
    )
    trial.settle()
    trial.finish()
    begun = process_time()
    for _ in range(10):
        trial.end(trial.at_work[0])
        trial.step()
    # 20 ms on a free machine; far above, so that a busy one passes.
    assert (process_time() - begun) / 10 < 0.1


def test_the_worst_case_adds_up_tolerance_and_what_is_at_work() -> None:
    soft = wave(
        "soft", "client/c0000[0-2]", max_parallel=Amount(2), max_failures=Amount(1), failure_mode="soft"
    )
    plan = plan_of(strategy(CANARY, soft, wave("rest", max_failures=Amount(1))), FLEET)
    found = worst_case(plan)
    assert {case.budget.key: case.failed for case in found.cases} == {"": 1, "soft": 3, "rest": 2}
    # The canary fails before anything else begins; the last wave after one of the second was tolerated.
    assert found.failed == 3
