"""Everything that can be read from an open ledger. Nothing here writes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from cellwright.ledger.audit import ChainPoint, end_fault, last_point, newest_point, read_detail
from cellwright.ledger.database.clock import iso
from cellwright.ledger.database.counts import KeptCounts
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.rows import load_address, select_from
from cellwright.ledger.database.run_rows import RunRow, RunUnitRow, load_run, load_run_unit, load_summary
from cellwright.ledger.database.sql import Connection, TextClause, text
from cellwright.ledger.database.turns import PROCESS, starter_of, turn_of
from cellwright.ledger.leases import Holder
from cellwright.ledger.read.event_filter import EVERY_EVENT, EventFilter, Pattern
from cellwright.ledger.read.event_query import EventQuery
from cellwright.ledger.read.unit_reader import Query, Row, UnitReader
from cellwright.ledger.run_state import RunSummary, RunUnitRecord
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.event import (
    CELL_NAMED,
    CELL_RENAMED,
    CLIENT_OFFBOARDED,
    CLIENT_ONBOARDED,
    CLIENT_ONBOARDING_UNDONE,
    IDENTITY,
    Event,
)
from cellwright.model.runs.run import Operation, Run, RunStatus, RunUnit
from cellwright.model.value import Json

_PAGE = 1_000
"""Events read at once: a page at a time, so that no transaction outlives its page."""

_RUNS = select_from("runs", RunRow)
_RUN = text(f"{_RUNS} WHERE id = :run")
_NEWEST_RUNS = text(f"{_RUNS} ORDER BY id DESC LIMIT :limit")
_NAMED_RUNS = text("SELECT id, reason, actor FROM runs ORDER BY id DESC LIMIT :limit")
_RUNS_BEFORE = text(f"{_RUNS} WHERE id < :before ORDER BY id DESC LIMIT :limit")
_UNITS = select_from("run_units", RunUnitRow)
_RUN_UNITS = text(f"{_UNITS} WHERE run = :run ORDER BY ordinal")
_CLIENT_ACTION = text(
    "SELECT action FROM events WHERE subject = :subject"
    " AND action IN (:onboarded, :offboarded, :undone, :renamed, :named) ORDER BY sequence DESC"
)
_LEFT = (Pattern(CLIENT_OFFBOARDED, "."), Pattern(CELL_RENAMED, "."))
_STARTED = text(
    "SELECT sequence, detail FROM events WHERE subject = :run AND action = 'run.started'"
    " ORDER BY sequence LIMIT 1"
)
_OTHERS = text(f"SELECT id FROM runs WHERE status = '{RunStatus.RUNNING.value}' AND id <> :run LIMIT 1")  # noqa: S608  a constant of ours
_QUEUED = text("SELECT task FROM queue_runs WHERE run = :run")
_QUEUED_RUNS = text("SELECT run FROM queue_runs ORDER BY run")
_STRETCH = text(
    "SELECT min(sequence) AS first, max(sequence) AS last FROM events WHERE time >= :since AND time < :until"
)
_RUN_UNIT = text(f"{_UNITS} WHERE run = :run AND unit = :unit")


@dataclass(frozen=True, slots=True)
class DatabaseRows:
    """Runs a unit reader's queries on an open ledger, in either database."""

    database: Database

    def fetch(self, *queries: Query) -> Sequence[Sequence[Row]]:
        """The rows of each query; on SQLite all of one moment.

        Raises:
            DiagnosticError: the database failed.
        """
        if not queries:
            return []
        with self.database.read() as connection:
            return [
                connection.execute(_prepared(query.statement), query.parameters).all() for query in queries
            ]


