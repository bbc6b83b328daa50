"""Claims on blocks of addresses: see `ipam.claims`. One process at a time changes them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from cellwright.fleet.pools import Network, parse_network
from cellwright.ipam.claims import BlockClaim, Settled
from cellwright.ledger.database.clock import iso
from cellwright.ledger.database.damage import damaged, reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Connection, Row, integrity_errors, text

_ALL = text("SELECT block, pool, cell, released_at FROM blocks ORDER BY first")
# Readers go on; another writer waits until the transaction ends, so that it sees what this one has claimed.
_LOCK = text("LOCK TABLE blocks IN SHARE ROW EXCLUSIVE MODE")
_DELETE = text("DELETE FROM blocks WHERE first = :first")
_INSERT = text(
    "INSERT INTO blocks (first, block, pool, cell, released_at)"
    " VALUES (:first, :block, :pool, :cell, :released_at)"
)
_RELEASE = DialectSql("UPDATE blocks SET released_at = {now} WHERE cell = :cell AND released_at IS NULL")


@dataclass(frozen=True, slots=True)
class Blocks:
    """The claims of a ledger. Every method raises DiagnosticError when the database fails."""

    database: Database

    def claims(self) -> tuple[BlockClaim, ...]:
        """Every claim, in the order of their addresses."""
        with self.database.read() as connection:
            return _claims(connection)

    def change(self, decide: Callable[[Sequence[BlockClaim]], Settled]) -> Settled:
        """Replace the claims by those that `decide` makes of them; it may be called for any claims.

        It is called in the transaction, so it may neither use the ledger nor take long.
        """
        with self.database.write() as connection:
            _lock(connection)
            before = _claims(connection)
            settled = decide(before)
            for claim in set(before) - set(settled.claims):
                connection.execute(_DELETE, {"first": _first(claim.block)})
            new = set(settled.claims) - set(before)
            try:
                if new:
                    connection.execute(_INSERT, [_row(claim) for claim in new])
            except integrity_errors():  # a row's first address is not that of its block
                raise damaged("a block of addresses") from None
            return settled

    def withdraw(self, claims: Collection[BlockClaim]) -> None:
        """Take claims back: what they were made for was not done."""
        if claims:
            self.change(lambda known: Settled(tuple(item for item in known if item not in claims)))


def release_claims(connection: Connection, database: Database, cells: Sequence[str]) -> None:
    """Release what cells have, in the caller's transaction."""
    _lock(connection)
    for cell in cells:
        connection.execute(_RELEASE.of(connection), {"cell": cell, **time_parameters(database.own_time())})


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite has locked the whole file by now
        connection.execute(_LOCK)


def _claims(connection: Connection) -> tuple[BlockClaim, ...]:
    return tuple(map(_claim, connection.execute(_ALL)))


@reads("a block of addresses")
def _claim(row: Row) -> BlockClaim:
    released = None if row.released_at is None else _aware(row.released_at)
    return BlockClaim(
        block=parse_network(row.block), pool=str(row.pool), cell=str(row.cell), released=released
    )


def _aware(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment


def _row(claim: BlockClaim) -> dict[str, str | None]:
    return {
        "first": _first(claim.block),
        "block": str(claim.block),
        "pool": claim.pool,
        "cell": claim.cell,
        "released_at": None if claim.released is None else iso(claim.released),
    }


def _first(block: Network) -> str:
    """A block's first address as text, ordered as addresses are."""
    return f"{block.version}:{int(block.network_address):032x}"
