"""Opens a ledger to read what it records of units, without importing all of it where it is not needed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from cellwright.ledger.read.sqlite_rows import NotReadable, SqliteRows, sqlite_path
from cellwright.ledger.read.unit_reader import Query, Row, RowSource, UnitReader

if TYPE_CHECKING:
    from cellwright.ledger.opening import Ledger


@contextmanager
def open_for_units(url: str, ledger: "Callable[[], Ledger] | None" = None) -> Iterator[UnitReader]:
    """Open the ledger at `url` to read about units; one that does not exist is read as an empty one.

    Nothing is opened before the first read. A ledger in a current SQLite file is read with Python's driver;
    any other one, and one that turns out to be locked or damaged, by `open_ledger`, whose diagnostics say
    what is wrong. `ledger` gives one that is open already, or is kept open by the caller.
    """
    with ExitStack() as opened:
        yield UnitReader(_QuickRows(url, opened, ledger))


def shown(url: str) -> str:
    """A ledger's URL as messages show it: without a password."""
    from cellwright.ledger.database.location import parse_location  # noqa: PLC0415  for PostgreSQL

    return str(parse_location(url))


class _QuickRows:
    """A SQLite file as long as it can be read directly; else, and from then on, the ledger."""

    def __init__(self, url: str, opened: ExitStack, ledger: "Callable[[], Ledger] | None") -> None:
        self._open_ledger = ledger or (lambda: opened.enter_context(_open_ledger(url)))
        self._file = _open_file(url, opened)
        self._ledger: RowSource | None = None

    def fetch(self, *queries: Query) -> Sequence[Sequence[Row]]:
        """The rows of each query."""
        if self._file is not None:
            try:
                return self._file.fetch(*queries)
            except NotReadable:
                self._file = None
        if self._ledger is None:
            self._ledger = _rows_of(self._open_ledger())
        return self._ledger.fetch(*queries)


def _open_file(url: str, opened: ExitStack) -> SqliteRows | None:
    path = sqlite_path(url)
    if path is None:
        return None
    file = SqliteRows(path)
    opened.callback(file.close)
    return file


def _open_ledger(url: str) -> "Ledger":
    from cellwright.ledger.opening import open_ledger  # noqa: PLC0415  rarely needed

    return open_ledger(url, create=False)


def _rows_of(ledger: "Ledger") -> RowSource:
    from cellwright.ledger.read.reader import DatabaseRows  # noqa: PLC0415  as above

    return DatabaseRows(ledger.database)
