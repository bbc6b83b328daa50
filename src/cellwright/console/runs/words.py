"""The word, the tone and the sign of each state: no state is told by colour alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cellwright.ledger.queue.pauses import Pause
from cellwright.ledger.read.run_unit_query import ANSWERED, AWAITING
from cellwright.ledger.run_state import RunSummary, RunUnitRecord, UnitState
from cellwright.model.runs.plan import Action, ResourceCounts
from cellwright.model.runs.progress import Phase
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunStatus, was_refused

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Word:
    """How a state is shown."""

    text: str
    tone: str
    """As `parts/status.html` names it."""
    many: str = ""
    """The text for more than one, if it is another."""

    def of(self, amount: int) -> "Word":
        """Give the word for so many."""
        return self if amount == 1 or not self.many else Word(self.many, self.tone)


PLACES: Mapping[str, Word] = {
    Outcome.FAILED.value: Word("failed", "bad"),
    AWAITING: Word("waits for approval", "wait", "wait for approval"),
    UnitState.APPLYING.value: Word("applying", "run"),
    ANSWERED: Word("answered", "change"),
    UnitState.PLANNING.value: Word("planning", "run"),
    UnitState.PENDING.value: Word("not begun", "off"),
    Outcome.PLANNED.value: Word("planned", "change"),
    Outcome.APPLIED.value: Word("applied", "good"),
    Outcome.UNCHANGED.value: Word("unchanged", "good"),
    Outcome.BLOCKED.value: Word("blocked", "wait"),
    Outcome.SKIPPED.value: Word("skipped", "off"),
    Outcome.REFUSED.value: Word("refused", "wait"),
    Outcome.CANCELLED.value: Word("cancelled", "off"),
}
"""Where a unit of a run is; what needs somebody comes first."""

_BY_PROGRESS = (
    Outcome.APPLIED.value,
    Outcome.UNCHANGED.value,
    Outcome.PLANNED.value,
    UnitState.APPLYING.value,
    UnitState.PLANNING.value,
    ANSWERED,
    AWAITING,
    Outcome.FAILED.value,
    Outcome.BLOCKED.value,
    Outcome.REFUSED.value,
    Outcome.SKIPPED.value,
    Outcome.CANCELLED.value,
    UnitState.PENDING.value,
)
"""The same places, what is done first: how bars and counts are ordered."""

_PAUSED = Word("paused", "wait")
_STOPPED = Word("stands still", "wait")
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
    Action.REFRESH: ActionWord("<~", "refresh the state", "change"),
    Action.DROP: ActionWord("<x", "drop from the state", "wait"),
}


def unit_word(record: RunUnitRecord, *, asked: bool) -> Word:
    """Say where a unit is; `asked` is whether its plan still waits for an answer."""
    if record.outcome is not None:
        place = record.outcome.value
    elif record.state is UnitState.PLANNED:
        place = AWAITING if asked else ANSWERED
    else:
        place = record.state.value
    if record.operation is Operation.DESTROY:
        special = {Outcome.APPLIED.value: _DESTROYED, UnitState.APPLYING.value: _DESTROYING}
        return special.get(place, PLACES[place])
    return PLACES[place]


def run_word(run: RunSummary, waiting: int = 0, pause: Pause | None = None, *, stopped: bool = False) -> Word:
    """Say where a run is.

    `waiting` is how many of its plans wait for an answer; `stopped` says that it has not ended, and that
    nobody carries it out.
    """
    if stopped:
        return _STOPPED
    if run.status is RunStatus.RUNNING and pause is not None:
        return _PAUSED
    works = any(run.counts.get(state.value) for state in (UnitState.PLANNING, UnitState.APPLYING))
    if run.status is RunStatus.RUNNING and waiting and not works:
        return PLACES[AWAITING]
    return PLACES[Outcome.REFUSED.value] if was_refused(run.status, run.counts.keys()) else RUN[run.status]


def counted(counts: Mapping[str, int], kind: RunKind) -> Iterator[tuple[str, Word, int]]:
    """Give each place that has units, with its word and their number."""
    for place in _BY_PROGRESS:
        if amount := counts.get(place):
            destroyed = kind is RunKind.DESTROY and place == Outcome.APPLIED.value
            yield place, (_DESTROYED if destroyed else PLACES[place]).of(amount), amount


def tally(counts: ResourceCounts) -> tuple[tuple[ActionWord, int], ...]:
    """Give how many resources are created, changed and so on; only what there is."""
    amounts = (
        (Action.CREATE, counts.add),
        (Action.UPDATE, counts.change),
        (Action.REPLACE, counts.replace),
        (Action.DELETE, counts.destroy),
        (Action.FORGET, counts.forget),
        (Action.IMPORT, counts.imports),
        (Action.MOVE, counts.moves),
        (Action.REFRESH, counts.refresh),
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
