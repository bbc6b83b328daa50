import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from cellwright.engine.lease import keeper as keeper_module
from cellwright.engine.lease.keeper import LeaseKeeper, LeaseTakenError, holder_for
from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.ledger.leases import Held, Lease, Leases
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from patience import PATIENCE
from unit.engine.kit import APP, NETWORK, RUN, STRANGER, Interrupts

THIS = ProcessIdentity.of_this_process()


@pytest.fixture
def lost() -> list[UnitAddress]:
    return []


@pytest.fixture
def keeper(ledger: Ledger, lost: list[UnitAddress]) -> LeaseKeeper:
    return LeaseKeeper(ledger.leases, holder_for(RUN, THIS), lost.append, Interrupts(), longest_wait=0.3)


def nobody(_held: Held) -> None:
    raise AssertionError("nobody has it")


def overtake(ledger: Ledger, keeper: LeaseKeeper) -> None:
    fencing = keeper.fencing(APP)
    assert fencing is not None
    assert isinstance(ledger.leases.take_over(APP, fencing, STRANGER, 60), Lease)


def eventually(happened: Callable[[], bool]) -> None:
    for _ in range(int(PATIENCE / 0.01)):
        if happened():
            return
        threading.Event().wait(0.01)
    raise AssertionError("waited in vain")


def test_a_lease_is_taken_known_by_its_number_and_given_back(ledger: Ledger, keeper: LeaseKeeper) -> None:
    assert keeper.fencing(APP) is None
    lease = keeper.take(APP, nobody)
    assert keeper.fencing(APP) == lease.fencing == 1
    assert list(ledger.reader.lease_holders()) == [APP]
    keeper.release(APP)
    assert keeper.fencing(APP) is None
    assert ledger.reader.lease_holders() == {}
    keeper.release(APP)


def test_the_end_gives_everything_back(ledger: Ledger, keeper: LeaseKeeper) -> None:
    with keeper:
        keeper.take(APP, nobody)
        keeper.take(NETWORK, nobody)
    assert ledger.reader.lease_holders() == {}


def test_what_a_dead_process_held_is_taken_over_at_once(ledger: Ledger, keeper: LeaseKeeper) -> None:
    world, _, _ = THIS.started.rpartition("-")
    dead = holder_for("its-run", replace(THIS, started=f"{world}-1"))
    ledger.leases.acquire(APP, dead, 600)
    assert keeper.take(APP, nobody).fencing == 2


@pytest.mark.parametrize("alive", [holder_for("its-run", THIS), STRANGER], ids=["here", "elsewhere"])
def test_what_a_living_process_holds_is_waited_for_and_then_given_up(
    ledger: Ledger, keeper: LeaseKeeper, alive: object
) -> None:
    assert isinstance(alive, type(STRANGER))
    ledger.leases.acquire(APP, alive, 600)
    told: list[Held] = []
    with pytest.raises(LeaseTakenError) as caught:
        keeper.take(APP, told.append)
    assert [item.holder for item in told] == [alive], "told once"
    assert str(alive) in caught.value.diagnostics[0].summary
    assert "cellwright runs" in caught.value.diagnostics[0].detail


def test_what_is_given_back_while_it_is_waited_for_is_taken(ledger: Ledger, keeper: LeaseKeeper) -> None:
    theirs = ledger.leases.acquire(APP, STRANGER, 600)
    assert isinstance(theirs, Lease)

    def give_back(_held: Held) -> None:
        ledger.leases.release(theirs)

    assert keeper.take(APP, give_back).fencing == 2


def test_whoever_wants_to_stop_does_not_wait(ledger: Ledger, lost: list[UnitAddress]) -> None:
    impatient = LeaseKeeper(ledger.leases, holder_for(RUN, THIS), lost.append, Interrupts(1))
    ledger.leases.acquire(APP, STRANGER, 600)
    with pytest.raises(LeaseTakenError):
        impatient.take(APP, lambda _held: None)


def test_a_heartbeat_keeps_a_lease_alive(
    ledger: Ledger, keeper: LeaseKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "HEARTBEAT", 0.01)
    with keeper:
        first = keeper.take(APP, nobody)
        eventually(lambda: ledger.reader.lease_holders()[APP].expires > first.expires)
        assert keeper.fencing(APP) == first.fencing


def test_a_lost_lease_is_told_once_and_its_number_is_kept_to_be_refused(
    ledger: Ledger, keeper: LeaseKeeper, lost: list[UnitAddress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "HEARTBEAT", 0.01)
    with keeper:
        number = keeper.take(APP, nobody).fencing
        overtake(ledger, keeper)
        eventually(lambda: bool(lost))
        threading.Event().wait(0.05)
        assert lost == [APP]
        # With no number at all the ledger would record without asking.
        assert keeper.fencing(APP) == number
    assert [item.holder for item in ledger.reader.lease_holders().values()] == [STRANGER]


def test_a_unit_can_be_taken_again_after_it_was_lost(
    ledger: Ledger, keeper: LeaseKeeper, lost: list[UnitAddress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "HEARTBEAT", 0.01)
    with keeper:
        keeper.take(APP, nobody)
        overtake(ledger, keeper)
        eventually(lambda: bool(lost))
        keeper.release(APP)
        theirs = ledger.reader.lease_holders()[APP]
        ledger.leases.release(Lease(APP, theirs.holder, theirs.fencing, theirs.expires))
        assert keeper.take(APP, nobody).fencing == 3


def test_a_ledger_that_is_out_of_reach_for_a_while_costs_no_lease(
    keeper: LeaseKeeper, lost: list[UnitAddress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "HEARTBEAT", 0.01)
    asked = threading.Event()

    def unreachable(_leases: Leases, _held: Sequence[Lease], _ttl: float) -> Mapping[UnitAddress, Lease]:
        asked.set()
        raise DiagnosticError(error("connection refused"))

    monkeypatch.setattr(Leases, "renew", unreachable)
    with keeper:
        keeper.take(APP, nobody)
        assert asked.wait(PATIENCE)
        assert keeper.fencing(APP) == 1
    assert lost == []


def test_a_unit_that_can_t_be_stopped_keeps_no_other_from_being_stopped(
    ledger: Ledger, lost: list[UnitAddress]
) -> None:
    def stop(unit: UnitAddress) -> None:
        lost.append(unit)
        raise KeyError("ours")

    keeper = LeaseKeeper(ledger.leases, holder_for(RUN, THIS), stop, Interrupts(), ttl=0.2)
    with keeper:
        for unit in (APP, NETWORK):
            fencing = keeper.take(unit, nobody).fencing
            assert isinstance(ledger.leases.take_over(unit, fencing, STRANGER, 60), Lease)
        eventually(lambda: set(lost) == {APP, NETWORK})
