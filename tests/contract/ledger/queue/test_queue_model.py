"""The queue does what the model of it says; and the model finds each fault that a queue could have."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.database.sql import text
from cellwright.ledger.leases import Holder, Lease, Leases
from cellwright.ledger.opening import Ledger
from cellwright.ledger.queue.advance import Advanced
from cellwright.ledger.queue.claims import Claim, ClaimRequest
from cellwright.ledger.queue.pauses import Pauses
from cellwright.ledger.queue.queue import Queue
from cellwright.ledger.queue.reaping import Reaped
from cellwright.ledger.write.recorder import LedgerRecorder
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.runs.run import UnitResult
from contract.ledger.queue.queue_kit import ADA
from contract.ledger.queue.queue_model import RUNS, Working
from examples import examples

_NO_OTHER = "UPDATE leases SET host = NULL WHERE unit = :unit"

Working.TestCase.settings = settings(max_examples=examples(8), stateful_step_count=15, deadline=None)
TestWorking = Working.TestCase


class TwoClaims(Queue):
    """Gives a unit that is claimed already."""

    def claim(self, request: ClaimRequest) -> Claim | None:
        found = super().claim(request)
        if found is not None:
            with self.database.write() as connection:
                named = {"unit": str(found.unit)}
                connection.execute(text("UPDATE queue_units SET state = 'ready' WHERE unit = :unit"), named)
                connection.execute(text(_NO_OTHER), named)
        return found


class NoFleetLimit(Queue):
    """Counts one of the limits not at all; so do the next two."""

    def claim(self, request: ClaimRequest) -> Claim | None:
        return super().claim(replace(request, limits=replace(request.limits, fleet=None)))


class NoAccountLimit(Queue):
    def claim(self, request: ClaimRequest) -> Claim | None:
        return super().claim(replace(request, limits=replace(request.limits, account=None)))


class NoRunLimit(Queue):
    def claim(self, request: ClaimRequest) -> Claim | None:
        return super().claim(replace(request, limits=replace(request.limits, run=None)))


class NoPause(Queue):
    """Gives units of a run that is paused."""

    def claim(self, request: ClaimRequest) -> Claim | None:
        for run in RUNS:
            Pauses(self.database).end(run, ADA)
        return super().claim(request)


class ReapsTheLiving(Queue):
    """Takes units away from workers whose leases last."""

    def reap(self, is_dead: Callable[[Holder], bool], *, late: bool = True) -> Reaped:  # noqa: ARG002  the fault
        return super().reap(lambda _holder: True, late=late)


class ReapsNobody(Queue):
    """Leaves units with workers whose leases have run out."""

    def reap(self, is_dead: Callable[[Holder], bool], *, late: bool = True) -> Reaped:  # noqa: ARG002  the fault
        return super().reap(is_dead, late=False)


class BeginsTooEarly(Queue):
    """Makes units ready that wait for others."""

    def advance(
        self, run_id: str, actor: Actor | None = None, units: Collection[UnitAddress] | None = None
    ) -> Advanced:
        with self.database.write() as connection:
            connection.execute(text("UPDATE queue_units SET state = 'ready' WHERE state = 'blocked'"))
        return super().advance(run_id, actor, units)


class DelaysForAnybody(Queue):
    """Lets a worker give a unit back that somebody else has by now; so does the next one."""

    def delay(self, claimed: Claim, seconds: float) -> None:
        super().delay(_as_the_holder(self, claimed), seconds)


class ParksForAnybody(Queue):
    def park(self, claimed: Claim, plan_digest: str, place: str = "") -> bool:
        return super().park(_as_the_holder(self, claimed), plan_digest, place)


class RenewsNothing(Leases):
    """Says that leases were renewed, and does not."""

    def renew(self, leases: Collection[Lease], ttl: float) -> dict[UnitAddress, Lease]:  # noqa: ARG002  the fault
        return {lease.unit: lease for lease in leases}


class RecordsForAnybody(LedgerRecorder):
    """Records what a worker says of a unit that it has lost."""

    def record_result(
        self,
        run_id: str,
        result: UnitResult,
        *,
        attempted: AppliedUnit | None = None,
        event: EventDraft | None = None,
        fencing: int | None = None,  # noqa: ARG002  the fault
        turn: int | None = None,
    ) -> None:
        super().record_result(run_id, result, attempted=attempted, event=event, turn=turn)


def _as_the_holder(queue: Queue, claimed: Claim) -> Claim:
    with queue.database.read() as connection:
        query = text("SELECT fencing FROM leases WHERE unit = :unit")
        now = connection.execute(query, {"unit": str(claimed.unit)}).scalar_one()
    return replace(claimed, lease=replace(claimed.lease, fencing=now))


@dataclass(frozen=True)
class Broken:
    """A ledger one of whose parts has a fault."""

    part: str
    kind: type[Queue] | type[Leases] | type[LedgerRecorder]

    def of(self, ledger: Ledger) -> Ledger:
        parts: dict[str, Any] = {self.part: self.kind(ledger.database)}
        broken = Ledger(ledger.database)
        vars(broken).update(parts)
        return broken


_DEAR = (NoRunLimit, NoPause, DelaysForAnybody, ParksForAnybody)
"""Those that take the most examples until they are found."""
FAULTS = [
    *(
        Broken("queue", kind)
        for kind in (
            TwoClaims,
            NoFleetLimit,
            NoAccountLimit,
            NoRunLimit,
            NoPause,
            ReapsTheLiving,
            ReapsNobody,
            BeginsTooEarly,
            DelaysForAnybody,
            ParksForAnybody,
        )
    ),
    Broken("leases", RenewsNothing),
    Broken("recorder", RecordsForAnybody),
]


@pytest.mark.parametrize(
    "broken",
    [pytest.param(item, marks=[pytest.mark.long] * (item.kind in _DEAR)) for item in FAULTS],
    ids=lambda item: item.kind.__name__,
)
def test_the_model_refutes_a_queue_with_a_fault(broken: Broken) -> None:
    class OfBroken(Working):
        def opened(self, ledger: Ledger) -> Ledger:
            return broken.of(ledger)

    # The same examples each time, and the first that fails is enough.
    tried = settings(
        max_examples=400,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(OfBroken, settings=tried)
