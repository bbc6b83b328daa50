"""Units that a run which is resumed late must no longer destroy, because they are wanted again."""

from collections.abc import Mapping

from cellwright.app.session.session import OpenFleet
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, warning
from cellwright.model.runs.event import Event
from cellwright.model.runs.run import Operation, Run, RunKind

_MADE = frozenset({"unit.applied", "unit.confirmed"})


def unwanted_destroys(
    fleet: OpenFleet, run: Run, left: Mapping[UnitAddress, Operation]
) -> dict[UnitAddress, Diagnostic]:
    """Find the units that a run was to destroy and that are wanted now, with the reason.

    A unit is wanted if another run has applied it since this one was started (the order of events says so,
    no clock does), or if its settings have it switched on. The latter is no reason for an offboarding: its
    units are on until their client is gone.
    """
    doomed = [address for address, operation in left.items() if operation is Operation.DESTROY]
    if not doomed:
        return {}
    started = next((event.sequence for event in fleet.ledger.reader.events(subject=run.id)), 0)
    found: dict[UnitAddress, Diagnostic] = {}
    for address in doomed:
        unit = fleet.fleet.units.get(address)
        events = fleet.ledger.reader.events(after=started, subject=str(address))
        if any(_made_by_another(event, address, run) for event in events):
            found[address] = _kept(address, "was applied again since that run was started")
        elif run.kind is not RunKind.DESTROY and unit is not None and unit.enabled:
            found[address] = _kept(address, "is switched on again")
    return found


def _made_by_another(event: Event, address: UnitAddress, run: Run) -> bool:
    made = event.subject == str(address) and event.action in _MADE
    return made and event.detail.get("run") != run.id


def _kept(address: UnitAddress, why: str) -> Diagnostic:
    return warning(
        f"{address} is kept: it {why}", "to destroy it all the same, start anew instead of resuming"
    )
