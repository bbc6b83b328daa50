"""Starts the commands of one unit, one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.terraform.output.collector import OutputCollector
from cellwright.terraform.output.failure import interrupted_before
from cellwright.terraform.process.command import Command, CrashRecord
from cellwright.terraform.process.process import CommandProcess, start_command
from cellwright.terraform.process.unit_lock import UnitLock
from cellwright.terraform.unit.command_monitor import CommandMonitor
from cellwright.terraform.unit.dialect import told
from cellwright.terraform.workspace.variables import InputChannels
from cellwright.terraform.workspace.workspace import Workspace

DATA_FOLDER = "TF_DATA_DIR"
"""The variable with which a command keeps its data elsewhere than in `.terraform`."""
_SUCCESS = frozenset((0,))


@dataclass(slots=True)
class CommandRunner:
    """Runs commands in a workspace; the caller holds its lock."""

    monitor: CommandMonitor
    workspace: Workspace
    lock: UnitLock
    environment: Mapping[str, str] = field(repr=False)
    """What every command gets."""
    channels: InputChannels
    """The unit's inputs; each command is told those that it needs."""

    def stream(
        self,
        arguments: tuple[str, ...],
        environment: Mapping[str, str] | None = None,
        good: frozenset[int] = _SUCCESS,
    ) -> tuple[int, OutputCollector]:
        """Run a command that prints JSON lines; give its exit code and its output.

        Raises:
            TerraformError: its exit code is not in `good`, or the run was asked to stop before it.
        """
        collector = self.monitor.collector()
        # An apply is never repeated, so its output must survive a crash.
        crash_record = CrashRecord.OUTPUT if arguments[0] == "apply" else CrashRecord.EXIT_CODE
        secrets = self._told(arguments[0])
        with self.workspace.private_file(secrets.private):
            given = {**secrets.environment, **(environment or {})}
            process = self._start(arguments, given, crash_record)
            with process.printed:
                ended = self.monitor.follow(process, collector)
        self.monitor.conclude(arguments[0], ended, collector, good)
        return ended.code, collector

    def document(self, arguments: tuple[str, ...], environment: Mapping[str, str] | None = None) -> bytes:
        """Run a command that prints one document of JSON, and give it. The document is not logged.

        Raises:
            TerraformError: the command failed, or the run was asked to stop before it.
        """
        secrets = self._told(arguments[0])
        with self.workspace.private_file(secrets.private):
            given = {**secrets.environment, **(environment or {})}
            process = self._start(arguments, given, CrashRecord.NONE)
            with process.printed:
                ended = self.monitor.follow(process, None)
                content = process.printed.document()
        self.monitor.conclude(arguments[0], ended, self.monitor.collector(), _SUCCESS)
        return _without_preface(content)

    def _told(self, command: str) -> InputChannels:
        request = self.monitor.request
        ephemeral = frozenset(item.name for item in request.inputs if item.ephemeral)
        return told(command, self.monitor.toolchain.binary, self.channels, ephemeral)

    def _start(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], crash_record: CrashRecord
    ) -> CommandProcess:
        monitor = self.monitor
        if monitor.cancelled:
            raise interrupted_before(monitor.name(arguments[0]))
        monitor.log.write([f"$ {monitor.name(' '.join(arguments))}"])
        return start_command(self._command(arguments, environment, crash_record), self.lock)

    def _command(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], crash_record: CrashRecord
    ) -> Command:
        request, toolchain = self.monitor.request, self.monitor.toolchain
        # What stands between links packages into the usual data folder: another one has none.
        usual = DATA_FOLDER not in environment
        between = toolchain.providers.environment_for(self.workspace, arguments[0]) if usual else {}
        return Command(
            arguments=(str(toolchain.binary.path), *arguments),
            cwd=self.workspace.module,
            environment={**self.environment, **environment, **between},
            folder=request.folder.commands,
            label=f"{arguments[0]} {request.run}",
            timeout=toolchain.limits.timeout,
            grace=toolchain.limits.grace,
            crash_record=crash_record,
        )


def _without_preface(content: bytes) -> bytes:
    """Drop the lines before a document of JSON, which a script that starts the program may have printed.

    What has no such document stays whole: it is an error, not an empty answer.
    """
    if content.startswith(b"{"):
        return content
    _, mark, document = content.partition(b"\n{")
    return b"{" + document if mark else content
