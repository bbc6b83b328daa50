"""Importing this makes one ledger: what is forked afterwards need not run the migrations for its own."""

from sqlalchemy import NullPool, create_engine

from cellwright.ledger.database import schema
from new_ledgers import sent_again

schema._upgrade = sent_again(schema._upgrade)  # type: ignore[assignment]  # for this process and its children
with create_engine("sqlite://", poolclass=NullPool).connect() as connection:
    schema._upgrade(connection)
