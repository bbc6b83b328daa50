"""Reads the fleet's files: only regular ones of limited size, and only inside the fleet repository."""

import errno
import os
import stat
from pathlib import Path

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.limits import DOCUMENT_BYTES
from cellwright.model.position import Position


class FleetFiles:
    """The files below a fleet's root, read by their path relative to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._real_root = os.path.realpath(root)
        self._inside: dict[str, bool] = {}
        self._kept: dict[str, bytes] = {}
        self._put: set[str] = set()

    def keep(self, relative: str) -> bytes:
        """Read a file's bytes and keep them, so that what is digested and what is parsed are the same bytes.

        Raises:
            DiagnosticError: as `read_text`.
        """
        content = self._kept.get(relative)
        if content is None:
            content = self._kept[relative] = self._content(relative)
        return content

    def put(self, relative: str, content: bytes) -> None:
        """Take these bytes for a file's, whatever is on disk: they are about to be written."""
        self._kept[relative] = content
        self._put.add(relative)

    def put_below(self, folder: str) -> tuple[str, ...]:
        """Give the files of a folder that were put, in their order; below the root, as they were put."""
        return tuple(sorted(path for path in self._put if path.startswith(f"{folder}/")))

    def holds(self, relative: str) -> bool:
        """Tell whether a path, symbolic links followed, lies inside the repository."""
        try:
            real = os.path.realpath(self.root / relative)
        except (OSError, ValueError):
            return False
        return real == self._real_root or real.startswith(self._real_root + os.sep)

    def exists(self, relative: str) -> bool:
        """Tell whether there is a file of that path (wherever it leads), or one is about to be written."""
        if relative in self._put:
            return True
        try:
            return os.path.isfile(self.root / relative)  # noqa: PTH113  takes a path with a null byte for absent
        except ValueError:
            return False

    def read_text(self, relative: str) -> str:
        """Read a whole file.

        Raises:
            DiagnosticError: it can't be read, leaves the repository, is no regular file, is too large, or is
                no UTF-8 text.
        """
        content = self._kept.get(relative)
        if content is None:
            content = self._content(relative)
        return _decode(content, Position(shown_path(relative)))

    def _content(self, relative: str) -> bytes:
        try:
            return self._read_bytes(relative)
        except (OSError, ValueError) as failure:
            reason = getattr(failure, "strerror", None) or str(failure)
            place = Position(shown_path(relative))
            raise DiagnosticError(
                error(
                    f"the file can't be read: {reason}", "correct the path or the file's permissions", place
                )
            ) from failure

    def _read_bytes(self, relative: str) -> bytes:
        folder = os.path.dirname(relative)  # noqa: PTH120  called forevery file of the fleet
        if folder not in self._inside:
            self._inside[folder] = self._holds_folder(folder)
        if not self._inside[folder]:
            raise _leaves(relative)
        descriptor = self._open(relative)
        try:
            return _regular_content(descriptor, relative)
        finally:
            os.close(descriptor)

    def _holds_folder(self, folder: str) -> bool:
        """As `holds`, but faster where there are no links: called forevery cell's folder."""
        above, _, name = folder.rpartition("/")
        if not name or name == ".." or not self._inside.setdefault(above, self.holds(above)):
            return self.holds(folder)
        try:
            status = os.lstat(f"{self.root}/{folder}")
        except (OSError, ValueError):
            return self.holds(folder)  # a folder that is missing may still lie inside
        return stat.S_ISDIR(status.st_mode) or self.holds(folder)

    def _open(self, relative: str) -> int:
        # Not blocking: opening a named pipe would wait for a writer forever.
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
        path = f"{self.root}/{relative}"
        try:
            return os.open(path, flags | os.O_NOFOLLOW)
        except OSError as failure:
            if failure.errno not in (errno.ELOOP, errno.EMLINK):
                raise
        if not self.holds(relative):
            raise _leaves(relative)
        return os.open(path, flags)


def shown_path(path: str) -> str:
    """Write a path so that it can always be printed, whatever bytes its name has."""
    return path.encode("utf-8", "backslashreplace").decode()


def _regular_content(descriptor: int, relative: str) -> bytes:
    status = os.fstat(descriptor)
    place = Position(shown_path(relative))
    if not stat.S_ISREG(status.st_mode):
        raise DiagnosticError(error("this is no regular file", "put a YAML file in its place", place))
    if status.st_size <= DOCUMENT_BYTES:
        content = os.read(descriptor, DOCUMENT_BYTES + 1)
        if len(content) <= DOCUMENT_BYTES:
            return content
    raise DiagnosticError(
        error(
            f"the file has {status.st_size:,} bytes, a settings document at most {DOCUMENT_BYTES:,}",
            "split it, or keep bulk data elsewhere",
            place,
        )
    )


def _leaves(relative: str) -> DiagnosticError:
    return DiagnosticError(
        error(
            "the path leaves the fleet repository",
            "keep all settings inside it, as its history is the record of them",
            Position(shown_path(relative)),
        )
    )


def _decode(content: bytes, place: Position) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        before = content[: failure.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        raise DiagnosticError(
            error("the file is not UTF-8 text", "save it as UTF-8", Position(place.file, line, column))
        ) from failure
