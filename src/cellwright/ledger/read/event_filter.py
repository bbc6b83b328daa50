"""Which events somebody wants to see. No database here: how it is asked is `event_query`'s matter."""

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from cellwright.model.event import Event

_EVERYTHING = "**"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name of several parts, with `*`, `?` and `[...]` inside a part; it means what lies below it too.

    `client/*/app` is the app of every client, `client/acme` all of acme's, `unit.*` every deed on a unit.
    """

    text: str
    separator: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts; `**` at the end says no more than its absence."""
        parts = self.text.rstrip(self.separator).split(self.separator)
        return tuple(parts[:-1] if parts[-1] == _EVERYTHING else parts)

    def matches(self, name: str) -> bool:
        """Tell whether `name` is meant."""
        wanted, found = self.parts, name.split(self.separator)
        return len(found) >= len(wanted) and all(map(fnmatchcase, found, wanted))


def subject_pattern(text: str) -> Pattern:
    """Which subjects: addresses, or runs' ids."""
    return Pattern(text, "/")


def action_pattern(text: str) -> Pattern:
    """Which actions: `unit.applied`."""
    return Pattern(text, ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """What an event must be to be listed; of several patterns one is enough. All events by default."""

    subjects: tuple[Pattern, ...] = ()
    actions: tuple[Pattern, ...] = ()
    actors: tuple[str, ...] = ()
    """Parts of names; a to z match in either case."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""

    def matches(self, event: Event) -> bool:
        """Hold the patterns against an event; all else the database has answered exactly."""
        return _any(self.subjects, event.subject) and _any(self.actions, event.action)


EVERY_EVENT = EventFilter()


def _any(patterns: tuple[Pattern, ...], name: str) -> bool:
    return not patterns or any(pattern.matches(name) for pattern in patterns)
