"""Acknowledgements: drift that somebody takes for known until a moment, with the reason and their name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.below import below
from cellwright.ledger.database.clock import from_milliseconds, iso
from cellwright.ledger.database.codec import plain_text
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, text
from cellwright.ledger.drift.values import Acknowledgement, NewAcknowledgement
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import MissingError, error
from cellwright.model.runs.event import DRIFT_ACKNOWLEDGED, DRIFT_UNACKNOWLEDGED
from cellwright.model.value import Json

_COLUMNS = "id, unit, resource, shape, digest, reason, made_by, made_at, until, ended_at, ended_by"
_PUT = DialectSql(
    "INSERT INTO drift_acknowledged (id, unit, resource, shape, digest, reason, made_by, made_at, until)"
    " VALUES (:id, :unit, :resource, :shape, :digest, :reason, :by, {now}, :until)"
)
_HOLDING = DialectSql(
    f"SELECT {_COLUMNS} FROM drift_acknowledged WHERE ended_at IS NULL AND until > {{now_ms}}"  # noqa: S608
    " ORDER BY made_at, id"
)
_NEWEST = text(f"SELECT {_COLUMNS} FROM drift_acknowledged ORDER BY made_at DESC, id DESC LIMIT :limit")  # noqa: S608
_END = DialectSql(
    "UPDATE drift_acknowledged SET ended_at = {now}, ended_by = :by"
    " WHERE id = :id AND ended_at IS NULL AND until > {now_ms}"
)
_ONE = text(f"SELECT {_COLUMNS} FROM drift_acknowledged WHERE id = :id")  # noqa: S608  a constant
_OF_CELL = DialectSql(
    f"SELECT {_COLUMNS} FROM drift_acknowledged WHERE unit >= :first AND unit < :end"  # noqa: S608  constants
    " AND ended_at IS NULL AND until > {now_ms} ORDER BY made_at, id"
)


@dataclass(frozen=True, slots=True)
class Acknowledgements:
    """The acknowledgements of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def add(
        self, new: NewAcknowledgement, actor: Actor, detail: Mapping[str, Json] | None = None
    ) -> Acknowledgement:
        """Record an acknowledgement. Event `drift.acknowledged`."""
        with self.database.write() as connection:
            values = {
                "id": new.id,
                "unit": new.unit,
                "resource": plain_text(new.resource),
                "shape": new.shape,
                "digest": new.digest,
                "reason": plain_text(new.reason),
                "by": plain_text(actor.name),
                "until": new.until,
                **time_parameters(self.database.own_time()),
            }
            connection.execute(_PUT.of(connection), values)
            made = _read(connection.execute(_ONE, {"id": new.id}).one())
            said: dict[str, Json] = {"id": new.id, "until": iso(from_milliseconds(new.until))}
            said |= {"resource": new.resource} if new.resource else {}
            said |= {"group": new.shape} if new.shape and not new.unit else {}
            said |= detail or {}
            append(
                connection,
                self.database,
                EventDraft(actor, DRIFT_ACKNOWLEDGED, _subject(made), new.reason, said),
            )
        return made

    def holding(self) -> tuple[Acknowledgement, ...]:
        """Give those that count now; PostgreSQL's clock decides where it is the ledger's."""
        with self.database.read() as connection:
            now = time_parameters(self.database.own_time())
            rows: Sequence[Any] = connection.execute(_HOLDING.of(connection), now).all()
        return tuple(map(_read, rows))

    def newest(self, limit: int = 200) -> tuple[Acknowledgement, ...]:
        """Give the newest, also those that have ended."""
        with self.database.read() as connection:
            return tuple(map(_read, connection.execute(_NEWEST, {"limit": limit}).all()))

    def end(self, id_: str, actor: Actor, reason: str = "") -> Acknowledgement:
        """End one before its time. Event `drift.unacknowledged`.

        Raises:
            MissingError: there is none, or it has ended.
        """
        with self.database.write() as connection:
            if not _end(connection, self.database, id_, actor.name):
                raise MissingError(
                    error(f"no acknowledgement '{id_}' counts", "`cellwright drift acks` lists those that do")
                )
            found = _read(connection.execute(_ONE, {"id": id_}).one())
            event = EventDraft(actor, DRIFT_UNACKNOWLEDGED, _subject(found), reason, {"id": id_})
            append(connection, self.database, event)
        return found


def end_of_cell(connection: Connection, database: Database, cell: str, by: EventDraft) -> None:
    """End what is acknowledged of the units of a cell that is gone, in the caller's transaction.

    Else equal drift of the next client of that name would be taken for known. Event `drift.unacknowledged`
    for each, by whoever the event `by` is of.
    """
    named = {**below(cell), **time_parameters(database.own_time())}
    for row in connection.execute(_OF_CELL.of(connection), named).all():
        found = _read(row)
        _end(connection, database, found.id, by.actor if isinstance(by.actor, str) else by.actor.name)
        draft = EventDraft(by.actor, DRIFT_UNACKNOWLEDGED, found.unit, by.reason, {"id": found.id})
        append(connection, database, draft)


def _end(connection: Connection, database: Database, id_: str, by: str) -> bool:
    values = {"id": id_, "by": plain_text(by), **time_parameters(database.own_time())}
    return connection.execute(_END.of(connection), values).rowcount > 0


def _subject(of: Acknowledgement) -> str:
    return of.unit or f"drift/{of.group}"


@reads("an acknowledgement of drift")
def _read(row: Any) -> Acknowledgement:  # noqa: ANN401  a row
    return Acknowledgement(
        id=row.id,
        unit=row.unit,
        resource=row.resource,
        shape=row.shape,
        digest=row.digest,
        reason=row.reason,
        made_by=row.made_by,
        made_at=row.made_at,
        until=int(row.until),
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )
