"""The whole reference fleet: two accounts and three clients come up, change, and go again."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from cellwright.demo.steps import Telling
from cellwright.model.address import CellAddress
from cellwright.model.value import Json

ACCOUNTS: Mapping[str, str] = {"prod-use1": "accounts/prod-use1.yaml", "prod-euw1": "accounts/prod-euw1.yaml"}
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
"""What keeps data from being destroyed by mistake, and how it is taken off."""
_RULES = ("hipaa.backups", "hipaa.destruction")
"""The policies that keep it, and take exceptions."""
_VALID_DAYS = 30


def tell(telling: Telling) -> None:
    """Tell it.

    Raises:
        DiagnosticError: anything that it shows did not work.
    """
    telling.scaffold()
    _come_up(telling)
    telling.plan_again("Every unit planned again: Terraform finds nothing to do", _ALL)
    _change(telling)
    _one_leaves(telling)
    _all_goes(telling)
    telling.account()


def _come_up(telling: Telling) -> None:
    telling.apply("Both accounts' base level, and the peering between them", _BASE, "first accounts")
    telling.apply("What the clients of an account share", _UTILITY, "shared services")
    telling.apply("Three clients, side by side", ("client/**",), "first clients")
    telling.stand("Nothing is left to do", _ALL)


def _change(telling: Telling) -> None:
    file = "clients/umbrella/client.yaml"
    telling.edit(
        f"umbrella grows: stacks.app.replicas: 6 in {file}",
        "umbrella: 6 replicas",
        {file: {"stacks.app.replicas": 6}},
    )
    telling.stand("Exactly the units that it concerns are changed, and why", ("client/**",))
    telling.apply("The change, applied", ("client/umbrella",), "umbrella grows")


def _one_leaves(telling: Telling) -> None:
    _except(telling, "initech", (CellAddress("client", "initech"),), "the contract ended, data handed over")
    telling.offboard("initech", "contract ended")


def _all_goes(telling: Telling) -> None:
    why = "the fleet is given up"
    clients = sorted(CLIENTS.keys() - {"initech"})
    for name in clients:
        _except(telling, name, (CellAddress("client", name),), why)
    for name in ACCOUNTS:
        _except(telling, name, (CellAddress("base", name), CellAddress("utility", name)), why)
    telling.edit("Protection against mistakes is taken off", "Protection off", _PROTECTED)
    telling.apply("That is a change like any other", ("client/**", *_UTILITY, *_BASE), why)
    for name in clients:
        telling.offboard(name, why)
    off = {file: _switched_off(telling, name) for name, file in ACCOUNTS.items()}
    telling.edit("Both accounts' stacks are switched off", "Accounts off", off)
    telling.apply("What was shared goes first", _UTILITY, why, destroy=True)
    telling.apply("Then what it stood on", _BASE, why, destroy=True)
    telling.stand("Nothing is left", (*_BASE, *_UTILITY))


def _except(telling: Telling, name: str, cells: Iterable[CellAddress], reason: str) -> None:
    """Write down who answers for it that what holds data is destroyed: without this the policies refuse."""
    until = (datetime.now(UTC) + timedelta(days=_VALID_DAYS)).date().isoformat()
    stacks = sorted({stack for cell in cells for stack in _stacks(telling, cell)})
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
    telling.edit(
        f"Who answers for what {name} held", f"{name}: exceptions", {file: {"exceptions": exceptions}}
    )


def _switched_off(telling: Telling, name: str) -> dict[str, Json]:
    cells = (CellAddress("base", name), CellAddress("utility", name))
    return {f"stacks.{stack}.enabled": False for cell in cells for stack in _stacks(telling, cell)}


def _stacks(telling: Telling, cell: CellAddress) -> list[str]:
    """The stacks of a cell that were applied."""
    return [unit.address.stack for unit in telling.look((str(cell),)).units]
