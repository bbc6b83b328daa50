import pytest

from cellwright.engine.dispatch import cancel_watch as cancel_watch_module
from cellwright.engine.dispatch.cancel_watch import CancelWatch
from cellwright.ledger.cancels import CancelRequests
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from unit.engine.kit import RUN, Interrupts, make_run

GRACE = Actor("grace")


@pytest.fixture
def beside() -> Interrupts:
    return Interrupts()


@pytest.fixture
def watch(ledger: Ledger, beside: Interrupts, monkeypatch: pytest.MonkeyPatch) -> CancelWatch:
    monkeypatch.setattr(cancel_watch_module, "PERIOD", 0.0)
    ledger.recorder.start_run(make_run())
    return CancelWatch(beside, ledger.cancels, RUN)


def test_the_person_beside_the_run_is_heard(watch: CancelWatch, beside: Interrupts) -> None:
    assert watch.requested() == 0
    beside.level = 2
    assert watch.requested() == 2
    assert (watch.canceller(), watch.reasons()) == (None, ())


def test_a_cancel_request_counts_as_the_first_interrupt(ledger: Ledger, watch: CancelWatch) -> None:
    assert watch.requested() == 0
    ledger.cancels.request(RUN, GRACE, "wrong account")
    assert watch.requested() == 1
    assert watch.canceller() == Actor("grace", "ledger")
    (why,) = watch.reasons()
    assert why.summary == "the run was cancelled by grace: wrong account"


def test_a_ledger_that_is_out_of_reach_cancels_nothing(
    ledger: Ledger, watch: CancelWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise DiagnosticError(error("connection refused"))

    ledger.cancels.request(RUN, GRACE)
    with monkeypatch.context() as broken:
        broken.setattr(CancelRequests, "of_run", unreachable)
        assert watch.requested() == 0
    assert watch.requested() == 1


def test_the_ledger_is_looked_at_now_and_then_only(
    ledger: Ledger, watch: CancelWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cancel_watch_module, "PERIOD", 60.0)
    assert watch.requested() == 0
    ledger.cancels.request(RUN, GRACE)
    assert watch.requested() == 0
