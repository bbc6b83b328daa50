"""Starts the commands of one unit, one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.terraform.output.collector import Collector
from cellwright.terraform.output.failure import interrupted_before
from cellwright.terraform.process.process import Command, TerraformProcess, Trace, start
from cellwright.terraform.process.unit_lock import UnitLock
from cellwright.terraform.unit.observer import Observer
from cellwright.terraform.workspace.workspace import Workspace

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
        # An apply is done once, so what it says is kept for whoever comes after a crash.
        trace = Trace.OUTPUT if arguments[0] == "apply" else Trace.RECORD
        process = self._start(arguments, environment, trace)
        with process.printed:
            ended = self.observer.follow(process, collector)
        self.observer.conclude(arguments[0], ended, collector, good)
        return ended.code, collector

    def document(self, arguments: tuple[str, ...], environment: Mapping[str, str] | None = None) -> bytes:
        """Run a command that prints one document, and give it. The document goes into no log.

        Raises:
            TerraformError: the command failed, or we were asked to stop before it.
        """
        process = self._start(arguments, environment or {}, Trace.NOTHING)
        with process.printed:
            ended = self.observer.follow(process, None)
            content = process.printed.document()
        self.observer.conclude(arguments[0], ended, self.observer.collector(), _SUCCESS)
        return content

    def _start(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], trace: Trace
    ) -> TerraformProcess:
        observer = self.observer
        if observer.cancelled:
            raise interrupted_before(observer.name(arguments[0]))
        observer.log.write([f"$ {observer.name(' '.join(arguments))}"])
        return start(self._command(arguments, environment, trace), self.lock)

    def _command(self, arguments: tuple[str, ...], environment: Mapping[str, str], trace: Trace) -> Command:
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
            trace=trace,
        )
