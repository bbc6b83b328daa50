"""Leases: one holder at a time, and a stale one is refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import pytest

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import Connection
from cellwright.ledger.leases import Held, Holder, Lease, LeaseLost, Leases
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.runs.run import Outcome
from contract.ledger.conftest import SetClock
from contract.ledger.samples import APP, APPLIED, DATABASE, NETWORK, RUN, applied, result, run

ADA = Holder("host-1", 4711, "boot-1:1234", RUN)
GRACE = Holder("host-2", 4711, "boot-2:99", "20261123")
TTL = 30.0


class Counted:
    """A database that counts the transactions that write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.written = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever a database has
        return getattr(self._database, name)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self.written += 1
        with self._database.write() as connection:
            yield connection


def taken(answer: Lease | Held) -> Lease:
    assert isinstance(answer, Lease)
    return answer


def test_a_free_lease_is_taken(ledger: Ledger, clock: SetClock) -> None:
    lease = ledger.leases.acquire(APP, ADA, TTL)
    assert lease == Lease(APP, ADA, 1, clock.moment + timedelta(seconds=TTL))
    (held,) = ledger.reader.lease_holders().values()
    assert (held.unit, held.holder, held.fencing) == (APP, ADA, 1)


def test_who_asks_for_a_held_lease_learns_who_has_it(ledger: Ledger) -> None:
    ledger.leases.acquire(APP, ADA, TTL)
    refused = ledger.leases.acquire(APP, GRACE, TTL)
    assert isinstance(refused, Held)
    assert (refused.holder, refused.fencing) == (ADA, 1)
    assert isinstance(ledger.leases.acquire(APP, ADA, TTL), Held)
    assert isinstance(ledger.leases.acquire(NETWORK, GRACE, TTL), Lease)


def test_a_released_lease_is_free_and_its_number_grows(ledger: Ledger) -> None:
    first = taken(ledger.leases.acquire(APP, ADA, TTL))
    assert ledger.leases.release(first)
    assert ledger.reader.lease_holders() == {}
    second = taken(ledger.leases.acquire(APP, GRACE, TTL))
    assert second.fencing == 2
    assert not ledger.leases.release(first)
    assert ledger.reader.lease_holders()[APP].holder == GRACE


def test_a_lease_runs_out_and_then_may_be_taken(ledger: Ledger, clock: SetClock) -> None:
    stale = taken(ledger.leases.acquire(APP, ADA, TTL))
    clock.pass_by(TTL - 1)
    assert isinstance(ledger.leases.acquire(APP, GRACE, TTL), Held)
    clock.pass_by(1)
    assert taken(ledger.leases.acquire(APP, GRACE, TTL)).fencing == 2
    assert ledger.leases.renew([stale], TTL) == {}
    assert not ledger.leases.release(stale)


def test_a_renewed_lease_lasts(ledger: Ledger, clock: SetClock) -> None:
    lease = taken(ledger.leases.acquire(APP, ADA, TTL))
    clock.pass_by(TTL - 1)
    renewed = ledger.leases.renew([lease], TTL)[APP]
    assert renewed == Lease(APP, ADA, 1, clock.moment + timedelta(seconds=TTL))
    clock.pass_by(TTL - 1)
    assert isinstance(ledger.leases.acquire(APP, GRACE, TTL), Held)


def test_a_lease_that_ran_out_untaken_can_be_renewed_and_a_released_one_not(
    ledger: Ledger, clock: SetClock
) -> None:
    lease = taken(ledger.leases.acquire(APP, ADA, TTL))
    clock.pass_by(TTL * 10)
    lease = ledger.leases.renew([lease], TTL)[APP]
    assert isinstance(ledger.leases.acquire(APP, GRACE, TTL), Held)
    ledger.leases.release(lease)
    assert ledger.leases.renew([lease], TTL) == {}


