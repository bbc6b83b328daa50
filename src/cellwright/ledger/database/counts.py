"""How many units of a run are in which state."""

from sqlalchemy import Connection, text

_COUNTS = text(
    "SELECT COALESCE(outcome, state), count(*) FROM run_units WHERE run = :run"
    " GROUP BY COALESCE(outcome, state)"
)


def count_units(connection: Connection, run_id: str) -> dict[str, int]:
    """How many units by outcome, for finished ones, else by state."""
    return {row[0]: row[1] for row in connection.execute(_COUNTS, {"run": run_id})}
