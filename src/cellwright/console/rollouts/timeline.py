"""A rollout's waves in time: what is over, at work, baking or waiting, and until when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cellwright.app.rollouts.status import RolloutView
from cellwright.console.rollouts.words import STATUS, STEPS, counted, rules
from cellwright.console.runs.words import Word, duration
from cellwright.rollout.clock import next_begin
from cellwright.rollout.plan import Stage
from cellwright.rollout.requests import open_step
from cellwright.rollout.state import (
    LOST,
    OPEN_STEP,
    Phase,
    RolloutStatus,
    StepKey,
    StepState,
)

WIDTH = 1000
"""Of the strip on which a wave's time is drawn."""
_LEAST = 6
_THOUSAND = 1000
_DONE = Word("over", "good")
_DONE_WITH_FAILURES = Word("over, with failures", "wait")
_TO_COME = Word("to come", "off")
_NOW = Word("waits now", "wait")
_STOPPED = Word("not finished", "off")


@dataclass(frozen=True, slots=True)
class StepShown:
    """What is to be passed, and where it stands."""

    label: str
    word: Word
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a wave's time on the strip."""

    tone: str
    left: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveShown:
    """One wave."""

    number: int
    name: str
    cells: int
    over: int
    word: Word
    is_current: bool
    counts: tuple[tuple[str, Word, int], ...]
    rules: str
    before: tuple[StepShown, ...]
    after: tuple[StepShown, ...]
    began: str
    """ISO 8601; empty while nothing of it has begun."""
    ended: str
    """Of its last cell; empty while some are not over."""
    took: str
    until: str
    """When it has been baked for long enough, or goes on at the earliest; empty if time decides nothing."""
    note: str
    """What `until` is."""
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """All waves, and the time over which they are drawn."""

    waves: tuple[WaveShown, ...]
    begin: str
    end: str
    """Empty before anything has begun."""
    ends_now: bool


@dataclass(frozen=True, slots=True)
class _Times:
    """Milliseconds; 0 for what has not been."""

    begun: int
    ended: int
    baked: int
    """When the bake is over, if that is known."""


def timeline(view: RolloutView, now: int) -> Timeline:
    """Draw a rollout; `now` is milliseconds since 1970."""
    state = view.record.state
    times = [_times(view, number) for number in range(len(view.stages))]
    begun = [item.begun for item in times if item.begun]
    if not begun:
        return Timeline(
            tuple(_wave(view, number, times, (0, 0), now) for number in range(len(times))),
            "",
            "",
            ends_now=False,
        )
    going = state.status.is_active
    known = [moment for item in times for moment in (item.ended, item.baked) if moment]
    last = max([*known, now] if going else [*known, *begun])
    scale = (min(begun), max(last, min(begun) + 1))
    waves = tuple(_wave(view, number, times, scale, now) for number in range(len(times)))
    return Timeline(waves, iso(scale[0]), iso(scale[1]), ends_now=going and last == now)


def iso(milliseconds: int) -> str:
    """Write a moment; empty for none."""
    if not milliseconds:
        return ""
    return datetime.fromtimestamp(milliseconds / _THOUSAND, UTC).isoformat(timespec="seconds")


def waits_until(view: RolloutView, now: int) -> tuple[int, str]:
    """Give the moment at which the rollout goes on at the earliest, and what it is; 0 if none is known."""
    state, plan = view.record.state, view.record.plan
    if state.stage >= len(plan.stages):
        return 0, ""
    stage = plan.stages[state.stage]
    if state.status is RolloutStatus.BAKING and state.bake_since is not None:
        return state.bake_since + stage.bake - state.baked, "bakes until"
    if state.status is not RolloutStatus.WAITING:
        return 0, ""
    key = open_step(plan, state)
    if key is None:
        return _thaw(view, stage, now), "frozen until"
    step = stage.steps(key.when)[key.place]
    return (next_begin(step, now), "goes on at") if step.kind == "time" else (0, "")