class LedgerReader(UnitReader):
    """The read side of a ledger. Every method raises DiagnosticError when the database fails."""

    def __init__(self, database: Database) -> None:
        super().__init__(DatabaseRows(database))
        self._database = database

    def run(self, run_id: str) -> Run | None:
        """A run with its units in their order; None if there is no such run."""
        with self._database.read() as connection:
            row = connection.execute(_RUN, {"run": run_id}).first()
            if row is None:
                return None
            units = tuple(map(_run_unit, _run_units(connection, run_id)))
        return load_run(RunRow._make(row), units)

    def runs(self, limit: int, before: str | None = None) -> tuple[RunSummary, ...]:
        """The newest runs first; `before` is the id of the last one on the page before."""
        statement = _NEWEST_RUNS if before is None else _RUNS_BEFORE
        with self._database.read() as connection:
            rows = connection.execute(statement, {"limit": limit, "before": before}).all()
            return tuple(summary_of(connection, RunRow._make(row), self._database.counts) for row in rows)

    def named_runs(self, limit: int) -> tuple[tuple[str, str, str], ...]:
        """Id, reason and actor of the newest runs, the newest first; for who searches them by words."""
        with self._database.read() as connection:
            rows = connection.execute(_NAMED_RUNS, {"limit": limit}).all()
        return tuple((row.id, row.reason, row.actor) for row in rows)

    def summary(self, run_id: str) -> RunSummary | None:
        """One run of `runs`. Of its units, `run_units` has fewer if some were pruned."""
        with self._database.read() as connection:
            row = connection.execute(_RUN, {"run": run_id}).first()
            return summary_of(connection, RunRow._make(row), self._database.counts) if row else None

    def run_units(self, run_id: str) -> dict[UnitAddress, RunUnitRecord]:
        """How far each unit of a run has come, in the run's order; empty if there is no such run."""
        with self._database.read() as connection:
            records = map(load_run_unit, _run_units(connection, run_id))
            return {record.address: record for record in records}

    def run_unit(self, run_id: str, address: UnitAddress) -> RunUnitRecord | None:
        """One unit of `run_units`."""
        with self._database.read() as connection:
            row = connection.execute(_RUN_UNIT, {"run": run_id, "unit": str(address)}).first()
        return load_run_unit(RunUnitRow._make(row)) if row else None

    def events(
        self,
        after: int = 0,
        limit: int | None = None,
        subject: str | None = None,
        only: EventFilter = EVERY_EVENT,
    ) -> Iterator[Event]:
        """The events after number `after`, oldest first; read a page at a time as they are taken.

        `subject` keeps the events of one subject and of what lies below it: `client/acme` includes
        `client/acme/app`.
        """
        return islice(self._query(limit, subject, only).forwards(after), limit)

    def latest_events(
        self, limit: int, subject: str | None = None, only: EventFilter = EVERY_EVENT
    ) -> tuple[Event, ...]:
        """The newest events, the newest last."""
        found = islice(self._query(limit, subject, only).backwards(), limit)
        return tuple(found)[::-1]

    def events_back(
        self, before: int | None = None, only: EventFilter = EVERY_EVENT, *, page: int = _PAGE
    ) -> Iterator[Event]:
        """The events before a number, or all, newest first; `page` of them are read at once."""
        return EventQuery(self._database, page, None, only).backwards(before)

    def event(self, sequence: int) -> Event | None:
        """The event with this number; None if there is none."""
        found = next(self.events(sequence - 1, 1), None)
        return found if found is not None and found.sequence == sequence else None

    def stretch(self, since: datetime, until: datetime) -> tuple[int, int] | None:
        """The numbers of the first and the last event of a period; None if it has none."""
        with self._database.read() as connection:
            row = connection.execute(_STRETCH, {"since": iso(since), "until": iso(until)}).one()
        return None if row.first is None else (row.first, row.last)

    def client_action(self, cell: CellAddress) -> str | None:
        """What was done last with a cell: onboarded, offboarded, renamed, given this name; None: nothing.

        An onboarding that was undone counts as if it had never been.
        """
        with self._database.read() as connection:
            found = connection.execute(
                _CLIENT_ACTION,
                {
                    "subject": str(cell),
                    "onboarded": CLIENT_ONBOARDED,
                    "offboarded": CLIENT_OFFBOARDED,
                    "undone": CLIENT_ONBOARDING_UNDONE,
                    "renamed": CELL_RENAMED,
                    "named": CELL_NAMED,
                },
            ).scalars()
            undone = 0
            for action in found:
                if action == CLIENT_ONBOARDING_UNDONE:
                    undone += 1
                elif action == CLIENT_ONBOARDED and undone:
                    undone -= 1
                else:
                    return str(action)
        return None

    def offboarded_at(self, cell: CellAddress) -> str | None:
        """The commit from which a client was offboarded, or a cell renamed, last; None if not known."""
        for event in self.latest_events(1, str(cell), EventFilter(actions=_LEFT)):
            commit = event.detail.get("commit")
            return commit if isinstance(commit, str) else None
        return None

    def run_turn(self, run_id: str) -> int | None:
        """The number of the event that started or resumed a run last: see `LedgerRecorder`."""
        with self._database.read() as connection:
            return turn_of(connection, run_id)

    def others_running(self, run_id: str) -> bool:
        """Tell whether runs besides this one have not ended."""
        with self._database.read() as connection:
            return connection.execute(_OTHERS, {"run": run_id}).first() is not None

    def run_holder(self, run_id: str) -> Holder | None:
        """The process that has started or resumed a run last; None where that was not recorded."""
        with self._database.read() as connection:
            detail = read_detail(starter_of(connection, run_id) or "{}")
        match detail.get(PROCESS):
            case [str(host), int(number), str(started)]:
                return Holder(host, number, started, run_id)
            case _:
                return None

    def is_queued(self, run_id: str) -> bool:
        """Tell whether a run is in the queue: no process carries it out alone."""
        return self.queued_task(run_id) is not None

    def queued_task(self, run_id: str) -> Json:
        """How a run in the queue is carried out, as it was queued; None if it is not in it."""
        with self._database.read() as connection:
            found: str | None = connection.execute(_QUEUED, {"run": run_id}).scalar()
        return _task(found) if found is not None else None

    def queued_runs(self) -> tuple[str, ...]:
        """The runs in the queue, the oldest first."""
        with self._database.read() as connection:
            return tuple(connection.execute(_QUEUED_RUNS).scalars())

    def chain_end(self) -> ChainPoint:
        """Where the audit trail should end: `audit.verify` takes it as `end`."""
        with self._database.read() as connection:
            return newest_point(connection)

    def end_fault(self) -> Diagnostic | None:
        """What is wrong with the record of where the audit trail ends; None if it names the last event."""
        with self._database.read() as connection:
            return end_fault(connection)

    def last_event(self) -> ChainPoint:
        """The last event that is there, whatever the record of the trail's end says."""
        with self._database.read() as connection:
            return last_point(connection)

    def _query(self, limit: int | None, subject: str | None, only: EventFilter) -> EventQuery:
        # A filter may leave few events of a page, so only an unfiltered query reads smaller pages.
        few = limit is not None and only == EVERY_EVENT
        page = max(min(_PAGE, limit), 1) if few and limit else _PAGE
        return EventQuery(self._database, page, subject, only)


