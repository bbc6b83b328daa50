"""Progress of a made-up run, for the views that follow it."""

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import error
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.progress import Progress, ProgressEvent, unit_of
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult


def units(count: int) -> tuple[UnitAddress, ...]:
    return tuple(UnitAddress("client", f"client-{number:04}", "app") for number in range(count))


def run_of(
    *addresses: UnitAddress,
    status: RunStatus = RunStatus.RUNNING,
    kind: RunKind = RunKind.APPLY,
) -> Run:
    operation = Operation.DESTROY if kind is RunKind.DESTROY else Operation.APPLY
    return Run(
        id="20261122-214812-3f9a",
        kind=kind,
        status=status,
        actor="ada",
        reason="",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit=None,
        units=tuple(RunUnit(address, operation) for address in addresses),
    )


def failed(address: UnitAddress, why: str = "it broke") -> UnitResult:
    return UnitResult(address, Outcome.FAILED, 3.0, ResourceCounts(), (error(why),))


def applied(address: UnitAddress) -> UnitResult:
    return UnitResult(address, Outcome.APPLIED, 12.0, ResourceCounts(add=2))


def stamped(progress: Progress) -> ProgressEvent:
    """A piece of progress as a run hands it on."""
    return ProgressEvent(
        run="20261122-214812-3f9a",
        unit=unit_of(progress),
        time="2026-11-22T21:48:12.000000+00:00",
        sequence=1,
        progress=progress,
    )
