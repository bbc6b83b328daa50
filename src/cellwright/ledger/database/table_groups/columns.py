"""The kinds of columns that the ledger's tables have, and what holds the tables together."""

from sqlalchemy import BigInteger, Integer, MetaData, Text
from sqlalchemy.types import TypeEngine

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# Byte order in both databases: paging and ranges would differ under a locale's collation in PostgreSQL.
PLAIN: TypeEngine[str] = Text().with_variant(Text(collation="C"), "postgresql")

# In SQLite only an INTEGER primary key is the row id itself.
SEQUENCE: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
