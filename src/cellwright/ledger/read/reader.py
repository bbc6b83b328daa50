"""Everything that can be asked of a ledger. Nothing here writes."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.engine import Row

from cellwright.ledger.audit import ChainPoint, newest_point
from cellwright.ledger.database.bulk import collection_paused
from cellwright.ledger.database.codec import load_outputs
from cellwright.ledger.database.counts import count_units
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.rows import (
    load_address,
    load_head,
    load_run,
    load_run_unit,
    load_summary,
    load_unit,
)
from cellwright.ledger.database.tables import HEADS, OUTPUTS, RUN_UNITS, RUNS, UNITS
from cellwright.ledger.leases import Held, all_held
from cellwright.ledger.read.event_filter import EVERY_EVENT, EventFilter
from cellwright.ledger.read.event_query import EventQuery
from cellwright.ledger.read.views import HeadsView, OutputsView, after
from cellwright.ledger.run_state import RunSummary, RunUnitRecord
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit, RecordedOutput
from cellwright.model.event import Event
from cellwright.model.run import Operation, Run, RunUnit

_CHUNK = 500
"""How many units one statement names: databases limit a statement's parameters."""

_SCAN = 5_000
"""From this many units on, reading all of them is faster than naming each."""

_PAGE = 1_000
"""Events read at once: a page at a time, so that no transaction outlives its page."""

_HEADS = select(HEADS.c.unit, HEADS.c.fingerprint, HEADS.c.failed, HEADS.c.lineage, HEADS.c.serial)
_APPLIED = select(
    *HEADS.c, *(column for column in UNITS.c if column.name != "unit"), OUTPUTS.c.outputs
).select_from(HEADS.join(UNITS).join(OUTPUTS, OUTPUTS.c.unit == HEADS.c.unit))
_APPLIED_SOME = _APPLIED.where(HEADS.c.unit.in_(bindparam("units", expanding=True)))
_OUTPUTS = select(OUTPUTS.c.unit, OUTPUTS.c.outputs)
_OUTPUTS_SOME = _OUTPUTS.where(OUTPUTS.c.unit.in_(bindparam("units", expanding=True)))
_RUN_UNIT = select(RUN_UNITS).where(
    RUN_UNITS.c.run == bindparam("run_id"), RUN_UNITS.c.unit == bindparam("address")
)


