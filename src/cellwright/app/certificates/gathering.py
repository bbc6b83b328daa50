"""Gathers from the ledger all that is known of the destruction of a client."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cellwright.app.certificates.client import refuse_found_again, refuse_standing_client
from cellwright.app.certificates.offboarding import offboarding_of, with_offboarding
from cellwright.app.certificates.sealing import check_seals, unnamed
from cellwright.app.session.session import FleetSession
from cellwright.destruction.attempts import gone
from cellwright.destruction.case import Case, Deed, DestroyingRun, Validation
from cellwright.destruction.methods import fates
from cellwright.ledger.audit import ChainPoint
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.event_filter import EventFilter, action_pattern
from cellwright.ledger.read.former_names import FormerName, former_names
from cellwright.ledger.read.names import Names
from cellwright.model.actor import vouched
from cellwright.model.address import CellAddress
from cellwright.model.runs.event import (
    CERTIFICATE_VALIDATED,
    CLIENT_OFFBOARDED,
    CLIENT_OFFBOARDING,
    IDENTITY,
    UNIT_ADOPTED,
    Event,
)
from cellwright.model.runs.removal import RemovalRecord

_STARTED = frozenset({"run.started", "run.resumed"})
_APPROVED = "run.approved"
_WORK = frozenset({"unit.applied", "unit.confirmed", UNIT_ADOPTED})
_BEGUN = "offboarding.planning"
_OF_RUN = EventFilter(actions=tuple(map(action_pattern, (*sorted(_STARTED), _APPROVED))))


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody who had a part in the destruction."""

    name: str
    identity: Mapping[str, Any]
    part: str
    """`asked for it`, `approved it`."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The destruction of a client, and who had a part in it."""

    case: Case
    people: tuple[Concerned, ...]


@dataclass(slots=True)
class _Reading:
    """What is read of one client's last life, from its events."""

    ledger: Ledger
    cell: CellAddress
    head: ChainPoint
    events: Sequence[Event] = ()
    records: Sequence[RemovalRecord] = ()
    since: str = ""
    """When the life before this one ended; empty if there was none."""
    between: tuple[str, str] = ("", "")
    """When the client that left by this name before was offboarded, if one was, and when this one was."""
    runs: dict[str, Sequence[Event]] = field(default_factory=dict)

    @classmethod
    def of(cls, ledger: Ledger, cell: CellAddress) -> "_Reading":
        """Read the events from the client's onboarding, or the end of its life before, up to now."""
        head = ledger.reader.chain_end()
        events = [
            event for event in ledger.reader.events(subject=str(cell)) if event.sequence <= head.sequence
        ]
        ends = [event for event in events if event.action == CLIENT_OFFBOARDED and event.subject == str(cell)]
        names = Names(ledger.database)
        # Of a life before this one: the same name may have been another client's.
        lived = _signs_of_life(names, cell, events) if len(ends) > 1 else []
        before = next(
            (
                end
                for end in reversed(ends[:-1])
                if any(end.sequence < at < ends[-1].sequence for at in lived)
            ),
            None,
        )
        since, number = (before.time, before.sequence) if before is not None else ("", 0)
        between = (since, ends[-1].time if ends else "")
        # Of a client that has another name now: its last life is found under that name.
        for end in names.ends(cell):
            if end.to is not None and end.sequence > number:
                since, number = end.time, end.sequence
        events = [event for event in events if event.sequence > number]
        records = [record for record in ledger.certificates.removed(cell) if record.begun_at > since]
        for former in former_names(names, cell):
            if former.sequence < number:
                break
            earlier, removed = _under(ledger, former)
            events, records = [*earlier, *events], [*removed, *records]
        reading = cls(ledger, cell, head, events, records, since, between)
        for run in reading.destroying():
            reading.runs[run] = tuple(ledger.reader.events(subject=run, only=_OF_RUN))
        return reading

    def destroying(self) -> list[str]:
        """Name the runs by which something was destroyed, the first one first."""
        return list(dict.fromkeys([*(record.run for record in self.records), *self.last_runs()]))

    def last_runs(self) -> list[str]:
        """Name the runs that destroyed whole units: what the client's end was asked for with."""
        ended = [str(event.detail.get("run")) for event in self.events if event.action == "unit.destroyed"]
        return list(dict.fromkeys(ended))

    def of_client(self, action: str) -> list[Event]:
        """Give the client's own events of an action."""
        return [item for item in self.events if item.action == action and item.subject == str(self.cell)]


