"""Claims on room in places: see `capacity.claims`. One process at a time changes them."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cellwright.capacity.claims import PlaceClaim
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, Row, text

_ALL = text("SELECT cell, place, uses, claimed_at FROM placements ORDER BY cell")
# Readers go on; another writer waits until the transaction ends, so that it sees what this one has claimed.
_LOCK = text("LOCK TABLE placements IN SHARE ROW EXCLUSIVE MODE")
_DELETE = text("DELETE FROM placements WHERE cell = :cell")
_INSERT = DialectSql(
    "INSERT INTO placements (cell, place, uses, claimed_at) VALUES (:cell, :place, :uses, {now})"
)


@dataclass(frozen=True, slots=True)
class Placements:
    """The claims of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def claims(self) -> tuple[PlaceClaim, ...]:
        """Every claim, in the order of cells."""
        with self.database.read() as connection:
            return _claims(connection)

    def claim(self, decide: Callable[[Sequence[PlaceClaim]], Iterable[PlaceClaim]]) -> None:
        """Make the claims that `decide` wants, who is given all there are; a cell's own earlier one ends.

        It is called in the transaction, so it may neither use the ledger nor take long.
        """
        with self.database.write() as connection:
            _lock(connection)
            known = _claims(connection)
            # What is claimed already keeps its time.
            same = {(item.cell, item.place, item.uses) for item in known}
            wanted = [item for item in decide(known) if (item.cell, item.place, item.uses) not in same]
            end_places(connection, [item.cell for item in wanted])
            if wanted:
                now = time_parameters(self.database.own_time())
                rows = [{**_row(item), **now} for item in wanted]
                connection.execute(_INSERT.of(connection), rows)

    def withdraw(self, cells: Collection[str]) -> None:
        """End the claims of cells: what they were made for was not done, or is over."""
        if cells:
            with self.database.write() as connection:
                _lock(connection)
                end_places(connection, cells)


def end_places(connection: Connection, cells: Collection[str]) -> None:
    """End the claims of cells, in the caller's transaction."""
    if cells:
        connection.execute(_DELETE, [{"cell": cell} for cell in cells])


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite has locked the whole file by now
        connection.execute(_LOCK)


def _claims(connection: Connection) -> tuple[PlaceClaim, ...]:
    return tuple(map(_claim, connection.execute(_ALL)))


@reads("a cell's place")
def _claim(row: Row) -> PlaceClaim:
    uses = json.loads(row.uses)
    return PlaceClaim(
        cell=str(row.cell),
        place=str(row.place),
        uses=tuple(sorted((str(name), int(amount)) for name, amount in uses.items())),
        claimed=datetime.fromisoformat(row.claimed_at),
    )


def _row(claim: PlaceClaim) -> dict[str, str]:
    return {"cell": claim.cell, "place": claim.place, "uses": json.dumps(dict(claim.uses))}
