"""The migrations by themselves, without what opening a ledger does besides."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def migrated(connection: Connection, version: str = "head") -> None:
    """Carry out the migrations up to `version`."""
    settings = Config()
    settings.set_main_option("script_location", "cellwright.ledger:migrations")
    settings.attributes["connection"] = connection
    command.upgrade(settings, version)
