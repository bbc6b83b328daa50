"""The ledger, restored beside and compared: its chain, its tables, and how far a backup is behind."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.ledger.audit import START, ChainPoint, verify
from cellwright.ledger.copying import TableDigest, copy_ledger, digest_tables
from cellwright.ledger.database.location import Location, SqliteLocation, parse_location, sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.diagnostic import DiagnosticError, error

_MARK = "://"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCompared:
    """What restoring the ledger has found."""

    events: int
    rows: int
    tables: Mapping[str, int]
    """Rows by table."""
    head: int
    """The number of the last event in the copy."""
    behind: int = 0
    """Events that the ledger has and the backup has not."""
    source: str = ""
    """The backup; empty: a copy that the drill has made."""
    differences: tuple[str, ...] = ()


def restore_ledger(
    ledger: Ledger, target: Path, told: Callable[[str], None] = lambda _what: None
) -> LedgerCompared:
    """Copy the ledger to a file beside, open the copy as a ledger, and compare.

    Raises:
        DiagnosticError: the ledger can't be read, or there is no room for the copy.
    """
    read = copy_ledger(ledger.database, target, lambda table: told(f"restoring the ledger: {table}"))
    with open_ledger(sqlite_url(target), create=False) as copy:
        told("checking the restored ledger")
        faults = [*_chain_faults(copy), *_table_faults(read, digest_tables(copy))]
        head = _end(copy)
    counts = {name: found.rows for name, found in read.items()}
    return LedgerCompared(
        events=counts["events"],
        rows=sum(counts.values()),
        tables=counts,
        head=head.sequence,
        differences=tuple(faults),
    )


def compare_backup(ledger: Ledger, backup: str) -> LedgerCompared:
    """Compare a backup that somebody has restored: its chain holds, and the ledger goes on from it.

    Raises:
        DiagnosticError: there is no ledger at that place, it is the ledger itself, or one of the two can't
            be read.
    """
    url = backup if _MARK in backup else sqlite_url(Path(backup))
    if _is_same(parse_location(url), ledger.database.location):
        told = f"{ledger.database.location} is the ledger itself: comparing it with itself shows nothing"
        raise DiagnosticError(error(told, "restore a backup beside, and name its file or its URL"))
    with open_ledger(url, create=False) as copy:
        if copy.database.absent:
            advice = "restore a backup beside, and name its file or its URL"
            raise DiagnosticError(error(f"there is no ledger at {parse_location(url)}", advice))
        digests = digest_tables(copy)
        head, now = _end(copy), ledger.reader.chain_end()
        faults = list(_chain_faults(copy))
        if head.sequence and ledger.reader.event_hash(head.sequence) != head.hash:
            faults.append(
                f"the ledger does not go on from the backup: event {head.sequence} of it is another one"
            )
        if head == now:
            faults.extend(_table_faults(digest_tables(ledger), digests))
    counts = {name: found.rows for name, found in digests.items()}
    return LedgerCompared(
        events=counts["events"],
        rows=sum(counts.values()),
        tables=counts,
        head=head.sequence,
        behind=max(now.sequence - head.sequence, 0),
        source=str(parse_location(url)),
        differences=tuple(faults),
    )


def _is_same(one: Location, other: Location) -> bool:
    if isinstance(one, SqliteLocation) and isinstance(other, SqliteLocation):
        return one.path.resolve() == other.path.resolve()
    return one == other


def _chain_faults(copy: Ledger) -> Iterator[str]:
    end: ChainPoint | None = None
    with suppress(DiagnosticError):  # `end_fault` says it
        end = copy.reader.chain_end()
    fault = verify(copy.reader.events(), end=end)
    if fault is not None:
        yield f"the restored trail does not hold: event {fault.sequence}: {fault.summary}"
    end_fault = copy.reader.end_fault()
    if end_fault is not None and fault is None:
        yield f"the restored trail does not hold: {end_fault.summary}"


def _table_faults(wanted: Mapping[str, TableDigest], found: Mapping[str, TableDigest]) -> Iterator[str]:
    for name, original in wanted.items():
        copied = found.get(name)
        if copied is None or copied.rows != original.rows:
            count = copied.rows if copied else 0
            yield f"the table {name} has {original.rows} rows, and {count} in the restored ledger"
        elif copied.digest != original.digest:
            yield f"the table {name} has other content in the restored ledger"


def _end(ledger: Ledger) -> ChainPoint:
    with suppress(DiagnosticError):
        return ledger.reader.last_event()
    return START
