"""Tells what was recorded of a run's progress, until there is no more to come."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cellwright.model.runs.progress import Listener, ProgressEvent, RunFinished, with_units
from cellwright.model.runs.run import RunUnit

_QUIET = 6
"""Looks without progress after which a run that is over has nothing more to tell."""


@dataclass(slots=True)
class ProgressTeller:
    """Tells a listener of one run, and remembers how far it is."""

    listener: Listener
    units: tuple[RunUnit, ...]
    """In the run's order; what was recorded does not repeat them."""
    seen: int = 0
    """The number of the last piece of progress."""
    _ended: bool = False
    """Whether the last piece of progress says that the run is over."""
    _quiet: int = 0
    """How often a run that is over has told nothing."""

    def tell(self, pieces: Iterable[tuple[int, ProgressEvent]]) -> bool:
        """Tell what is new, each piece with its number; says whether anything is."""
        news = False
        for number, event in pieces:
            self.listener.report(replace(event, progress=with_units(event.progress, self.units)))
            self.seen, self._ended, news = number, isinstance(event.progress, RunFinished), True
        return news

    def is_complete(self, *, news: bool) -> bool:
        """Tell, after each look at a run that is over, whether nothing more comes.

        The last progress is recorded a moment after the run's status.
        """
        self._quiet = 0 if news else self._quiet + 1
        return self._ended or self._quiet >= _QUIET
