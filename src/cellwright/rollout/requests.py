"""What a person may ask of a rollout: pause, resume, halt, cancel, expedite, retry, answer a step."""

from dataclasses import replace

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.rollout.plan import RolloutPlan
from cellwright.rollout.state import (
    OPEN_STEP,
    CellProgress,
    Phase,
    RolloutState,
    RolloutStatus,
    StepKey,
    StepProgress,
    StepState,
)

_AGAIN = frozenset({Phase.FAILED, Phase.SKIPPED})
_MAY_RETRY = frozenset({RolloutStatus.HALTED, RolloutStatus.CANCELLED, RolloutStatus.COMPLETED_WITH_FAILURES})


def paused(state: RolloutState, now: int, why: str) -> RolloutState:
    """Begin nothing further; the bake's clock stands still.

    Raises:
        DiagnosticError: it is over, halting, or paused already.
    """
    _refuse_ended(state)
    if state.status is RolloutStatus.PAUSED:
        raise _refused("it is paused already", "cellwright rollout resume goes on")
    if state.status is RolloutStatus.HALTING:
        raise _refused("it is halting", "nothing begins any more")
    return replace(state.with_bake_held(now), status=RolloutStatus.PAUSED, why=why)


def resumed(state: RolloutState) -> RolloutState:
    """Go on after a pause; checks that could not be read are made again.

    Raises:
        DiagnosticError: it is not paused.
    """
    _refuse_ended(state)
    if state.status is not RolloutStatus.PAUSED:
        raise _refused(f"it is not paused but {_word(state)}", "cellwright rollout status shows it")
    steps = {
        key: _anew(item) if item.state is StepState.UNREADABLE else item for key, item in state.steps.items()
    }
    # What was baked before is kept; the pause does not count, so the last cell's end is not looked at again.
    return replace(
        state, status=RolloutStatus.RUNNING, why="", steps=steps, baked=max(state.baked, 1), bake_since=None
    )


def halted(state: RolloutState, why: str) -> RolloutState:
    """Begin nothing any more, and end once nothing is at work.

    Raises:
        DiagnosticError: it is over, or halting already.
    """
    _refuse_ended(state)
    if state.status is RolloutStatus.HALTING:
        raise _refused("it is halting already", "what has begun is finished first")
    return replace(state, status=RolloutStatus.HALTING, ends_as=RolloutStatus.HALTED, why=why)


def cancelled(state: RolloutState, why: str) -> RolloutState:
    """As `halted`, but it does not mean to go on; the runs at work are to be cancelled.

    Raises:
        DiagnosticError: it is over, but for one that was halted.
    """
    if state.status is RolloutStatus.HALTED:
        return replace(state, status=RolloutStatus.CANCELLED, why=why)
    _refuse_ended(state)
    return replace(state, status=RolloutStatus.HALTING, ends_as=RolloutStatus.CANCELLED, why=why)


def expedited(state: RolloutState) -> RolloutState:
    """Skip the bakes that are left, but the first wave's.

    Raises:
        DiagnosticError: it is over, or expedited already.
    """
    _refuse_ended(state)
    if state.expedited:
        raise _refused("it is expedited already", "bakes are skipped, but the first wave's")
    return replace(state, expedited=True)


def retried(plan: RolloutPlan, state: RolloutState) -> RolloutState:
    """Do again what failed or was skipped, and what was never begun, from the same snapshot.

    It goes on at the first wave in which something is left, whose bake and later steps come again.

    Raises:
        DiagnosticError: it is not over, or nothing is left to do.
    """
    if state.status.is_active:
        raise _refused(f"it is {_word(state)}", "halt it first, or wait until it is over")
    if state.status is RolloutStatus.SUPERSEDED:
        raise _refused("another rollout has changed cells of it since", "start a new rollout")
    if state.status not in _MAY_RETRY:
        raise _refused("nothing of it failed", "start a new rollout")
    cells = tuple(
        CellProgress(attempt=cell.attempt) if cell.phase in _AGAIN else cell for cell in state.cells
    )
    left = [place for place, cell in enumerate(cells) if cell.phase is Phase.WAITING]
    failed_steps = [key.stage for key, item in state.steps.items() if item.state is StepState.FAILED]
    unfinished = [state.stage] if state.stage < len(plan.stages) else []
    first = [next(index for index, stage in enumerate(plan.stages) if left[0] < stage.end)] if left else []
    if not (left or failed_steps or unfinished):
        raise _refused("nothing of it is left to do", "start a new rollout")
    stage = min(*first, *failed_steps, *unfinished, len(plan.stages))
    return replace(
        state,
        status=RolloutStatus.RUNNING,
        why="",
        cells=cells,
        stage=stage,
        steps={key: _again(key, item, stage) for key, item in state.steps.items()},
        baked=0,
        bake_since=None,
    )


def superseded(state: RolloutState, by: str) -> RolloutState:
    """Mark one that is over: another rollout changes cells of it, so that it can't go on."""
    return replace(state, status=RolloutStatus.SUPERSEDED, why=f"by the rollout {by}")


def answered(plan: RolloutPlan, state: RolloutState, by: str, why: str, *, passed: bool) -> RolloutState:
    """Answer the approval that the rollout waits for.

    Raises:
        DiagnosticError: it waits for none now.
    """
    key = open_approval(plan, state)
    if key is None:
        raise _refused("it waits for no approval now", "an approval can be given once it is asked for")
    known = state.steps.get(key, OPEN_STEP)
    found = StepProgress(StepState.PASSED if passed else StepState.FAILED, known.attempt, by, why)
    return replace(state, steps={**state.steps, key: found})


def open_approval(plan: RolloutPlan, state: RolloutState) -> StepKey | None:
    """Give the approval that the rollout waits for now; None if it waits for none."""
    key = open_step(plan, state)
    if key is None or plan.stages[key.stage].steps(key.when)[key.place].kind != "approval":
        return None
    return key


def open_step(plan: RolloutPlan, state: RolloutState) -> StepKey | None:
    """Give the step that the rollout waits for now; None if it waits for none, but perhaps for a freeze."""
    if state.status is not RolloutStatus.WAITING or state.stage >= len(plan.stages):
        return None
    stage = plan.stages[state.stage]
    for when in ("before", "after"):
        if when == "after" and not all(state.cells[place].phase.is_over for place in stage.cells):
            return None  # a freeze keeps some of its cells
        for index in range(len(stage.steps(when))):
            key = StepKey(state.stage, when, index)
            if state.steps.get(key, OPEN_STEP).state is StepState.OPEN:
                return key
    return None


def _again(key: StepKey, item: StepProgress, stage: int) -> StepProgress:
    """Open a step anew if it comes again: those that failed, and all that follow the first cell left."""
    comes = key.stage > stage or (key.stage == stage and key.when == "after")
    return _anew(item) if comes or item.state is not StepState.PASSED else item


def _anew(item: StepProgress) -> StepProgress:
    return StepProgress(StepState.OPEN, item.attempt + 1)


def _refuse_ended(state: RolloutState) -> None:
    if not state.status.is_active:
        raise _refused(f"it is {_word(state)}", "cellwright rollout status lists what is under way")


def _word(state: RolloutState) -> str:
    return state.status.value.replace("_", " ")


def _refused(summary: str, advice: str) -> DiagnosticError:
    return DiagnosticError(error(f"the rollout can't do that: {summary}", advice))
