"""An empty ledger in memory, which is read in place of one that is not there."""

from sqlalchemy import create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.engines import set_up_sqlite
from cellwright.ledger.database.location import Location
from cellwright.ledger.database.tables import METADATA


def absent_database(location: Location) -> Database:
    """An empty database in memory that is read in place of the missing one at `location`."""
    # Every connection is a database of its own, so that threads share none.
    engine = create_engine("sqlite://", poolclass=NullPool)
    script = [str(CreateTable(table).compile(engine)) for table in METADATA.sorted_tables]

    @event.listens_for(engine, "connect")
    def fill(connection: DBAPIConnection, _record: object) -> None:
        for statement in script:
            connection.cursor().execute(statement)

    set_up_sqlite(engine)
    return Database(lambda: engine, location, absent=True)
