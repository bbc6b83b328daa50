"""Runs that match a filter, a page at a time, newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cellwright.ledger.database.below import below
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.rows import select_from
from cellwright.ledger.database.run_rows import RunRow
from cellwright.ledger.database.sql import text
from cellwright.ledger.read.at_work import BEGUN
from cellwright.ledger.read.former_names import Period
from cellwright.ledger.read.patterns import containing
from cellwright.ledger.read.reader import summary_of
from cellwright.ledger.run_state import RunSummary
from cellwright.model.runs.run import Outcome, RunStatus

_RUNS = select_from("runs", RunRow)
_REFUSED = Outcome.REFUSED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs; an empty part matches every run."""

    kind: str = ""
    status: str = ""
    """A word of `status_word`: what was refused counts as `refused` only."""
    with_refused: bool = False
    """What was refused is among what failed: whoever sees a part of a run only may see another word."""
    actor: str = ""
    """A part of the name of who started it; capitals do not matter."""
    cell: str = ""
    """The address of a cell of which it has units, or of one unit."""
    periods: tuple[Period, ...] = ()
    """What `cell` was called, and when: see `periods_of`; empty: this, at any time."""
    words: str = ""
    """A part of its id, its starter, its reason or its commit."""


@dataclass(frozen=True, slots=True)
class RunQuery:
    """The runs of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def page(self, only: RunFilter, limit: int, before: str | None = None) -> tuple[RunSummary, ...]:
        """The newest runs that match; `before` is the id of the last one on the page before."""
        clauses, values = _conditions(only)
        if before is not None:
            clauses, values = [*clauses, "id < :before"], {**values, "before": before}
        statement = text(f"{_RUNS}{_where(clauses)} ORDER BY id DESC LIMIT :limit")
        with self.database.read() as connection:
            rows = connection.execute(statement, {**values, "limit": limit}).all()
            return tuple(summary_of(connection, RunRow._make(row), self.database.counts) for row in rows)

    def by_status(self, only: RunFilter) -> Mapping[str, int]:
        """How many runs that match, whatever their status, have which status."""
        clauses, values = _conditions(only, status=False)
        statement = text(f"SELECT status, count(*) FROM runs{_where(clauses)} GROUP BY status")  # noqa: S608  conditions are constants of ours
        with self.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(statement, values)}


def _where(clauses: list[str]) -> str:
    return f" WHERE {' AND '.join(clauses)}" if clauses else ""


def _conditions(only: RunFilter, *, status: bool = True) -> tuple[list[str], dict[str, object]]:
    found = tuple(_each(only, status=status))
    values: dict[str, object] = {}
    for _, some in found:
        values |= some
    return [clause for clause, _ in found], values


def _each(only: RunFilter, *, status: bool) -> Iterator[tuple[str, Mapping[str, object]]]:
    if only.kind:
        yield "kind = :kind", {"kind": only.kind}
    if only.status and status:
        failed = RunStatus.FAILED.value
        if only.with_refused and only.status == failed:
            yield "status IN (:status, :refused)", {"status": failed, "refused": _REFUSED}
        else:
            yield "status = :status", {"status": only.status}
    if only.actor:
        yield "lower(actor) LIKE :actor ESCAPE '\\'", {"actor": containing(only.actor)}
    if only.cell:
        periods = only.periods or (Period(only.cell),)
        clauses = [_has(number, period) for number, period in enumerate(periods)]
        values = [_values(number, period) for number, period in enumerate(periods)]
        yield f"({' OR '.join(clauses)})", {name: text for some in values for name, text in some.items()}
    if only.words:
        columns = " OR ".join(
            f"lower({column}) LIKE :words ESCAPE '\\'" for column in ("id", "actor", "reason", "fleet_commit")
        )
        yield f"({columns})", {"words": containing(only.words)}


def _has(number: int, period: Period) -> str:
    below = f"unit = :unit{number} OR unit >= :first{number} AND unit < :end{number}"
    clause = f"EXISTS (SELECT 1 FROM run_units WHERE run = runs.id AND ({below}))"  # noqa: S608  a constant of ours
    after = f" AND {BEGUN} > :after{number}" if period.after else ""
    until = f" AND {BEGUN} <= :until{number}" if period.until is not None else ""
    return f"({clause}{after}{until})"


def _values(number: int, period: Period) -> dict[str, object]:
    name = period.name
    found = {f"unit{number}": name, **{f"{end}{number}": text for end, text in below(name).items()}}
    after = {f"after{number}": period.after} if period.after else {}
    until = {f"until{number}": period.until} if period.until is not None else {}
    return {**found, **after, **until}
