"""Units and runs to record, and a ledger that must not open."""

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.opening import open_ledger
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit, RecordedOutput, StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult

APP = UnitAddress("client", "acme", "app")
NETWORK = UnitAddress("base", "prod-use1", "network")
DATABASE = UnitAddress("client", "acme", "database")
RUN = "20261122-214812-3f9a"
APPLIED = EventDraft("ada", "unit.applied", str(APP), "more replicas", {"run": RUN})


def applied(address: UnitAddress = APP, fingerprint: str = "f1", serial: int = 3) -> AppliedUnit:
    return AppliedUnit(
        head=AppliedHead(address=address, fingerprint=fingerprint, state=StateMark("lineage-1", serial)),
        source_digest="s1",
        source_label="git::https://git.example.com/app.git?ref=v1 (0a1b2c)",
        backend_digest="b1",
        inputs={
            "replicas": AppliedInput("i1", sensitive=False, value=4),
            "password": AppliedInput("i2", sensitive=True),
            "tags": AppliedInput("i3", sensitive=False, value={"a": [1, 2.5, None, True]}),
        },
        outputs={
            "arn": RecordedOutput("o1", sensitive=False, value="arn:aws:s3:::x"),
            "token": RecordedOutput("o2", sensitive=True),
            "nothing": RecordedOutput("o3", sensitive=False, value=None),
        },
        recipe={"stack": {"source": "../app", "version": None}, "needs": [str(NETWORK)]},
        binary=BinaryVersion("terraform", "1.11.4"),
        run=RUN,
        commit="c0ffee",
        applied_at="2026-11-22T21:48:12+00:00",
    )


def run(run_id: str = RUN, *addresses: UnitAddress) -> Run:
    units = addresses or (NETWORK, DATABASE, APP)
    return Run(
        id=run_id,
        kind=RunKind.APPLY,
        status=RunStatus.RUNNING,
        actor="ada",
        reason="more replicas",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit="c0ffee",
        units=tuple(RunUnit(unit, Operation.APPLY, wave) for wave, unit in enumerate(units)),
    )


def result(outcome: Outcome, address: UnitAddress = APP) -> UnitResult:
    return UnitResult(
        address,
        outcome,
        seconds=1.25,
        resources=ResourceCounts(1, 2, 3, 4),
        diagnostics=(error("no such bucket", "make it", Position("main.tf", 3, 7)), error("and more")),
    )


def refused(url: str, *, create: bool = True) -> str:
    with pytest.raises(DiagnosticError) as caught:
        open_ledger(url, create=create)
    (found,) = caught.value.diagnostics
    assert found.detail, "a finding says what to do"
    return str(found)
