"""What crash tests ask: who works on a unit, who holds what, what was done how often."""

import json
from collections import Counter
from collections.abc import Container
from pathlib import Path

import psutil

from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import open_ledger
from cellwright.ledger.run_state import RunSummary
from cellwright.model.address import UnitAddress
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import processes_about
from e2e.kit.waiting import eventually

CELLS = tuple(f"c{number:02}" for number in range(10))
STACKS = ("first", "second")
MARKS = tuple(f"{cell}-{stack}" for cell in CELLS for stack in STACKS)


def twenty_units(folder: Path) -> FleetFolder:
    """A fleet of ten cells with two stacks each, the second after the first."""
    return make_fleet(folder, {"first": {}, "second": {"needs": ["first"]}}, {name: {} for name in CELLS})


def terraform_at(fleet: FleetFolder, unit: str) -> psutil.Process:
    """The Terraform process that applies `unit` now."""
    found: list[psutil.Process] = []

    def there() -> bool:
        found[:] = [item for item in processes_about(fleet.home / "work" / unit) if _applies(item)]
        return bool(found)

    eventually(there, f"a Terraform that applies {unit}")
    return found[0]


def _applies(process: psutil.Process) -> bool:
    try:
        command = process.cmdline()
    except psutil.Error:
        return False
    return "apply" in command[1:2]


def leases(fleet: FleetFolder, *, of_the_dead: bool = True, url: str = "") -> list[str]:
    """The units that anybody holds, or that anybody holds who may still live."""
    with open_ledger(url or sqlite_url(fleet.ledger), create=False) as ledger:
        held = ledger.reader.lease_holders()
    return [str(unit) for unit, item in held.items() if of_the_dead or _may_live(item.holder)]


def _may_live(holder: Holder) -> bool:
    return ProcessIdentity(holder.host, holder.process_id, holder.process_started).is_alive() is not False


def failed_marks(fleet: FleetFolder) -> dict[str, str]:
    """The units of which the ledger says that an apply did not end well."""
    with open_ledger(sqlite_url(fleet.ledger), create=False) as ledger:
        return {str(unit): head.failed for unit, head in ledger.reader.heads().items() if head.failed}


def runs(fleet: FleetFolder, url: str = "") -> tuple[RunSummary, ...]:
    """The runs that the ledger knows, newest first."""
    with open_ledger(url or sqlite_url(fleet.ledger), create=False) as ledger:
        return ledger.reader.runs(20)


def recorded(fleet: FleetFolder) -> set[str]:
    """The marks of the units that the ledger knows as applied."""
    with open_ledger(sqlite_url(fleet.ledger), create=False) as ledger:
        heads = ledger.reader.heads().values()
    return {mark_of(head.address) for head in heads if head.fingerprint and not head.failed}


def in_state(fleet: FleetFolder) -> set[str]:
    """The marks of the units whose Terraform state has their resource."""
    found = (
        path for path in (fleet.home / "states").rglob("*.tfstate") if '"terraform_data"' in path.read_text()
    )
    return {_mark_at(path) for path in found}


def _mark_at(state: Path) -> str:
    return f"{state.parent.name}-{state.stem}"


def half_written(fleet: FleetFolder, known: Container[str]) -> set[Path]:
    """The state files that Terraform is writing just now: cut off, or empty though their mark is `known`.

    Before the first time they are empty in any case.
    """
    return {
        path
        for path in (fleet.home / "states").rglob("*.tfstate")
        if not (_is_json(text) if (text := path.read_text()) else _mark_at(path) not in known)
    }


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def mark_of(unit: UnitAddress) -> str:
    return f"{unit.cell}-{unit.stack}"


def once_each() -> Counter[str]:
    """What the count of every mark is to be."""
    return Counter(MARKS)
