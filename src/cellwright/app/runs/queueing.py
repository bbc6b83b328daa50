"""What the queue has to know of a run's units: their order, and where they are applied."""

from cellwright.app.runs.queued_task import QueuedTask, to_json
from cellwright.app.session.session import OpenFleet
from cellwright.ledger.write.queueing import QueuedRun, QueuedUnit
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import RunKind, RunUnit
from cellwright.planning.choice import Choice

ACCOUNT = "account"
"""The key of a cell that names where it is applied."""


def queued_run(fleet: OpenFleet, kind: RunKind, choice: Choice, task: QueuedTask) -> QueuedRun:
    """Describe a run for the queue."""
    # A run that only plans has no order: nothing waits for what is not applied.
    ordered = kind is not RunKind.PLAN
    return QueuedRun(
        task=to_json(task),
        not_before=task.not_before,
        by=task.actor.name,
        units=tuple(
            QueuedUnit(
                address=part.address,
                wave=part.wave if ordered else 0,
                account=account_of(fleet, part.address),
                labels=labels_of(fleet, part.address),
                upstreams=choice.graph.upstreams.get(part.address, frozenset()) if ordered else frozenset(),
            )
            for part in _in_order(choice.parts)
        ),
    )


def account_of(fleet: OpenFleet, address: UnitAddress) -> str:
    """Name the account in which a unit is applied: the cell's own key, or the cell that it is placed in."""
    unit = fleet.fleet.units.get(address)
    named = unit.labels.get(ACCOUNT, "") if unit is not None else ""
    cell = fleet.fleet.cells.get(address.of_cell)
    placed = cell.placement.cell if cell is not None and cell.placement is not None else ""
    return named or placed


def labels_of(fleet: OpenFleet, address: UnitAddress) -> dict[str, str]:
    """Give what workers may choose a unit by: level, cell, account, and the cell's own keys."""
    unit = fleet.fleet.units.get(address)
    own = dict(unit.labels) if unit is not None else {}
    account = account_of(fleet, address)
    where = {"level": address.level, "cell": address.cell}
    return {**own, **where, **({ACCOUNT: account} if account else {})}


def _in_order(parts: tuple[RunUnit, ...]) -> list[RunUnit]:
    return sorted(parts, key=lambda part: part.wave)
