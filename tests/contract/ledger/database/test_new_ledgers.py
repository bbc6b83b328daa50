"""The tests' quick way to a new ledger makes what the migrations make."""

from sqlalchemy import Connection, NullPool, create_engine, text

from cellwright.ledger.database.version import HEAD
from contract.ledger.migrating import migrated
from new_ledgers import sent_again


def test_a_ledger_of_statements_sent_again_is_as_a_migrated_one() -> None:
    times: list[Connection] = []

    def whole(connection: Connection) -> None:
        times.append(connection)
        migrated(connection)

    upgrade = sent_again(whole)
    found = []
    for _ in range(2):
        with create_engine("sqlite://", poolclass=NullPool).connect() as connection:
            upgrade(connection)
            tables = connection.execute(text("SELECT type, name, sql FROM sqlite_master ORDER BY name")).all()
            version = connection.execute(text("SELECT version_num FROM cellwright_version")).scalar()
            found.append((tables, version))
            upgrade(connection)
    assert found[0] == found[1]
    assert found[0][1] == HEAD
    assert len(times) == 3, "an empty database once, and each that has tables already"
