"""The paths in one unit's working folder."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cellwright.terraform.process.launcher import CommandFolder

ERRORED = "errored.tfstate"
"""What Terraform and OpenTofu call the state that they could not write, in the folder in which they run."""

LOCK_FILE = ".terraform.lock.hcl"


@dataclass(frozen=True)
class UnitFolder:
    """Paths in the working folder of one unit; none of them is made by this."""

    path: Path

    @property
    def source(self) -> Path:
        """The copy of the stack's source tree."""
        return self.path / "source"

    @cached_property
    def commands(self) -> CommandFolder:
        """What runs, or ran last, and the unit's lock."""
        return CommandFolder(self.path / "command")

    @property
    def plans(self) -> Path:
        """Saved plans; they hold secrets."""
        return self.path / "plans"

    @property
    def unsaved(self) -> Path:
        """A state that could not be written to its backend. It holds secrets, and exists nowhere else."""
        return self.path / ERRORED

    @property
    def shared(self) -> Path:
        """The digest of the state that could not be written, if another machine can get it."""
        return self.path / "shared-state"

    @property
    def state_before(self) -> Path:
        """The state from before the apply that runs, or whose end nobody knows. It holds secrets."""
        return self.path / "before-apply.tfstate"

    @property
    def copy_record(self) -> Path:
        """Which source tree the copy is of, once it is complete."""
        return self.path / "source.json"

    @property
    def init_record(self) -> Path:
        """What `init` last succeeded for."""
        return self.path / "initialised"