def _times(view: RolloutView, number: int) -> _Times:
    state, stage = view.record.state, view.record.plan.stages[number]
    cells = [state.cells[place] for place in stage.cells]
    begun = min((cell.begun for cell in cells if cell.begun), default=0)
    over = all(cell.phase.is_over for cell in cells)
    touched = [cell.ended for cell in cells if cell.phase in (Phase.SUCCEEDED, Phase.FAILED)]
    ended = max((cell.ended for cell in cells), default=0) if over else 0
    baked = 0
    if number == state.stage and state.status is RolloutStatus.BAKING:
        baked = waits_until(view, 0)[0]
    elif number < state.stage and stage.bake and touched and (stage.is_canary or not state.expedited):
        # How long pauses took is not known; the next wave begins no earlier.
        baked = max(touched) + stage.bake
    return _Times(begun, ended if begun else 0, baked)


def _wave(
    view: RolloutView, number: int, times: Sequence[_Times], scale: tuple[int, int], now: int
) -> WaveShown:
    item = view.stages[number]
    stage, mine = item.stage, times[number]
    phases = {phase.value: amount for phase, amount in item.phases.items()}
    until, note = waits_until(view, now) if item.is_current else (0, "")
    took = (mine.ended or now) - mine.begun if mine.begun else 0
    return WaveShown(
        number=number,
        name=stage.name,
        cells=len(stage.cells),
        over=item.over,
        word=_word(view, number),
        is_current=item.is_current,
        counts=tuple(counted(phases)),
        rules=rules(stage),
        before=tuple(_steps(view, number, "before")),
        after=tuple(_steps(view, number, "after")),
        began=iso(mine.begun),
        ended=iso(mine.ended),
        took=duration(took / _THOUSAND) if mine.begun and (mine.ended or item.is_current) else "",
        until=iso(until),
        note=note,
        bars=tuple(_bars(view, number, mine, scale, now)),
    )


def _word(view: RolloutView, number: int) -> Word:
    state, phases = view.record.state, view.stages[number].phases
    over = all(phase.is_over for phase, amount in phases.items() if amount)
    begun = any(phase is not Phase.WAITING for phase, amount in phases.items() if amount)
    # A rollout that was halted stands still at the wave that it is at.
    if number == state.stage and (state.status.is_active or begun):
        return STATUS[state.status]
    if over:
        return _DONE_WITH_FAILURES if _has_failures(view, number) else _DONE
    return _STOPPED if begun else _TO_COME


def _has_failures(view: RolloutView, number: int) -> bool:
    return any(phase in LOST for phase, amount in view.stages[number].phases.items() if amount)


def _steps(view: RolloutView, number: int, when: str) -> Iterator[StepShown]:
    state, plan = view.record.state, view.record.plan
    waits = open_step(plan, state)
    for place, step in enumerate(plan.stages[number].steps(when)):
        key = StepKey(number, when, place)
        known = state.steps.get(key, OPEN_STEP)
        passed_by = known.by if known.state is not StepState.OPEN else ""
        word = _NOW if key == waits else STEPS[known.state]
        yield StepShown(step.label, word, passed_by, known.why)


def _bars(view: RolloutView, number: int, mine: _Times, scale: tuple[int, int], now: int) -> Iterator[Bar]:
    if not mine.begun:
        return
    worked_until = mine.ended or min(now, scale[1])
    tone = "bad" if _has_failures(view, number) else "good" if mine.ended else "run"
    yield _bar(tone, mine.begun, worked_until, scale)
    if mine.ended and mine.baked > mine.ended:
        yield _bar("bake", mine.ended, min(mine.baked, scale[1]), scale)


def _bar(tone: str, begin: int, end: int, scale: tuple[int, int]) -> Bar:
    whole = scale[1] - scale[0]
    left = (begin - scale[0]) * WIDTH // whole
    width = max(_LEAST, (end - begin) * WIDTH // whole)
    return Bar(tone, min(left, WIDTH - _LEAST), min(width, WIDTH - min(left, WIDTH - _LEAST)))


def _thaw(view: RolloutView, stage: Stage, now: int) -> int:
    """Give the end of the freeze that is the first to end for a cell that waits."""
    plan, state = view.record.plan, view.record.state
    ends = (
        plan.freezes[index].end
        for place in stage.cells
        if state.cells[place].phase is Phase.WAITING
        for index in plan.cells[place].freezes
        if plan.freezes[index].holds(now)
    )
    return min(ends, default=0)
