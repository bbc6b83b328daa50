"""`init` for one unit: its own, or what one has left for another unit of the same stack."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from cellwright.files.errors import file_errors
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.text.json_text import CANONICAL
from cellwright.terraform.output.collector import OutputCollector
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.toolchain import Toolchain
from cellwright.terraform.unit.command_monitor import CommandMonitor
from cellwright.terraform.unit.dialect import computes_sources, may_encrypt, passes_over_actions
from cellwright.terraform.unit.providers_of_init import completed, pinned_providers, unbound_pins
from cellwright.terraform.unit.runner import CommandRunner
from cellwright.terraform.workspace.init_result import (
    InitResult,
    forget_backend,
    lock_file_text,
    may_share,
    take_result,
    varied,
    write_result,
)
from cellwright.terraform.workspace.lock_file import read_lock_file
from cellwright.terraform.workspace.workspace import Workspace

_PLACES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
"""Variables that say where a person's own providers and configuration lie."""

_OF_INIT = frozenset(
    (FailureKind.ERROR, FailureKind.UNINITIALISED, FailureKind.BACKEND_CHANGED, FailureKind.ENCRYPTION)
)
"""How a command fails in a folder in which `init` would have failed, or would have left something else."""


@dataclass(slots=True)
class Initialisation:
    """Initialises the working folder of one unit."""

    monitor: CommandMonitor
    runner: CommandRunner
    own: bool = False
    """Whether the unit runs its own from now on."""
    unbound: tuple[Diagnostic, ...] = ()
    """Of the last one that ran, what the stack's lock file could not pin."""

    @property
    def done(self) -> bool:
        """Whether it was done for this source, backend and binary."""
        return self._workspace.is_initialised(self._key())

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """Our warnings of what this program makes of the stack."""
        toolchain = self._toolchain
        if not passes_over_actions(toolchain.binary):
            return self.unbound
        from cellwright.terraform.unit.stack_places import ignored_actions  # noqa: PLC0415  it reads HCL

        return (*self.unbound, *ignored_actions(self._workspace.tree, toolchain.root, toolchain.binary))

    def run(self) -> None:
        """Leave in the folder what `init` leaves; it runs only if it has not for another unit like this one.

        Raises:
            TerraformError: Terraform failed; its message about a missing provider is completed.
            DiagnosticError: the folder can't be written.
        """
        with self._shared() as result:
            if result is None or not self._take_over(result):
                self._run_own()

    def forget(self) -> None:
        """Have the unit's own `init` run next, whatever the folder has."""
        self.own = True
        self._workspace.clear_initialised()

    def replaces_shared(self, failure: TerraformError) -> bool:
        """After a failed command: run the unit's own `init` if the folder has another unit's; tell if it did.

        What `init` finds out is so found out, in its words. Not if work on a resource had begun by then.

        Raises:
            As `run`.
        """
        if failure.begun or failure.kind not in _OF_INIT or not self._workspace.shares_init:
            return False
        self.monitor.log.write(
            ["the working folder was initialised as another unit's: `init` runs for it alone"]
        )
        with file_errors(f"{self._workspace.module} can't be written"):
            forget_backend(self._workspace.module, self._workspace.settings)
        self.forget()
        self.run()
        return True

    @property
    def _workspace(self) -> Workspace:
        return self.runner.workspace

    @property
    def _toolchain(self) -> Toolchain:
        return self.monitor.toolchain

    def _key(self) -> str:
        return self._digest(self._workspace.backend_digest)

    def _shared_key(self) -> str:
        """Of all that decides about what `init` leaves, but for the place of the state."""
        places = {name: self.runner.environment.get(name) for name in _PLACES}
        settings = self._workspace.settings
        return self._digest(CANONICAL.write([settings.kind, varied(settings), places]))

    def _digest(self, backend: str) -> str:
        toolchain = self._toolchain
        parts = (self._workspace.tree.digest, backend, str(toolchain.binary), toolchain.cli_config.digest)
        return sha256("\n".join(parts).encode()).hexdigest()

    @contextmanager
    def _shared(self) -> Iterator[InitResult | None]:
        if self._may_share():
            with self._toolchain.inits.result(self._shared_key()) as found:
                yield found
        else:
            yield None

    def _may_share(self) -> bool:
        workspace, environment = self._workspace, self.runner.environment
        encrypts = may_encrypt(self._toolchain.binary, workspace.tree, environment)
        return not self.own and not encrypts and may_share(workspace.settings, workspace.module)

    def _take_over(self, result: InitResult) -> bool:
        """Leave in the folder what an earlier `init` has left for another unit."""
        workspace = self._workspace
        with file_errors(f"{workspace.module} can't be written"):
            taken = write_result(result, workspace.module, workspace.settings)
        if taken:
            workspace.mark_initialised(self._key(), shared=True)
            self.monitor.log.write(["initialised as an earlier unit of the same source"])
        return taken

    def _run_own(self) -> None:
        workspace, cache = self._workspace, self._toolchain.cache
        stack, lock_file = workspace.tree.digest, workspace.lock_file
        before, locked = self._lock_file(), read_lock_file(lock_file) or ()
        pinned = pinned_providers(lock_file)
        with cache.installing(stack, pinned) as installation:
            try:
                _, said = self.runner.stream(("init", "-json", "-input=false"), installation)
            except TerraformError as failure:
                raise completed(failure, self._toolchain, workspace.tree) from failure
        selected = pinned_providers(lock_file)
        cache.installed(stack, selected)
        workspace.mark_initialised(self._key())
        self.unbound = tuple(unbound_pins(locked, lock_file, self._toolchain.binary))
        said.diagnostics += self.notes
        if self._may_share():
            self._share(said, before, pinned=(selected or frozenset()) == (pinned or frozenset()))
        self.monitor.report(said)

    def _share(self, said: OutputCollector, before: str | None, *, pinned: bool) -> None:
        """Keep what `init` has left, unless it is this unit's alone or there was something to say."""
        workspace, inits, key = self._workspace, self._toolchain.inits, self._shared_key()
        result = None
        if not said.diagnostics and not computes_sources(workspace.tree):
            with file_errors(f"{workspace.module} can't be read"):
                result = take_result(workspace.module, workspace.settings, before)
        if result is None:
            inits.refuse(key)
        else:
            inits.keep(key, result, pinned=pinned)

    def _lock_file(self) -> str | None:
        with file_errors(f"{self._workspace.lock_file} can't be read"):
            return lock_file_text(self._workspace.module)
