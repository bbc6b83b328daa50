"""What takes long in a run: the units of which no line was written for half a minute."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from cellwright.cli.progress import words
from cellwright.cli.screen.layout import duration, shortened
from cellwright.model.address import UnitAddress
from cellwright.model.runs.progress import (
    Phase,
    PhaseEntered,
    ProgramSaid,
    Progress,
    ResourceProgress,
    RunFinished,
    RunStarted,
    UnitFinished,
)

QUIET_SECONDS = 30.0
"""A unit, or what comes before the first of them, is told of again after so long a silence."""
_PREPARING = "preparing the run"
_LONGEST_SAID = 200
_Of: TypeAlias = UnitAddress | None
"""What a step is of; None is what comes before the units: reading the fleet, choosing."""


@dataclass(slots=True)
class _Step:
    word: str
    since: float
    told: float
    """When the last line about it was written."""
    note: str = ""
    said: str = ""
    """The last that the program has said."""


@dataclass(slots=True)
class LongSteps:
    """Follows the step that each unit is in. Not thread-safe: its owner holds a lock."""

    started: float
    """The time of a monotonic clock, as all times here."""
    _steps: dict[_Of, _Step] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with what comes before the units."""
        self._steps = {None: _Step(_PREPARING, self.started, self.started)}

    def take(self, progress: Progress, now: float) -> None:
        """Follow a piece of progress."""
        match progress:
            case RunStarted() | RunFinished():
                self._steps.clear()
            case UnitFinished(result):
                self._steps.pop(result.address, None)
            case PhaseEntered(unit, Phase.AWAITING_APPROVAL):
                self._steps.pop(unit, None)  # a person takes as long as it takes
            case PhaseEntered(unit, phase, note):
                before = self._steps.get(unit)
                again = before is not None and before.word == phase.value  # another try, or another note
                since = before.since if before is not None and again else now
                self._steps[unit] = _Step(phase.value, since, now, note)
            case ProgramSaid(unit, text):
                self._say(unit, text)
            case ResourceProgress(unit, resource, action, state):
                done = words.done(action) if state == "done" else words.doing(action)
                self._say(unit, f"{resource}: {done}")
            case _:
                pass

    def told(self, unit: UnitAddress, now: float) -> None:
        """Take notice that a line about `unit` was written."""
        if step := self._steps.get(unit):
            step.told = now

    def lines(self, now: float, destroyed: frozenset[UnitAddress]) -> Iterator[str]:
        """Tell of each step that was quiet for so long, and count this as told."""
        for unit, step in self._steps.items():
            if now - step.told < QUIET_SECONDS:
                continue
            step.told = now
            word = words.phase(step.word, destroy=unit in destroyed)
            lead = f"{unit}: " if unit is not None else ""
            note = f" ({step.note})" if step.note else ""
            said = f"; last said: {shortened(step.said, _LONGEST_SAID)}" if step.said else ""
            yield f"{lead}still {word}{note} after {duration(now - step.since)}{said}"

    def _say(self, unit: UnitAddress, text: str) -> None:
        if step := self._steps.get(unit):
            step.said = text
