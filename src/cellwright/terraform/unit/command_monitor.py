"""Monitors one unit's commands: reports and logs their output, and checks how they ended."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.progress import DiagnosticSeen, Reporter
from cellwright.terraform.install.binary import check_identity, identity_fault
from cellwright.terraform.output.collector import OutputCollector, without_colour
from cellwright.terraform.output.failure import TerraformError, failure_of, killed_after, without_noise
from cellwright.terraform.output.foreign_plan import foreign_plan_fault
from cellwright.terraform.output.redaction import Redactor
from cellwright.terraform.output.unit_log import UnitLogWriter
from cellwright.terraform.output.withheld import WithheldVariables
from cellwright.terraform.process.cancellation import Cancellation, StopLevel
from cellwright.terraform.process.command import KILLED, Exit
from cellwright.terraform.process.command_output import CommandOutput
from cellwright.terraform.process.environment import clean_environment
from cellwright.terraform.process.process import CommandProcess
from cellwright.terraform.toolchain import Toolchain
from cellwright.terraform.unit.request import UnitRequest
from cellwright.terraform.workspace.source_copy import SourceMap

_STDERR_BYTES = 64_000


@dataclass(slots=True)
class CommandMonitor:
    """Handles output and end of one unit's commands; `runner` starts them."""

    request: UnitRequest
    toolchain: Toolchain
    reporter: Reporter
    cancellation: Cancellation
    redact: Redactor
    log: UnitLogWriter
    """The unit's log in this run."""
    withheld: WithheldVariables
    """What is set in our environment and not passed to the unit's commands."""
    environment: Mapping[str, str] = field(repr=False)
    """What its commands get of ours and of the cell's."""
    stderr: str = ""
    """What the last command wrote to standard error, redacted."""

    @classmethod
    def of(
        cls, request: UnitRequest, toolchain: Toolchain, reporter: Reporter, cancellation: Cancellation
    ) -> Self:
        """Make one that masks this unit's secrets.

        Raises:
            DiagnosticError: the cell's environment is refused.
        """
        environment = clean_environment(toolchain.ambient, request.environment, toolchain.pass_patterns)
        redact = request.redactor(environment)
        withheld = WithheldVariables.between(toolchain.ambient, environment, request.backend.kind)
        log = UnitLogWriter(request.log, redact)
        return cls(request, toolchain, reporter, cancellation, redact, log, withheld, environment)

    @property
    def cancelled(self) -> bool:
        """Whether the run was asked to stop."""
        return self.cancellation.level is not StopLevel.NONE

    def name(self, command: str) -> str:
        """Name a command for people: `terraform plan`."""
        return f"{self.toolchain.binary.product} {command}"

    def collector(self) -> OutputCollector:
        """Make a listener for one command."""
        return OutputCollector(
            self.request.address, self.reporter, self.log, self.redact, self._original, self.withheld
        )

    def follow(self, process: CommandProcess, collector: OutputCollector | None) -> Exit:
        """Wait for a command; requests to stop are passed on to it."""
        with self.cancellation.registered(process):
            ended = process.wait(collector)
        self.close_command(ended, process.printed)
        return ended

    def close_command(self, ended: Exit, printed: CommandOutput | None = None) -> None:
        """Log how a command ended and its standard error; that of an adopted command is in a file."""
        self.stderr = self._read_stderr(printed)
        self.log.write([*self.stderr.splitlines(), _closing(ended)])

    def conclude(self, command: str, ended: Exit, collector: OutputCollector, good: frozenset[int]) -> None:
        """Check how a command ended; its raw output is removed, the redacted one stays in the log.

        Raises:
            TerraformError: its exit code is not in `good`.
            DiagnosticError: it was another program than the one that was asked for its version.
        """
        self.request.folder.commands.discard_output()
        # An apply is past checking: what it has done must be recorded. It takes no plan of another version.
        if command != "apply" and collector.binary is not None:
            check_identity(self.toolchain.binary, collector.binary, self.name(command))
        collector.diagnostics[:] = without_noise(collector.diagnostics)
        if ended.code not in good:
            failure = failure_of(
                self.name(command),
                ended,
                [*self._another_program(command, collector), *self._explained(collector)],
                self.stderr,
                interrupted=self.cancelled,
                unit=str(self.request.address),
            )
            failure.counts, failure.messages = collector.counts(), tuple(collector.messages)
            failure.begun = collector.begun
            if ended.code == KILLED and (made := collector.made):
                failure.diagnostics = (*failure.diagnostics, killed_after(made))
            raise failure

    def report(self, found: OutputCollector | TerraformError) -> None:
        """Report the diagnostics of a command or of its failure."""
        for item in found.diagnostics:
            self.reporter.report(DiagnosticSeen(self.request.address, item))

    def _another_program(self, command: str, collector: OutputCollector) -> Iterator[Diagnostic]:
        said = "\n".join((self.stderr, *(item.detail for item in collector.diagnostics)))
        fault = identity_fault(self.toolchain.binary, collector.binary, self.name(command), said)
        fault = fault or foreign_plan_fault(said)
        if fault is not None:
            yield fault

    def _explained(self, collector: OutputCollector) -> Iterator[Diagnostic]:
        from cellwright.terraform.install.unknown_feature import (  # noqa: PLC0415  most commands succeed
            with_who_knows_it,
        )

        for item in collector.diagnostics:
            yield with_who_knows_it(item, self.toolchain.binary)

    def _original(self, name: str) -> str:
        return SourceMap.of(self.request.tree, self.toolchain.root).original(name)

    def _read_stderr(self, printed: CommandOutput | None) -> str:
        if printed is not None and printed.err >= 0:
            content = printed.last_errors(_STDERR_BYTES)
        else:
            content = _read(self.request.folder.commands.err)[-_STDERR_BYTES:]
        return self.redact(without_colour(content.decode("utf-8", "replace")))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _closing(ended: Exit) -> str:
    return f"exit code {ended.code}{' (timed out)' if ended.timed_out else ''}"
