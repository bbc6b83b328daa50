"""A cell whose stack is to be split, with states in files; no Terraform runs."""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from cellwright.app.runs.moving.declared import DeclaredMoves
from cellwright.app.runs.moving.pair import recorded_of
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.approval import Uninterrupted
from cellwright.engine.lease.keeper import LeaseKeeper, this_process
from cellwright.ledger.write.unit_writes import put_applied
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.runs.run import Operation, Run, RunKind, RunUnit
from cellwright.planning.declared_moves import declaring_stacks
from unit.app.kit import ADA, NOBODY, install_program, make_run

SOURCE, TARGET, THIRD = (UnitAddress("client", "acme", stack) for stack in ("app", "db", "cache"))
FLEET = """\
fleet: trial
levels:
  - name: client
    cells: clients
    layers: [defaults.yaml]
    stacks:
      app: {source: ./app}
      db: {source: ./db, moved_from: {app: [thing.going]}}
      cache: {source: ./cache, moved_from: {app: [thing.hot]}}
"""
KEPT, GOING, HOT = "thing.kept", "thing.going", "thing.hot"


def split_fleet(root: Path, cell: str = "{}\n") -> AbstractContextManager[FleetSession]:
    files = {"fleet.yaml": FLEET, "defaults.yaml": "{}\n", "clients/acme.yaml": cell}
    files |= {f"{stack}/main.tf": 'output "id" { value = "x" }\n' for stack in ("app", "db", "cache")}
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    environment = {**NOBODY, "PATH": install_program(root.parent / "bin")}
    return FleetSession(Location(fleet=root, environment=environment))


def state_of(*names: str, serial: int = 1, lineage: str = "the-lineage") -> bytes:
    resources = [
        {
            "mode": "managed",
            "type": name.partition(".")[0],
            "name": name.partition(".")[2],
            "provider": 'provider["example.com/a/b"]',
            "instances": [{"schema_version": 0, "attributes": {"id": name}}],
        }
        for name in names
    ]
    state = {
        "version": 4,
        "terraform_version": "1.11.4",
        "serial": serial,
        "lineage": lineage,
        "outputs": {},
        "resources": resources,
        "check_results": None,
    }
    return json.dumps(state).encode()


def path_of(fleet: OpenFleet, unit: UnitAddress) -> Path:
    return fleet.home.states / unit.level / unit.cell / f"{unit.stack}.tfstate"


def held_in(fleet: OpenFleet, unit: UnitAddress) -> list[str]:
    """The resources in a unit's state."""
    path = path_of(fleet, unit)
    found = json.loads(path.read_text())["resources"] if path.exists() else []
    return sorted(f"{item['type']}.{item['name']}" for item in found)


def put_state(fleet: OpenFleet, unit: UnitAddress, *names: str, serial: int = 1) -> None:
    path = path_of(fleet, unit)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(state_of(*names, serial=serial, lineage=f"of-{unit.stack}"))


def put_record(fleet: OpenFleet, unit: UnitAddress, serial: int | None = 1) -> None:
    """Record a unit as applied, with a state of that version, or without one."""
    known = recorded_of(fleet, unit)
    mark = StateMark(f"of-{unit.stack}", serial) if serial is not None else None
    head = replace(known.head, fingerprint="done", failed=None, state=mark)
    with fleet.ledger.database.write() as connection:
        put_applied(connection, replace(known, head=head))


def applied(fleet: OpenFleet, unit: UnitAddress, *names: str) -> None:
    put_state(fleet, unit, *names)
    put_record(fleet, unit)


def run_of(
    units: Mapping[UnitAddress, Operation] | Sequence[UnitAddress] = (SOURCE, TARGET, THIRD),
    kind: RunKind = RunKind.APPLY,
) -> Run:
    operations = units if isinstance(units, Mapping) else dict.fromkeys(units, Operation.APPLY)
    parts = tuple(RunUnit(unit, operation) for unit, operation in operations.items())
    return replace(make_run("20261126-101010-aaaa", kind=kind), units=parts)


def moves_of(fleet: OpenFleet, run: Run | None = None) -> DeclaredMoves:
    stacks = declaring_stacks(fleet.fleet.levels)
    return DeclaredMoves(fleet=fleet, actor=ADA, run=run or run_of(), talk=Conversation(), stacks=stacks)


def keeper_of(fleet: OpenFleet, run: str = "one") -> LeaseKeeper:
    return LeaseKeeper(fleet.ledger.leases, this_process(run), lambda _unit: None, Uninterrupted())


def part(unit: UnitAddress, operation: Operation = Operation.APPLY) -> RunUnit:
    return RunUnit(unit, operation)
