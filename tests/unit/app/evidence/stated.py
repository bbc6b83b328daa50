"""A fleet whose units are on record with states, which lie where the `local` backend has them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit, StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult
from cellwright.model.value import Json
from unit.app.kit import NOBODY, make_fleet

ACME = UnitAddress("client", "acme", "app")
BETA = UnitAddress("client", "beta", "app")
RUN = "20261122-214812-3f9a"


def state_text(lineage: str, serial: int, resources: Sequence[Json] = ()) -> str:
    """A state as Terraform writes it."""
    head = {"version": 4, "terraform_version": "1.11.4", "serial": serial, "lineage": lineage}
    return json.dumps({**head, "outputs": {}, "resources": list(resources)}, indent=2)


def state_file(root: Path, unit: UnitAddress) -> Path:
    """Where the `local` backend keeps a unit's state."""
    return root / ".cellwright" / "states" / unit.level / unit.cell / f"{unit.stack}.tfstate"


def put_state(root: Path, unit: UnitAddress, text: str) -> Path:
    """Write a state where its backend keeps it."""
    path = state_file(root, unit)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def put_applied(
    ledger: Ledger, unit: UnitAddress, mark: StateMark, backend: Mapping[str, Json] | None = None
) -> None:
    """Put a unit on record as applied, with this version of its state."""
    run = Run(
        id=f"{RUN}-{unit.cell}",
        kind=RunKind.APPLY,
        status=RunStatus.RUNNING,
        actor="ada",
        reason="",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit=None,
        units=(RunUnit(unit, Operation.APPLY),),
    )
    ledger.recorder.start_run(run)
    applied = AppliedUnit(
        head=AppliedHead(address=unit, fingerprint="f", state=mark),
        source_digest="s",
        source_label="./stack",
        backend_digest="b",
        inputs={},
        outputs={},
        recipe={"backend": dict(backend or {"kind": "local", "config": {}}), "labels": {"account": "1234"}},
        binary=BinaryVersion("terraform", "1.11.4"),
        run=run.id,
        applied_at="2026-11-22T21:48:12+00:00",
    )
    event = EventDraft("ada", "unit.applied", str(unit), "", {"run": run.id})
    ledger.recorder.record_applied(applied, UnitResult(unit, Outcome.APPLIED), run.id, event)
    ledger.recorder.finish_run(run.id, RunStatus.SUCCEEDED)


def make_stated(root: Path, resources: Sequence[Json] = ()) -> Path:
    """Make a fleet of two clients, both on record, with their states."""
    make_fleet(root, acme="{}", beta="{}")
    with FleetSession(Location(fleet=root, environment=NOBODY)) as session:
        ledger = session.open(writing=True).ledger
        for number, unit in enumerate((ACME, BETA), 1):
            put_applied(ledger, unit, StateMark(f"lineage-{unit.cell}", number))
            put_state(root, unit, state_text(f"lineage-{unit.cell}", number, resources))
    return root
