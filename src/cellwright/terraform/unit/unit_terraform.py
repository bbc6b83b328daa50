"""One unit's Terraform: init, plan, apply, state, between taking its lock and letting it go."""

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from cellwright.files.errors import file_errors
from cellwright.files.private import make_private_folder
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.progress import Phase, PhaseEntered, Reporter
from cellwright.terraform.install.missing_provider import explain_missing
from cellwright.terraform.install.provider_cache import selections_in
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.output.plan_reader import NO_CHANGES, parse_plan, summarise_plan
from cellwright.terraform.output.results import ApplyResult, PlanResult, SavedPlan
from cellwright.terraform.output.state_lock import Desertion, StateLockInfo, is_deserted
from cellwright.terraform.output.state_reader import StateSnapshot, parse_state, read_mark, read_state
from cellwright.terraform.process.cancellation import Cancellation
from cellwright.terraform.process.environment import clean_environment
from cellwright.terraform.process.unit_lock import UnitLock
from cellwright.terraform.toolchain import Toolchain
from cellwright.terraform.unit.observer import Observer
from cellwright.terraform.unit.request import UnitRequest
from cellwright.terraform.unit.runner import CommandRunner
from cellwright.terraform.workspace.backend import place_state
from cellwright.terraform.workspace.unit_folder import VARIABLES
from cellwright.terraform.workspace.variables import Delivery, deliver
from cellwright.terraform.workspace.workspace import Workspace, overrules_environment, prepare_workspace

_T = TypeVar("_T")

_NOTHING, _CHANGES = 0, 2
"""What exit codes mean with `-detailed-exitcode`."""

_HOPEFUL = frozenset((FailureKind.ERROR, FailureKind.UNINITIALISED, FailureKind.LOCKED))


