"""Alembic's entry: runs the steps on the connection, and in the transaction, that the ledger hands over."""

from alembic import context

from cellwright.ledger.database.tables import METADATA
from cellwright.ledger.database.version import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
