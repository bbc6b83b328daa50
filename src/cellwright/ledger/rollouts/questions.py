"""The plans of a rollout's runs that wait for an answer."""

from dataclasses import dataclass
from typing import Any

from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import text
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json

_OPEN = text(
    "SELECT a.run, a.unit, a.plan_digest, a.asked_at, u.operation, u.plan FROM rollout_cells c"
    " JOIN approvals a ON a.run = c.run JOIN run_units u ON u.run = a.run AND u.unit = a.unit"
    " WHERE c.rollout = :id AND c.phase IN ('starting', 'running', 'overdue') AND a.decision IS NULL"
    " AND u.state = 'planned' ORDER BY c.place, a.unit"
)
_ANY_OPEN = text(
    "SELECT 1 FROM rollout_cells c JOIN approvals a ON a.run = c.run"
    " JOIN run_units u ON u.run = a.run AND u.unit = a.unit"
    " WHERE c.rollout = :id AND c.phase IN ('starting', 'running', 'overdue') AND a.decision IS NULL"
    " AND u.state = 'planned' LIMIT 1"
)
_WAIT = text(
    "SELECT DISTINCT s.rollout FROM rollout_shapes s JOIN rollout_cells c ON c.rollout = s.rollout"
    " JOIN approvals a ON a.run = c.run WHERE c.phase IN ('starting', 'running') AND a.decision IS NULL"
    " ORDER BY s.rollout"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutQuestion:
    """A plan that waits."""

    run: str
    unit: UnitAddress
    plan_digest: str
    asked_at: str
    """UTC, ISO 8601."""
    operation: Operation
    plan: Json
    """As `engine.unit.planned` wrote it."""


def open_questions(database: Database, rollout: str) -> tuple[RolloutQuestion, ...]:
    """Give the plans of a rollout that wait, in the order of its cells."""
    with database.read() as connection:
        rows = connection.execute(_OPEN, {"id": rollout}).all()
    return tuple(map(_question, rows))


def plans_wait(database: Database, rollout: str) -> bool:
    """Tell whether any plan of a rollout waits; reads none."""
    with database.read() as connection:
        return connection.execute(_ANY_OPEN, {"id": rollout}).first() is not None


def with_shapes(database: Database) -> tuple[str, ...]:
    """Name the rollouts of which shapes are approved, and plans wait."""
    with database.read() as connection:
        return tuple(connection.execute(_WAIT).scalars().all())


@reads("a plan that waits")
def _question(row: Any) -> RolloutQuestion:  # noqa: ANN401  a row
    return RolloutQuestion(
        run=row.run,
        unit=UnitAddress.parse(row.unit),
        plan_digest=row.plan_digest,
        asked_at=row.asked_at,
        operation=Operation(row.operation),
        plan=read_json(row.plan) if row.plan else {},
    )
