"""The waves of a rollout in time: until when it waits, and what of it is drawn where."""

from collections.abc import Mapping

from cellwright.app.rollouts.status import RolloutView, view_of
from cellwright.console.rollouts.actions import possible
from cellwright.console.rollouts.timeline import WIDTH, iso, timeline, waits_until
from cellwright.ledger.rollouts.values import RolloutRecord, RolloutSummary
from cellwright.model.address import CellAddress
from cellwright.rollout.plan import SHARED, Budget, Freeze, PlannedCell, RolloutPlan, Stage, Step
from cellwright.rollout.state import (
    CellProgress,
    Phase,
    RolloutState,
    RolloutStatus,
    StepKey,
    StepProgress,
    StepState,
)

HOUR = 3_600_000
NOON = 1_795_348_800_000
"""2026-11-22, 12:00 UTC."""
NIGHT = Step("time", begin=22 * 60, end=5 * 60, zone="UTC", label="time 22:00-05:00 UTC")
GATE = Step("approval", label="approval")
DONE = CellProgress(Phase.SUCCEEDED, 1, "run-1", NOON - 2 * HOUR, NOON - HOUR)


def view(
    status: RolloutStatus,
    *cells: CellProgress,
    stage: int = 0,
    steps: Mapping[StepKey, StepProgress] | None = None,
    bake_since: int | None = None,
) -> RolloutView:
    """A rollout of two waves of one cell each, of which the first bakes for four hours."""
    first = Stage(
        name="canary", wave="canary", first=0, end=1, parallel=1, mode="strict", budget=0, bake=4 * HOUR,
        is_canary=True, after=(GATE,),
    )  # fmt: skip
    rest = Stage(
        name="rest", wave="rest", first=1, end=2, parallel=1, mode="strict", budget=0, before=(NIGHT,)
    )
    freeze = Freeze(NOON - HOUR, NOON + 7 * HOUR, "year's end")
    plan = RolloutPlan(
        stages=(first, rest),
        budgets=(Budget(SHARED, 0, 2),),
        cells=(PlannedCell(CellAddress("client", "a")), PlannedCell(CellAddress("client", "b"), (), (0,))),
        freezes=(freeze,),
    )
    state = RolloutState(status=status, stage=stage, cells=cells, steps=steps or {}, bake_since=bake_since)
    summary = RolloutSummary(
        id="ro-1", strategy="s", commit="c", made_by="ada", made_at="", reason="", status=status, why="",
        changed_at="",
    )  # fmt: skip
    return view_of(RolloutRecord(summary=summary, plan=plan, state=state, task={}), ())


def test_a_bake_says_until_when_and_is_drawn_after_the_work() -> None:
    found = view(RolloutStatus.BAKING, DONE, CellProgress(), bake_since=NOON - HOUR)
    assert waits_until(found, NOON) == (NOON + 3 * HOUR, "bakes until")
    drawn = timeline(found, NOON)
    assert (drawn.begin, drawn.end, drawn.ends_now) == (iso(NOON - 2 * HOUR), iso(NOON + 3 * HOUR), False)
    canary, rest = drawn.waves
    assert [(bar.tone, bar.left, bar.width) for bar in canary.bars] == [
        ("good", 0, WIDTH // 5),
        ("bake", WIDTH // 5, WIDTH * 4 // 5),
    ]
    assert (canary.word.text, canary.took, canary.is_current) == ("baking", "1 h 0 min", True)
    assert (rest.word.text, rest.bars, rest.took) == ("to come", (), "")


def test_what_waits_says_for_what_and_until_when() -> None:
    gate = view(RolloutStatus.WAITING, DONE, CellProgress())
    assert waits_until(gate, NOON) == (0, "")
    assert timeline(gate, NOON).waves[0].after[0].word.text == "waits now"
    passed = {StepKey(0, "after", 0): StepProgress(StepState.PASSED, 0, "ada")}
    time = view(RolloutStatus.WAITING, DONE, CellProgress(), stage=1, steps=passed)
    assert waits_until(time, NOON) == (NOON + 10 * HOUR, "goes on at")
    canary, rest = timeline(time, NOON).waves
    assert (canary.after[0].word.text, canary.after[0].by) == ("passed", "ada")
    assert (rest.before[0].word.text, canary.word.text) == ("waits now", "over")
    begun = {**passed, StepKey(1, "before", 0): StepProgress(StepState.PASSED)}
    frozen = view(RolloutStatus.WAITING, DONE, CellProgress(), stage=1, steps=begun)
    assert waits_until(frozen, NOON) == (NOON + 7 * HOUR, "frozen until")


def test_nothing_is_drawn_before_anything_has_begun() -> None:
    drawn = timeline(view(RolloutStatus.PENDING, CellProgress(), CellProgress()), NOON)
    assert (drawn.begin, [wave.bars for wave in drawn.waves]) == ("", [(), ()])


def test_what_stopped_stands_where_it_stood() -> None:
    lost = DONE._replace(phase=Phase.FAILED)
    canary, rest = timeline(view(RolloutStatus.HALTED, lost, CellProgress()), NOON).waves
    assert ([bar.tone for bar in canary.bars], canary.word.text, rest.word.text) == (
        ["bad"],
        "halted",
        "to come",
    )


def test_only_what_it_takes_is_offered() -> None:
    running = view(RolloutStatus.RUNNING, DONE, CellProgress()).record
    assert possible(running) == ("pause", "halt", "cancel"), "no bake is left to be skipped"
    assert possible(view(RolloutStatus.PAUSED, DONE, CellProgress()).record) == ("resume", "halt", "cancel")
    halted = view(RolloutStatus.HALTED, DONE._replace(phase=Phase.FAILED), CellProgress()).record
    assert possible(halted) == ("retry", "rollback", "cancel")
    assert possible(view(RolloutStatus.COMPLETED, DONE, DONE).record) == ("rollback",)
