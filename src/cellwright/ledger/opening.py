"""Opening a ledger: found or made, brought to the newest version, its parts in one hand."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from cellwright.ledger.approvals import Approvals
from cellwright.ledger.bindings import Bindings
from cellwright.ledger.cancels import CancelRequests
from cellwright.ledger.database.absent import absent_database
from cellwright.ledger.database.clock import Clock
from cellwright.ledger.database.database import LOCK_TIMEOUT, Database, connect
from cellwright.ledger.database.location import SqliteLocation, parse_location
from cellwright.ledger.database.schema import Standing, migrate, standing
from cellwright.ledger.database.sqlite_file import is_there, make_file
from cellwright.ledger.leases import Leases
from cellwright.ledger.read.reader import LedgerReader
from cellwright.ledger.write.recorder import LedgerRecorder


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger: what can be asked, what can be recorded, who may work.

    Safe to share between threads.
    """

    database: Database
    reader: LedgerReader
    recorder: LedgerRecorder
    leases: Leases
    bindings: Bindings
    approvals: Approvals
    cancels: CancelRequests

    def close(self) -> None:
        """Give its connections back; a closed ledger opens new ones if it is used again."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_ledger(
    url: str, *, create: bool = True, clock: Clock | None = None, lock_timeout: float = LOCK_TIMEOUT
) -> Ledger:
    """Open the ledger at `url` (`sqlite:////path` or `postgresql://...`).

    One that does not exist is made, or, without `create`, read as an empty one with nothing made anywhere.
    One of an older version is brought to the newest. `clock` replaces the right time (the server's, else this
    machine's); `lock_timeout` is how many seconds to wait for other processes' transactions.

    Raises:
        DiagnosticError: it can't be reached, read or made, is damaged, is no ledger, or is of a newer
            Cellwright.
    """
    location = parse_location(url)
    if isinstance(location, SqliteLocation) and not is_there(location.path):
        if not create:
            return _ledger(absent_database(location))
        make_file(location, lock_timeout)
    database = connect(location, clock, lock_timeout)
    try:
        found = standing(database)
        if found is Standing.ABSENT and not create:
            database.close()
            return _ledger(absent_database(location))
        if found is not Standing.CURRENT:
            migrate(database)
    except BaseException:
        database.close()
        raise
    return _ledger(database)


def _ledger(database: Database) -> Ledger:
    return Ledger(
        database,
        LedgerReader(database),
        LedgerRecorder(database),
        Leases(database),
        Bindings(database),
        Approvals(database),
        CancelRequests(database),
    )
