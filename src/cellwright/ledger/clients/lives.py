"""The states of clients. Every move is guarded, and an event in the same transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.clients.values import Life
from cellwright.ledger.database.codec import plain_text
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, bindparam, text
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState, refuse_move
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import BY_SETTINGS, CLIENT_MOVED
from cellwright.model.value import Json

_AT_ONCE = 500
_COLUMNS = "cell, state, since, moved_by, reason, run"
_CELLS = bindparam("cells", expanding=True)
_STATES = bindparam("states", expanding=True)
_ONE = DialectSql(f"SELECT {_COLUMNS} FROM clients WHERE cell = :cell{{lock}}")  # noqa: S608  constants
_READ = text(f"SELECT {_COLUMNS} FROM clients WHERE cell = :cell")  # noqa: S608  constants
_SOME = text(f"SELECT {_COLUMNS} FROM clients WHERE cell IN :cells").bindparams(_CELLS)  # noqa: S608  constants
_ALL = text(f"SELECT {_COLUMNS} FROM clients ORDER BY cell")  # noqa: S608  constants
_IN_STATES = text(f"SELECT {_COLUMNS} FROM clients WHERE state IN :states ORDER BY cell").bindparams(_STATES)  # noqa: S608  constants
_PUT = DialectSql(
    "INSERT INTO clients (cell, state, since, moved_by, reason, run)"
    " VALUES (:cell, :state, {now}, :by, :reason, :run)"
    " ON CONFLICT (cell) DO UPDATE SET state = excluded.state, since = excluded.since,"
    " moved_by = excluded.moved_by, reason = excluded.reason, run = excluded.run"
)
_OF_SETTINGS = frozenset({ClientState.ACTIVE, ClientState.SUSPENDED})
"""Between these a client goes by its settings alone: nobody may have approved yet what they change."""
_SET_RUN = text("UPDATE clients SET run = :run WHERE cell = :cell AND state = :state")


class MovedMeanwhileError(DiagnosticError):
    """A client is not in the state any more in which whoever moves it has seen it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A client's next state, and why."""

    cell: CellAddress
    to: ClientState
    otherwise: ClientState = ClientState.REQUESTED
    """The state that it is in where the ledger has none of it."""
    known: ClientState | None = None
    """The state in which whoever moves it has seen it; None: any from which it may go there."""
    reason: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True)
class Lives:
    """The states of a ledger's clients. Every method raises DiagnosticError when the database fails."""

    database: Database

    def move(self, move: Move, actor: Actor) -> bool:
        """Record a client's next state. Event `client.moved`.

        Returns False, and records nothing, if it is in that state already.

        Raises:
            DiagnosticError: that state may not follow the one that it is in, or it is not as it was known.
        """
        with self.database.write() as connection:
            return put_move(connection, self.database, move, actor)

    def set_run(self, cell: CellAddress, state: ClientState, run: str) -> None:
        """Note the run that works on a client, while it is in this state."""
        with self.database.write() as connection:
            connection.execute(_SET_RUN, {"cell": str(cell), "state": state.value, "run": run})

    def find(self, cell: CellAddress) -> Life | None:
        """The recorded state of a client; None if none was recorded."""
        with self.database.read() as connection:
            row = connection.execute(_READ, {"cell": str(cell)}).first()
        return _life(row) if row is not None else None

    def of(self, cells: Collection[CellAddress] | None = None) -> Mapping[CellAddress, Life]:
        """The recorded states of clients; None: of all."""
        with self.database.read() as connection:
            if cells is None:
                rows = list(connection.execute(_ALL).all())
            else:
                names = sorted(map(str, cells))
                rows = [
                    row
                    for start in range(0, len(names), _AT_ONCE)
                    for row in connection.execute(_SOME, {"cells": names[start : start + _AT_ONCE]}).all()
                ]
        return {life.cell: life for life in map(_life, rows)}

    def in_states(self, *states: ClientState) -> tuple[Life, ...]:
        """The clients that are recorded to be in one of these states."""
        with self.database.read() as connection:
            rows = connection.execute(_IN_STATES, {"states": [state.value for state in states]}).all()
        return tuple(map(_life, rows))


def put_move(connection: Connection, database: Database, move: Move, actor: Actor) -> bool:
    """Record a move in the caller's transaction; as `Lives.move`."""
    row = connection.execute(_ONE.of(connection), {"cell": str(move.cell)}).first()
    before = _life(row).state if row is not None else move.otherwise
    if row is not None and before is move.to:
        return False
    if move.known is not None and before is not move.known:
        raise MovedMeanwhileError(
            error(f"{move.cell} has become {before.value} meanwhile", "look at it again, and ask anew")
        )
    if before is not move.to:
        refuse_move(str(move.cell), before, move.to)
    values = {
        "cell": str(move.cell),
        "state": move.to.value,
        "by": plain_text(actor.name),
        "reason": plain_text(move.reason),
        "run": move.run,
        **time_parameters(database.own_time()),
    }
    connection.execute(_PUT.of(connection), values)
    detail: dict[str, Json] = {"from": before.value, "to": move.to.value}
    if move.run:
        detail["run"] = move.run
    if ClientState.SUSPENDED in {before, move.to} <= _OF_SETTINGS:
        detail["by"] = BY_SETTINGS
    append(connection, database, EventDraft(actor, CLIENT_MOVED, str(move.cell), move.reason, detail))
    return True


@reads("a client's state")
def _life(row: Any) -> Life:  # noqa: ANN401  a row
    return Life(
        cell=CellAddress.parse(row.cell),
        state=ClientState(row.state),
        since=row.since,
        moved_by=row.moved_by,
        reason=row.reason,
        run=row.run,
    )
