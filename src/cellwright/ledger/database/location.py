"""A ledger's location, from its URL; no message repeats the URL's password."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote, quote_plus

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.url_credentials import IAM, split_url, without_credentials

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_ADVICE = "write sqlite:////absolute/path/of/ledger.db or postgresql://user@host:5432/database"
_SQLITE = "sqlite:///"
_POSTGRES = frozenset({"postgres", "postgresql", "postgresql+psycopg"})


@dataclass(frozen=True, slots=True)
class SqliteLocation:
    """A ledger in a file of this machine."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class PostgresLocation:
    """A ledger on a PostgreSQL server."""

    url: "URL" = field(repr=False)
    """Includes the password; for the driver only."""
    iam: str | None = None
    """The region of AWS whose IAM gives a token in place of a password."""

    def __str__(self) -> str:
        # Only the parts that hold no password; parameters may hold one.
        user = f"{self.url.username}@" if self.url.username else ""
        port = f":{self.url.port}" if self.url.port else ""
        return f"postgresql://{user}{self._host}{port}/{self.url.database or ''}"

    @property
    def _host(self) -> str:
        host = self.url.host or self.url.query.get("host") or ""
        return host if isinstance(host, str) else ",".join(host)

    @property
    def conninfo(self) -> str:
        """The URL as PostgreSQL's own library takes it, with the password; never to be shown."""
        url = self.url.set(drivername="postgresql")
        if self.iam is not None:
            from cellwright.ledger.database.iam import iam_token  # noqa: PLC0415

            url = url.set(password=iam_token(self.url, self.iam))
        return url.render_as_string(hide_password=False)

    def secrets(self) -> tuple[str, ...]:
        """The passwords, which must not appear in a message."""
        given = [self.url.password, self.url.query.get("password"), self.url.query.get("sslpassword")]
        found = [text for text in given if isinstance(text, str) and text]
        return tuple(dict.fromkeys((*found, *map(quote, found), *map(quote_plus, found))))


Location: TypeAlias = SqliteLocation | PostgresLocation


def sqlite_url(path: Path) -> str:
    """The URL of a ledger in the file `path`."""
    return f"{_SQLITE}{path.absolute()}"


def parse_location(url: str) -> Location:
    """Read a ledger's URL.

    Raises:
        DiagnosticError: it is no URL, or one of a database that can't hold a ledger.
    """
    if url.startswith(_SQLITE) and (path := url.removeprefix(_SQLITE)) not in {"", ":memory:"}:
        # The URL parser is not used: a path may contain '?' and '%'.
        return SqliteLocation(Path(path).absolute())
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        raise DiagnosticError(error("the ledger's URL names no file", _ADVICE))
    if scheme not in _POSTGRES:
        raise DiagnosticError(error("the ledger's URL names neither SQLite nor PostgreSQL", _ADVICE))
    return _postgres_location(url)


def _postgres_location(url: str) -> PostgresLocation:
    from sqlalchemy.engine import make_url  # noqa: PLC0415  takes 0.1 s, which SQLite does not need
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415  as above

    # The URL parser would end a password at its first '@', and take the rest for the host.
    parts = split_url(url, of_database=True)
    try:
        parsed = make_url(without_credentials(url, of_database=True))
        if parts is not None and parts.credentials:
            parsed = parsed.set(username=parts.user, password=parts.password)
    except (ArgumentError, ValueError):
        # The original message may repeat the URL with its password.
        raise DiagnosticError(error("the ledger's URL can't be read", _ADVICE)) from None
    region = parsed.query.get(IAM)
    parsed = parsed.difference_update_query([IAM])
    return PostgresLocation(
        parsed.set(drivername="postgresql+psycopg"), region if isinstance(region, str) else None
    )
