"""A mark in a unit's working folder: its saved plan was made without the relay, and is applied without it."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.terraform.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PlainMark:
    """The mark of one unit; it outlives the process, as a plan does that waits for its approval."""

    path: Path

    @classmethod
    def of(cls, workspace: Workspace) -> "PlainMark":
        """That of a unit."""
        return cls(workspace.folder.path / "without-relay")

    @property
    def is_set(self) -> bool:
        """Whether the plan was made without the relay."""
        return self.path.exists()

    def set(self) -> None:
        """Record it; without the mark, an apply would only fail as the plan did."""
        with suppress(OSError):
            self.path.touch(mode=0o600)

    def clear(self) -> None:
        """Forget it: there will be another plan."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
