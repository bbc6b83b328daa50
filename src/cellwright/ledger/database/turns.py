"""The fence of a run: which process may still record of it.

A run's turn is the number of the event that started or resumed it last. A process that slept while another
one resumed its run shows an old number, as it would of a lease.
"""

from cellwright.ledger.database.sql import Connection, text
from cellwright.model.diagnostic import DiagnosticError, error

_TAKEN_UP = "FROM events WHERE subject = :run AND action IN ('run.started', 'run.resumed')"
_TURN = text(f"SELECT max(sequence) {_TAKEN_UP}")
_LAST = text(f"SELECT detail {_TAKEN_UP} ORDER BY sequence DESC LIMIT 1")

PROCESS = "process"
"""The key of such an event's detail that names the process: host, number, start."""


class RunLost(DiagnosticError):  # noqa: N818 - an answer to a process, named as `LeaseLost` is
    """Another process has resumed the run since, so nothing was recorded."""

    def __init__(self, run_id: str) -> None:
        super().__init__(
            error(
                f"run {run_id} was resumed by another process, which carries it out now",
                "see `cellwright runs`; this process records nothing more of it",
            )
        )


def check_turn(connection: Connection, run_id: str, turn: int | None) -> None:
    """Let only the process pass that has started or resumed the run last; None asks for no check.

    Raises:
        RunLost: another process has resumed it since.
    """
    if turn is not None and turn_of(connection, run_id) != turn:
        raise RunLost(run_id)


def turn_of(connection: Connection, run_id: str) -> int | None:
    """Which event has started or resumed the run last."""
    found: int | None = connection.execute(_TURN, {"run": run_id}).scalar()
    return found


def starter_of(connection: Connection, run_id: str) -> str | None:
    """The detail of the event that has started or resumed the run last, as JSON."""
    found: str | None = connection.execute(_LAST, {"run": run_id}).scalar()
    return found
