"""A fleet of two levels with a ledger, and runs as if they had been carried out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cellwright.app.overview.overview import Overview
from cellwright.app.overview.view import FleetView
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.intent import intended
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.drift.values import Look
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit, RecordedOutput
from cellwright.model.binary import BinaryVersion
from cellwright.model.runs.drift import DriftedResource, FoundDrift
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult
from cellwright.planning.fingerprint import ingredients
from unit.app.kit import NOBODY, STACK

NETWORK = UnitAddress("base", "prod", "network")
APP = UnitAddress("client", "acme", "app")
ACME = CellAddress("client", "acme")
FIRST, SECOND, THIRD = "20261122-100000-0001", "20261122-100000-0002", "20261122-100000-0003"
FLEET = """\
fleet: trial
state: {backend: s3, config: {bucket: b, region: us-east-1, key: "${unit.address}.tfstate"}}
levels:
  - name: base
    cells: accounts
    stacks:
      network: {source: ./stack}
  - name: client
    cells: clients
    placement: account
    layers: [defaults.yaml]
    stacks:
      app: {source: ./stack}
      extra: {source: ./stack, enabled: false}
"""
_DEFAULTS = """\
stacks:
  app:
    size: 2
    settings: {network: "${output.base.network.id}", log: {level: info}}
"""
CLIENT = "account: prod\ntier: gold\ntags: [eu, vip]\n"


def write(root: Path, files: Mapping[str, str] | None = None) -> None:
    """Write the fleet: account `prod`, clients `acme` and `globex`; `files` replaces or adds files."""
    written = {
        "fleet.yaml": FLEET,
        "defaults.yaml": _DEFAULTS,
        "stack/main.tf": STACK,
        "accounts/prod.yaml": "region: us-east-1\n",
        "clients/acme.yaml": CLIENT,
        "clients/globex.yaml": "account: prod\ntier: silver\n",
        **(files or {}),
    }
    for path, text in written.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def open_fleet(root: Path, files: Mapping[str, str] | None = None) -> FleetSession:
    """Write the fleet and open it."""
    write(root, files)
    return FleetSession(Location(fleet=root, environment=NOBODY))


def overview(session: FleetSession) -> Overview:
    """Make an overview that waits for what is newest."""
    return Overview(lambda: session, patience=60, fresh=0)


def view_of(session: FleetSession) -> FleetView:
    return overview(session).view()


def run_of(*units: UnitAddress, run_id: str = FIRST, kind: RunKind = RunKind.APPLY) -> Run:
    return Run(
        id=run_id,
        kind=kind,
        status=RunStatus.RUNNING,
        actor="ada",
        reason="because",
        started="2026-11-22T10:00:00+00:00",
        finished=None,
        commit=None,
        units=tuple(RunUnit(unit, Operation.APPLY) for unit in units),
    )


def apply(session: FleetSession, *units: UnitAddress, run_id: str = FIRST) -> None:
    """Record that a run has applied these units as their settings are."""
    fleet = session.open(writing=True)
    run = run_of(*units, run_id=run_id)
    fleet.ledger.recorder.start_run(run)
    for address in units:
        result = UnitResult(address, Outcome.APPLIED)
        event = EventDraft("ada", "unit.applied", str(address), "because", {"run": run_id})
        fleet.ledger.recorder.record_applied(_applied(session, address, run), result, run_id, event)
    fleet.ledger.recorder.finish_run(run_id, RunStatus.SUCCEEDED)


def fail(
    session: FleetSession, *units: UnitAddress, skipped: Sequence[UnitAddress] = (), run_id: str = SECOND
) -> None:
    """Record that an apply of these units has failed, and that others were left out because of it."""
    fleet = session.open(writing=True)
    run = run_of(*units, *skipped, run_id=run_id)
    fleet.ledger.recorder.start_run(run)
    for address in units:
        applied = _applied(session, address, run)
        event = EventDraft("ada", "unit.failed", str(address), "because", {"run": run_id})
        fleet.ledger.recorder.record_result(
            run_id,
            UnitResult(address, Outcome.FAILED),
            attempted=replace(applied, outputs={}),
            event=event,
        )
    for address in skipped:
        fleet.ledger.recorder.record_result(run_id, UnitResult(address, Outcome.SKIPPED))
    fleet.ledger.recorder.finish_run(run_id, RunStatus.FAILED)


def record_drift(session: FleetSession, unit: UnitAddress, run_id: str) -> None:
    """Record that a run which looked has found a unit otherwise than it was applied."""
    resource = DriftedResource(address="aws_x.this", action="update", paths=("tags",), digest="d")
    found = FoundDrift(
        resources=(resource,), counts=ResourceCounts(change=1), digest=f"of {unit}", nameless="alike"
    )
    session.ledger(writing=True).drift.record(Look(unit=unit, run=run_id, actor=Actor("ada")), found)


def _applied(session: FleetSession, address: UnitAddress, run: Run) -> AppliedUnit:
    fleet = session.open(writing=True)
    unit = fleet.fleet.units[address]
    facts = fleet.stacks.facts(unit.stack)
    outputs = fleet.ledger.reader.outputs(unit.upstreams())
    found = ingredients(unit, facts, outputs, fleet.digester)
    task = UnitTask(
        part=RunUnit(address, Operation.APPLY),
        unit=unit,
        tree=fleet.stacks.catalogue.tree(unit.stack),
        facts=facts,
        ingredients=found,
        fingerprint=found.fingerprint(fleet.digester),
        outputs=outputs,
    )
    applied = intended(task, run, fleet.digester, BinaryVersion("terraform", "1.11.4"))
    value = f"id of {address}"
    made = {
        "id": RecordedOutput(fleet.digester.plain(value), sensitive=False, value=value),
        "token": RecordedOutput("digest-of-a-secret", sensitive=True),
    }
    return replace(applied, outputs=made, applied_at="2026-11-22T10:00:05+00:00")
