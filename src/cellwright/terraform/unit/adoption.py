"""What a crash left behind for one unit: adopted if it can be finished, ended if it is of no use."""

from cellwright.model.progress import Phase, PhaseEntered, Reporter
from cellwright.terraform.output.collector import Collector
from cellwright.terraform.output.results import ApplyResult
from cellwright.terraform.process.cancellation import Cancellation
from cellwright.terraform.process.process import Exit, Finished, Running, TerraformProcess, adopt
from cellwright.terraform.process.tail import OutputTail
from cellwright.terraform.process.unit_lock import UnitLock
from cellwright.terraform.toolchain import Toolchain
from cellwright.terraform.unit.observer import Observer
from cellwright.terraform.unit.request import UnitRequest


def settle_unit(
    request: UnitRequest, toolchain: Toolchain, reporter: Reporter, cancellation: Cancellation
) -> ApplyResult | None:
    """Bring a unit to rest before `UnitTerraform.open`; cheap where nothing was left.

    An apply that still runs is waited for, and any other command is ended: it can be done again. Gives the
    result if the apply was this run's and succeeded. None means: plan again. There was none, or it failed
    before this, or nobody knows how it ended.

    Raises:
        TerraformError: this run's apply still ran, and then failed.
        UnitLockedError: a living Cellwright works with the unit.
    """
    found = adopt(request.folder.commands)
    if not isinstance(found, Running | Finished):
        return None
    ours = found.label == f"apply {request.run}"
    if isinstance(found, Finished) and not ours:
        request.folder.commands.discard_output()
        return None
    observer = Observer.of(request, toolchain, reporter, cancellation)
    try:
        return _settle(observer, found, ours=ours)
    finally:
        observer.log.close()


def _settle(observer: Observer, found: Running | Finished, *, ours: bool) -> ApplyResult | None:
    collector = observer.collector()
    if isinstance(found, Finished):
        ended = _read_rest(observer, found, collector)
    else:
        ended = _wait(observer, found.process, found.label, collector)
    folder = observer.request.folder.commands
    failed_before = isinstance(found, Finished) and found.code != 0
    vanished = folder.exit_code() is None and not observer.cancelled
    if not ours or failed_before or vanished:
        folder.discard_output()
        return None
    observer.conclude("apply", ended, collector, frozenset((0,)))
    observer.report(collector)
    return ApplyResult(collector.counts(), tuple(collector.diagnostics))


def _wait(observer: Observer, process: TerraformProcess, label: str, collector: Collector) -> Exit:
    if process.record is None:
        # Locked, and nothing runs there: somebody is between two commands.
        UnitLock.acquire(process.folder.lock).release()
        return Exit(0)
    applying = label.startswith("apply ")
    note = "adopted" if applying else f"ending a left-over {label}"
    said = "; its output from the start:" if applying else ""
    observer.log.write([f"{note} (process {process.record.pid}){said}"])
    phase = Phase.APPLYING if applying else Phase.PREPARING
    observer.reporter.report(PhaseEntered(observer.request.address, phase, note))
    process.timeout = None if applying else 0.0
    return observer.follow(process, collector)


def _read_rest(observer: Observer, found: Finished, collector: Collector) -> Exit:
    """Read what an apply said that ended while nobody listened."""
    tail = OutputTail(observer.request.folder.commands.out)
    try:
        lines = tail.read(last=True)
    finally:
        tail.close()
    if lines:
        observer.log.write(["ended while nobody listened; its output from the start:"])
        collector(lines)
        observer.close_command(Exit(found.code))
    return Exit(found.code)
