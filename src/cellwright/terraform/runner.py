"""Starts the commands of one unit, one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.terraform.collector import Collector
from cellwright.terraform.failure import interrupted_before
from cellwright.terraform.observer import Observer
from cellwright.terraform.private_files import file_faults
from cellwright.terraform.process import Command, Exit, start
from cellwright.terraform.unit_lock import UnitLock
from cellwright.terraform.workspace import Workspace

_SUCCESS = frozenset((0,))


@dataclass(slots=True)
class CommandRunner:
    """Runs commands in a workspace whose lock is held."""

    observer: Observer
    workspace: Workspace
    lock: UnitLock
    environment: Mapping[str, str] = field(repr=False)
    """What every command gets."""

    def stream(
        self,
        arguments: tuple[str, ...],
        environment: Mapping[str, str],
        good: frozenset[int] = _SUCCESS,
    ) -> tuple[int, Collector]:
        """Run a command that speaks JSON lines; give its exit code and what it said.

        Raises:
            TerraformError: its exit code is not in `good`, or we were asked to stop before it.
        """
        collector = self.observer.collector()
        ended = self._run(arguments, environment, collector)
        self.observer.conclude(arguments[0], ended, collector, good)
        return ended.code, collector

    def document(self, arguments: tuple[str, ...], environment: Mapping[str, str] | None = None) -> bytes:
        """Run a command that prints one document, and give it. The document goes into no log.

        Raises:
            TerraformError: the command failed, or we were asked to stop before it.
        """
        ended = self._run(arguments, environment or {}, None)
        folder = self.observer.request.folder.commands
        content = b""
        if ended.code == 0:
            with file_faults(f"{folder.out} can't be read"):
                content = folder.out.read_bytes()
        self.observer.conclude(arguments[0], ended, self.observer.collector(), _SUCCESS)
        return content

    def _run(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], collector: Collector | None
    ) -> Exit:
        observer = self.observer
        if observer.cancelled:
            raise interrupted_before(observer.name(arguments[0]))
        observer.log.write([f"$ {observer.name(' '.join(arguments))}"])
        return observer.follow(start(self._command(arguments, environment), self.lock), collector)

    def _command(self, arguments: tuple[str, ...], environment: Mapping[str, str]) -> Command:
        request, toolchain = self.observer.request, self.observer.toolchain
        between = toolchain.providers.environment_for(self.workspace, arguments[0])
        return Command(
            arguments=(str(toolchain.binary.path), *arguments),
            cwd=self.workspace.module,
            environment={**self.environment, **environment, **between},
            folder=request.folder.commands,
            label=f"{arguments[0]} {request.run}",
            timeout=toolchain.limits.timeout,
            grace=toolchain.limits.grace,
        )
