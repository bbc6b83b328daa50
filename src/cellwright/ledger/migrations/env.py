"""Alembic's entry: runs the migrations on the ledger's connection, inside its transaction."""

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
