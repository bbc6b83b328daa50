"""Evidence that a server has made: kept in its own folder for a while, listed, given as an archive."""

import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cellwright.app.evidence.folder import PARTIAL
from cellwright.app.evidence.making import EvidenceReport, EvidenceRequest, make_evidence
from cellwright.app.evidence.manifest import MANIFEST, SIGNATURE
from cellwright.app.evidence.period import last_day
from cellwright.app.session.session import FleetSession
from cellwright.files.errors import file_errors
from cellwright.files.private import make_private_folder, remove_left, remove_private_folder
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.json_text import read_json
from cellwright.model.text.timed_id import timed_id

KEPT = 5
"""So many are kept: whoever made one is to take it."""
MOST_EVENTS = 200_000
"""In a longer trail it takes longer than a browser waits."""
_ID_DIGITS = 8
_ID = re.compile(rf"[0-9]{{8}}-[0-9]{{6}}-[0-9a-f]{{{_ID_DIGITS}}}\Z")
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRequest:
    """Evidence that somebody wants from a server."""

    since: datetime
    until: datetime | None
    states: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEvidence:
    """Evidence that is there to be looked at and taken."""

    id: str
    folder: Path
    period: tuple[str, str]
    holds: bool
    """The audit trail held."""
    signed: bool
    standings: dict[str, str]
    """What was seen, by clause."""
    clauses: list[dict[str, Any]]
    gaps: list[dict[str, Any]]
    events: int

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day of the period."""
        return self.period[0][: len("2026-11-22")], last_day(self.period[1])


def keep_evidence(session: FleetSession, actor: Actor, request: KeptRequest) -> tuple[str, EvidenceReport]:
    """Make evidence into a folder of the server's own; the oldest one that is kept then gives way.

    Raises:
        DiagnosticError: there can be no such period, the trail is too long for a server, or it can't be made.
    """
    last = session.ledger().reader.last_event().sequence
    if last > MOST_EVENTS:
        told = f"the trail has {last:,} events, and a server makes evidence of {MOST_EVENTS:,} at most"
        raise DiagnosticError(error(told, "make it on the command line: cellwright evidence"))
    place = _place(session)
    kept = timed_id(session.now(), _ID_DIGITS)
    with file_errors("the evidence can't be kept"):
        session.home.prepare()
        make_private_folder(place)
        remove_left(place, f".*{PARTIAL}")
    wanted = EvidenceRequest(
        since=request.since, until=request.until, target=place / kept, states=request.states
    )
    report = make_evidence(session, actor, wanted)
    for old in sorted(_ids(place))[:-KEPT]:
        with suppress(OSError):  # somebody else has removed it at the same time
            remove_private_folder(place / old)
    return kept, report


def kept_evidence(session: FleetSession) -> tuple[KeptEvidence, ...]:
    """List what is kept, the newest first; what can't be read is left out."""
    place = _place(session)
    found = (_read(place / name) for name in sorted(_ids(place), reverse=True))
    return tuple(item for item in found if item is not None)


def find_kept(session: FleetSession, kept: str) -> KeptEvidence | None:
    """Give one that is kept; None if there is none of that name."""
    return _read(_place(session) / kept) if _ID.match(kept) else None


def archive(kept: KeptEvidence) -> Iterator[bytes]:
    """Yield the folder as a tar archive, compressed, a piece at a time; equal folders, equal bytes."""
    packer = zlib.compressobj(wbits=31)
    for path in sorted(kept.folder.iterdir()):
        info = tarfile.TarInfo(f"evidence-{kept.id}/{path.name}")
        info.size, info.mode = path.stat().st_size, 0o600
        yield packer.compress(info.tobuf(tarfile.PAX_FORMAT))
        left = info.size
        with path.open("rb") as file:
            while chunk := file.read(min(_CHUNK, left)):
                left -= len(chunk)
                yield packer.compress(chunk)
        yield packer.compress(b"\0" * (-info.size % tarfile.BLOCKSIZE))
    yield packer.compress(b"\0" * 2 * tarfile.BLOCKSIZE)
    yield packer.flush()


def _place(session: FleetSession) -> Path:
    return session.home.folder / "evidence"


def _ids(place: Path) -> list[str]:
    with file_errors("the kept evidence can't be read"):
        return [path.name for path in place.iterdir() if _ID.match(path.name)] if place.is_dir() else []


def _read(folder: Path) -> KeptEvidence | None:
    try:
        manifest = read_json((folder / MANIFEST).read_bytes())
        stretch = manifest["chain"]["stretch"]
        return KeptEvidence(
            id=folder.name,
            folder=folder,
            period=(manifest["period"]["from"], manifest["period"]["to"]),
            holds=manifest["chain"]["holds"],
            signed=(folder / SIGNATURE).exists(),
            standings=manifest["clauses"],
            clauses=read_json((folder / "clauses.json").read_bytes()),
            gaps=manifest["gaps"],
            events=stretch["count"] if stretch else 0,
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None