@cache
def _prepared(statement: str) -> TextClause:
    """The form of a statement that either database takes; there are few different ones."""
    return text(statement)


def _run_units(connection: Connection, run_id: str) -> Iterator[RunUnitRow]:
    rows: Sequence[Any] = connection.execute(_RUN_UNITS, {"run": run_id}).all()
    return map(RunUnitRow._make, rows)


def summary_of(connection: Connection, row: RunRow, kept: KeptCounts) -> RunSummary:
    """A row of `runs` with how many of its units are in which state, and who vouches for its starter."""
    # Recorded when a run finishes: counting the units of many large runs takes a while.
    summary = load_summary(row, _counts(row.outcomes) if row.outcomes else kept.of(connection, row.id))
    started = connection.execute(_STARTED, {"run": row.id}).first()
    if started is None:
        return summary
    identity = read_detail(started.detail).get(IDENTITY)
    known = identity if isinstance(identity, dict) else summary.identity
    return replace(summary, identity=known, begun=started.sequence)


@reads("a run")
def _counts(outcomes: str) -> Mapping[str, int]:
    return {str(name): int(count) for name, count in json.loads(outcomes).items()}


@reads("how a queued run is carried out")
def _task(text: str) -> Json:
    found: Json = json.loads(text)
    return found


@reads("a unit of a run")
def _run_unit(row: RunUnitRow) -> RunUnit:
    return RunUnit(load_address(row.unit), Operation(row.operation), row.wave)
