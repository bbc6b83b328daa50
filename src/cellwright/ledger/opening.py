"""Opens a ledger and its parts: finds or makes the database and migrates it to the newest version."""

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cellwright.ledger.database.clock import Clock
from cellwright.ledger.database.database import LOCK_TIMEOUT, Database, connect
from cellwright.ledger.database.location import Location, SqliteLocation, parse_location
from cellwright.ledger.database.schema import SchemaVersion, migrate, schema_version
from cellwright.ledger.database.sql import text
from cellwright.ledger.database.sqlite_file import is_there, make_file
from cellwright.ledger.ownership import refuse_moved
from cellwright.ledger.part import Part

if TYPE_CHECKING:
    from cellwright.ledger.approvals import Approvals
    from cellwright.ledger.bindings import Bindings
    from cellwright.ledger.blocks import Blocks
    from cellwright.ledger.cancels import CancelRequests
    from cellwright.ledger.certificates import Certificates
    from cellwright.ledger.clients.legal_holds import LegalHolds
    from cellwright.ledger.clients.lives import Lives
    from cellwright.ledger.clients.offboardings import Offboardings
    from cellwright.ledger.clients.remains import Remains
    from cellwright.ledger.drift.drifts import Drifts
    from cellwright.ledger.leases import Leases
    from cellwright.ledger.moves import Moves
    from cellwright.ledger.people.people import People
    from cellwright.ledger.placements import Placements
    from cellwright.ledger.progress import RunProgress
    from cellwright.ledger.queue.pauses import Pauses
    from cellwright.ledger.queue.queue import Queue
    from cellwright.ledger.queue.workers import Workers
    from cellwright.ledger.read.reader import LedgerReader
    from cellwright.ledger.request_keys import RequestKeys
    from cellwright.ledger.rollouts.rollouts import Rollouts
    from cellwright.ledger.webhooks.deliveries import Deliveries
    from cellwright.ledger.webhooks.hooks import Webhooks
    from cellwright.ledger.write.by_hand import ByHandRecords
    from cellwright.ledger.write.recorder import LedgerRecorder

_BINDINGS = text("SELECT name, value FROM bindings")


class Ledger:
    """An open ledger and its parts, each imported when it is first used. Safe to share between threads."""

    reader: Part["LedgerReader"] = Part("cellwright.ledger.read.reader", "LedgerReader")
    recorder: Part["LedgerRecorder"] = Part("cellwright.ledger.write.recorder", "LedgerRecorder")
    leases: Part["Leases"] = Part("cellwright.ledger.leases", "Leases")
    bindings: Part["Bindings"] = Part("cellwright.ledger.bindings", "Bindings")
    approvals: Part["Approvals"] = Part("cellwright.ledger.approvals", "Approvals")
    cancels: Part["CancelRequests"] = Part("cellwright.ledger.cancels", "CancelRequests")
    blocks: Part["Blocks"] = Part("cellwright.ledger.blocks", "Blocks")
    queue: Part["Queue"] = Part("cellwright.ledger.queue.queue", "Queue")
    workers: Part["Workers"] = Part("cellwright.ledger.queue.workers", "Workers")
    progress: Part["RunProgress"] = Part("cellwright.ledger.progress", "RunProgress")
    webhooks: Part["Webhooks"] = Part("cellwright.ledger.webhooks.hooks", "Webhooks")
    deliveries: Part["Deliveries"] = Part("cellwright.ledger.webhooks.deliveries", "Deliveries")
    request_keys: Part["RequestKeys"] = Part("cellwright.ledger.request_keys", "RequestKeys")
    rollouts: Part["Rollouts"] = Part("cellwright.ledger.rollouts.rollouts", "Rollouts")
    people: Part["People"] = Part("cellwright.ledger.people.people", "People")
    """Who may sign in, and what they may do."""
    placements: Part["Placements"] = Part("cellwright.ledger.placements", "Placements")
    """Where cells are placed, and what they use there."""
    pauses: Part["Pauses"] = Part("cellwright.ledger.queue.pauses", "Pauses")
    """Which runs are paused."""
    drift: Part["Drifts"] = Part("cellwright.ledger.drift.drifts", "Drifts")
    """Real resources that are not as they were applied."""
    moves: Part["Moves"] = Part("cellwright.ledger.moves", "Moves")
    """Cells that are being renamed, and states that are being split."""
    lives: Part["Lives"] = Part("cellwright.ledger.clients.lives", "Lives")
    """The states of clients."""
    legal_holds: Part["LegalHolds"] = Part("cellwright.ledger.clients.legal_holds", "LegalHolds")
    """Of which clients nothing may be destroyed."""
    offboardings: Part["Offboardings"] = Part("cellwright.ledger.clients.offboardings", "Offboardings")
    """Clients that go, and that are gone."""
    remains: Part["Remains"] = Part("cellwright.ledger.clients.remains", "Remains")
    """What offboardings have destroyed, and what was found of it afterwards."""
    by_hand: Part["ByHandRecords"] = Part("cellwright.ledger.write.by_hand", "ByHandRecords")
    """What people do by hand with states."""
    certificates: Part["Certificates"] = Part("cellwright.ledger.certificates", "Certificates")
    """Certificates of destruction, and what they are made from."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def close(self) -> None:
        """Close its connections; a closed ledger opens new ones if it is used again."""
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
    url: str,
    *,
    create: bool = True,
    clock: Clock | None = None,
    lock_timeout: float = LOCK_TIMEOUT,
    moved_too: bool = False,
) -> Ledger:
    """Open the ledger at `url` (`sqlite:////path` or `postgresql://...`).

    A ledger that does not exist is made, or, without `create`, read as an empty one and nothing is made. One
    of an older version is migrated to the newest. `clock` replaces the server's or this machine's clock;
    `lock_timeout` is how many seconds to wait for other processes' transactions. One that was moved
    elsewhere is opened with `moved_too` only.

    Raises:
        DiagnosticError: it can't be reached, read or made, is damaged, is no ledger, or is of a newer
            Cellwright.
    """
    location = parse_location(url)
    if isinstance(location, SqliteLocation) and not is_there(location.path):
        if not create:
            return Ledger(_absent_database(location))
        make_file(location, lock_timeout)
    database = connect(location, clock, lock_timeout)
    try:
        found = schema_version(database)
        if found is SchemaVersion.ABSENT and not create:
            database.close()
            return Ledger(_absent_database(location))
        if found is not SchemaVersion.CURRENT:
            migrate(database)
        elif not moved_too:
            refuse_moved(_bindings(database), lambda: location)
    except BaseException:
        database.close()
        raise
    return Ledger(database)


def _bindings(database: Database) -> Mapping[str, str]:
    with database.read() as connection:
        return {row.name: row.value for row in connection.execute(_BINDINGS)}


def _absent_database(location: Location) -> Database:
    # It is made of all tables, whose import takes as long as a small command's work.
    from cellwright.ledger.database.absent import absent_database  # noqa: PLC0415

    return absent_database(location)
