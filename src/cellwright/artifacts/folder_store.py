"""Artifacts in a folder, such as one that several machines share."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.artifacts.store import Artifact, checked
from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.files.private import make_private_folder

_TRIES = 5


@dataclass(frozen=True, slots=True)
class FolderStore:
    """One file for each content, closed to other users."""

    folder: Path

    @property
    def address(self) -> str:
        """The folder."""
        return str(self.folder)

    def put(self, name: str, content: bytes) -> None:
        """Write a file in one step."""
        path = self._path(name)
        with file_errors(f"{path} can't be written"):
            for again in range(_TRIES):
                make_private_folder(path.parent)
                try:
                    write_file(path, content)
                except FileNotFoundError:  # somebody has just removed the folder, as it was empty
                    if again == _TRIES - 1:
                        raise
                else:
                    return

    def get(self, name: str) -> bytes | None:
        """Read a file."""
        path = self._path(name)
        with file_errors(f"{path} can't be read"):
            try:
                return path.read_bytes()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                return None

    def list(self, prefix: str) -> tuple[Artifact, ...]:
        """Walk the folder."""
        with file_errors(f"{self.folder} can't be listed"):
            return tuple(sorted(self._found(self._path(prefix)), key=lambda item: item.name))

    def delete(self, names: Iterable[str]) -> None:
        """Remove files, and folders that are empty then."""
        for name in names:
            path = self._path(name)
            with file_errors(f"{path} can't be removed"), suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            with suppress(OSError):
                for folder in path.parents:
                    if folder == self.folder:
                        break
                    folder.rmdir()

    def _path(self, name: str) -> Path:
        return self.folder / checked(name)

    def _found(self, folder: Path) -> Iterator[Artifact]:
        for place, _, names in os.walk(folder):
            for name in names:
                path = Path(place, name)
                with suppress(FileNotFoundError):
                    status = path.lstat()
                    found = path.relative_to(self.folder).as_posix()
                    if not name.startswith("."):  # else it is just being written
                        yield Artifact(found, status.st_size, status.st_mtime)
