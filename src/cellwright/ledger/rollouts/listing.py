"""Rollouts that match a filter, a page at a time, the newest first; and whether any of them has moved."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import bindparam, text
from cellwright.ledger.read.patterns import containing
from cellwright.ledger.rollouts.rollouts import summaries
from cellwright.ledger.rollouts.rows import SUMMARY
from cellwright.ledger.rollouts.values import RolloutSummary
from cellwright.model.address import CellAddress
from cellwright.rollout.state import RolloutStatus

_IDS = bindparam("ids", expanding=True)
_CELLS = text("SELECT rollout, cell, phase FROM rollout_cells WHERE rollout IN :ids").bindparams(_IDS)
_ACTIVE = ", ".join(f"'{status.value}'" for status in RolloutStatus if status.is_active)
_NEWEST = text("SELECT id, status, changed_at FROM rollouts ORDER BY made_at DESC, id DESC LIMIT 1")
_MOVING = text(
    "SELECT r.id, r.status, r.changed_at, c.phase, count(*) FROM rollouts r"  # noqa: S608  constants
    f" JOIN rollout_cells c ON c.rollout = r.id WHERE r.status IN ({_ACTIVE})"
    " GROUP BY r.id, r.status, r.changed_at, c.phase ORDER BY r.id, c.phase"
)

_ASKED = text("SELECT count(*), max(asked_at) FROM approvals WHERE decision IS NULL")
_OF_RUNS = text("SELECT run, rollout FROM rollout_cells WHERE run IN :ids").bindparams(_IDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutFilter:
    """Which rollouts; an empty part matches every one."""

    status: str = ""
    strategy: str = ""
    words: str = ""
    """A part of its id, its starter, its reason or its commit."""


@dataclass(frozen=True, slots=True)
class RolloutQuery:
    """The rollouts of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def page(self, only: RolloutFilter, limit: int, before: str | None = None) -> tuple[RolloutSummary, ...]:
        """Give the newest rollouts that match; `before` is the id of the last one on the page before."""
        clauses, values = _conditions(only)
        if before is not None:
            older = "(made_at, id) < (SELECT made_at, id FROM rollouts WHERE id = :before)"
            clauses, values = [*clauses, older], {**values, "before": before}
        statement = text(
            f"SELECT {SUMMARY} FROM rollouts{_where(clauses)} ORDER BY made_at DESC, id DESC LIMIT :limit"  # noqa: S608  conditions are constants of ours
        )
        with self.database.read() as connection:
            rows = connection.execute(statement, {**values, "limit": limit}).all()
            return summaries(connection, rows) if rows else ()

    def by_status(self, only: RolloutFilter) -> Mapping[str, int]:
        """Count the rollouts that match, whatever their status, by status."""
        clauses, values = _conditions(only, status=False)
        statement = text(f"SELECT status, count(*) FROM rollouts{_where(clauses)} GROUP BY status")  # noqa: S608  as above
        with self.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(statement, values)}

    def strategies(self) -> tuple[str, ...]:
        """Name the strategies of which there were rollouts."""
        with self.database.read() as connection:
            found = connection.execute(text("SELECT DISTINCT strategy FROM rollouts ORDER BY strategy"))
            return tuple(found.scalars().all())

    def phases(
        self, rollouts: Sequence[str], readable: Callable[[str, CellAddress], bool]
    ) -> Mapping[str, Mapping[str, int]]:
        """Count the cells of rollouts that somebody may see, by where they stand, where there are any.

        `readable` tells whether they may see a cell of a rollout: who has a name changes with time.
        """
        known: dict[tuple[str, str], bool] = {}
        found: dict[str, dict[str, int]] = {}
        with self.database.read() as connection:
            for rollout, cell, phase in connection.execute(_CELLS, {"ids": list(rollouts)}):
                if (rollout, cell) not in known:
                    known[rollout, cell] = readable(rollout, CellAddress.parse(cell))
                if known[rollout, cell]:
                    counts = found.setdefault(rollout, {})
                    counts[phase] = counts.get(phase, 0) + 1
        return found

    def of_runs(self, runs: Sequence[str]) -> Mapping[str, str]:
        """Give the rollouts that runs are of; of each run that is of one."""
        if not runs:
            return {}
        with self.database.read() as connection:
            rows = connection.execute(_OF_RUNS, {"ids": list(runs)}).all()
        return {row.run: row.rollout for row in rows}

    def mark(self) -> str:
        """Give a text that is another one as soon as a rollout begins or moves, or a plan is asked for."""
        with self.database.read() as connection:
            rows = [row for asked in (_NEWEST, _MOVING, _ASKED) for row in connection.execute(asked).all()]
        return hashlib.blake2b(repr([tuple(row) for row in rows]).encode(), digest_size=8).hexdigest()


def _where(clauses: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(clauses)}" if clauses else ""


def _conditions(only: RolloutFilter, *, status: bool = True) -> tuple[list[str], dict[str, object]]:
    found = tuple(_each(only, status=status))
    return [clause for clause, _, _ in found], {name: value for _, name, value in found}


def _each(only: RolloutFilter, *, status: bool) -> Iterator[tuple[str, str, object]]:
    if only.status and status:
        yield "status = :status", "status", only.status
    if only.strategy:
        yield "strategy = :strategy", "strategy", only.strategy
    if only.words:
        columns = " OR ".join(
            f"lower({column}) LIKE :words ESCAPE '\\'"
            for column in ("id", "made_by", "reason", "fleet_commit")
        )
        yield f"({columns})", "words", containing(only.words)
