"""Letting go of the details of old runs: which of them nobody needs any more, and removing these.

The audit trail is no part of it: no event is ever removed, so the chain proves itself from its first event
on, and what became of every unit stays on record for as long as the ledger does (45 CFR 164.316(b)(2)(i) asks
for six years). Runs stay in the list of runs, with how many of their units ended how.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Select, select, text

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.clock import iso
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.tables import RUNS
from cellwright.ledger.run_state import REOPENED, UnitState
from cellwright.model.run import Outcome, RunKind, RunStatus

_AT_ONCE = 20_000
"""Records that are read, or removed in one transaction, together: others may want to write meanwhile."""

_TELLING = tuple(item.value for item in (Outcome.APPLIED, Outcome.UNCHANGED, Outcome.FAILED))
"""Outcomes after which what an earlier run did with the unit is history."""

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


@dataclass(frozen=True, slots=True)
class Keep:
    """Which runs stay whole: those that meet either."""

    since: datetime
    """Finished then or later."""
    runs: int
    """As many of the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldRun:
    """A run that is over and need not stay whole."""

    run: str
    finished: str
    gone: tuple[str, ...] = ()
    """The units, by address as text, whose records in it may go."""
    kept: frozenset[str] = frozenset()
    """Those whose records stay: each is the last that tells something of its unit."""
    unfinished: bool = False
    """It failed or was cancelled, and `resume` would still have something to do; nothing of it goes."""


@dataclass(frozen=True, slots=True)
class _LastRuns:
    """By unit as text: the last run that tells something of it, and the one that made it what it is."""

    planned: Mapping[str, str]
    carried_out: Mapping[str, str]
    applied: Mapping[str, str]

    def needs(self, run: "_Run", unit: str) -> bool:
        """Tell whether the record of `unit` in `run` must stay."""
        last = self.planned if run.kind == RunKind.PLAN.value else self.carried_out
        return unit not in last or last[unit] <= run.id or self.applied.get(unit) == run.id


class _Run(NamedTuple):
    """What a run is judged by."""

    id: str
    kind: str
    status: str
    finished: str
    unit_count: int


class _Record(NamedTuple):
    """How a unit ended in a run; None if it has not."""

    unit: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class LedgerPruning:
    """The one part of a ledger that removes. Every method raises DiagnosticError if the database fails."""

    database: Database

    def old_runs(self, keep: Keep) -> Iterator[OldRun]:
        """The runs that are over and need not stay whole, oldest first; looks, and removes nothing."""
        with self.database.read() as connection:
            runs = [_Run(*row) for row in connection.execute(_old(connection, keep))]
            last = _last(connection) if runs else _LastRuns({}, {}, {})
        for some in _batches(runs, lambda run: run.unit_count):
            with self.database.read() as connection:
                records = _records(connection, some)
            yield from (_judged(run, records.get(run.id, ()), last) for run in some)

    def prune(self, runs: Iterable[OldRun], said: Callable[[Sequence[str], int], EventDraft]) -> int:
        """Remove the records that may go; tells how many went.

        `said` gives the event for some runs and how many records of them go; each transaction has its own.
        """
        wanted = [run for run in runs if run.gone]
        return sum(self._prune(some, said) for some in _batches(wanted, lambda run: len(run.gone)))

    def unfinished_units(self) -> frozenset[str]:
        """The units, by address as text, that some run has begun or is still to begin with."""
        with self.database.read() as connection:
            return frozenset(connection.execute(_UNFINISHED).scalars())

    def _prune(self, runs: Sequence[OldRun], said: Callable[[Sequence[str], int], EventDraft]) -> int:
        with self.database.write() as connection:
            # Whoever resumes one of them waits for us, or has done so before and finds it untouched.
            locked = select(RUNS.c.id, RUNS.c.finished).where(RUNS.c.id.in_([run.run for run in runs]))
            rows = connection.execute(locked.order_by(RUNS.c.id).with_for_update())
            found = {row.id: row.finished for row in rows}
            still = [run for run in runs if found.get(run.run) == run.finished]
            for run in still:
                _remove(connection, run)
            amount = sum(len(run.gone) for run in still)
            if still:
                append(connection, self.database, said([run.run for run in still], amount))
        return amount


def _old(connection: Connection, keep: Keep) -> Select[Any]:
    statement = select(RUNS.c.id, RUNS.c.kind, RUNS.c.status, RUNS.c.finished, RUNS.c.unit_count)
    statement = statement.where(RUNS.c.finished < iso(keep.since)).order_by(RUNS.c.id)
    if keep.runs:
        newest = select(RUNS.c.id).order_by(RUNS.c.id.desc()).offset(keep.runs - 1).limit(1)
        # With fewer runs than are kept, no id is smaller than none.
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
        connection.execute(_DELETE_RECORD, [{"run": run.run, "unit": unit} for unit in run.gone])
    else:
        connection.execute(_DELETE_RECORDS, {"run": run.run})


_Item = TypeVar("_Item")


def _batches(items: Iterable[_Item], size: Callable[[_Item], int]) -> Iterator[Sequence[_Item]]:
    """Cut into pieces that are about as big as is good to have at once, and at least one item each."""
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
