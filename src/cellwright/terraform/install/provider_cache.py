"""Providers that no mirror links: downloaded or unpacked once per user, not once per unit."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.files.flock import FlockFile
from cellwright.files.private import make_private_folder
from cellwright.terraform.install.mirror import Mirror
from cellwright.terraform.install.platform import this_platform

VARIABLE = "TF_PLUGIN_CACHE_DIR"

_LOCKED = re.compile(r'^provider\s+"([^"]+)"\s*\{[^}]*?^\s*version\s*=\s*"([^"]+)"', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Selection:
    """A provider's version as a lock file pins it."""

    source: str
    version: str


def selections_in(lock_file: Path) -> frozenset[Selection] | None:
    """Read which providers a `.terraform.lock.hcl` pins; None if there is no such file."""
    try:
        text = lock_file.read_text(errors="replace")
    except OSError:
        return None
    return frozenset(Selection(source, version) for source, version in _LOCKED.findall(text))


@dataclass(slots=True)
class ProviderCache:
    """Terraform's plugin cache made safe for several runs of `init` at once.

    Terraform may only read a package from its cache while nobody writes one, so `init` runs alone when it may
    have to install something, and beside others when everything is there.
    """

    folder: Path
    mirrors: Sequence[Mirror] = ()
    _known: dict[str, frozenset[Selection]] = field(init=False, default_factory=dict)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)

    @contextmanager
    def installing(self, stack: str, pinned: frozenset[Selection] | None) -> Iterator[Mapping[str, str]]:
        """Give what `init` of a stack needs in its environment, and hold what it must not meet.

        `stack` is the digest of its source, `pinned` what its lock file says (None without one).

        Raises:
            DiagnosticError: the cache can't be written.
        """
        lock = None
        try:
            if not self._needs_nothing(self._needed(stack, pinned)):
                lock = self._open()
                self._lock(lock, stack, pinned)
            nothing = self._needs_nothing(self._needed(stack, pinned))
            yield {} if nothing else {VARIABLE: str(self.folder)}
        finally:
            if lock is not None:
                lock.close()

    def installed(self, stack: str, selected: frozenset[Selection] | None) -> None:
        """Remember what `init` selected for a stack, for the next unit of it."""
        with self._guard:
            self._known[stack] = selected or frozenset()

    def _needed(self, stack: str, pinned: frozenset[Selection] | None) -> frozenset[Selection] | None:
        with self._guard:
            return pinned if pinned is not None else self._known.get(stack)

    def _needs_nothing(self, needed: frozenset[Selection] | None) -> bool:
        return needed is not None and all(self._linked(item) for item in needed)

    def _has_all(self, needed: frozenset[Selection] | None) -> bool:
        return self._needs_nothing(needed) or (
            needed is not None and all(self._cached(item) for item in needed)
        )

    def _open(self) -> FlockFile:
        with file_errors(f"{self.folder} can't be written"):
            make_private_folder(self.folder)
            return FlockFile.open(self.folder / "lock")

    def _lock(self, lock: FlockFile, stack: str, pinned: frozenset[Selection] | None) -> None:
        with file_errors(f"{self.folder} can't be locked"):
            lock.share()
            if not self._has_all(self._needed(stack, pinned)):
                lock.lock()
                if self._has_all(self._needed(stack, pinned)):  # installed by another process meanwhile
                    lock.share()

    def _linked(self, item: Selection) -> bool:
        return any(mirror.links(item.source, item.version) for mirror in self.mirrors)

    def _cached(self, item: Selection) -> bool:
        return (self.folder / item.source / item.version / this_platform()).exists()
