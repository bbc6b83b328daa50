"""The port of an artifact store: named contents in a folder or in a bucket."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Artifact:
    """What is known of a content without reading it."""

    name: str
    """Parts separated by slashes."""
    size: int
    modified: float
    """Seconds since 1970, by the store's clock."""


class ArtifactStore(Protocol):
    """Safe to share between threads. Every method raises DiagnosticError when the store can't be used."""

    @property
    def address(self) -> str:
        """Where it is, as messages show it: no credentials."""

    def put(self, name: str, content: bytes) -> None:
        """Write a content, which appears whole or not at all; one of that name is replaced."""

    def get(self, name: str) -> bytes | None:
        """Read a content; None if there is none."""

    def list(self, prefix: str) -> tuple[Artifact, ...]:
        """Give the contents below a folder, in the order of their names."""

    def delete(self, names: Iterable[str]) -> None:
        """Remove contents; one that is not there is no fault."""


def checked(name: str) -> str:
    """Give a name if it can't lead out of the store.

    Raises:
        ValueError: it can: it is no name of ours.
    """
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\0" in name or "\\" in name:
        raise ValueError(f"'{name}' is no name of an artifact")
    return name
