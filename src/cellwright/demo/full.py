"""The long demo: three accounts and clients of the reference fleet are applied, changed and destroyed."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from cellwright.demo.steps import DemoSteps
from cellwright.model.address import CellAddress
from cellwright.model.value import Json

ACCOUNTS: Mapping[str, str] = {
    "tools": "accounts/tools.yaml",
    "prod-use1": "accounts/prod-use1.yaml",
    "prod-euw1": "accounts/prod-euw1.yaml",
}
CLIENTS: Mapping[str, str] = {
    "initech": "clients/initech.yaml",
    "umbrella": "clients/umbrella/exceptions.yaml",
    "northwind": "clients/northwind/client.yaml",
}
"""The reference fleet's own cells, and the files in which their exceptions stand."""

_BASE = tuple(f"base/{name}" for name in ACCOUNTS)
_UTILITY = tuple(f"utility/{name}" for name in ACCOUNTS)
_ALL = (*_BASE, *_UTILITY, "client/**")
_PROTECTED: Mapping[str, Mapping[str, Json]] = {
    "defaults/client.yaml": {"stacks.database.deletion_protection": False},
    "defaults/utility.yaml": {"stacks.vault.deletion_protection": False},
    "defaults/base.yaml": {"stacks.account.records_removable": True},
}
"""Settings that keep data from being destroyed by mistake, switched off."""
_RULES = ("hipaa.audit", "hipaa.backups", "hipaa.destruction")
"""Policies against destroying data and records; a file of settings may name exceptions from them."""
_VALID_DAYS = 30


def run(steps: DemoSteps) -> None:
    """Take all its steps.

    Raises:
        DiagnosticError: a step did not work.
    """
    steps.init()
    _apply_all(steps)
    product = steps.program.product
    steps.plan_unchanged(f"Every unit planned again: {product} finds nothing to do", _ALL)
    _change(steps)
    _offboard_one(steps)
    _destroy_all(steps)
    steps.events()


def _apply_all(steps: DemoSteps) -> None:
    steps.apply("All accounts' base level, and the peerings between them", _BASE, "first accounts")
    steps.apply(
        "What the clients of an account share, and the tools of all accounts", _UTILITY, "shared services"
    )
    steps.apply("Three clients, side by side", ("client/**",), "first clients")
    steps.status("Nothing is left to do", _ALL)


def _change(steps: DemoSteps) -> None:
    file = "clients/umbrella/client.yaml"
    steps.edit(
        f"umbrella grows: stacks.app.replicas: 6 in {file}",
        "umbrella: 6 replicas",
        {file: {"stacks.app.replicas": 6}},
    )
    steps.status("Exactly the units that it concerns are changed, and why", ("client/**",))
    steps.apply("The change, applied", ("client/umbrella",), "umbrella grows")


def _offboard_one(steps: DemoSteps) -> None:
    _except(steps, "initech", (CellAddress("client", "initech"),), "the contract ended, data handed over")
    steps.offboard("initech", "contract ended")


def _destroy_all(steps: DemoSteps) -> None:
    why = "the fleet is given up"
    clients = sorted(CLIENTS.keys() - {"initech"})
    for name in clients:
        _except(steps, name, (CellAddress("client", name),), why)
    for name in ACCOUNTS:
        _except(steps, name, (CellAddress("base", name), CellAddress("utility", name)), why)
    steps.edit("Protection against mistakes is taken off", "Protection off", _PROTECTED)
    steps.apply("That is a change like any other", ("client/**", *_UTILITY, *_BASE), why)
    for name in clients:
        steps.offboard(name, why)
    off = {file: _switched_off(steps, name) for name, file in ACCOUNTS.items()}
    steps.edit("All accounts' stacks are switched off", "Accounts off", off)
    steps.apply("What was shared goes first", _UTILITY, why, destroy=True)
    steps.apply("Then what it stood on", _BASE, why, destroy=True)
    steps.status("Nothing is left", (*_BASE, *_UTILITY))


def _except(steps: DemoSteps, name: str, cells: Iterable[CellAddress], reason: str) -> None:
    """Write exceptions from the policies: without them, stacks that hold data can't be destroyed."""
    until = (datetime.now(UTC) + timedelta(days=_VALID_DAYS)).date().isoformat()
    stacks = sorted({stack for cell in cells for stack in _stacks(steps, cell)})
    exceptions: list[Json] = [
        {
            "rule": rule,
            "stack": stack,
            "resource": "*",
            "person": "Ada Demo",
            "reason": reason,
            "until": until,
        }
        for stack in stacks
        for rule in _RULES
    ]
    file = {**CLIENTS, **ACCOUNTS}[name]
    steps.edit(f"Who answers for what {name} held", f"{name}: exceptions", {file: {"exceptions": exceptions}})


def _switched_off(steps: DemoSteps, name: str) -> dict[str, Json]:
    cells = (CellAddress("base", name), CellAddress("utility", name))
    return {f"stacks.{stack}.enabled": False for cell in cells for stack in _stacks(steps, cell)}


def _stacks(steps: DemoSteps, cell: CellAddress) -> list[str]:
    """Give the stacks of a cell that were applied."""
    return [unit.address.stack for unit in steps.find_status((str(cell),)).units]
