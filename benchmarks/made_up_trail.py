"""Fills a ledger with a long history: years of events, and runs with their units, as runs leave them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import Connection, Table, insert, update

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.database.table_groups.event_tables import CHAIN, EVENTS
from cellwright.ledger.database.table_groups.run_tables import APPROVALS, RUN_UNITS, RUNS
from cellwright.ledger.opening import Ledger
from cellwright.model.runs.event import GENESIS, Event, event_hash
from cellwright.model.value import Json

STACKS = ("foundation", "network", "database", "app", "worker", "sftp")
ACTORS = ("Ada Lovelace <ada@example.com>", "jenkins for Grace Hopper", "Alan Turing <alan@example.com>")
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
RUN_SIZE = 60
EVERYBODY = 10_000
"""Clients of the fleet."""

_BETWEEN = timedelta(hours=3)
_AT_ONCE = 10_000
_WARNED = 10
"""Every so many-th unit has something to say: a warning of its provider."""

_DIGEST = "0f" * 32
_WARNING = [
    {
        "severity": "warning",
        "summary": "Deprecated attribute",
        "detail": 'The attribute "name" is deprecated. ' * 6,
        "at": ["main.tf", 3, 1],
    }
]


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run of the made-up history: ten clients, all their stacks."""

    number: int
    clients: int

    @property
    def moment(self) -> datetime:
        """When it was started."""
        return FIRST + self.number * _BETWEEN

    @property
    def id(self) -> str:
        """A run's id; sorts by time."""
        return f"{self.moment:%Y%m%d-%H%M%S}-{self.number % 65_536:04x}"

    @property
    def actor(self) -> str:
        """Who started it."""
        return ACTORS[self.number % len(ACTORS)]

    @property
    def units(self) -> list[str]:
        """Whom it touches: in turn, all clients."""
        count = RUN_SIZE // len(STACKS)
        cells = (self.number * count + index for index in range(count))
        return [f"client/client-{cell % self.clients:05}/{stack}" for cell in cells for stack in STACKS]

    def drafts(self) -> Iterator[EventDraft]:
        """Say what the run's events say."""
        reason = f"ticket {self.number}: more replicas"
        detail: dict[str, Json] = {"kind": "apply", "units": RUN_SIZE, "commit": _DIGEST[:40]}
        yield EventDraft(self.actor, "run.started", self.id, reason, detail)
        for unit in self.units:
            yield EventDraft(self.actor, "unit.applied", unit, reason, self._unit_detail())
        done: dict[str, Json] = {"status": "succeeded", "units": {"applied": RUN_SIZE}}
        yield EventDraft(self.actor, "run.finished", self.id, "", done)

    def _unit_detail(self) -> Mapping[str, Json]:
        return {
            "run": self.id,
            "add": 1,
            "change": 2,
            "destroy": 0,
            "replace": 0,
            "source": "git::https://git.example.com/infra/app.git//stack?ref=v2.1.0 (0a1b2c3)",
            "commit": _DIGEST[:40],
            "fingerprint": _DIGEST,
        }


def events(count: int, clients: int) -> Iterator[Event]:
    """Link as many events to a chain as are wanted."""
    drafts = (
        (run.moment + timedelta(seconds=second), draft)
        for run in (PastRun(number, clients) for number in range(count))
        for second, draft in enumerate(run.drafts())
    )
    previous = GENESIS
    for sequence, (moment, draft) in enumerate(islice(drafts, count), start=1):
        unsealed = Event(
            sequence=sequence,
            time=moment.isoformat(timespec="microseconds"),
            actor=str(draft.actor),
            action=draft.action,
            subject=draft.subject,
            reason=draft.reason,
            detail=draft.detail,
            previous=previous,
        )
        previous = event_hash(unsealed)
        yield Event(**{name: getattr(unsealed, name) for name in _PLAIN}, hash=previous)


_PLAIN = ("sequence", "time", "actor", "action", "subject", "reason", "detail", "previous")


def fill_events(ledger: Ledger, count: int, clients: int) -> None:
    """Write the events straight into their table: how they came about is not what is measured."""
    last = None
    with ledger.database.write_expressions() as connection:
        found = events(count, clients)
        while rows := list(islice(found, _AT_ONCE)):
            last = rows[-1]
            connection.execute(insert(EVENTS), [_event_row(item) for item in rows])
        if last is not None:
            connection.execute(update(CHAIN).values(sequence=last.sequence, hash=last.hash))


def _event_row(item: Event) -> Mapping[str, object]:
    row = {name: getattr(item, name) for name in (*_PLAIN, "hash")}
    return row | {"detail": json.dumps(item.detail, separators=(",", ":"))}


def fill_runs(ledger: Ledger, count: int, clients: int) -> None:
    """Write the runs with their units, finished."""
    with ledger.database.write_expressions() as connection:
        for number in range(count):
            run = PastRun(number, clients)
            _insert(connection, RUNS, [_run_row(run)])
            _insert(connection, RUN_UNITS, [_unit_row(run, *item) for item in enumerate(run.units)])
            _insert(connection, APPROVALS, [_approval_row(run, unit) for unit in run.units])


def _insert(connection: Connection, table: Table, rows: Iterable[Mapping[str, object]]) -> None:
    connection.execute(insert(table), list(rows))


def _run_row(run: PastRun) -> Mapping[str, object]:
    return {
        "id": run.id,
        "kind": "apply",
        "status": "succeeded",
        "actor": run.actor,
        "reason": f"ticket {run.number}: more replicas",
        "started": run.moment.isoformat(),
        "finished": (run.moment + timedelta(minutes=2)).isoformat(timespec="microseconds"),
        "fleet_commit": _DIGEST[:40],
        "unit_count": RUN_SIZE,
        "outcomes": json.dumps({"applied": RUN_SIZE}),
    }


def _unit_row(run: PastRun, ordinal: int, unit: str) -> Mapping[str, object]:
    return {
        "run": run.id,
        "unit": unit,
        "ordinal": ordinal,
        "operation": "apply",
        "wave": 0,
        "state": "finished",
        "outcome": "applied",
        "attempt": 1,
        "started": run.moment.isoformat(timespec="microseconds"),
        "finished": (run.moment + timedelta(minutes=1)).isoformat(timespec="microseconds"),
        "seconds": 12.5,
        "resources": "[1,2,0,0]",
        "diagnostics": None if ordinal % _WARNED else json.dumps(_WARNING),
    }


def _approval_row(run: PastRun, unit: str) -> Mapping[str, object]:
    return {
        "run": run.id,
        "unit": unit,
        "plan_digest": _DIGEST,
        "asked_at": run.moment.isoformat(timespec="microseconds"),
        "decision": "approved",
        "answered_by": run.actor,
        "answered_at": run.moment.isoformat(timespec="microseconds"),
        "reason": "",
        "how": "terminal",
    }
