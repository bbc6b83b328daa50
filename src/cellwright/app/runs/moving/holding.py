"""What moves hold and open: leases on units, and Terraform apart from any run."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from cellwright.app.runs.terraform import terraform_for
from cellwright.app.session.session import OpenFleet
from cellwright.engine.adapter.run_terraform import RunTerraform
from cellwright.engine.approval import Interrupts, Uninterrupted
from cellwright.engine.lease.keeper import LeaseKeeper, this_process
from cellwright.engine.run_record import new_run
from cellwright.engine.unit.ports import NoDepot, NoStateDepot
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.runs.progress import SilentReporter
from cellwright.model.runs.run import RunKind
from cellwright.planning.choice import Choice
from cellwright.planning.graph import Graph


@contextmanager
def leases_on(
    fleet: OpenFleet,
    name: str,
    units: Iterable[UnitAddress],
    longest_wait: float = 0.0,
    interrupts: Interrupts | None = None,
) -> Iterator[dict[UnitAddress, int]]:
    """Hold units during the block. Gives the fencing numbers.

    Whoever works on one now is waited for so many seconds, or not at all; somebody who interrupts ends that.

    Raises:
        LeaseTakenError: somebody works on one.
    """
    keeper = LeaseKeeper(
        fleet.ledger.leases,
        this_process(name),
        lambda _unit: None,
        interrupts or Uninterrupted(),
        longest_wait=longest_wait,
    )
    with keeper:
        yield {unit: keeper.take(unit, lambda _held: None).fencing for unit in sorted(set(units))}


def terraform_of_fleet(fleet: OpenFleet, actor: Actor) -> RunTerraform:
    """Give what reads and writes the states of a fleet's units, apart from any run."""
    run = new_run(RunKind.PLAN, Choice((), Graph({})), actor, "", None)
    return terraform_for(fleet, NoDepot(), NoStateDepot())(run, SilentReporter())