@dataclass(frozen=True, slots=True)
class LedgerReader:
    """The read side of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def heads(self) -> dict[UnitAddress, AppliedHead]:
        """What decides whether a unit changed, for every unit in the ledger; one pass."""
        with self.database.read() as connection, collection_paused():
            heads = (load_head(*row) for row in connection.execute(_HEADS).all())
            return {head.address: head for head in heads}

    def heads_view(self, within: Sequence[str] | None = None) -> HeadsView:
        """As `heads`, but decoded only when asked for; one pass.

        `within` keeps units whose addresses begin with one of these texts, such as `client/acme/`.
        """
        with self.database.read() as connection, collection_paused():
            rows = _within(connection, _HEADS, within)
            return HeadsView({row[0]: (row[1], row[2], row[3], row[4]) for row in rows})

    def outputs_view(self, within: Sequence[str] | None = None) -> OutputsView:
        """As `outputs` of every unit, but decoded only when asked for; `within` as for `heads_view`."""
        with self.database.read() as connection, collection_paused():
            return OutputsView({row[0]: row[1] for row in _within(connection, _OUTPUTS, within)})

    def sources(self, within: Sequence[str] | None = None) -> dict[str, tuple[str, str]]:
        """The digest and the label of applied units' sources, by address as text; `within` as above."""
        statement = select(UNITS.c.unit, UNITS.c.source_digest, UNITS.c.source_label)
        with self.database.read() as connection, collection_paused():
            return {row[0]: (row[1], row[2]) for row in _within(connection, statement, within)}

    def applied(self, addresses: Collection[UnitAddress] | None) -> dict[UnitAddress, AppliedUnit]:
        """All that is remembered of these units, or of every unit (None).

        A unit whose first apply failed is there too, with no fingerprint, inputs or outputs.
        """
        with self.database.read() as connection, collection_paused():
            return {
                load_address(row.unit): load_unit(row)
                for row in _of(connection, _APPLIED, _APPLIED_SOME, addresses)
            }

    def outputs(
        self, addresses: Collection[UnitAddress] | None
    ) -> dict[UnitAddress, Mapping[str, RecordedOutput]]:
        """The outputs of these units, or of every unit (None); units never applied are left out."""
        with self.database.read() as connection, collection_paused():
            return {
                load_address(row.unit): load_outputs(row.outputs)
                for row in _of(connection, _OUTPUTS, _OUTPUTS_SOME, addresses)
            }

    def run(self, run_id: str) -> Run | None:
        """A run with its units in their order; None if there is no such run."""
        with self.database.read() as connection:
            return _run(connection, select(RUNS).where(RUNS.c.id == run_id))

    def latest_run(self) -> Run | None:
        """The run that was started last; None before the first."""
        with self.database.read() as connection:
            return _run(connection, select(RUNS).order_by(RUNS.c.id.desc()).limit(1))

    def runs(self, limit: int, before: str | None = None) -> tuple[RunSummary, ...]:
        """The newest runs first; `before` is the id of the last one on the page before."""
        statement = select(RUNS).order_by(RUNS.c.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(RUNS.c.id < before)
        with self.database.read() as connection:
            return tuple(_summary(connection, row) for row in connection.execute(statement).all())

    def summary(self, run_id: str) -> RunSummary | None:
        """One run of `runs`. Of its units, `run_units` has fewer if some were pruned."""
        with self.database.read() as connection:
            row = connection.execute(select(RUNS).where(RUNS.c.id == run_id)).first()
            return _summary(connection, row) if row else None

    def run_units(self, run_id: str) -> dict[UnitAddress, RunUnitRecord]:
        """How far each unit of a run has come, in the run's order; empty if there is no such run."""
        statement = select(RUN_UNITS).where(RUN_UNITS.c.run == run_id).order_by(RUN_UNITS.c.ordinal)
        with self.database.read() as connection, collection_paused():
            records = map(load_run_unit, connection.execute(statement).all())
            return {record.address: record for record in records}

    def run_unit(self, run_id: str, address: UnitAddress) -> RunUnitRecord | None:
        """One unit of `run_units`."""
        with self.database.read() as connection:
            row = connection.execute(_RUN_UNIT, {"run_id": run_id, "address": str(address)}).first()
        return load_run_unit(row) if row else None

    def events(
        self,
        after: int = 0,
        limit: int | None = None,
        subject: str | None = None,
        only: EventFilter = EVERY_EVENT,
    ) -> Iterator[Event]:
        """Events in their order from the one that follows `after`, read as they are taken.

        `subject` keeps those of one subject and of what lies below it: `client/acme` has `client/acme/app`.
        """
        return islice(self._query(limit, subject, only).forwards(after), limit)

    def latest_events(
        self, limit: int, subject: str | None = None, only: EventFilter = EVERY_EVENT
    ) -> tuple[Event, ...]:
        """The newest events, the newest last."""
        found = islice(self._query(limit, subject, only).backwards(), limit)
        return tuple(found)[::-1]

    def chain_end(self) -> ChainPoint:
        """Where the audit trail should reach: `audit.verify` takes it as `end`."""
        with self.database.read() as connection:
            return newest_point(connection)

    def lease_holders(self) -> dict[UnitAddress, Held]:
        """Who holds which unit now, expired leases included."""
        with self.database.read() as connection:
            return all_held(connection)

    def _query(self, limit: int | None, subject: str | None, only: EventFilter) -> EventQuery:
        # Who wants few gets few; but what a filter leaves of a page may be less.
        few = limit is not None and only == EVERY_EVENT
        return EventQuery(self.database, max(min(_PAGE, limit), 1) if few and limit else _PAGE, subject, only)


def _within(connection: Connection, statement: Select[Any], within: Sequence[str] | None) -> Iterator[Any]:
    """The statement's rows, of units below these prefixes only (None is all); the unit comes first."""
    if within is None:
        yield from connection.execute(statement).all()
        return
    column = statement.selected_columns[0]
    for prefix in within:
        yield from connection.execute(statement.where(column >= prefix, column < after(prefix))).all()


def _of(
    connection: Connection,
    all_of_them: Select[Any],
    some: Select[Any],
    addresses: Collection[UnitAddress] | None,
) -> Iterator[Row[Any]]:
    """The rows of these units (None is all). Both statements begin with the unit; `some` takes `units`."""
    if addresses is None:
        yield from connection.execute(all_of_them)
        return
    names = [str(address) for address in addresses]
    if len(names) >= _SCAN:
        wanted = frozenset(names)
        yield from (row for row in connection.execute(all_of_them) if row[0] in wanted)
        return
    for start in range(0, len(names), _CHUNK):
        yield from connection.execute(some, {"units": names[start : start + _CHUNK]})


def _run(connection: Connection, statement: Select[Any]) -> Run | None:
    row = connection.execute(statement).first()
    if row is None:
        return None
    units = connection.execute(
        select(RUN_UNITS.c.unit, RUN_UNITS.c.operation, RUN_UNITS.c.wave)
        .where(RUN_UNITS.c.run == row.id)
        .order_by(RUN_UNITS.c.ordinal)
    ).all()
    return load_run(
        row, tuple(RunUnit(load_address(unit), Operation(operation), wave) for unit, operation, wave in units)
    )


def _summary(connection: Connection, row: Row[Any]) -> RunSummary:
    # Counted once when the run finished: counting the units of a page of great runs takes a while.
    counts = json.loads(row.outcomes) if row.outcomes else count_units(connection, row.id)
    return load_summary(row, counts)
