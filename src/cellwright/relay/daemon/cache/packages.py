"""Provider packages on disk: check one against the lock file, find its program, and cache file digests."""

import base64
import os
import stat
import threading
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path

from cellwright.relay.daemon.cache.checksummed_files import ChecksummedFiles

_MANY_FILES = 1000


class PackageError(Exception):
    """The package can't be used; the text says why."""


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What distinguishes a file from any other, and from an earlier version of itself."""

    path: Path
    device: int
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> "FileIdentity":
        """Read it from the file system.

        Raises:
            PackageError: it is gone or is not a regular file.
        """
        try:
            status = path.stat()
        except OSError as fault:
            raise PackageError(f"{path.name}: {fault.strerror}") from fault
        if not stat.S_ISREG(status.st_mode):
            raise PackageError(f"{path.name} is not a regular file")
        return cls(path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def __str__(self) -> str:
        # Without the path: the same file reached by another link is the same file.
        return f"{self.device}-{self.inode}-{self.size}-{self.modified}-{self.changed}"


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was checked: its program, and its digest in the form that lock files have."""

    program: Path
    digest: str
    identities: tuple[FileIdentity, ...]

    def check(self) -> None:
        """Check that no file has changed since.

        Raises:
            PackageError: one has.
        """
        for identity in self.identities:
            if FileIdentity.of(identity.path) != identity:
                raise PackageError(f"{identity.path.name} has changed")


class PackageVerifier:
    """Checks packages; a file is read again only when it has changed."""

    def __init__(self, folder: Path) -> None:
        self._files = ChecksummedFiles(folder / "digests")
        self._digests: dict[str, str] = {}
        self._reading = threading.Lock()

    def check(self, folder: Path, name: str, hashes: frozenset[str]) -> Package:
        """Check the package of provider type `name` in `folder` against a lock file's hashes.

        It may read hundreds of megabytes, so it must not be called in the event loop.

        Raises:
            PackageError: not the package that the lock file names, or it has no program.
        """
        files = _files(folder.resolve())
        identities = tuple(FileIdentity.of(path) for _, path in files)
        with self._reading:  # several clients may ask for a new package at once
            listing = "".join(
                f"{self._digest(identity)}  {relative}\n"
                for (relative, _), identity in zip(files, identities, strict=True)
            )
        digest = "h1:" + base64.b64encode(sha256(listing.encode()).digest()).decode()
        if digest not in hashes:
            raise PackageError("the package is not one that the lock file names")
        return Package(_program(files, name), digest, identities)

    def _digest(self, identity: FileIdentity) -> str:
        key = sha256(str(identity).encode()).hexdigest()
        if key not in self._digests:
            known = self._files.read(key)
            if known is None:
                known = _read_digest(identity.path)
                if FileIdentity.of(identity.path) != identity:
                    raise PackageError(f"{identity.path.name} changed while it was read")
                self._files.write(key, known)
            self._digests[key] = known.decode()
        return self._digests[key]


def _files(folder: Path) -> list[tuple[str, Path]]:
    """Every file of a package by its name in the package, in the order in which they enter the digest."""
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
