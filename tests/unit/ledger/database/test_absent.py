"""An empty ledger in memory is made once, and each connection has a copy of its own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from cellwright.ledger.database.absent import absent_database
from cellwright.ledger.database.location import SqliteLocation
from cellwright.ledger.database.tables import METADATA

TABLES = METADATA.sorted_tables


def test_every_table_is_there_and_empty_for_threads_at_once() -> None:
    database = absent_database(SqliteLocation(Path("/nowhere/ledger.db")))

    def rows(_: int) -> int:
        with database.engine.connect() as connection:
            return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(rows, range(40))) == [0] * 40
