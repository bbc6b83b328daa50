"""A ledger that does not exist yet, to be read: empty, in memory, and it refuses to be written."""

from sqlalchemy import create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from cellwright.ledger.database.database import Database, take_over_transactions
from cellwright.ledger.database.location import Location
from cellwright.ledger.database.tables import METADATA


def absent_database(location: Location) -> Database:
    """An empty database that stands for the ledger missing at `location`."""
    # Every connection is a database of its own, so that threads share none.
    engine = create_engine("sqlite://", poolclass=NullPool)
    script = [str(CreateTable(table).compile(engine)) for table in METADATA.sorted_tables]

    @event.listens_for(engine, "connect")
    def fill(connection: DBAPIConnection, _record: object) -> None:
        for statement in script:
            connection.cursor().execute(statement)

    take_over_transactions(engine)
    return Database(engine, location, absent=True)