def test_the_leases_of_a_holder_are_renewed_in_one_transaction(ledger: Ledger, clock: SetClock) -> None:
    held = [taken(ledger.leases.acquire(unit, ADA, TTL)) for unit in (APP, NETWORK, DATABASE)]
    ledger.leases.take_over(NETWORK, held[1].fencing, GRACE, TTL)
    theirs = ledger.reader.lease_holders()[NETWORK]
    clock.pass_by(TTL / 2)
    database = Counted(ledger.database)

    renewed = Leases(cast("Database", database)).renew(held, TTL)

    assert database.written == 1
    assert set(renewed) == {APP, DATABASE}, "what somebody else has taken over is not renewed"
    assert {lease.expires for lease in renewed.values()} == {clock.moment + timedelta(seconds=TTL)}
    assert ledger.reader.lease_holders()[NETWORK] == theirs


def test_a_lease_that_is_not_named_is_not_renewed(ledger: Ledger, clock: SetClock) -> None:
    first, _ = (taken(ledger.leases.acquire(unit, ADA, TTL)) for unit in (APP, NETWORK))
    before = ledger.reader.lease_holders()[NETWORK]
    clock.pass_by(1)
    assert set(ledger.leases.renew([first], TTL)) == {APP}
    assert ledger.reader.lease_holders()[NETWORK] == before
    assert ledger.leases.renew([], TTL) == {}


def test_a_dead_holders_lease_is_taken_over_at_once(ledger: Ledger) -> None:
    dead = taken(ledger.leases.acquire(APP, ADA, TTL))
    assert taken(ledger.leases.take_over(APP, dead.fencing, GRACE, TTL)).fencing == 2


def test_of_two_who_take_over_one_wins(ledger: Ledger) -> None:
    dead = taken(ledger.leases.acquire(APP, ADA, TTL))
    ledger.leases.take_over(APP, dead.fencing, GRACE, TTL)
    late = ledger.leases.take_over(APP, dead.fencing, ADA, TTL)
    assert isinstance(late, Held)
    assert (late.holder, late.fencing) == (GRACE, 2)


def test_taking_over_what_is_free_is_taking(ledger: Ledger) -> None:
    assert taken(ledger.leases.take_over(APP, 7, GRACE, TTL)).fencing == 1


VERBS: dict[str, Callable[[Ledger, int], None]] = {
    "enter": lambda ledger, fencing: ledger.recorder.enter(RUN, APP, UnitState.PLANNING, fencing=fencing),
    "applied": lambda ledger, fencing: ledger.recorder.record_applied(
        applied(), result(Outcome.APPLIED), RUN, APPLIED, fencing
    ),
    "destroyed": lambda ledger, fencing: ledger.recorder.record_destroyed(
        result(Outcome.APPLIED), RUN, APPLIED, fencing
    ),
    "result": lambda ledger, fencing: ledger.recorder.record_result(
        RUN, result(Outcome.FAILED), attempted=applied(), event=APPLIED, fencing=fencing
    ),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("lost", ["taken over", "released", "never had"])
def test_a_stale_number_records_nothing(ledger: Ledger, verb: str, lost: str) -> None:
    ledger.recorder.start_run(run())
    fencing = 1
    if lost != "never had":
        lease = taken(ledger.leases.acquire(APP, ADA, TTL))
        ledger.leases.release(lease)
    if lost == "taken over":
        ledger.leases.acquire(APP, GRACE, TTL)
    before = (ledger.reader.run_units(RUN), ledger.reader.heads(), ledger.reader.chain_end())

    with pytest.raises(LeaseLost) as caught:
        VERBS[verb](ledger, fencing)

    assert (caught.value.unit, caught.value.fencing) == (APP, 1)
    after = (ledger.reader.run_units(RUN), ledger.reader.heads(), ledger.reader.chain_end())
    assert after == before


@pytest.mark.parametrize("verb", VERBS)
def test_the_valid_number_records(ledger: Ledger, verb: str) -> None:
    ledger.recorder.start_run(run())
    lease = taken(ledger.leases.acquire(APP, ADA, TTL))
    VERBS[verb](ledger, lease.fencing)
    record = ledger.reader.run_unit(RUN, APP)
    assert record is not None
    assert record.state is not UnitState.PENDING
