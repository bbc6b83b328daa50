"""The unit step's view of the real Terraform: one unit's working folder with its plan."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cellwright.engine.unit.evaluation import Work
from cellwright.engine.unit.ports import SavedPlan
from cellwright.files.errors import file_errors
from cellwright.files.private import PRIVATE_FILE, make_private_folder
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.plan import PlanSummary
from cellwright.model.run import Operation
from cellwright.planning.policy.verdict import PASSED, Verdict
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.output.plan_reader import plan_redactor
from cellwright.terraform.output.results import PlanResult, SavedPlanFile
from cellwright.terraform.output.state_reader import StateSnapshot
from cellwright.terraform.process.cancellation import Cancellation, StopLevel
from cellwright.terraform.unit.migration import migrate_state
from cellwright.terraform.unit.unit_terraform import UnitTerraform


@dataclass(slots=True)
class TerraformAttempt:
    """One try at one unit; holds the working folder until `close`."""

    work: Work
    terraform: UnitTerraform
    cancellation: Cancellation
    terraform_version: str
    _plan: SavedPlanFile | None = None
    _document: Mapping[str, Any] | None = None
    """The plan as JSON, until it has been judged. Secrets in clear."""

    @property
    def plan_file(self) -> Path | None:
        """Where the plan lies; None if there is nothing to apply."""
        return self._plan.path if self._plan else None

    def plan(self) -> PlanSummary:
        """Initialise, plan, save and read the plan; the state comes along if its backend is another now."""
        try:
            made = self._planned()
        except TerraformError as failure:
            if failure.kind is not FailureKind.BACKEND_CHANGED:
                raise
            migrate_state(self.terraform, self.work.seen)
            made = self._planned()
        self._plan, self._document = made.saved, made.document
        self._refuse_vanished_state(made)
        return made.summary

    def restore(self, saved: SavedPlan) -> PlanSummary:
        """Initialise, and take a plan that was made before instead of making one."""
        self.terraform.init()
        request = self.terraform.monitor.request
        path = request.folder.plans / f"{request.run}.tfplan"
        with file_errors(f"{path} can't be written"):
            make_private_folder(path.parent)
            shutil.copyfile(saved.path, path)
            path.chmod(PRIVATE_FILE)
        self._plan = SavedPlanFile.at(path)
        read = self.terraform.read(self._plan)
        self._document = read.document
        return read.summary

    def judged(self, judge: Callable[[Mapping[str, Any]], Verdict]) -> Verdict:
        """Have the plan that was read judged, once, and drop it; what is found holds no secrets any more."""
        document, self._document = self._document, None
        if document is None:
            return PASSED
        return judge(document).redacted(plan_redactor(document, self.terraform.monitor.redact))

    def apply(self) -> None:
        """Apply the plan, and nothing but the plan."""
        if self._plan is None:
            raise DiagnosticError(error(f"{self.work.part.address} has no plan to apply", "plan again"))
        self.terraform.apply(self._plan)

    def state(self) -> StateSnapshot | None:
        """Read what is there now; None if there is no state."""
        return self.terraform.state()

    def mark(self) -> StateMark | None:
        """Which version of the state is there now, as far as that can be told."""
        try:
            return self.terraform.mark()
        except DiagnosticError:
            return None

    def _planned(self) -> PlanResult:
        return self.terraform.plan(destroy=self.work.part.operation is Operation.DESTROY)

    def _refuse_vanished_state(self, made: PlanResult) -> None:
        """Stop where a state is known but none is there: the plan would make everything a second time."""
        if self.work.seen is None or made.document is None or _has_resources(made.document):
            return
        if self.terraform.mark() is None:
            address = self.work.part.address
            raise DiagnosticError(
                error(
                    f"the state of {address} is gone, so Terraform would create everything anew",
                    "restore it from its backend's versions or its backup; to really start anew, switch the "
                    "unit off, run `cellwright apply --destroy`, and switch it on again",
                )
            )

    def interrupt(self, level: int) -> None:
        """Ask what runs to stop (1), or kill it (2)."""
        self.cancellation.request(StopLevel(min(level, StopLevel.KILL)))

    def close(self) -> None:
        """Remove the plan, which holds secrets, and let go of the folder."""
        if self._plan is not None:
            self._plan.discard()
        self.terraform.close()


def _has_resources(document: Mapping[str, Any]) -> bool:
    """Tell whether the plan found resources in the state (Terraform's JSON plan format, `prior_state`)."""
    values = (document.get("prior_state") or {}).get("values") or {}
    return bool(values.get("root_module"))
