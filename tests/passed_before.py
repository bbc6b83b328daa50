"""Remembers that a slow check has passed, or what it found, by the content of all that it looked at.

For what other programs say of files only. What fails is never remembered; with CELLWRIGHT_CHECK_AGAIN in the
environment every check is made.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

AGAIN = "CELLWRIGHT_CHECK_AGAIN"


@dataclass(frozen=True, slots=True)
class Check:
    """A check of certain content."""

    mark: Path

    def passed(self) -> bool:
        """Tell whether it passed before, on this machine, for this user."""
        return self.mark.exists() and AGAIN not in os.environ

    def found(self) -> bytes | None:
        """Give what was found before; None: it has to be looked for."""
        return self.mark.read_bytes() if self.passed() else None

    def remember(self, found: bytes = b"") -> None:
        """Remember that it passed, with what it found: whole or not at all, whoever else does so now."""
        self.mark.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self.mark.parent, delete=False) as written:
            written.write(found)
        Path(written.name).replace(self.mark)


def check_of(name: str, places: Iterable[Path], *programs: str) -> Check:
    """Name a check by what it looks at, files or all below a folder, and by the programs' versions."""
    digest = hashlib.sha256()
    for part in (name, *programs):
        digest.update(f"{len(part)} {part}".encode())
    for place in places:
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and not _made_by_programs(file):
                content = file.read_bytes()
                digest.update(f"{file.relative_to(place.parent)} {len(content)} ".encode() + content)
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Check(base / "cellwright-tests" / "passed" / digest.hexdigest()[:32])


def _made_by_programs(file: Path) -> bool:
    return any(part.startswith(".terraform") or part == "__pycache__" for part in file.parts)
