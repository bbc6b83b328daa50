import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from cellwright.engine.lease import holding as holding_module
from cellwright.engine.lease.holding import Holding, LeaseTakenError, holder_for
from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.ledger.leases import Held, Lease, Leases
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from unit.engine.kit import APP, NETWORK, RUN, STRANGER, Interrupts

THIS = ProcessIdentity.of_this_process()


@pytest.fixture
def lost() -> list[UnitAddress]:
    return []


@pytest.fixture
def holding(ledger: Ledger, lost: list[UnitAddress]) -> Holding:
    return Holding(ledger.leases, holder_for(RUN, THIS), lost.append, Interrupts(), longest_wait=0.3)


def nobody(_held: Held) -> None:
    raise AssertionError("nobody has it")


def overtake(ledger: Ledger, holding: Holding) -> None:
    fencing = holding.fencing(APP)
    assert fencing is not None
    assert isinstance(ledger.leases.take_over(APP, fencing, STRANGER, 60), Lease)


def eventually(happened: Callable[[], bool]) -> None:
    for _ in range(500):
        if happened():
            return
        threading.Event().wait(0.01)
    raise AssertionError("waited in vain")


def test_a_lease_is_taken_known_by_its_number_and_given_back(ledger: Ledger, holding: Holding) -> None:
    assert holding.fencing(APP) is None
    lease = holding.take(APP, nobody)
    assert holding.fencing(APP) == lease.fencing == 1
    assert list(ledger.reader.lease_holders()) == [APP]
    holding.release(APP)
    assert holding.fencing(APP) is None
    assert ledger.reader.lease_holders() == {}
    holding.release(APP)


def test_the_end_gives_everything_back(ledger: Ledger, holding: Holding) -> None:
    with holding:
        holding.take(APP, nobody)
        holding.take(NETWORK, nobody)
    assert ledger.reader.lease_holders() == {}


def test_what_a_dead_process_held_is_taken_over_at_once(ledger: Ledger, holding: Holding) -> None:
    world, _, _ = THIS.started.rpartition("-")
    dead = holder_for("its-run", replace(THIS, started=f"{world}-1"))
    ledger.leases.acquire(APP, dead, 600)
    assert holding.take(APP, nobody).fencing == 2


@pytest.mark.parametrize("alive", [holder_for("its-run", THIS), STRANGER], ids=["here", "elsewhere"])
def test_what_a_living_process_holds_is_waited_for_and_then_given_up(
    ledger: Ledger, holding: Holding, alive: object
) -> None:
    assert isinstance(alive, type(STRANGER))
    ledger.leases.acquire(APP, alive, 600)
    told: list[Held] = []
    with pytest.raises(LeaseTakenError) as caught:
        holding.take(APP, told.append)
    assert [item.holder for item in told] == [alive], "told once"
    assert str(alive) in caught.value.diagnostics[0].summary
    assert "cellwright runs" in caught.value.diagnostics[0].detail


def test_what_is_given_back_while_it_is_waited_for_is_taken(ledger: Ledger, holding: Holding) -> None:
    theirs = ledger.leases.acquire(APP, STRANGER, 600)
    assert isinstance(theirs, Lease)

    def give_back(_held: Held) -> None:
        ledger.leases.release(theirs)

    assert holding.take(APP, give_back).fencing == 2


def test_whoever_wants_to_stop_does_not_wait(ledger: Ledger, lost: list[UnitAddress]) -> None:
    impatient = Holding(ledger.leases, holder_for(RUN, THIS), lost.append, Interrupts(1))
    ledger.leases.acquire(APP, STRANGER, 600)
    with pytest.raises(LeaseTakenError):
        impatient.take(APP, lambda _held: None)


def test_a_heartbeat_keeps_a_lease_alive(
    ledger: Ledger, holding: Holding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding_module, "BEAT", 0.01)
    with holding:
        first = holding.take(APP, nobody)
        eventually(lambda: ledger.reader.lease_holders()[APP].expires > first.expires)
        assert holding.fencing(APP) == first.fencing


def test_a_lost_lease_is_told_once_and_its_number_is_kept_to_be_refused(
    ledger: Ledger, holding: Holding, lost: list[UnitAddress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding_module, "BEAT", 0.01)
    with holding:
        number = holding.take(APP, nobody).fencing
        overtake(ledger, holding)
        eventually(lambda: bool(lost))
        threading.Event().wait(0.05)
        assert lost == [APP]
        # With no number at all the ledger would record without asking.
        assert holding.fencing(APP) == number
    assert [item.holder for item in ledger.reader.lease_holders().values()] == [STRANGER]


def test_a_unit_can_be_taken_again_after_it_was_lost(
    ledger: Ledger, holding: Holding, lost: list[UnitAddress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding_module, "BEAT", 0.01)
    with holding:
        holding.take(APP, nobody)
        overtake(ledger, holding)
        eventually(lambda: bool(lost))
        holding.release(APP)
        theirs = ledger.reader.lease_holders()[APP]
        ledger.leases.release(Lease(APP, theirs.holder, theirs.fencing, theirs.expires))
        assert holding.take(APP, nobody).fencing == 3


def test_a_ledger_that_is_out_of_reach_for_a_while_costs_no_lease(
    holding: Holding, lost: list[UnitAddress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding_module, "BEAT", 0.01)
    asked = threading.Event()

    def unreachable(_leases: Leases, _held: Sequence[Lease], _ttl: float) -> Mapping[UnitAddress, Lease]:
        asked.set()
        raise DiagnosticError(error("connection refused"))

    monkeypatch.setattr(Leases, "renew", unreachable)
    with holding:
        holding.take(APP, nobody)
        assert asked.wait(5)
        assert holding.fencing(APP) == 1
    assert lost == []
