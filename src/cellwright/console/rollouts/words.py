"""The word and the tone of each state of a rollout, its cells and its steps."""

from collections.abc import Iterator, Mapping

from cellwright.console.runs.words import Word
from cellwright.rollout.plan import Stage
from cellwright.rollout.state import Phase, RolloutStatus, StepState

STATUS: Mapping[RolloutStatus, Word] = {
    RolloutStatus.PENDING: Word("about to begin", "off"),
    RolloutStatus.RUNNING: Word("running", "run"),
    RolloutStatus.BAKING: Word("baking", "run"),
    RolloutStatus.WAITING: Word("waiting", "wait"),
    RolloutStatus.PAUSED: Word("paused", "wait"),
    RolloutStatus.HALTING: Word("halting", "bad"),
    RolloutStatus.HALTED: Word("halted", "bad"),
    RolloutStatus.COMPLETED: Word("completed", "good"),
    RolloutStatus.COMPLETED_WITH_FAILURES: Word("completed with failures", "wait"),
    RolloutStatus.CANCELLED: Word("cancelled", "off"),
    RolloutStatus.SUPERSEDED: Word("superseded", "off"),
}
PHASES: Mapping[Phase, Word] = {
    Phase.SUCCEEDED: Word("changed", "good"),
    Phase.UNCHANGED: Word("unchanged", "good"),
    Phase.RUNNING: Word("running", "run"),
    Phase.STARTING: Word("starting", "run"),
    Phase.OVERDUE: Word("overdue", "bad"),
    Phase.FAILED: Word("failed", "bad"),
    Phase.SKIPPED: Word("skipped", "off"),
    Phase.WAITING: Word("to come", "off"),
}
"""What is done first: how bars and counts are ordered."""
STEPS: Mapping[StepState, Word] = {
    StepState.OPEN: Word("to come", "off"),
    StepState.PASSED: Word("passed", "good"),
    StepState.FAILED: Word("failed", "bad"),
    StepState.UNREADABLE: Word("could not be read", "wait"),
}
_DAY, _HOUR, _MINUTE = 86_400, 3600, 60


def counted(phases: Mapping[str, int]) -> Iterator[tuple[str, Word, int]]:
    """Give each place that has cells, with its word and their number."""
    for phase, word in PHASES.items():
        if amount := phases.get(phase.value):
            yield phase.value, word, amount


def span(seconds: int) -> str:
    """Return a length of time as fleet.yaml writes it: `4h`, `90s`."""
    for size, letter in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {letter}"
    return f"{seconds} s"


def rules(stage: Stage) -> str:
    """Say by which rules a wave goes: `10 at once, deadline 30 min`."""
    parts = [f"{stage.parallel:,} at once"]
    if stage.mode == "soft":
        parts.append("soft")
    if stage.bake:
        parts.append(f"bakes {span(stage.bake // 1000)}")
    if stage.deadline is not None:
        parts.append(f"a cell may take {span(stage.deadline // 1000)}")
    return ", ".join(parts)
