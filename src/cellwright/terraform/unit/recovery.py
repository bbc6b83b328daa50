"""Recovers a unit after a crash: a running apply is adopted, any other command is ended."""

import time

from cellwright.model.runs.progress import Phase, PhaseEntered, Reporter
from cellwright.terraform.output.collector import OutputCollector
from cellwright.terraform.output.results import ApplyResult
from cellwright.terraform.process.cancellation import Cancellation
from cellwright.terraform.process.command import Exit
from cellwright.terraform.process.process import CommandProcess, EarlierCommand, Finished, Running, adopt
from cellwright.terraform.process.tail import OutputTail
from cellwright.terraform.process.unit_lock import UnitLock
from cellwright.terraform.toolchain import Toolchain
from cellwright.terraform.unit.command_monitor import CommandMonitor
from cellwright.terraform.unit.request import UnitRequest

_LAUNCH_SECONDS, _LAUNCH_PAUSE = 2.0, 0.02
"""How long a launcher may take to record its process, and the pause between two looks."""


def recover_unit(
    request: UnitRequest, toolchain: Toolchain, reporter: Reporter, cancellation: Cancellation
) -> ApplyResult | None:
    """End or adopt what an earlier process left running; called before `UnitTerraform.open`.

    An apply that still runs is waited for; any other command is ended, because it can be repeated. Gives the
    result if this run's apply has succeeded. None means: plan again. There was no apply, or it had failed
    before, or its end is unknown.

    Raises:
        TerraformError: this run's apply still ran, and then failed.
        UnitLockedError: another running Cellwright works with the unit.
    """
    found = _left(request)
    if not isinstance(found, Running | Finished):
        return None
    ours = found.label == f"apply {request.run}"
    if isinstance(found, Finished) and not ours:
        request.folder.commands.discard_output()
        return None
    monitor = CommandMonitor.of(request, toolchain, reporter, cancellation)
    try:
        return _recover(monitor, found, ours=ours)
    finally:
        monitor.log.close()


def _left(request: UnitRequest) -> EarlierCommand:
    """Find what an earlier process left.

    A launcher that was started just before its Cellwright died holds the lock for a moment before it has
    recorded its process.
    """
    end = time.monotonic() + _LAUNCH_SECONDS
    while True:
        found = adopt(request.folder.commands)
        starting = isinstance(found, Running) and found.process.record is None
        if not starting or time.monotonic() >= end:
            return found
        time.sleep(_LAUNCH_PAUSE)


def _recover(monitor: CommandMonitor, found: Running | Finished, *, ours: bool) -> ApplyResult | None:
    collector = monitor.collector()
    if isinstance(found, Finished):
        ended = _read_rest(monitor, found, collector)
    else:
        ended = _wait(monitor, found.process, found.label, collector)
    folder = monitor.request.folder.commands
    failed_before = isinstance(found, Finished) and found.code != 0
    vanished = folder.exit_code() is None and not monitor.cancelled
    if not ours or failed_before or vanished:
        folder.discard_output()
        return None
    monitor.conclude("apply", ended, collector, frozenset((0,)))
    monitor.report(collector)
    return ApplyResult(collector.counts(), tuple(collector.diagnostics))


def _wait(monitor: CommandMonitor, process: CommandProcess, label: str, collector: OutputCollector) -> Exit:
    if process.record is None:
        # Locked, but nothing runs there: another process is between two commands.
        UnitLock.acquire(process.folder.lock).release()
        return Exit(0)
    applying = label.startswith("apply ")
    note = "adopted" if applying else f"ending a left-over {label}"
    said = "; its output from the start:" if applying else ""
    monitor.log.write([f"{note} (process {process.record.pid}){said}"])
    phase = Phase.APPLYING if applying else Phase.PREPARING
    monitor.reporter.report(PhaseEntered(monitor.request.address, phase, note))
    process.timeout = None if applying else 0.0
    return monitor.follow(process, collector)


def _read_rest(monitor: CommandMonitor, found: Finished, collector: OutputCollector) -> Exit:
    """Read the output of an apply that ended after its Cellwright had crashed."""
    tail = OutputTail(monitor.request.folder.commands.out)
    try:
        lines = tail.read(last=True)
    finally:
        tail.close()
    if lines:
        monitor.log.write(["ended after Cellwright had crashed; its output from the start:"])
        collector(lines)
        monitor.close_command(Exit(found.code))
    return Exit(found.code)
