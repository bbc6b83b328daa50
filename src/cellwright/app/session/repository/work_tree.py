"""Whether the files that a fleet was loaded from have changed since: by commit, times and sizes."""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.listing import listed
from cellwright.git.repository import Repository

_LEFT_OUT = frozenset({".cellwright", ".git", ".terraform"})
_TICK = 50_000_000
"""Nanoseconds: a file that was written so short a time ago may change again and keep its time of change."""


@dataclass(frozen=True, slots=True)
class WorkTreeMark:
    """What the files looked like; two equal marks mean that nothing has changed between them."""

    commit: str | None
    """None outside git, and before the first commit."""
    folders: Mapping[Path, bytes]
    """A digest of each folder's names, times and sizes."""
    settled: bool = field(compare=False)
    """No file was changed just before the mark was made; else no other mark shows what comes next."""


def mark_of(root: Path, others: Iterable[Path], environment: Mapping[str, str]) -> WorkTreeMark:
    """Look at a fleet's folder and at other folders that its stacks come from; reads no file.

    Raises:
        DiagnosticError: git can't read the repository.
    """
    repository = Repository.containing(root, environment)
    commit = repository.head() if repository is not None else None
    newest = 0
    digests: dict[Path, bytes] = {}
    for folder in _outermost((root, *others)):
        digest = hashlib.blake2b(digest_size=16)
        for path, facts in _files(folder):
            newest = max(newest, facts.st_mtime_ns)
            place = path.encode(errors="surrogateescape")
            digest.update(b"%d %d %d %d " % (len(place), facts.st_mtime_ns, facts.st_size, facts.st_ino))
            digest.update(place)
        digests[folder] = digest.digest()
    return WorkTreeMark(commit, digests, newest < time.time_ns() - _TICK)


def _outermost(folders: Iterable[Path]) -> list[Path]:
    """Leave out every folder that lies below another one."""
    found: list[Path] = []
    for folder in sorted({Path(os.path.abspath(item)) for item in folders}):  # noqa: PTH100 -- Path.absolute keeps ".."
        if not any(folder.is_relative_to(other) for other in found):
            found.append(folder)
    return found


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files below a folder in the order of their names; one that vanishes meanwhile is left out."""
    for entry in listed(folder):
        if entry.name in _LEFT_OUT:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
            continue
        try:
            yield entry.path, entry.stat()
        except OSError:
            continue
