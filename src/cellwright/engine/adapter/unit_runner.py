"""Runs the real Terraform for the unit step, in one unit's working folder."""

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cellwright.engine.adapter.unsaved_sharing import UnsavedSharing
from cellwright.engine.unit import planned
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.planned import Planned, plan_digest
from cellwright.engine.unit.ports import (
    BroughtPlan,
    NoDepot,
    NoStateDepot,
    PlanDepot,
    ReadPlan,
    StateDepot,
)
from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.files.private import PRIVATE_FILE, make_private_folder
from cellwright.model.applied import NO_STATE, StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.fetched_module import FetchedModule, moved
from cellwright.model.runs.drift import NO_DRIFT, FoundDrift
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.run import Operation, RunUnit
from cellwright.model.text.own_values import OwnValues
from cellwright.model.value import Json
from cellwright.planning.digest import Digester
from cellwright.planning.policy.verdict import PASSED, Verdict
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.output.plans.drift_reader import read_drift
from cellwright.terraform.output.plans.plan_document import PlanDocument
from cellwright.terraform.output.plans.plan_effect import effect_of
from cellwright.terraform.output.plans.plan_reader import plan_redactor
from cellwright.terraform.output.plans.removals import removals
from cellwright.terraform.output.plans.whole_plan import nameless, whole_of, without_own
from cellwright.terraform.output.results import PlanResult, SavedPlanFile
from cellwright.terraform.output.states.state_reader import StateSnapshot, read_mark
from cellwright.terraform.output.states.state_writer import writer_of_file
from cellwright.terraform.process.cancellation import Cancellation, StopLevel
from cellwright.terraform.unit.cut_off_state import is_whole, settle_cut_off
from cellwright.terraform.unit.state_before import drop_state_before
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from cellwright.terraform.unit.unsaved_state import settle_unsaved
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.unit_folder import UnitFolder
from cellwright.terraform.workspace.value_files import remove_value_files


