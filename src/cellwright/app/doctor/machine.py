"""What this machine has: git, room on its disks, a clock that agrees with others."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cellwright.app.doctor.report import Line, broken, doubtful, skipped, well
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.location import PostgresLocation
from cellwright.ledger.opening import Ledger

_GIB = 1024**3
_LITTLE, _TOO_LITTLE = 5 * _GIB, _GIB // 2
"""Bytes on a disk: working folders and provider packages take a gibibyte soon."""
LARGEST_SKEW = 60.0
"""Seconds between two clocks: as long as a lease lasts. AWS refuses calls from five minutes on."""


def look_at_git(session: FleetSession) -> Iterator[Line]:
    """Yield whether the fleet lies in a git repository, and as whom commits are made there."""
    repository = session.repository()
    if repository is None:
        yield doubtful(
            "git",
            "the fleet is in no git repository",
            "git init, and commit it: runs record the commit that they apply, and onboarding commits",
        )
        return
    head = repository.head()
    changed = len(repository.dirty())
    state = f"{changed} files differ from it" if changed else "nothing differs from it"
    yield well("git", f"at commit {head[:12]}, {state}" if head else "nothing is committed yet")
    identity = repository.identity()
    yield well("git", f"commits are made as {identity}")


def look_at_disks(folders: dict[str, Path]) -> Iterator[Line]:
    """Yield how much room there is where Cellwright writes."""
    for name, folder in folders.items():
        there = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(there).free
        told = f"{free / _GIB:.1f} GiB free for {name} ({folder})"
        advice = "make room: `cellwright prune` removes details of old runs"
        if free < _TOO_LITTLE:
            yield broken("disk", told, advice)
        elif free < _LITTLE:
            yield doubtful("disk", told, advice)
        else:
            yield well("disk", told)


def look_at_ledger_clock(ledger: Ledger) -> Iterator[Line]:
    """Yield how far this machine's clock is from that of the ledger's database."""
    database = ledger.database
    if not isinstance(database.location, PostgresLocation):
        yield skipped("clock", "the ledger is a file: there is no other clock to compare with")
        return
    with database.read() as connection:
        before = datetime.now(UTC)
        there = database.now(connection)
        after = datetime.now(UTC)
    yield compared_clock("the ledger's database", there, before, after)


def compared_clock(whose: str, there: datetime, before: datetime, after: datetime) -> Line:
    """Compare a clock that was asked between two moments with this machine's."""
    ahead = (before - there).total_seconds() if there < before else -(there - after).total_seconds()
    skew = 0.0 if before <= there <= after else ahead
    if abs(skew) <= LARGEST_SKEW:
        return well("clock", f"within {max(1, round(abs(skew)))} s of {whose}")
    side = "ahead of" if skew > 0 else "behind"
    return broken(
        "clock",
        f"this machine's clock is {abs(skew):.0f} s {side} {whose}",
        "set it by NTP (timedatectl set-ntp true): leases and AWS's signatures go by time",
    )
