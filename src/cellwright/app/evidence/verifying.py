"""Check a folder of evidence: digests, signature, the chain of its events, and the anchors beside it."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cellwright.app.evidence.manifest import (
    ANCHORS,
    EVENTS,
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    ReadManifest,
    ReadStretch,
    read_manifest,
)
from cellwright.evidence.event_lines import LONGEST, read_event
from cellwright.files.errors import file_error
from cellwright.ledger.audit import ChainPoint, verify
from cellwright.ledger.known_points import KnownPoint, PointCheck
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import Event

_LARGEST = 64 * 1024 * 1024
"""Bytes of a manifest."""
_CHUNK = 1024 * 1024
_OWN_KEY = "no trusted key was given: the one in the same folder was taken, which anybody may have put there"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceChecked:
    """What checking a folder has found."""

    folder: Path
    fleet: str
    period: tuple[str, str]
    manifest: str
    """The SHA-256 of the manifest."""
    files: int
    events: int
    anchors: int
    """Anchors in it that vouch for an event of it."""
    signed_by: str
    """The fingerprint of the key whose signature is right; empty if none is."""
    faults: tuple[str, ...]
    doubts: tuple[str, ...]
    """What is not wrong, and proves nothing."""


def verify_evidence(folder: Path, keys: Sequence[str]) -> EvidenceChecked:
    """Check the evidence in a folder; `keys` are public keys that are trusted.

    Without any, the key in the folder is taken, which shows only that the folder is of one piece.

    Raises:
        DiagnosticError: it holds no evidence, or can't be read.
    """
    try:
        return _Check(folder, tuple(keys)).check()
    except OSError as fault:
        raise DiagnosticError(file_error(f"the evidence in {folder} can't be read", fault)) from fault


@dataclass(slots=True)
class _Check:
    folder: Path
    keys: tuple[str, ...]

    def check(self) -> EvidenceChecked:
        text = self._manifest()
        try:
            manifest = read_manifest(text)
        except ValueError as fault:
            raise DiagnosticError(
                error(f"{self.folder / MANIFEST} can't be used: {fault}", "name a folder of `evidence -o`")
            ) from None
        faults, doubts = list(self._digests(manifest)), list[str]()
        points = self._points()
        signed_by = self._signature(text, faults, doubts)
        count, vouched = self._chain(manifest, points, faults)
        if not manifest.holds:
            faults.append("when it was made, the audit trail did not hold: see gaps.json")
        return EvidenceChecked(
            folder=self.folder,
            fleet=manifest.fleet,
            period=manifest.period,
            manifest=hashlib.sha256(text).hexdigest(),
            files=len(manifest.files),
            events=count,
            anchors=vouched,
            signed_by=signed_by,
            faults=tuple(faults),
            doubts=tuple(doubts),
        )

    def _manifest(self) -> bytes:
        try:
            with _opened(self.folder / MANIFEST) as file:
                content = file.read(_LARGEST + 1)
        except FileNotFoundError:
            told = f"there is no evidence in {self.folder}: it has no {MANIFEST}"
            raise DiagnosticError(error(told, "name a folder of `evidence -o`")) from None
        if len(content) > _LARGEST:
            raise DiagnosticError(error(f"{self.folder / MANIFEST} is too large for a manifest"))
        return content

    def _digests(self, manifest: ReadManifest) -> Iterator[str]:
        present = {item.name for item in self.folder.iterdir()}
        for name, digest in sorted(manifest.files.items()):
            if Path(name).name != name:
                yield f"the manifest names {name!r}, which is outside the folder"
            elif name not in present:
                yield f"{name} is missing"
            elif _digest_of(self.folder / name) != digest:
                yield f"{name} was changed: its digest is not the one in the manifest"
        for name in sorted(present - {*manifest.files, MANIFEST, SIGNATURE}):
            yield f"{name} is not in the manifest"

    def _signature(self, text: bytes, faults: list[str], doubts: list[str]) -> str:
        from cellwright.ledger.anchors.signing import fingerprint, verify_signature  # noqa: PLC0415  large

        try:
            signature = _text_of(self.folder / SIGNATURE)
        except FileNotFoundError:
            faults.append("the manifest is not signed")
            return ""
        keys = self.keys
        if not keys:
            keys = self._own_key()
            doubts.append(_OWN_KEY)
        found = [key for key in keys if verify_signature(text, signature, [key])]
        if not found:
            faults.append(
                "the manifest's signature is not one of the known keys, or the manifest was changed"
            )
            return ""
        return fingerprint(found[0])

    def _own_key(self) -> tuple[str, ...]:
        from cellwright.ledger.anchors.signing import read_public_key  # noqa: PLC0415  large

        try:
            return (read_public_key(self.folder / PUBLIC_KEY),)
        except DiagnosticError:
            return ()

    def _points(self) -> list[KnownPoint]:
        """The anchors in the folder that a known key has signed."""
        from cellwright.ledger.anchors.signing import verify_signature  # noqa: PLC0415  large
        from cellwright.ledger.anchors.statement import AnchorRecord, Statement  # noqa: PLC0415  with it

        keys = self.keys or self._own_key()
        found = []
        try:
            lines = _text_of(self.folder / ANCHORS).splitlines()
        except FileNotFoundError:
            return []
        for line in lines:
            try:
                record = AnchorRecord.parse(line)
                statement = Statement.parse(record.statement)
            except ValueError:
                continue
            if keys and verify_signature(record.statement, record.signature, keys):
                found.append(KnownPoint(statement.sequence, statement.hash, ANCHORS))
        return found

    def _chain(
        self, manifest: ReadManifest, points: Sequence[KnownPoint], faults: list[str]
    ) -> tuple[int, int]:
        stretch = manifest.stretch
        if stretch is None:
            if (self.folder / EVENTS).exists() and (self.folder / EVENTS).stat().st_size:
                faults.append(f"{EVENTS} has events, and the manifest says that there are none")
            return 0, 0
        within = [point for point in points if stretch.first <= (point.sequence or 0) <= stretch.last]
        check, counted = PointCheck(within), _Counter()
        try:
            fault = verify(
                check.watch(counted.watch(_events(self.folder / EVENTS))),
                start=ChainPoint(stretch.first - 1, stretch.previous),
                end=ChainPoint(stretch.last, stretch.hash),
            )
            found = f"event {fault.sequence}: {fault.summary}" if fault else _odd(stretch, counted.count)
        except ValueError as wrong:
            found = f"{EVENTS}, line {counted.count + 1}: {wrong}"
        except FileNotFoundError:
            found = f"{EVENTS} is missing"
        if found:
            faults.append(f"the chain does not hold: {found}")
        elif told := check.fault():
            faults.append(f"the chain does not hold: {told}")
        return counted.count, sum(check.holds(point) for point in within)


@dataclass(slots=True)
class _Counter:
    count: int = 0

    def watch(self, events: Iterator[Event]) -> Iterator[Event]:
        for event in events:
            self.count += 1
            yield event


def _odd(stretch: ReadStretch, count: int) -> str:
    return "" if count == stretch.count else f"it has {count} events, the manifest says {stretch.count}"


def _events(path: Path) -> Iterator[Event]:
    with _opened(path) as file:
        while line := file.readline(LONGEST + 1):
            if len(line) > LONGEST:
                raise ValueError("the line is too long for an event")
            yield read_event(line)


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with _opened(path) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _text_of(path: Path) -> str:
    with _opened(path) as file:
        return file.read(_LARGEST).decode("utf-8", "replace")


def _opened(path: Path) -> BinaryIO:
    # Not blocking: opening a named pipe would wait for a writer forever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return os.fdopen(descriptor, "rb")
