"""Legal holds: while a client has one, nothing of it is destroyed, whoever asks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.clients.values import LegalHold
from cellwright.ledger.database.codec import plain_text
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import bindparam, text
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress

_AT_ONCE = 500
_COLUMNS = "id, cell, reason, laid_by, laid_at, lifted_by, lifted_at, lift_reason"
_CELLS = bindparam("cells", expanding=True)
_LAY = DialectSql(
    "INSERT INTO legal_holds (id, cell, reason, laid_by, laid_at) VALUES (:id, :cell, :reason, :by, {now})"
)
_LIFT = DialectSql(
    "UPDATE legal_holds SET lifted_by = :by, lifted_at = {now}, lift_reason = :reason"
    " WHERE cell = :cell AND lifted_at IS NULL"
)
_OF = text(f"SELECT {_COLUMNS} FROM legal_holds WHERE cell = :cell ORDER BY laid_at, id")  # noqa: S608  constants
_ONE = text(f"SELECT {_COLUMNS} FROM legal_holds WHERE id = :id")  # noqa: S608  constants
_OPEN = text(
    f"SELECT {_COLUMNS} FROM legal_holds WHERE cell IN :cells AND lifted_at IS NULL ORDER BY laid_at, id"  # noqa: S608  constants
).bindparams(_CELLS)
_ALL_OPEN = text(f"SELECT {_COLUMNS} FROM legal_holds WHERE lifted_at IS NULL ORDER BY laid_at, id")  # noqa: S608  constants


@dataclass(frozen=True, slots=True)
class LegalHolds:
    """The legal holds of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def lay(self, cell: CellAddress, actor: Actor, reason: str) -> LegalHold:
        """Let nothing of a client be destroyed from now on. Event `client.legal_hold_laid`.

        A client may have several; all of them are lifted at once.
        """
        with self.database.write() as connection:
            values = {
                "id": uuid4().hex,
                "cell": str(cell),
                "reason": plain_text(reason),
                "by": plain_text(actor.name),
                **time_parameters(self.database.own_time()),
            }
            connection.execute(_LAY.of(connection), values)
            append(connection, self.database, EventDraft(actor, "client.legal_hold_laid", str(cell), reason))
            return _hold(connection.execute(_ONE, {"id": values["id"]}).one())

    def lift(self, cell: CellAddress, actor: Actor, reason: str) -> int:
        """End the holds of a client; gives how many. Event `client.legal_hold_lifted`, if there was one."""
        with self.database.write() as connection:
            values = {
                "cell": str(cell),
                "reason": plain_text(reason),
                "by": plain_text(actor.name),
                **time_parameters(self.database.own_time()),
            }
            lifted = connection.execute(_LIFT.of(connection), values).rowcount
            if lifted:
                append(
                    connection,
                    self.database,
                    EventDraft(actor, "client.legal_hold_lifted", str(cell), reason, {"holds": lifted}),
                )
        return lifted

    def of(self, cell: CellAddress) -> tuple[LegalHold, ...]:
        """All holds that a client ever had, the oldest first."""
        with self.database.read() as connection:
            return tuple(map(_hold, connection.execute(_OF, {"cell": str(cell)}).all()))

    def open(self, cells: Collection[CellAddress] | None = None) -> Mapping[CellAddress, LegalHold]:
        """The clients that have a hold now, each with its first one; of these cells, or of all."""
        with self.database.read() as connection:
            if cells is None:
                rows = list(connection.execute(_ALL_OPEN).all())
            else:
                names = sorted(map(str, cells))
                rows = [
                    row
                    for start in range(0, len(names), _AT_ONCE)
                    for row in connection.execute(_OPEN, {"cells": names[start : start + _AT_ONCE]}).all()
                ]
        found: dict[CellAddress, LegalHold] = {}
        for hold in map(_hold, rows):
            found.setdefault(hold.cell, hold)
        return found


@reads("a legal hold")
def _hold(row: Any) -> LegalHold:  # noqa: ANN401  a row
    return LegalHold(
        id=row.id,
        cell=CellAddress.parse(row.cell),
        reason=row.reason,
        laid_by=row.laid_by,
        laid_at=row.laid_at,
        lifted_by=row.lifted_by,
        lifted_at=row.lifted_at,
        lift_reason=row.lift_reason,
    )