@dataclass(slots=True)
class UnitTerraform:
    """Terraform for one unit. Holds the unit's lock from `open` to `close`; for one thread at a time."""

    observer: Observer
    runner: CommandRunner
    delivery: Delivery
    deserted: Desertion | None = None
    """The command before, if it was killed: it may have left the state locked."""

    @classmethod
    def open(
        cls, request: UnitRequest, toolchain: Toolchain, reporter: Reporter, cancellation: Cancellation
    ) -> Self:
        """Take the unit's lock and make its working folder match the request.

        Cheap where it matches already, so nothing is lost by closing a unit while its plan is looked at.

        Raises:
            UnitLockedError: another process works with this unit (see `adoption.settle_unit`).
            DiagnosticError: the working folder can't be made, or the cell's environment is refused.
        """
        environment = clean_environment(toolchain.ambient, request.environment, toolchain.pass_patterns)
        delivery = deliver(request.inputs, environment_counts=not overrules_environment(request.tree))
        observer = Observer.of(request, toolchain, reporter, cancellation)
        lock = UnitLock.acquire(request.folder.commands.lock)
        try:
            started = request.folder.commands.deserted_since()
            deserted = None if started is None else Desertion(started, time.time())
            request.folder.commands.forget()
            settings = place_state(request.backend, request.address, request.states, toolchain.root)
            workspace = prepare_workspace(
                request.address, request.folder, request.tree, settings, delivery.file
            )
        except BaseException:
            lock.release()
            raise
        environment |= toolchain.cli_config.environment()
        return cls(observer, CommandRunner(observer, workspace, lock, environment), delivery, deserted)

    def close(self) -> None:
        """Let the unit's lock go; the log's last line says what stood between Terraform and its providers."""
        summary = self._toolchain.providers.summary(self._request.address)
        if summary is not None:
            with suppress(DiagnosticError):
                self.observer.log.write([summary])
        self.observer.log.close()
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

        Raises:
            TerraformError: Terraform can't; what it says of a missing provider is completed.
        """
        if not self.workspace.is_initialised(self._init_key()):
            self._enter(Phase.INITIALISING)
            self._patiently(Phase.INITIALISING, "init", self._init_once)

    def plan(
        self,
        *,
        destroy: bool = False,
        refresh: bool = True,
        refresh_only: bool = False,
        targets: tuple[str, ...] = (),
    ) -> PlanResult:
        """Plan, save the plan, and read it; `init` first where needed.

        Where Terraform finds nothing to do, no plan is kept and none is read: that is one process less.

        Raises:
            TerraformError: Terraform failed; what passes by itself (throttling, a held lock) was retried.
        """
        modes = {"-destroy": destroy, "-refresh=false": not refresh, "-refresh-only": refresh_only}
        options = (*(flag for flag, wanted in modes.items() if wanted), *(f"-target={t}" for t in targets))
        self.init()
        self._enter(Phase.PLANNING)
        return self._patiently(Phase.PLANNING, "plan", lambda: self._plan_once(options))

    def read(self, saved: SavedPlan, warnings: tuple[Diagnostic, ...] = ()) -> PlanResult:
        """Read a saved plan: one that was just made, or one that somebody brought along.

        Raises:
            TerraformError: it is no plan, or one of another Terraform.
        """
        shown = self.runner.document(("show", "-json", str(saved.path)), self._variables(None))
        document = parse_plan(shown)
        summary = summarise_plan(document, self.observer.redact)
        return PlanResult(summary, saved, warnings, document)

    def apply(self, saved: SavedPlan) -> ApplyResult:
        """Apply exactly the plan that was seen. It is used up by that, and never applied a second time.

        Raises:
            TerraformError: Terraform failed; `counts` says what was done by then.
            DiagnosticError: the saved plan is gone or was changed.
        """
        saved.check()
        self._enter(Phase.APPLYING)
        ephemeral = self.delivery.of(item.name for item in self._request.inputs if item.ephemeral)
        try:
            with self.workspace.private_file(ephemeral.private) as private:
                arguments = ("apply", "-json", "-input=false", self._lock_timeout(), *_files(private))
                _, said = self.runner.stream((*arguments, str(saved.path)), self._variables(ephemeral))
        except TerraformError as failure:
            self.observer.report(failure)
            raise
        finally:
            saved.discard()
        self.observer.report(said)
        return ApplyResult(said.counts(), tuple(said.diagnostics))

    def state(self) -> StateSnapshot | None:
        """Read the state with its outputs; None if there is none yet.

        Raises:
            TerraformError: the backend can't be reached.
            DiagnosticError: it is no state.
        """
        if self.workspace.state is not None:
            return read_state(self.workspace.state)
        self.init()
        content = self._patiently(
            None, "state", lambda: self.runner.document(("state", "pull"), self._variables(None))
        )
        return parse_state(content, f"the state of {self._request.address}")

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
        """Break a lock of the state that nobody will release any more.

        Raises:
            TerraformError: there is no such lock, or the backend can't break it.
        """
        self.init()
        self.runner.stream(("force-unlock", "-force", lock_id), self._variables(None))

    @property
    def _request(self) -> UnitRequest:
        return self.observer.request

    @property
    def _toolchain(self) -> Toolchain:
        return self.observer.toolchain

    def _init_key(self) -> str:
        parts = (
            self.workspace.tree.digest,
            self.workspace.backend_digest,
            str(self._toolchain.binary),
            self._toolchain.cli_config.digest,
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _init_once(self) -> None:
        stack, cache = self.workspace.tree.digest, self._toolchain.cache
        with cache.installing(stack, selections_in(self.workspace.lock_file)) as installation:
            environment = {**self._variables(None), **installation}
            try:
                _, said = self.runner.stream(("init", "-json", "-input=false"), environment)
            except TerraformError as failure:
                raise _completed(failure, self._toolchain) from failure
        cache.installed(stack, selections_in(self.workspace.lock_file))
        self.workspace.mark_initialised(self._init_key())
        self.observer.report(said)

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
        with self.workspace.private_file(self.delivery.private) as private:
            # By name too, though Terraform finds it by itself: so it wins over files of the stack's own.
            files = (f"-var-file={VARIABLES}", *_files(private))
            arguments = ("plan", "-json", "-input=false", "-detailed-exitcode", f"-out={path}")
            # Whoever is dead is not waited for.
            patience = self._lock_timeout() if self.deserted is None else "-lock-timeout=0s"
            code, said = self.runner.stream(
                (*arguments, patience, *files, *options),
                self._variables(self.delivery),
                frozenset((_NOTHING, _CHANGES)),
            )
        self.observer.report(said)
        if code == _NOTHING:
            path.unlink(missing_ok=True)
            return PlanResult(NO_CHANGES, None, tuple(said.diagnostics))
        return self.read(SavedPlan.at(path), tuple(said.diagnostics))

    def _variables(self, delivery: Delivery | None) -> Mapping[str, str]:
        """The secrets that a command gets. OpenTofu evaluates variables in every command."""
        if delivery is None:
            return self.delivery.environment if self._toolchain.binary.product == "tofu" else {}
        return delivery.environment

    def _lock_timeout(self) -> str:
        return f"-lock-timeout={self._toolchain.limits.lock_timeout}s"

    def _enter(self, phase: Phase, note: str = "") -> None:
        self.observer.reporter.report(PhaseEntered(self._request.address, phase, note))

    def _patiently(self, phase: Phase | None, command: str, work: Callable[[], _T]) -> _T:
        """Do `work`, again where that may help; what fails for good is reported."""

        def note(attempt: int, failure: TerraformError) -> None:
            text = f"attempt {attempt}: {failure.kind.value}"
            self.observer.log.write([text])
            if phase is not None:
                self._enter(phase, text)

        policy, pause = self._toolchain.limits.retry, self.observer.cancellation.pause
        try:
            return policy.run(lambda: self._or_plainly(command, work), note, pause)
        except TerraformError as failure:
            # The state may follow its settings (see `migration`): whether that fails is not known yet.
            if failure.kind is not FailureKind.BACKEND_CHANGED:
                self.observer.report(failure)
            raise

    def _or_plainly(self, command: str, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except TerraformError as failure:
            if failure.kind not in _HOPEFUL or not self._may_help(command, failure):
                raise
        return work()

    def _may_help(self, command: str, failure: TerraformError) -> bool:
        if failure.kind is FailureKind.LOCKED:
            return self._break_deserted(failure.lock)
        if failure.kind is FailureKind.UNINITIALISED and command != "init":
            self.workspace.forget_initialised()
            self.init()
            return True
        return self._toolchain.providers.give_way(self.workspace, command, failure.diagnostics)

    def _break_deserted(self, lock: StateLockInfo | None) -> bool:
        """Break the state's lock if it is what a killed command of this very unit left."""
        deserted, self.deserted = self.deserted, None
        if lock is None or deserted is None or not is_deserted(lock, deserted):
            return False
        self.observer.log.write([f"breaking lock {lock.id}, left by a command that was killed"])
        self.force_unlock(lock.id)
        return True


def _files(private: Path | None) -> tuple[str, ...]:
    return () if private is None else (f"-var-file={private}",)


def _completed(failure: TerraformError, toolchain: Toolchain) -> TerraformError:
    found = explain_missing(failure.diagnostics, failure.messages, toolchain.mirrors)
    return TerraformError(failure.kind, found, failure.lock)