@dataclass(slots=True)
class UnitRunner:
    """Terraform in one unit's working folder, held until `close`."""

    task: UnitTask
    terraform: UnitTerraform
    cancellation: Cancellation
    binary: BinaryVersion
    digester: Digester
    previous: BackendSettings | None = None
    """Where the state lies, if it is to be moved from there."""
    comparable: str = ""
    """What the run's plans are compared within: the run's id, or that of the rollout it is a part of."""
    depot: PlanDepot = field(default_factory=NoDepot)
    states: StateDepot = field(default_factory=NoStateDepot)
    own: OwnValues | None = None
    """What is the cell's own, where the run is part of a rollout."""
    _plan: SavedPlanFile | None = None
    _idle: SavedPlanFile | None = None
    _document: PlanDocument | None = None
    """The plan as JSON, until it has been judged. Secrets in clear."""
    _applied: bool = False

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """Our warnings of what this program makes of the stack."""
        return self.terraform.initialisation.notes

    def plan(self) -> ReadPlan:
        """Initialise, plan, save and read the plan; the state comes along if its backend is another now."""
        if any(moved(self.modules(), self.task.newest_modules)):
            self.terraform.workspace.fetch_anew()
        try:
            made = self._planned()
        except TerraformError as failure:
            if failure.kind is not FailureKind.BACKEND_CHANGED:
                raise
            if self.task.recorded:
                # The ledger knows the state's place, and it is this one.
                self.terraform.init_anew()
            else:
                from cellwright.terraform.unit.migration import migrate_state  # noqa: PLC0415  few states move

                migrate_state(self.terraform, self.task.recorded_state)
            made = self._planned()
        return self._take(made)

    def initialise(self) -> None:
        """Initialise; that the folder remembers a copy of the state, from a plan on it, does not matter."""
        try:
            self.terraform.init()
        except TerraformError as failure:
            if failure.kind is not FailureKind.BACKEND_CHANGED or not self.task.recorded:
                raise
            self.terraform.init_anew()

    def modules(self) -> tuple[FetchedModule, ...]:
        """Give the modules that `init` has downloaded; none before it ran."""
        return self.terraform.workspace.fetched()

    def settle_state(self, *, write: bool) -> tuple[Diagnostic, ...]:
        """Bring a state in order that an earlier command left unwritten or cut off; tells what was done."""
        accepted = write and bool(self.task.accepted)
        put_back = settle_cut_off(self.terraform, self.task.recorded_state, put_back=accepted)
        if self.task.recorded:
            with suppress(
                DiagnosticError
            ):  # what this machine lacks then, the recorded state's version shows
                self._sharing.bring()
        written = settle_unsaved(self.terraform, write=write)
        if written is not None:
            with suppress(DiagnosticError):  # it is found to be written already by whoever looks next
                self._sharing.written()
        return tuple(item for item in (put_back, written) if item is not None)

    def move_state(self) -> StateMark | None:
        """Bring the state to the place that the unit's settings name, and make sure that it is there."""
        if self.previous is not None:
            from cellwright.terraform.unit.migration import move_state  # noqa: PLC0415  few states move

            moved = move_state(self.terraform, self.previous, self.task.recorded_state)
            self.task = replace(self.task, recorded_state=moved)
        return self.task.recorded_state

    def restore(self, brought: BroughtPlan) -> ReadPlan:
        """Initialise, and take a plan that was made before instead of making one."""
        self.terraform.init()
        request = self.terraform.monitor.request
        path = request.folder.plans / f"{request.run}.tfplan"
        with file_errors(f"{path} can't be written"):
            make_private_folder(path.parent)
            shutil.copyfile(brought.path, path)
            path.chmod(PRIVATE_FILE)
        saved = SavedPlanFile(path, brought.sha256)
        saved.check()
        return self._take(self.terraform.read(saved, options=self.task.options))

    def reuse(self, left: Planned) -> ReadPlan:
        """Initialise, and take the plan that an earlier process has left in this folder, or in the depot.

        Raises:
            DiagnosticError: it is gone, was changed, or can't be read; it is removed then.
        """
        saved = SavedPlanFile(self._left_here(left), left.sha256)
        try:
            saved.check()
            self.terraform.init()
            return self._take(self.terraform.read(saved, options=self.task.options))
        except DiagnosticError:
            saved.discard()
            raise

    def _left_here(self, left: Planned) -> Path:
        """Give the file of a plan that was made here, or of another machine's, which is fetched."""
        request = self.terraform.monitor.request
        if left.path.parent == request.folder.plans and left.path.exists():
            return left.path
        content = self.depot.fetch(left)
        if content is None:
            raise DiagnosticError(error(f"{left.path} is not in this machine's working folder", "plan again"))
        path = request.folder.plans / f"{request.run}.tfplan"
        with file_errors(f"{path} can't be written"):
            make_private_folder(path.parent)
            write_file(path, content)
        return path

    def judged(self, judge: Callable[[Mapping[str, Any]], Verdict]) -> Verdict:
        """Have the plan that was read judged, once, and drop it; what is found holds no secrets any more."""
        document, self._document = self._document, None
        if document is None:
            return PASSED
        return judge(document.parts).redacted(plan_redactor(document.parts, self.terraform.monitor.redact))

    def apply(self) -> None:
        """Apply the plan, and nothing but the plan."""
        if self._plan is None:
            raise DiagnosticError(error(f"{self.task.part.address} has no plan to apply", "plan again"))
        try:
            self.terraform.apply(self._plan)
        except TerraformError:
            with suppress(DiagnosticError):  # it stays here; whoever opens this folder next tries again
                self._sharing.share()
            raise
        self._applied = True
        if self.cancellation.level is not StopLevel.KILL:
            # What was applied is recorded even if the run is to stop: only a kill ends reading its state.
            self.cancellation = self.terraform.monitor.cancellation = Cancellation()

    def rewrite_state(self) -> None:
        """Apply the plan that changes nothing, where that writes the state under another key."""
        idle, self._idle = self._idle, None
        if idle is not None:
            self.terraform.apply(idle)

    def state(self) -> StateSnapshot | None:
        """Read what is there now; None if there is no state."""
        return self.terraform.state()

    def mark(self) -> StateMark | None:
        """Which version of the state is there now, as far as that can be told."""
        unsaved = self.terraform.monitor.request.folder.unsaved
        try:
            # What the backend does not have yet is what was made; another machine must not go on without it.
            return (read_mark(unsaved) if unsaved.exists() else None) or self.terraform.mark()
        except DiagnosticError:
            return None

    def state_writer(self) -> BinaryVersion | None:
        """Which program has written the state last; None if it is no local one, or does not tell."""
        path = self.terraform.workspace.state
        return None if path is None else writer_of_file(Path(path))

    def state_before(self) -> Path | None:
        """Where the state from before an apply is kept whose end nobody knows."""
        path = self.terraform.workspace.folder.state_before
        return path if path.is_file() else None

    def drop_state_before(self) -> None:
        """Remove that state, unless the one of now is a local one that was cut off."""
        now = self.terraform.workspace.state
        if now is None or is_whole(now):
            drop_state_before(self.terraform.workspace.folder)

    @property
    def _sharing(self) -> UnsavedSharing:
        return UnsavedSharing(self.task.part.address, self.terraform.monitor.request.folder, self.states)

    def _planned(self) -> PlanResult:
        destroy = self.task.part.operation is Operation.DESTROY
        return self.terraform.plan(destroy=destroy, options=self.task.options)

    def _prior(self, made: PlanResult) -> StateMark | None:
        """The version of the state that a plan was made for; costs a process where its file is encrypted."""
        if made.prior is not None:
            return None if made.prior == NO_STATE else made.prior
        return None if self.task.recorded_state is None else self.terraform.mark()

    def interrupt(self, level: int) -> None:
        """Ask what runs to stop (1), or kill it (2)."""
        if self._applied and level < StopLevel.KILL:
            return
        self.cancellation.request(StopLevel(min(level, StopLevel.KILL)))

    def close(self) -> None:
        """Remove the plan, which holds secrets, and release the folder."""
        remove_plans(self.terraform.monitor.request.folder)
        self.terraform.close()

    def leave(self) -> None:
        """Release the folder; the plan stays in it, readable by its owner only."""
        self.terraform.close()

    def _take(self, made: PlanResult) -> ReadPlan:
        """Keep a plan as the one to apply."""
        if self._plan is not None and self._plan != made.saved:
            self._plan.discard()
        self._plan, self._document, self._idle = made.saved, made.document, made.idle
        prior = self._prior(made)
        drift = self._drift(made)
        if made.saved is None or made.document is None:
            return ReadPlan(made.summary, prior=prior, drift=drift)
        summary = self._digested(made.summary, made.document.parts)
        digest = plan_digest(made.saved.digest, summary, self.digester)
        effect = effect_of(made.document.parts)
        gone = removals(made.document.parts, self.terraform.monitor.redact)
        return ReadPlan(summary, made.saved.path, made.saved.digest, digest, prior, effect, drift, gone)

    def _drift(self, made: PlanResult) -> FoundDrift | None:
        """Read what is not as it was applied; comparable in the whole ledger, as drift outlives runs."""
        if not self.task.up_to_date or self.task.options:
            return None
        document = made.document or made.noticed
        if document is None:
            return NO_DRIFT
        return read_drift(
            document.parts,
            made.summary,
            self.task.part.address.cell,
            lambda value: self.digester.keyed(value, "drift"),
            plan_redactor(document.parts, self.terraform.monitor.redact),
        )

    def _digested(self, summary: PlanSummary, document: Mapping[str, Any]) -> PlanSummary:
        """Add digests of all that a plan does: as it is, and without the cell's name, or all that is its own.

        With the run, or the rollout: plans of different ones can't be compared.
        """
        whole = whole_of(document)
        alike = nameless(whole, self.task.part.address.cell)
        shape = without_own(whole, self.own) if self.own is not None else None
        return replace(
            summary,
            whole=self.digester.keyed([self.comparable, whole], "whole plan"),
            nameless=self.digester.keyed([self.comparable, alike], "nameless plan"),
            shape=""
            if self.own is None
            else self.digester.keyed([self.comparable, shape], "shape of a plan"),
        )


def remove_plans(folder: UnitFolder, keep: Path | None = None) -> None:
    """Remove the plan files in a working folder that is ours: they hold secrets in clear."""
    with suppress(OSError):
        for plan in folder.plans.iterdir():
            if plan != keep:
                plan.unlink()


def remove_left(folder: UnitFolder) -> None:
    """Remove what a process that was killed has left in a folder that is ours: all of it may hold secrets.

    Plan files, what its commands have printed, and values that no variable could carry.
    """
    remove_plans(folder)
    folder.commands.discard_output()
    with suppress(OSError):
        remove_value_files(folder.source)


def remove_left_plan(part: RunUnit, plan: Json, folder: UnitFolder) -> None:
    """Remove the file of a plan that an earlier process has recorded, whose unit ends without it.

    Only that file: another run may be at work in the folder.
    """
    path = planned.from_json(part, plan).path
    if path.parent == folder.plans:
        with suppress(OSError):
            path.unlink()
