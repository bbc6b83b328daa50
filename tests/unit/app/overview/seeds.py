"""Runs in a real ledger, as far as a test wants them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from cellwright.app.session.session import FleetSession
from cellwright.engine.unit.planned import Planned, to_json
from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.runs.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult

RUN = "20261122-214812-3f9a"
ADA, GRACE = Actor("Ada Lovelace", "console"), Actor("Grace Hopper", "console")
GONE = Holder("build-1", 1, "an earlier boot", RUN)


def unit(text: str) -> UnitAddress:
    """Read an address."""
    return UnitAddress.parse(text)


def change(version: str = "1.5.0", **more: str) -> PlanSummary:
    """Make a plan that changes one attribute of one resource."""
    attributes = (
        AttributeChange("image", '"app:1.4.2"', f'"app:{version}"'),
        *(AttributeChange(name, "", value) for name, value in more.items()),
    )
    resource = ResourceChange("aws_ecs_service.app", Action.UPDATE, attributes)
    return PlanSummary(
        ResourceCounts(change=1),
        (resource,),
        (),
        applyable=True,
        whole=f"w{version}",
        nameless=f"n{version}",
        shape=f"s{version}",
    )


def start(
    ledger: Ledger,
    *units: str,
    run: str = RUN,
    kind: RunKind = RunKind.APPLY,
    waves: Mapping[str, int] | None = None,
    holder: Holder | None = None,
    reason: str = "roll out 1.5.0",
    actor: Actor = ADA,
    destroys: bool = False,
) -> Run:
    """Write a run of these units into the ledger."""
    operation = Operation.DESTROY if destroys or kind is RunKind.DESTROY else Operation.APPLY
    parts = tuple(RunUnit(unit(item), operation, (waves or {}).get(item, 0)) for item in units)
    made = Run(
        id=run,
        kind=kind,
        status=RunStatus.RUNNING,
        actor=actor.name,
        reason=reason,
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit="c0ffee0123456789",
        units=parts,
    )
    ledger.recorder.start_run(made, actor=actor, holder=holder)
    return made


def plan(
    ledger: Ledger, address: str, summary: PlanSummary | None = None, run: str = RUN, digest: str = ""
) -> str:
    """Let a unit's plan wait for an answer; gives the plan's digest."""
    summary = summary or change()
    part = RunUnit(unit(address), Operation.APPLY)
    waits = Planned(
        part=part,
        summary=summary,
        plan_digest=digest or f"digest-of-{address}",
        fingerprint="f1",
        state=None,
        attempt_id=f"{run}.1",
        path=Path("made.tfplan"),
        sha256="sha256",
    )
    ledger.recorder.enter(run, part.address, UnitState.PLANNING)
    ledger.approvals.ask(run, part.address, to_json(waits), waits.plan_digest, None)
    return waits.plan_digest


def end(
    ledger: Ledger, address: str, outcome: Outcome, *said: Diagnostic, run: str = RUN, seconds: float = 14.0
) -> None:
    """Give a unit its outcome."""
    counts = ResourceCounts(change=1) if outcome is Outcome.APPLIED else ResourceCounts()
    ledger.recorder.record_result(run, UnitResult(unit(address), outcome, seconds, counts, said))


def fail(ledger: Ledger, addresses: Iterable[str], run: str = RUN) -> None:
    """Let units fail for the same cause, each in its own words."""
    for address in addresses:
        cell = unit(address).cell
        said = error(
            f"reading service {cell}-app: RequestID: {abs(hash(address)):x}, api error ThrottlingException",
            "the account's limit is reached; try again later",
        )
        end(ledger, address, Outcome.FAILED, said, run=run)


def ledger_of(session: FleetSession) -> Ledger:
    """Give the session's ledger, made if it is not there."""
    return session.ledger(writing=True)


def with_digest(summary: PlanSummary, whole: str, nameless: str) -> PlanSummary:
    """Give a plan the digests by which it is compared."""
    return replace(summary, whole=whole, nameless=nameless)