def gather(session: FleetSession, cell: CellAddress) -> Gathered:
    """Read the destruction of a client from the ledger.

    Raises:
        DiagnosticError: it still has resources, was not offboarded, or the record of what was destroyed was
            changed.
        MissingError: there never was such a client.
    """
    ledger = session.ledger()
    refuse_standing_client(ledger.reader, cell)
    found = _Reading.of(ledger, cell)
    check_seals(found.events, found.records)
    case = Case(
        fleet=session.anchoring().fleet,
        cell=cell,
        requested=_requested(found),
        head=(found.head.sequence, found.head.hash),
        approvals=tuple(_approvals(found)),
        runs=tuple(_runs(found)),
        fates=fates(gone(found.records)),
        validation=_validation(found),
        gaps=tuple(unnamed(found.events)),
    )
    people = list(_people(found))
    offboarding = offboarding_of(ledger, cell, found.since)
    if offboarding is not None:
        case = with_offboarding(ledger, case, offboarding, found.between)
        people += [Concerned(item.by, item.identity, "approved it") for item in offboarding.approvals]
    refuse_found_again(case)
    return Gathered(case, tuple(people))


def _under(ledger: Ledger, former: FormerName) -> tuple[list[Event], list[RemovalRecord]]:
    """Give what is recorded of a client under a former name, of its life up to the rename."""
    found = list(ledger.reader.events(subject=str(former.cell)))
    removed = ledger.certificates.removed(former.cell)
    return (
        [event for event in found if former.after < event.sequence < former.sequence],
        [record for record in removed if former.since < record.begun_at <= former.until],
    )


def _signs_of_life(names: Names, cell: CellAddress, events: Sequence[Event]) -> list[int]:
    """Give the numbers of the events by which a client came, or something of it was applied."""
    births = [birth.sequence for birth in names.births(cell)]
    return births + [event.sequence for event in events if event.action in _WORK]


def _requested(found: _Reading) -> Deed:
    for action in (_BEGUN, CLIENT_OFFBOARDING):
        if asked := found.of_client(action):
            return deed(asked[-1])
    for run in found.last_runs():
        for event in found.runs.get(run, ()):
            return deed(event)
    return deed(found.of_client(CLIENT_OFFBOARDED)[-1])


def _approvals(found: _Reading) -> Iterator[Deed]:
    """Give the answers for plans, one for each answer however many plans it was for."""
    for run in found.last_runs():
        alike: dict[tuple[str, object], list[Event]] = {}
        for event in found.runs.get(run, ()):
            if event.action == _APPROVED:
                alike.setdefault((event.actor, event.detail.get("how")), []).append(event)
        for (_, how), events in alike.items():
            plans = sum(len(_plans(event)) for event in events)
            what = f"{plans} plan{'' if plans == 1 else 's'} of run {run} ({how})"
            yield deed(events[-1], what)


def _plans(event: Event) -> Mapping[str, object]:
    found = event.detail.get("plans")
    return found if isinstance(found, Mapping) else {}


def _runs(found: _Reading) -> Iterator[DestroyingRun]:
    for run in found.destroying():
        summary = found.ledger.reader.summary(run)
        if summary is not None:
            yield DestroyingRun(
                id=run,
                status=summary.status.value,
                by=summary.actor,
                started=summary.started,
                finished=summary.finished or "",
                commit=summary.commit or "",
            )


def _validation(found: _Reading) -> Validation | None:
    for event in reversed(found.of_client(CERTIFICATE_VALIDATED)):
        settled = event.detail.get("settled")
        return Validation(
            deed=deed(event),
            subject=str(event.detail.get("subject") or ""),
            settled=tuple(map(str, settled)) if isinstance(settled, list) else (),
        )
    return None


def _people(found: _Reading) -> Iterator[Concerned]:
    for action in (_BEGUN, CLIENT_OFFBOARDING, CLIENT_OFFBOARDED):
        for event in found.of_client(action):
            yield concerned(event, "asked for the destruction")
    for run in found.last_runs():
        for event in found.runs.get(run, ()):
            part = "approved plans of it" if event.action == _APPROVED else f"carried out run {run}"
            yield concerned(event, part)


def concerned(event: Event, part: str) -> Concerned:
    """Give who is behind an event."""
    identity = event.detail.get(IDENTITY)
    return Concerned(event.actor, identity if isinstance(identity, Mapping) else {}, part)


def deed(event: Event, what: str = "") -> Deed:
    """Describe what an event says that somebody did."""
    return Deed(
        by=event.actor,
        at=event.time,
        vouched=vouched(event.detail.get(IDENTITY)),
        reason=event.reason,
        what=what,
    )
