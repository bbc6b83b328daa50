"""Removes the details of old runs that are no longer needed: their records of single units.

Events are never removed, so the audit trail can be verified from its first event on, and what became of every
unit stays on record as long as the ledger does (45 CFR 164.316(b)(2)(i) asks for six years). Runs stay in the
list of runs, with how many of their units ended how.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection as LibraryConnection
from sqlalchemy import Select, select

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import iso
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import Connection, for_texts, text
from cellwright.ledger.database.table_groups.run_tables import RUNS
from cellwright.ledger.run_state import REOPENED, UnitState
from cellwright.model.runs.run import Outcome, RunKind, RunStatus

_AT_ONCE = 20_000
"""Records read, or removed, in one transaction: other processes may need to write in between."""

_TELLING = tuple(item.value for item in (Outcome.APPLIED, Outcome.UNCHANGED, Outcome.FAILED))
"""Outcomes that make earlier records of the unit unnecessary."""

_AGAIN = frozenset(item.value for item in REOPENED)
_OUTCOMES = ", ".join(f"'{outcome}'" for outcome in _TELLING)
_LAST_RUN = text(
    "SELECT unit, max(run) FROM run_units"  # noqa: S608  constants
    f" WHERE outcome IN ({_OUTCOMES}, '{Outcome.PLANNED.value}') GROUP BY unit"
)
_LAST_APPLYING_RUN = text(
    "SELECT unit, max(run) FROM run_units JOIN runs ON runs.id = run_units.run"  # noqa: S608  constants
    f" WHERE outcome IN ({_OUTCOMES}) AND kind <> '{RunKind.PLAN.value}' GROUP BY unit"
)
_RECORDED_RUN = text("SELECT unit, run FROM units")
_RECORDS = text(
    "SELECT run, unit, outcome FROM run_units WHERE run >= :first AND run <= :last ORDER BY run, ordinal"
)
_UNFINISHED = text(f"SELECT DISTINCT unit FROM run_units WHERE state <> '{UnitState.FINISHED.value}'")  # noqa: S608  a constant
_DELETE_RECORD = text("DELETE FROM run_units WHERE run = :run AND unit = :unit")
_DELETE_RECORDS = text("DELETE FROM run_units WHERE run = :run")
_DELETE_UNITS_PROGRESS = text("DELETE FROM run_progress WHERE run = :run AND unit = :unit")
_DELETE_PROGRESS = text("DELETE FROM run_progress WHERE run = :run")


@dataclass(frozen=True, slots=True)
class Keep:
    """Which runs keep all their records: those that meet either."""

    since: datetime
    """Runs that finished then or later."""
    runs: int
    """This many of the newest runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldRun:
    """A run that is over and need not keep all its records."""

    run: str
    finished: str
    gone: tuple[str, ...] = ()
    """The units, by address as text, whose records in it can be removed."""
    kept: frozenset[str] = frozenset()
    """The units whose records stay: each is the last informative record of its unit."""
    unfinished: bool = False
    """It failed or was cancelled, and `resume` would still have something to do; nothing is removed."""


@dataclass(frozen=True, slots=True)
class _LastRuns:
    """By unit as text: the last run with an informative record of it, and the run that applied it."""

    planned: Mapping[str, str]
    carried_out: Mapping[str, str]
    applied: Mapping[str, str]

    def needs(self, run: "_Run", unit: str) -> bool:
        """Tell whether the record of `unit` in `run` is still needed."""
        last = self.planned if run.kind == RunKind.PLAN.value else self.carried_out
        return unit not in last or last[unit] <= run.id or self.applied.get(unit) == run.id


class _Run(NamedTuple):
    """The part of a row of `runs` that decides about it."""

    id: str
    kind: str
    status: str
    finished: str
    unit_count: int


