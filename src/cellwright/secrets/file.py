"""Secrets from files, such as those that Docker and Kubernetes put below /run/secrets."""

from dataclasses import dataclass
from pathlib import Path

from cellwright.secrets.folder import find_file, read_file


@dataclass(frozen=True, slots=True)
class FileSource:
    """Gives the text of a file; a line break at its end is no part of it."""

    folder: Path

    def read(self, name: str) -> bytes:
        """Give a file's text."""
        content = read_file(find_file(self.folder, name), name, private=True)
        return content.removesuffix(b"\n").removesuffix(b"\r")
