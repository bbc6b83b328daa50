"""The ledger: whether it can be reached, is of this version, is this fleet's, and has its key."""

from collections.abc import Iterator

from cellwright.app.doctor.report import Line, broken, skipped, well
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.database import connect
from cellwright.ledger.database.location import PostgresLocation, parse_location
from cellwright.ledger.database.schema import SchemaVersion, schema_version
from cellwright.ledger.opening import Ledger
from cellwright.ledger.ownership import FLEET, KEY
from cellwright.ledger.quick_opening import shown

_LOCK_SECONDS = 5.0


def look_at_tables(session: FleetSession) -> Iterator[Line]:
    """Yield whether there is a ledger, and of which version; one that is older is not migrated by this."""
    url = session.ledger_url
    location = parse_location(url)
    if not isinstance(location, PostgresLocation) and not location.path.exists():
        yield skipped("ledger", f"{shown(url)} is not there yet: the first apply makes it")
        return
    database = connect(location, None, _LOCK_SECONDS)
    try:
        version = schema_version(database)
    finally:
        database.close()
    if version is SchemaVersion.CURRENT:
        yield well("ledger", f"{shown(url)} answers; its tables are of this version")
    elif version is SchemaVersion.ABSENT:
        yield skipped("ledger", f"{shown(url)} answers and is empty: the first apply makes its tables")
    else:
        yield broken(
            "ledger",
            f"the tables of {shown(url)} are of an older version",
            "bring them to the newest, when nobody is at work: cellwright ledger init",
        )


def look_at_key(session: FleetSession, ledger: Ledger, fleet: str) -> Iterator[Line]:
    """Yield whether the ledger is this fleet's, and the key of its digests is here; makes none."""
    if ledger.database.absent:
        return
    bound = ledger.reader.bindings()
    owner = bound.get(FLEET)
    if owner not in (None, fleet):
        yield broken(
            "ledger",
            f"it is that of the fleet '{owner}'",
            "name this fleet's own with --ledger, or CELLWRIGHT_LEDGER",
        )
        return
    if KEY not in bound:
        yield skipped("key", "no sensitive value was digested yet: the first apply makes the key")
        return
    session.digester(ledger)
    yield well("key", "the key of the digests is here, and is the ledger's")
