"""Provider packages on disk: is this the one that the lock file names, and which file is the program."""

import base64
import os
import stat
import threading
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path

from cellwright.relay.daemon.store import Store

_MANY_FILES = 1000


class PackageError(Exception):
    """The package cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A file as the file system tells it apart from any other and from its own past."""

    path: Path
    device: int
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> "Identity":
        """Look at a file.

        Raises:
            PackageError: it is gone or is no plain file.
        """
        try:
            seen = path.stat()
        except OSError as fault:
            raise PackageError(f"{path.name}: {fault.strerror}") from fault
        if not stat.S_ISREG(seen.st_mode):
            raise PackageError(f"{path.name} is no plain file")
        return cls(path, seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)

    def __str__(self) -> str:
        # The path is no part of it: the same file reached by another link is the same file.
        return f"{self.device}-{self.inode}-{self.size}-{self.modified}-{self.changed}"


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was checked: its program and the digest of all of it, as lock files write it."""

    program: Path
    digest: str
    identities: tuple[Identity, ...]

    def check(self) -> None:
        """See that no file has changed since.

        Raises:
            PackageError: one has.
        """
        for identity in self.identities:
            if Identity.of(identity.path) != identity:
                raise PackageError(f"{identity.path.name} has changed")


class Packages:
    """Checks packages; a file's digest is computed once for as long as the file stays what it is."""

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder / "digests")
        self._digests: dict[str, str] = {}
        self._reading = threading.Lock()

    def check(self, folder: Path, name: str, hashes: frozenset[str]) -> Package:
        """Check the package of provider type `name` in `folder` against a lock file's hashes.

        It may read a lot, so it is not for the event loop.

        Raises:
            PackageError: not the package that the lock file names, or no program in it.
        """
        files = _files(folder.resolve())
        identities = tuple(Identity.of(path) for _, path in files)
        with self._reading:  # several clients may meet a package for the first time at once
            listing = "".join(
                f"{self._digest(identity)}  {relative}\n"
                for (relative, _), identity in zip(files, identities, strict=True)
            )
        digest = "h1:" + base64.b64encode(sha256(listing.encode()).digest()).decode()
        if digest not in hashes:
            raise PackageError("the package is not one that the lock file names")
        return Package(_program(files, name), digest, identities)

    def _digest(self, identity: Identity) -> str:
        key = sha256(str(identity).encode()).hexdigest()
        if key not in self._digests:
            known = self._store.read(key)
            if known is None:
                known = _read_digest(identity.path)
                if Identity.of(identity.path) != identity:
                    raise PackageError(f"{identity.path.name} changed while it was read")
                self._store.write(key, known)
            self._digests[key] = known.decode()
        return self._digests[key]


def _files(folder: Path) -> list[tuple[str, Path]]:
    """Every file of a package by its name in the package, in the order in which lock files hash them."""
    found = []
    for parent, _, names in os.walk(folder, onerror=_unreadable):
        found += [(Path(parent) / name) for name in names]
        if len(found) > _MANY_FILES:
            raise PackageError(f"more than {_MANY_FILES} files")
    return sorted((path.relative_to(folder).as_posix(), path) for path in found)


def _unreadable(fault: OSError) -> None:
    raise PackageError(f"the package cannot be read: {fault.strerror}") from fault


def _read_digest(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest().encode()
    except OSError as fault:
        raise PackageError(f"{path.name}: {fault.strerror}") from fault


def _program(files: list[tuple[str, Path]], name: str) -> Path:
    """The file that Terraform would start."""
    wanted = f"terraform-provider-{name}"
    for relative, path in files:
        if relative == wanted or (relative.startswith(f"{wanted}_") and "/" not in relative):
            if os.access(path, os.X_OK):
                return path
            raise PackageError(f"{relative} is not executable")
    raise PackageError(f"no file named {wanted}")
