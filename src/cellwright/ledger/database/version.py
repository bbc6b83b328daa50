"""The newest version of the ledger's tables. Apart from `schema`, as it is read without SQLAlchemy."""

HEAD = "0025"
"""The newest migration."""

VERSION_TABLE = "cellwright_version"
