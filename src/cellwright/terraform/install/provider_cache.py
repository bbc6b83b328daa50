"""Terraform's plugin cache: providers that no mirror links are installed once per user, not once per unit."""

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


@dataclass(frozen=True, slots=True)
class PinnedProvider:
    """A provider and its version as a lock file pins them."""

    source: str
    version: str


@dataclass(slots=True)
class ProviderCache:
    """Terraform's plugin cache made safe for several runs of `init` at once.

    Terraform must not read a package from the cache while another process writes it. So an `init` that may
    have to install something runs alone; those for which everything is installed run at the same time.
    """

    folder: Path
    mirrors: Sequence[Mirror] = ()
    _known: dict[str, frozenset[PinnedProvider]] = field(init=False, default_factory=dict)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)

    @contextmanager
    def installing(self, stack: str, pinned: frozenset[PinnedProvider] | None) -> Iterator[Mapping[str, str]]:
        """Lock the cache as an `init` of a stack needs it, and give what to add to its environment.

        `stack` is the digest of its source, `pinned` what its lock file says (None without one).

        Raises:
            DiagnosticError: the cache can't be written.
        """
        lock = None
        try:
            if not self._all_linked(self._needed(stack, pinned)):
                lock = self._open()
                self._lock(lock, stack, pinned)
            nothing = self._all_linked(self._needed(stack, pinned))
            yield {} if nothing else {VARIABLE: str(self.folder)}
        finally:
            if lock is not None:
                lock.close()

    def installed(self, stack: str, selected: frozenset[PinnedProvider] | None) -> None:
        """Remember which providers `init` selected for a stack, for its next unit."""
        with self._guard:
            self._known[stack] = selected or frozenset()

    def _needed(
        self, stack: str, pinned: frozenset[PinnedProvider] | None
    ) -> frozenset[PinnedProvider] | None:
        with self._guard:
            return pinned if pinned is not None else self._known.get(stack)

    def _all_linked(self, needed: frozenset[PinnedProvider] | None) -> bool:
        return needed is not None and all(self._linked(item) for item in needed)

    def _all_installed(self, needed: frozenset[PinnedProvider] | None) -> bool:
        return self._all_linked(needed) or (needed is not None and all(self._cached(item) for item in needed))

    def _open(self) -> FlockFile:
        with file_errors(f"{self.folder} can't be written"):
            make_private_folder(self.folder)
            return FlockFile.open(self.folder / "lock")

    def _lock(self, lock: FlockFile, stack: str, pinned: frozenset[PinnedProvider] | None) -> None:
        with file_errors(f"{self.folder} can't be locked"):
            lock.share()
            if not self._all_installed(self._needed(stack, pinned)):
                lock.lock()
                if self._all_installed(self._needed(stack, pinned)):  # installed by another process meanwhile
                    lock.share()

    def _linked(self, item: PinnedProvider) -> bool:
        return any(mirror.links(item.source, item.version) for mirror in self.mirrors)

    def _cached(self, item: PinnedProvider) -> bool:
        return (self.folder / item.source / item.version / this_platform()).exists()
