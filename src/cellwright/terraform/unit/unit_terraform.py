"""Terraform for one unit: init, plan, apply and state, while its lock is held."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from cellwright.files.errors import file_errors
from cellwright.files.private import make_private_folder
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.plan_options import USUAL, PlanOptions
from cellwright.model.runs.progress import Phase, PhaseEntered, Reporter
from cellwright.terraform.output.collector import OutputCollector
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.output.plans.plan_document import PlanDocument
from cellwright.terraform.output.plans.plan_reader import NO_CHANGES, parse_plan, summarise_plan
from cellwright.terraform.output.results import ApplyResult, PlanResult, SavedPlanFile
from cellwright.terraform.output.states.state_lock import KilledCommand, StateLockInfo, is_stale_lock
from cellwright.terraform.output.states.state_reader import (
    EncryptedStateError,
    StateSnapshot,
    parse_pulled,
    read_mark,
    read_state,
)
from cellwright.terraform.planfile.prior import known_prior_mark
from cellwright.terraform.planfile.reader import PlanFileRequest, read_plan_file
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.process.cancellation import Cancellation
from cellwright.terraform.process.unit_lock import UnitLock
from cellwright.terraform.toolchain import Toolchain
from cellwright.terraform.unit.command_monitor import CommandMonitor
from cellwright.terraform.unit.dialect import forgetting_is_no_error, may_encrypt
from cellwright.terraform.unit.initialisation import Initialisation
from cellwright.terraform.unit.planning import as_planned, plan_flags, refuse_exclude
from cellwright.terraform.unit.request import UnitRequest
from cellwright.terraform.unit.runner import CommandRunner
from cellwright.terraform.unit.state_before import keep_state_before
from cellwright.terraform.workspace.backend import complete_backend
from cellwright.terraform.workspace.unsaved_file import keep_unsaved
from cellwright.terraform.workspace.value_files import own_files
from cellwright.terraform.workspace.variables import assign_channels
from cellwright.terraform.workspace.workspace import Workspace, prepare_workspace

_T = TypeVar("_T")

_NOTHING, _CHANGES = 0, 2
"""What exit codes mean with `-detailed-exitcode`."""

_RECOVERABLE = frozenset((FailureKind.ERROR, FailureKind.UNINITIALISED, FailureKind.LOCKED))


@dataclass(slots=True)
class UnitTerraform:
    """Terraform for one unit. Holds the unit's lock from `open` to `close`; for one thread at a time."""

    monitor: CommandMonitor
    runner: CommandRunner
    initialisation: Initialisation
    killed: KilledCommand | None = None
    """The previous command, if it was killed: it may have left the state locked."""
    _prior: tuple[str, StateMark | None] = ("", None)
    """The digest of the plan that was read last, and the version of the state that it was made for."""

    @classmethod
    def open(
        cls, request: UnitRequest, toolchain: Toolchain, reporter: Reporter, cancellation: Cancellation
    ) -> Self:
        """Take the unit's lock and make its working folder match the request.

        Cheap if the folder matches already, so a unit can be closed while its plan awaits approval.

        Raises:
            UnitLockedError: another process works with this unit (see `adoption.recover_unit`).
            DiagnosticError: the working folder can't be made, or the cell's environment is refused.
        """
        channels = assign_channels(request.inputs, use_environment=not any(own_files(request.tree)))
        monitor = CommandMonitor.of(request, toolchain, reporter, cancellation)
        lock = UnitLock.acquire(request.folder.commands.lock)
        try:
            started = request.folder.commands.killed_since()
            killed = None if started is None else KilledCommand(started, time.time())
            request.folder.commands.clear_journal()
            keep_unsaved(request.folder, request.tree)
            settings = complete_backend(request.backend, request.address, request.states, toolchain.root)
            workspace = prepare_workspace(
                request.address, request.folder, request.tree, settings, channels.file, request.imports
            )
        except BaseException:
            lock.release()
            raise
        environment = {**monitor.environment, **toolchain.cli_config.environment()}
        runner = CommandRunner(monitor, workspace, lock, environment, channels)
        return cls(monitor, runner, Initialisation(monitor, runner), killed)

    def close(self) -> None:
        """Release the unit's lock; the log ends with the summary of `Providers`."""
        summary = self._toolchain.providers.summary(self._request.address)
        if summary is not None:
            with suppress(DiagnosticError):
                self.monitor.log.write([summary])
        try:
            self.monitor.log.close()
        finally:
            self.runner.lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def workspace(self) -> Workspace:
        """The working folder."""
        return self.runner.workspace

    def init(self) -> None:
        """Initialise the working folder, unless that was done for the same source, backend and binary.

        What `init` has left for another unit like this one is taken over where that is safe.

        Raises:
            TerraformError: Terraform failed; its message about a missing provider is completed.
        """
        if not self.initialisation.done:
            self._enter(Phase.INITIALISING)
            self._with_retries(Phase.INITIALISING, "init", self.initialisation.run)

    def init_anew(self) -> None:
        """Initialise with the backend of now, whatever the folder remembers of another one.

        Raises:
            TerraformError: Terraform failed.
        """
        self.runner.stream(("init", "-json", "-input=false", "-reconfigure"))
        self.init_again()

    def forget_other_backend(self) -> None:
        """Let the next `init` know nothing of another backend, in a folder that is for reading and copies.

        What lies in the former one is somebody else's to move: here `init` would ask whether to.

        Raises:
            DiagnosticError: the folder can't be written.
        """
        if not self.initialisation.done:
            self.workspace.forget_backend()

    def init_again(self) -> None:
        """Run the unit's own `init`, whether that was done or not.

        Raises:
            TerraformError: Terraform failed.
        """
        self.initialisation.forget()
        self.init()

    def plan(self, *, destroy: bool = False, options: PlanOptions = USUAL) -> PlanResult:
        """Plan, save the plan, and read it; `init` first where needed.

        If there is nothing to do, no plan is kept and none is read, which saves a process.

        Raises:
            TerraformError: Terraform failed; transient failures (throttling, a held lock) were retried.
            DiagnosticError: the plan is to leave something out, which this program can't.
        """
        refuse_exclude(options, self._toolchain.binary, self._request.address)
        self.init()
        self._enter(Phase.PLANNING)
        flags = plan_flags(options, destroy=destroy)
        made = self._with_retries(Phase.PLANNING, "plan", lambda: self._plan_once(flags))
        return as_planned(made, options, self.monitor.redact)

    def read(
        self,
        saved: SavedPlanFile,
        warnings: tuple[Diagnostic, ...] = (),
        options: PlanOptions = USUAL,
    ) -> PlanResult:
        """Read a saved plan: one that was just made, or one from a plan file.

        Raises:
            TerraformError: it is no plan, or one of another Terraform.
        """
        document = self._document(saved)
        summary = summarise_plan(document.parts, self.monitor.redact)
        prior = known_prior_mark(saved.path)
        self._prior = (saved.digest, prior)
        made = PlanResult(summary, saved, warnings, document, prior)
        return as_planned(made, options, self.monitor.redact)

    def apply(self, saved: SavedPlanFile) -> ApplyResult:
        """Apply exactly the plan that was shown. Its file is removed, so it is never applied twice.

        Raises:
            TerraformError: Terraform failed; `counts` says what was done by then.
            DiagnosticError: the saved plan is gone or was changed.
        """
        saved.check()
        digest, prior = self._prior
        keep_state_before(self._request.folder, saved.path, prior if digest == saved.digest else None)
        self._enter(Phase.APPLYING)
        try:
            forgetting = forgetting_is_no_error(self._toolchain.binary)
            arguments = ("apply", "-json", "-input=false", self._lock_timeout(), *forgetting)
            said = self._apply_once((*arguments, str(saved.path)))
        except TerraformError as failure:
            kept = keep_unsaved(self._request.folder, self.workspace.tree)
            if kept is not None:
                failure.diagnostics = (*failure.diagnostics, _unsaved(kept))
            self.monitor.report(failure)
            raise
        finally:
            saved.discard()
        self.monitor.report(said)
        return ApplyResult(said.counts(), tuple(said.diagnostics))

    def state(self) -> StateSnapshot | None:
        """Read the state with its outputs; None if there is none yet. An encrypted one is read by OpenTofu.

        Raises:
            TerraformError: the backend can't be reached, or the state can't be decrypted.
            EncryptedStateError: it is encrypted, and the program is not OpenTofu.
            DiagnosticError: it is no state.
        """
        if self.workspace.state is not None:
            try:
                return read_state(self.workspace.state)
            except EncryptedStateError:
                if self._toolchain.binary.product != "tofu":
                    raise
        return parse_pulled(self.pulled(), f"the state of {self._request.address}")

    def pulled(self) -> bytes:
        """Have the program read the state from its backend, and give it.

        Raises:
            TerraformError: the backend can't be reached, or the state can't be decrypted.
        """
        self.init()
        return self._with_retries(None, "state", lambda: self.runner.document(("state", "pull")))

    def mark(self) -> StateMark | None:
        """Read the state's lineage and serial; very cheap with the `local` backend.

        Raises:
            As `state`.
        """
        if self.workspace.state is not None:
            return read_mark(self.workspace.state)
        snapshot = self.state()
        return None if snapshot is None else snapshot.mark

    def force_unlock(self, lock_id: str) -> None:
        """Remove a lock of the state whose holder is gone.

        Raises:
            TerraformError: there is no such lock, or the backend can't remove it.
        """
        self.init()
        self.runner.stream(("force-unlock", "-force", lock_id))

    @property
    def _request(self) -> UnitRequest:
        return self.monitor.request

    @property
    def _toolchain(self) -> Toolchain:
        return self.monitor.toolchain

    def _plan_once(self, options: tuple[str, ...]) -> PlanResult:
        path = self._request.folder.plans / f"{self._request.run}.tfplan"
        with file_errors(f"{path} can't be written"):
            make_private_folder(path.parent)
            path.unlink(missing_ok=True)
        try:
            return self._plan_to(path, options)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _plan_to(self, path: Path, options: tuple[str, ...]) -> PlanResult:
        # A killed command releases nothing, so there is nothing to wait for.
        lock_timeout = self._lock_timeout() if self.killed is None else "-lock-timeout=0s"
        arguments = ("plan", "-json", "-input=false", "-detailed-exitcode", f"-out={path}", lock_timeout)
        code, said = self.runner.stream((*arguments, *options), good=frozenset((_NOTHING, _CHANGES)))
        self.monitor.report(said)
        if code == _NOTHING:
            prior = known_prior_mark(path)
            noticed = self._document(SavedPlanFile.at(path)) if said.drifted else None
            idle = SavedPlanFile.at(path) if self._encrypts() else None
            if idle is None:
                path.unlink(missing_ok=True)
            return PlanResult(
                NO_CHANGES, None, tuple(said.diagnostics), prior=prior, idle=idle, noticed=noticed
            )
        return self.read(SavedPlanFile.at(path), tuple(said.diagnostics))

    def _apply_once(self, arguments: tuple[str, ...]) -> OutputCollector:
        """Apply; once more only if no resource was begun and the way to the providers may be the cause."""
        try:
            return self.runner.stream(arguments)[1]
        except TerraformError as failure:
            providers = self._toolchain.providers
            if failure.begun or failure.kind is not FailureKind.ERROR:
                raise
            if not providers.fall_back(self.workspace, "apply", failure.diagnostics):
                raise
        self.monitor.log.write(["nothing was begun: the same plan once more"])
        return self.runner.stream(arguments)[1]

    def _encrypts(self) -> bool:
        """Tell whether the unit's state may be encrypted."""
        return may_encrypt(self._toolchain.binary, self.workspace.tree, self.runner.environment)

    def _document(self, saved: SavedPlanFile) -> PlanDocument:
        """Read the plan from its file, which costs no process, or have it shown."""
        try:
            return read_plan_file(self._plan_file(saved))
        except UnreadablePlanError as reason:
            self.monitor.log.write([f"the plan is read by `show`: {reason}"])
        shown = self.runner.document(("show", "-json", str(saved.path)))
        return PlanDocument(parse_plan(shown))

    def _plan_file(self, saved: SavedPlanFile) -> PlanFileRequest:
        providers, workspace = self._toolchain.providers, self.workspace
        schemas = partial(providers.schemas, workspace)
        return self._request.plan_file(saved.path, self._toolchain.binary, schemas)

    def _lock_timeout(self) -> str:
        return f"-lock-timeout={self._toolchain.limits.lock_timeout}s"

    def _enter(self, phase: Phase, note: str = "") -> None:
        self.monitor.reporter.report(PhaseEntered(self._request.address, phase, note))

    def _with_retries(self, phase: Phase | None, command: str, work: Callable[[], _T]) -> _T:
        """Call `work`, with retries and recovery; a final failure is reported."""

        def note(attempt: int, failure: TerraformError) -> None:
            text = f"attempt {attempt}: {failure.why_again}"
            self.monitor.log.write([text])
            if phase is not None:
                self._enter(phase, text)

        policy, pause = self._toolchain.limits.retry, self.monitor.cancellation.pause
        try:
            return policy.run(lambda: self._with_recovery(command, work), note, pause)
        except TerraformError as failure:
            # Not final: the state may be moved to the new backend (see `migration`).
            if failure.kind is not FailureKind.BACKEND_CHANGED:
                self.monitor.report(failure)
            raise

    def _with_recovery(self, command: str, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except TerraformError as failure:
            if command == "init" or not self.initialisation.replaces_shared(failure):
                return self._recovered(command, work, failure)
        try:
            return work()
        except TerraformError as failure:
            return self._recovered(command, work, failure)

    def _recovered(self, command: str, work: Callable[[], _T], failure: TerraformError) -> _T:
        if failure.kind not in _RECOVERABLE or not self._recovers(command, failure):
            raise failure
        return work()

    def _recovers(self, command: str, failure: TerraformError) -> bool:
        if failure.kind is FailureKind.LOCKED:
            return self._break_stale_lock(failure.lock)
        if failure.kind is FailureKind.UNINITIALISED and command != "init":
            self.init_again()
            return True
        return self._toolchain.providers.fall_back(self.workspace, command, failure.diagnostics)

    def _break_stale_lock(self, lock: StateLockInfo | None) -> bool:
        """Remove the state's lock if a killed command of this unit left it."""
        killed, self.killed = self.killed, None
        if lock is None or killed is None or not is_stale_lock(lock, killed):
            return False
        self.monitor.log.write([f"breaking lock {lock.id}, left by a command that was killed"])
        self.force_unlock(lock.id)
        return True


def _unsaved(kept: Path) -> Diagnostic:
    return error(
        f"the state could not be written to its backend; it is kept in {kept}",
        "`cellwright resume`, or the next apply of the unit, writes it first: this machine has the only copy",
    )
