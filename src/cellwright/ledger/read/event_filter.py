"""A filter of events; `event_query` makes a query of it."""

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from cellwright.model.actor import vouched
from cellwright.model.runs.event import IDENTITY, Event

_EVERYTHING = "**"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of names in parts, with `*`, `?` and `[...]` inside a part; it matches what lies below, too.

    `client/*/app` matches the app of every client, `client/acme` all of acme's units, `unit.*` all actions on
    units.
    """

    text: str
    separator: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts; `**` at the end changes nothing and is left out."""
        parts = self.text.rstrip(self.separator).split(self.separator)
        return tuple(parts[:-1] if parts[-1] == _EVERYTHING else parts)

    def matches(self, name: str) -> bool:
        """Tell whether the pattern matches `name`."""
        wanted, found = self.parts, name.split(self.separator)
        return len(found) >= len(wanted) and all(map(fnmatchcase, found, wanted))


def subject_pattern(text: str) -> Pattern:
    """A pattern of subjects: addresses or run ids."""
    return Pattern(text, "/")


def action_pattern(text: str) -> Pattern:
    """A pattern of actions, such as `unit.applied`."""
    return Pattern(text, ".")


@dataclass(frozen=True, slots=True)
class FormerSubject:
    """What something was called between two events."""

    pattern: Pattern
    until: int | None
    """The number of the event that gave it another name; None: it has this one."""
    after: int = 0
    """The number of the event by which who had the name before gave it up; 0: nobody had it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events to list; one of several patterns must match. All events by default."""

    subjects: tuple[Pattern, ...] = ()
    actions: tuple[Pattern, ...] = ()
    actors: tuple[str, ...] = ()
    """Parts of actors' names; ASCII letters match in either case."""
    people: tuple[str, ...] = ()
    """Parts of names, as they were claimed or as something vouches for them; letters match in either case."""
    since: datetime | None = None
    until: datetime | None = None
    """Events from this moment on are left out."""
    former: tuple[FormerSubject, ...] = ()
    """Former names of what `subjects` names: their events count as well; without `subjects`, they alone."""

    def matches(self, event: Event) -> bool:
        """Check the patterns; the database has checked everything else exactly."""
        return (
            self._is_about(event.subject, event.sequence)
            and _any(self.actions, event.action)
            and (not self.people or _is_one_of(self.people, event))
        )

    def _is_about(self, subject: str, sequence: int) -> bool:
        named = any(_was(item, subject, sequence) for item in self.former)
        return named or (_any(self.subjects, subject) if self.subjects else not self.former)


EVERY_EVENT = EventFilter()


def _is_one_of(people: tuple[str, ...], event: Event) -> bool:
    names = f"{event.actor}\n{vouched(event.detail.get(IDENTITY))}".casefold()
    return any(name.casefold() in names for name in people)


def _any(patterns: tuple[Pattern, ...], name: str) -> bool:
    return not patterns or any(pattern.matches(name) for pattern in patterns)


def _was(former: FormerSubject, subject: str, sequence: int) -> bool:
    then = former.after < sequence and (former.until is None or sequence <= former.until)
    return then and former.pattern.matches(subject)
