"""Which limit keeps a unit of the queue waiting that could be worked on otherwise."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from cellwright.app.overview.workers import WorkerLine, WorkerState
from cellwright.app.session.session import FleetSession
from cellwright.ledger.queue.occupied import Occupied
from cellwright.model.address import UnitAddress


class LimitOf(Enum):
    """What a limit counts the units of."""

    FLEET = "fleet"
    ACCOUNT = "account"
    RUN = "run"
    PROCESSES = "processes"
    """The processes that take units: each has so many places."""


@dataclass(frozen=True, slots=True)
class FullLimit:
    """A limit that is reached."""

    of: LimitOf
    most: int
    name: str = ""
    """Of the account."""

    def __str__(self) -> str:
        match self.of:
            case LimitOf.FLEET:
                return f"the fleet's limit is reached, {self.most} at once"
            case LimitOf.ACCOUNT:
                return f"the limit of account {self.name} is reached, {self.most} at once"
            case LimitOf.RUN:
                return f"the run's limit is reached, {self.most} at once"
            case LimitOf.PROCESSES:
                return f"all places of the processes that take units are taken, {self.most} at once"


@dataclass(frozen=True, slots=True, kw_only=True)
class MostAtOnce:
    """How many units may be worked on at once; None sets no limit."""

    fleet: int | None = None
    account: int | None = None
    run: int | None = None
    processes: int | None = None


def able(lines: Collection[WorkerLine]) -> tuple[WorkerLine, ...]:
    """Give the processes that take units."""
    return tuple(line for line in lines if line.state in (WorkerState.IDLE, WorkerState.BUSY))


def full_limits(
    session: FleetSession, run: str, units: Collection[UnitAddress], lines: Collection[WorkerLine]
) -> Mapping[UnitAddress, FullLimit]:
    """Give for each unit that is ready to be worked on the limit that is reached, if one is.

    `lines` are the processes that take units.
    """
    ledger = session.ledger()
    found = ledger.queue.occupied(run, units)
    if not found.ready:
        return {}
    limits, task = session.terraform().limits, ledger.reader.queued_task(run)
    own = task.get("parallel") if isinstance(task, dict) else None
    of_run = [most for most in (limits.run, own) if isinstance(most, int)]
    places = sum(line.worker.parallel for line in lines)
    most = MostAtOnce(
        fleet=limits.fleet, account=limits.account, run=min(of_run, default=None), processes=places
    )
    full = {unit: next(_reached(found, account, most), None) for unit, account in found.ready.items()}
    return {unit: limit for unit, limit in full.items() if limit is not None}


def _reached(found: Occupied, account: str, most: MostAtOnce) -> Iterator[FullLimit]:
    """Give the limits that are reached, in the order in which whoever takes a unit looks at them."""
    if most.fleet is not None and found.fleet >= most.fleet:
        yield FullLimit(LimitOf.FLEET, most.fleet)
    if most.run is not None and found.run >= most.run:
        yield FullLimit(LimitOf.RUN, most.run)
    if account and most.account is not None and found.accounts.get(account, 0) >= most.account:
        yield FullLimit(LimitOf.ACCOUNT, most.account, account)
    if most.processes is not None and found.fleet >= most.processes:
        yield FullLimit(LimitOf.PROCESSES, most.processes)
