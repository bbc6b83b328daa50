"""Results of Terraform's commands."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.plan import PlanSummary, ResourceCounts
from cellwright.terraform.output.plans.plan_document import PlanDocument


@dataclass(frozen=True, slots=True)
class SavedPlanFile:
    """A plan on disk, with its digest from when it was shown."""

    path: Path
    digest: str
    """SHA-256, hexadecimal."""

    @classmethod
    def at(cls, path: Path) -> "SavedPlanFile":
        """Take the plan at `path` as it is now.

        Raises:
            DiagnosticError: it can't be read.
        """
        with file_errors(f"the saved plan {path} can't be read"):
            return cls(path, hashlib.sha256(path.read_bytes()).hexdigest())

    def check(self) -> None:
        """Make sure that the file has not changed.

        Raises:
            DiagnosticError: it is gone or has changed.
        """
        if SavedPlanFile.at(self.path).digest != self.digest:
            raise DiagnosticError(
                error(f"{self.path} is not the plan that was shown", "plan again, and check the new plan")
            )

    def discard(self) -> None:
        """Remove it: it holds secrets and is no longer needed.

        One that can't be removed is left to the next opening of the folder: an apply that has succeeded must
        not fail by it.
        """
        with suppress(OSError):
            self.path.unlink()


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A plan that was made."""

    summary: PlanSummary
    saved: SavedPlanFile | None
    """None if there is nothing to apply."""
    warnings: tuple[Diagnostic, ...] = ()
    document: PlanDocument | None = field(default=None, repr=False)
    """The plan as JSON, for policies; None if there is nothing to apply. Secrets in clear."""
    prior: StateMark | None = None
    """The version of the state that it was made for; `NO_STATE` if there was none, None if unknown."""
    idle: SavedPlanFile | None = None
    """A plan that changes nothing, of a unit with an encrypted state: applied, it encrypts the state anew."""
    noticed: PlanDocument | None = field(default=None, repr=False)
    """A plan that changes nothing, where Terraform has noticed drift that an apply leaves as it is."""


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """A plan that was applied."""

    counts: ResourceCounts
    warnings: tuple[Diagnostic, ...] = ()
