"""How many units of a run stand where."""

from sqlalchemy import Connection, func, select

from cellwright.ledger.database.tables import RUN_UNITS

_STANDING = func.coalesce(RUN_UNITS.c.outcome, RUN_UNITS.c.state)


def count_units(connection: Connection, run_id: str) -> dict[str, int]:
    """Counts by an outcome's value for finished units, by the state's for the others."""
    statement = select(_STANDING, func.count()).where(RUN_UNITS.c.run == run_id).group_by(_STANDING)
    return {row[0]: row[1] for row in connection.execute(statement)}
