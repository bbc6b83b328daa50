"""Lets a cell's run begin only while its rollout wants it, inside the transaction that starts the run."""

from cellwright.ledger.database.dialect import DialectSql
from cellwright.ledger.database.sql import Connection, text
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.rollout.state import RolloutStatus

_BEGINS = ", ".join(
    f"'{status.value}'" for status in (RolloutStatus.RUNNING, RolloutStatus.WAITING, RolloutStatus.BAKING)
)
_LOCK = DialectSql("SELECT status FROM rollouts WHERE id = :rollout{lock}")
_WANTED = text(
    "SELECT 1 FROM rollout_cells c JOIN rollouts r ON r.id = c.rollout"  # noqa: S608  constants
    f" WHERE c.rollout = :rollout AND c.run = :run AND c.phase = 'starting' AND r.status IN ({_BEGINS})"
    " AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.id = :run)"
)


class NotBegunError(DiagnosticError):
    """A cell's run may not begin (any more): its rollout has moved on since it was decided."""


def refuse_unwanted(connection: Connection, rollout: str, run: str) -> None:
    """Refuse a run that its rollout does not wait for (any more), or that another process has submitted.

    Raises:
        NotBegunError: that is so.
    """
    connection.execute(_LOCK.of(connection), {"rollout": rollout})
    if connection.execute(_WANTED, {"rollout": rollout, "run": run}).first() is None:
        raise NotBegunError(
            error(f"the rollout {rollout} does not wait for the run {run}", "nothing is to be done")
        )
