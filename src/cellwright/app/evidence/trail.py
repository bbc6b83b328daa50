"""Follows the whole audit trail once: checks the chain, and writes and sorts the stretch of a period."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from cellwright.app.evidence.anchored import anchors_only
from cellwright.app.evidence.folder import DigestedFile
from cellwright.app.evidence.rows import TopicRows
from cellwright.evidence.event_lines import write_event
from cellwright.evidence.exceptions import ExceptionsSeen
from cellwright.evidence.grants import GrantHistory
from cellwright.evidence.rules import RulesSeen
from cellwright.evidence.sorting import Row, rows_of
from cellwright.ledger.audit import ChainPoint, verify
from cellwright.ledger.known_points import KnownPoint, PointCheck
from cellwright.ledger.read.reader import LedgerReader
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import GENESIS, Event

_DAY = len("2026-11-22")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The events of a period: all from its first one to its last one."""

    before: ChainPoint
    """The event before the first one."""
    end: ChainPoint
    count: int

    def to_json(self) -> dict[str, object]:
        """Write it down."""
        return {
            "first": self.before.sequence + 1,
            "last": self.end.sequence,
            "count": self.count,
            "previous": self.before.hash,
            "hash": self.end.hash,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What following the trail has found."""

    stretch: Stretch | None
    """None: no event is in the period."""
    head: ChainPoint
    """Where the trail ended."""
    first_hash: str
    """Of the very first event: no other ledger has it."""
    first_time: str
    last_time: str
    count: int
    faults: tuple[str, ...]
    set_back: int
    """Events with an earlier time than one before."""
    before_period: int
    """Events older than the period."""
    vouched: tuple[KnownPoint, ...]
    """The anchors that the trail agrees with."""


@dataclass(slots=True)
class TrailWalk:
    """Sees every event of a ledger, once, in the order of their numbers."""

    bounds: tuple[int, int] | None
    """The numbers of the period's first and last event."""
    until: str
    """The end of the period: UTC, ISO 8601."""
    lines: DigestedFile
    rows: TopicRows
    grants: GrantHistory
    exceptions: ExceptionsSeen
    rules: RulesSeen
    told: Callable[[int, int], None]
    activity: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    last_sign_in: dict[str, str] = field(default_factory=dict)
    """By subject: the last sign-in of all time."""
    _read: int = 0
    _written: int = 0
    _set_back: int = 0
    _first: Event | None = None
    _last: Event | None = None
    _newest: str = ""
    _stretch: Stretch | None = None
    _before: ChainPoint = field(default_factory=lambda: ChainPoint(0, GENESIS))

    def follow(self, reader: LedgerReader, points: Sequence[KnownPoint], *, absent: bool = False) -> Followed:
        """Read the trail to its end, also behind a fault; there is none of a ledger that is absent.

        Raises:
            DiagnosticError: the ledger can't be read.
        """
        check = PointCheck(points)
        if absent:
            return self._found((), ())
        end: ChainPoint | None = None
        end_fault = reader.end_fault()
        with suppress(DiagnosticError):  # garbled: that is what `end_fault` says
            end = reader.chain_end()
        whole = (end or reader.last_event()).sequence
        fault = verify(self._watch(check.watch(reader.events()), whole), end=end)
        if fault:
            for _ in self._watch(check.watch(reader.events(self._last.sequence if self._last else 0)), whole):
                pass
        faults = [f"event {fault.sequence}: {fault.summary}"] if fault else []
        if end_fault is not None and not fault:
            faults.append(f"{end_fault.summary}; {end_fault.detail}")
        faults.extend(item for item in (check.fault(),) if item)
        return self._found(faults, tuple(point for point in points if check.holds(point)))

    def activity_rows(self) -> Iterator[Row]:
        """Give how often each person did what on each day."""
        for (day, who, action), count in sorted(self.activity.items()):
            yield {"day": day, "who": who, "action": action, "count": count}

    def _found(self, faults: Sequence[str], vouched: tuple[KnownPoint, ...]) -> Followed:
        first, last = self._first, self._last
        return Followed(
            stretch=self._stretch,
            head=ChainPoint(last.sequence, last.hash) if last else ChainPoint(0, GENESIS),
            first_hash=first.hash if first else "",
            first_time=first.time if first else "",
            last_time=last.time if last else "",
            count=self._read,
            faults=tuple(faults),
            set_back=self._set_back,
            before_period=self._before.sequence if self._stretch else self._read,
            vouched=anchors_only(vouched),
        )

    def _watch(self, events: Iterable[Event], whole: int) -> Iterator[Event]:
        for event in events:
            self._see(event)
            self.told(self._read, whole)
            yield event

    def _see(self, event: Event) -> None:
        self._read += 1
        self._first = self._first or event
        self._set_back += event.time < self._newest
        self._newest = max(self._newest, event.time)
        if event.time < self.until:
            self.grants.see(event)
            self.rules.learn(event)
        if event.action == "person.signed_in":
            self.last_sign_in[event.subject] = event.time
        if self.bounds is not None and self.bounds[0] <= event.sequence <= self.bounds[1]:
            self._keep(event)
        elif self._stretch is None:
            self._before = ChainPoint(event.sequence, event.hash)
        self._last = event

    def _keep(self, event: Event) -> None:
        self._written += 1
        self.lines.write(write_event(event))
        self.exceptions.see(event)
        self.rules.see(event)
        self.activity[(event.time[:_DAY], event.actor, event.action)] += 1
        for topic, row in rows_of(event):
            self.rows.add(topic, row)
        self._stretch = Stretch(self._before, ChainPoint(event.sequence, event.hash), self._written)