class _Record(NamedTuple):
    """A unit's outcome in a run; None if it has none."""

    unit: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class LedgerPruning:
    """Removes records of old runs. Every method raises DiagnosticError if the database fails."""

    database: Database

    def old_runs(self, keep: Keep) -> Iterator[OldRun]:
        """The runs that are over and need not keep all their records, oldest first; removes nothing."""
        with self.database.read_expressions() as connection:
            runs = [_Run(*row) for row in connection.execute(_old(connection, keep))]
            last = _last(for_texts(connection)) if runs else _LastRuns({}, {}, {})
        for some in _batches(runs, lambda run: run.unit_count):
            with self.database.read_expressions() as connection:
                records = _records(for_texts(connection), some)
            yield from (_judged(run, records.get(run.id, ()), last) for run in some)

    def prune(self, runs: Iterable[OldRun], event_of: Callable[[Sequence[str], int], EventDraft]) -> int:
        """Remove the records that can be removed; returns how many were.

        `event_of` makes the event of a transaction from its runs and how many records of them are removed.
        """
        old = list(runs)
        self._prune_progress([run for run in old if not (run.gone or run.kept or run.unfinished)])
        wanted = [run for run in old if run.gone]
        return sum(self._prune(some, event_of) for some in _batches(wanted, lambda run: len(run.gone)))

    def _prune_progress(self, runs: Sequence[OldRun]) -> None:
        """Remove what is stored of runs that have no records, such as those without any unit."""
        for some in _batches(runs, lambda _: 1):
            with self.database.write() as connection:
                connection.execute(_DELETE_PROGRESS, [{"run": run.run} for run in some])

    def unfinished_units(self) -> frozenset[str]:
        """The units, by address as text, that are unfinished in some run."""
        with self.database.read() as connection:
            return frozenset(connection.execute(_UNFINISHED).scalars())

    def _prune(self, runs: Sequence[OldRun], event_of: Callable[[Sequence[str], int], EventDraft]) -> int:
        with self.database.write_expressions() as connection:
            # The lock keeps a run from being resumed meanwhile; one that was resumed before is left as it is.
            locked = select(RUNS.c.id, RUNS.c.finished).where(RUNS.c.id.in_([run.run for run in runs]))
            rows = connection.execute(locked.order_by(RUNS.c.id).with_for_update())
            found = {row.id: row.finished for row in rows}
            still = [run for run in runs if found.get(run.run) == run.finished]
            for run in still:
                _remove(for_texts(connection), run)
            amount = sum(len(run.gone) for run in still)
            if still:
                append(for_texts(connection), self.database, event_of([run.run for run in still], amount))
        return amount


def _old(connection: LibraryConnection, keep: Keep) -> Select[Any]:
    statement = select(RUNS.c.id, RUNS.c.kind, RUNS.c.status, RUNS.c.finished, RUNS.c.unit_count)
    statement = statement.where(RUNS.c.finished < iso(keep.since)).order_by(RUNS.c.id)
    if keep.runs:
        newest = select(RUNS.c.id).order_by(RUNS.c.id.desc()).offset(keep.runs - 1).limit(1)
        # With fewer runs than are kept there is no such run, and no id is smaller than the empty text.
        statement = statement.where(RUNS.c.id < (connection.execute(newest).scalar() or ""))
    return statement


def _last(connection: Connection) -> _LastRuns:
    statements = (_LAST_RUN, _LAST_APPLYING_RUN, _RECORDED_RUN)
    return _LastRuns(*({row[0]: row[1] for row in connection.execute(item)} for item in statements))


def _records(connection: Connection, runs: Sequence[_Run]) -> Mapping[str, Sequence[_Record]]:
    wanted = {run.id for run in runs}
    found: dict[str, list[_Record]] = {}
    for run, unit, outcome in connection.execute(_RECORDS, {"first": runs[0].id, "last": runs[-1].id}):
        if run in wanted:
            found.setdefault(run, []).append(_Record(unit, outcome))
    return found


def _judged(run: _Run, records: Sequence[_Record], last: _LastRuns) -> OldRun:
    kept = {record.unit: record.outcome for record in records if last.needs(run, record.unit)}
    over = run.status == RunStatus.SUCCEEDED.value or run.kind == RunKind.PLAN.value
    if not over and any(outcome is None or outcome in _AGAIN for outcome in kept.values()):
        return OldRun(run=run.id, finished=run.finished, unfinished=True)
    gone = tuple(record.unit for record in records if record.unit not in kept)
    return OldRun(run=run.id, finished=run.finished, gone=gone, kept=frozenset(kept))


def _remove(connection: Connection, run: OldRun) -> None:
    if run.kept:
        gone = [{"run": run.run, "unit": unit} for unit in run.gone]
        connection.execute(_DELETE_RECORD, gone)
        connection.execute(_DELETE_UNITS_PROGRESS, gone)
    else:
        connection.execute(_DELETE_PROGRESS, {"run": run.run})
        connection.execute(_DELETE_RECORDS, {"run": run.run})


_Item = TypeVar("_Item")


def _batches(items: Iterable[_Item], size: Callable[[_Item], int]) -> Iterator[Sequence[_Item]]:
    """Cut into batches of about `_AT_ONCE` records, each with at least one item."""
    some: list[_Item] = []
    amount = 0
    for item in items:
        some.append(item)
        amount += size(item)
        if amount >= _AT_ONCE:
            yield some
            some, amount = [], 0
    if some:
        yield some
