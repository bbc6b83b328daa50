"""Opens a ledger and its components: finds or makes the database and migrates it to the newest version."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from cellwright.ledger.approvals import Approvals
from cellwright.ledger.bindings import Bindings
from cellwright.ledger.blocks import Blocks
from cellwright.ledger.cancels import CancelRequests
from cellwright.ledger.certificates import Certificates
from cellwright.ledger.clients.legal_holds import LegalHolds
from cellwright.ledger.clients.lives import Lives
from cellwright.ledger.clients.offboardings import Offboardings
from cellwright.ledger.clients.remains import Remains
from cellwright.ledger.database.clock import Clock
from cellwright.ledger.database.database import LOCK_TIMEOUT, Database, connect
from cellwright.ledger.database.engines import set_up_sqlite
from cellwright.ledger.database.location import Location, SqliteLocation, parse_location
from cellwright.ledger.database.schema import SchemaVersion, migrate, schema_version
from cellwright.ledger.database.sqlite_file import is_there, make_file
from cellwright.ledger.database.tables import METADATA
from cellwright.ledger.drift.drifts import Drifts
from cellwright.ledger.leases import Leases
from cellwright.ledger.moves import Moves
from cellwright.ledger.ownership import refuse_moved
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


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger and its components. Safe to share between threads."""

    database: Database
    reader: LedgerReader
    recorder: LedgerRecorder
    leases: Leases
    bindings: Bindings
    approvals: Approvals
    cancels: CancelRequests
    blocks: Blocks
    queue: Queue
    workers: Workers
    progress: RunProgress
    webhooks: Webhooks
    deliveries: Deliveries
    request_keys: RequestKeys
    rollouts: Rollouts

    @property
    def people(self) -> People:
        """Who may sign in, and what they may do."""
        return People(self.database)

    @property
    def placements(self) -> Placements:
        """Where cells are placed, and what they use there."""
        return Placements(self.database)

    @property
    def pauses(self) -> Pauses:
        """Which runs are paused."""
        return Pauses(self.database)

    @property
    def drift(self) -> Drifts:
        """Real resources that are not as they were applied."""
        return Drifts(self.database)

    @property
    def moves(self) -> Moves:
        """Cells that are being renamed, and states that are being split."""
        return Moves(self.database)

    @property
    def lives(self) -> Lives:
        """The states of clients."""
        return Lives(self.database)

    @property
    def legal_holds(self) -> LegalHolds:
        """Of which clients nothing may be destroyed."""
        return LegalHolds(self.database)

    @property
    def offboardings(self) -> Offboardings:
        """Clients that go, and that are gone."""
        return Offboardings(self.database)

    @property
    def remains(self) -> Remains:
        """What offboardings have destroyed, and what was found of it afterwards."""
        return Remains(self.database)

    @property
    def by_hand(self) -> ByHandRecords:
        """What people do by hand with states."""
        return ByHandRecords(self.database)

    @property
    def certificates(self) -> Certificates:
        """Certificates of destruction, and what they are made from."""
        return Certificates(self.database)

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
            return _ledger(_absent_database(location))
        make_file(location, lock_timeout)
    database = connect(location, clock, lock_timeout)
    try:
        found = schema_version(database)
        if found is SchemaVersion.ABSENT and not create:
            database.close()
            return _ledger(_absent_database(location))
        if found is not SchemaVersion.CURRENT:
            migrate(database)
        elif not moved_too:
            refuse_moved(_bindings(database), lambda: location)
    except BaseException:
        database.close()
        raise
    return _ledger(database)


def _bindings(database: Database) -> Mapping[str, str]:
    with database.read() as connection:
        return {row.name: row.value for row in connection.execute(_BINDINGS)}


def _ledger(database: Database) -> Ledger:
    return Ledger(
        database,
        LedgerReader(database),
        LedgerRecorder(database),
        Leases(database),
        Bindings(database),
        Approvals(database),
        CancelRequests(database),
        Blocks(database),
        Queue(database),
        Workers(database),
        RunProgress(database),
        Webhooks(database),
        Deliveries(database),
        RequestKeys(database),
        Rollouts(database),
    )


def _absent_database(location: Location) -> Database:
    """An empty database in memory that is read in place of the missing one at `location`."""
    # Every connection is a database of its own, so that threads share none.
    engine = create_engine("sqlite://", poolclass=NullPool)
    script = [str(CreateTable(table).compile(engine)) for table in METADATA.sorted_tables]

    @event.listens_for(engine, "connect")
    def fill(connection: DBAPIConnection, _record: object) -> None:
        for statement in script:
            connection.cursor().execute(statement)

    set_up_sqlite(engine)
    return Database(engine, location, absent=True)
