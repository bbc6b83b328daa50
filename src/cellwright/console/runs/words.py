"""The word, the tone and the sign of each state: no state is told by colour alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cellwright.ledger.read.run_unit_query import AWAITING
from cellwright.ledger.run_state import RunSummary, RunUnitRecord, UnitState
from cellwright.model.runs.plan import Action, ResourceCounts
from cellwright.model.runs.progress import Phase
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunStatus

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Word:
    """How a state is shown."""

    text: str
    tone: str
    """As `parts/status.html` names it."""


PLACES: Mapping[str, Word] = {
    Outcome.FAILED.value: Word("failed", "bad"),
    AWAITING: Word("waits for approval", "wait"),
    UnitState.APPLYING.value: Word("applying", "run"),
    UnitState.PLANNING.value: Word("planning", "run"),
    UnitState.PENDING.value: Word("not begun", "off"),
    Outcome.PLANNED.value: Word("planned", "change"),
    Outcome.APPLIED.value: Word("applied", "good"),
    Outcome.UNCHANGED.value: Word("unchanged", "good"),
    Outcome.BLOCKED.value: Word("blocked", "wait"),
    Outcome.SKIPPED.value: Word("skipped", "off"),
    Outcome.CANCELLED.value: Word("cancelled", "off"),
}
"""Where a unit of a run is: in the order in which a list of counts has them."""

_DESTROYED = Word("destroyed", "good")
_DESTROYING = Word("destroying", "run")
RUN: Mapping[RunStatus, Word] = {
    RunStatus.RUNNING: Word("running", "run"),
    RunStatus.SUCCEEDED: Word("succeeded", "good"),
    RunStatus.FAILED: Word("failed", "bad"),
    RunStatus.CANCELLED: Word("cancelled", "off"),
}
KINDS: Mapping[RunKind, str] = {
    RunKind.APPLY: "Apply",
    RunKind.PLAN: "Plan only",
    RunKind.DESTROY: "Destroy",
}
PHASES: Mapping[Phase, str] = {
    Phase.WAITING: "waits",
    Phase.PREPARING: "preparing",
    Phase.INITIALISING: "initialising",
    Phase.PLANNING: "planning",
    Phase.AWAITING_APPROVAL: "waits for approval",
    Phase.APPLYING: "applying",
}


@dataclass(frozen=True, slots=True)
class ActionWord:
    """How a resource's change is shown."""

    sign: str
    text: str
    tone: str


ACTIONS: Mapping[Action, ActionWord] = {
    Action.CREATE: ActionWord("+", "create", "good"),
    Action.UPDATE: ActionWord("~", "update", "change"),
    Action.DELETE: ActionWord("-", "destroy", "bad"),
    Action.REPLACE: ActionWord("±", "replace", "bad"),
    Action.READ: ActionWord("<", "read", "off"),
    Action.FORGET: ActionWord(".", "forget", "wait"),
    Action.FORGET_CREATE: ActionWord(".+", "forget, then create", "wait"),
    Action.IMPORT: ActionWord("<", "import", "run"),
    Action.MOVE: ActionWord(">", "move", "run"),
}


def place_of(record: RunUnitRecord) -> str:
    """Name where a unit is, as `RunUnitQuery` counts it."""
    if record.outcome is not None:
        return record.outcome.value
    return AWAITING if record.state is UnitState.PLANNED else record.state.value


def unit_word(record: RunUnitRecord, *, asked: bool = True) -> Word:
    """Say where a unit is; `asked` is whether its plan still waits for an answer."""
    place = place_of(record)
    if record.operation is Operation.DESTROY:
        special = {Outcome.APPLIED.value: _DESTROYED, UnitState.APPLYING.value: _DESTROYING}
        if place in special:
            return special[place]
    if place == AWAITING and not asked:
        return Word("planned", "change")
    return PLACES[place]


def run_word(run: RunSummary, waiting: int = 0) -> Word:
    """Say where a run is; `waiting` is how many of its plans wait for an answer."""
    works = any(run.counts.get(state.value) for state in (UnitState.PLANNING, UnitState.APPLYING))
    if run.status is RunStatus.RUNNING and waiting and not works:
        return PLACES[AWAITING]
    return RUN[run.status]


def counted(counts: Mapping[str, int], kind: RunKind) -> Iterator[tuple[str, Word, int]]:
    """Give each place that has units, with its word and their number."""
    for place, word in PLACES.items():
        if amount := counts.get(place):
            shown = _DESTROYED if kind is RunKind.DESTROY and place == Outcome.APPLIED.value else word
            yield place, shown, amount


def tally(counts: ResourceCounts) -> tuple[tuple[ActionWord, int], ...]:
    """Give how many resources are created, changed and so on; only what there is."""
    amounts = (
        (Action.CREATE, counts.add),
        (Action.UPDATE, counts.change),
        (Action.REPLACE, counts.replace),
        (Action.DELETE, counts.destroy),
        (Action.FORGET, counts.forget),
    )
    return tuple((ACTIONS[action], amount) for action, amount in amounts if amount)


def duration(seconds: float) -> str:
    """Return `0.4 s`, `14 s`, `1 min 23 s`, `2 h 5 min`, `3 d 4 h`."""
    if seconds < 1:
        return f"{max(seconds, 0):.1f} s"
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"
