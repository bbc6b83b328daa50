"""Runs in the queue, and hands that take their units."""

from collections.abc import Iterable, Mapping

from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import Ledger
from cellwright.ledger.queue.claims import NO_LIMITS, Claim, ClaimRequest, Limits
from cellwright.ledger.run_state import UnitState
from cellwright.ledger.write.queueing import QueuedRun, QueuedUnit
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult

ADA = Actor("ada", "test")
TTL = 60.0


def unit(name: str) -> UnitAddress:
    return UnitAddress("client", "acme", name)


def process(number: int = 1) -> Holder:
    return Holder("here", number, "then", "")


def queue_run(
    ledger: Ledger,
    name: str,
    units: Iterable[QueuedUnit],
    kind: RunKind = RunKind.APPLY,
    parallel: int | None = None,
) -> str:
    queued = tuple(units)
    run = Run(
        id=name,
        kind=kind,
        status=RunStatus.RUNNING,
        actor="ada",
        reason="",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit=None,
        units=tuple(RunUnit(item.address, Operation.APPLY, item.wave) for item in queued),
    )
    ledger.recorder.start_run(run, queued=QueuedRun(task={"parallel": parallel}, units=queued))
    return name


def plain(*names: str, account: str = "") -> list[QueuedUnit]:
    return [QueuedUnit(address=unit(name), account=account) for name in names]


def claim(
    ledger: Ledger,
    worker: str = "w1",
    limits: Limits = NO_LIMITS,
    labels: Mapping[str, frozenset[str]] | None = None,
    *,
    idle_runs: bool = False,
    place: str = "",
    dead: str = "",
) -> Claim | None:
    number = int(worker[1:])
    return ledger.queue.claim(
        ClaimRequest(
            worker=worker,
            holder=lambda run: Holder("here", number, "then", run),
            ttl=TTL,
            limits=limits,
            labels=labels or {},
            idle_runs=idle_runs,
            place=place,
            is_dead=lambda holder: bool(dead) and holder.run == dead,
        )
    )


def claimed(ledger: Ledger, **more: object) -> list[str]:
    """Claim until nothing may begin; gives run and unit of each."""
    found = []
    while (one := claim(ledger, **more)) is not None:  # type: ignore[arg-type]
        found.append(f"{one.run} {one.unit.stack}")
    return found


def end(ledger: Ledger, one: Claim, outcome: Outcome = Outcome.APPLIED) -> None:
    """Record how a claimed unit has ended, and go on with its run."""
    result = UnitResult(one.unit, outcome)
    ledger.recorder.record_result(one.run, result, fencing=one.lease.fencing, turn=one.turn)
    ledger.leases.release(one.lease)
    ledger.queue.advance(one.run, ADA, [one.unit])


def take(ledger: Ledger) -> Claim:
    found = claim(ledger)
    assert found is not None
    return found


def outcomes(ledger: Ledger, run: str) -> dict[str, str]:
    return {
        address.stack: record.outcome.value if record.outcome else record.state.value
        for address, record in ledger.reader.run_units(run).items()
    }


def states(ledger: Ledger, run: str) -> dict[str, str]:
    return {address.stack: state for address, state in ledger.queue.states(run).items()}


def ask(ledger: Ledger, one: Claim, digest: str) -> None:
    named = (one.run, one.unit)
    ledger.recorder.enter(*named, UnitState.PLANNING, fencing=one.lease.fencing)
    ledger.approvals.ask(*named, {"plan": digest}, digest, one.lease.fencing)
