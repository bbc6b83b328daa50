"""What people do by hand with a unit's state."""

from dataclasses import replace

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.leases import Holder, Lease, LeaseLost
from cellwright.ledger.opening import Ledger
from cellwright.model.applied import BY_HAND, AppliedUnit, StateMark
from cellwright.model.runs.run import Outcome
from contract.ledger.samples import APP, APPLIED, RUN, applied, result, run

BEGUN = EventDraft("ada", "terraform.begun", str(APP))
ENDED = EventDraft("ada", "terraform.ended", str(APP))
ADA = Holder("here", 7, "boot-1", "by hand")


@pytest.fixture
def lease(ledger: Ledger) -> Lease:
    ledger.recorder.start_run(run())
    ledger.recorder.record_applied(applied(), result(Outcome.APPLIED), RUN, APPLIED)
    found = ledger.leases.acquire(APP, ADA, 60)
    assert isinstance(found, Lease)
    return found


def recorded(ledger: Ledger) -> AppliedUnit:
    return ledger.reader.applied([APP])[APP]


def test_a_unit_does_not_count_as_applied_from_the_beginning_on(ledger: Ledger, lease: Lease) -> None:
    assert ledger.by_hand.begin(APP, BEGUN, lease.fencing, changes=True)
    assert recorded(ledger).head.failed == BY_HAND
    assert recorded(ledger).head.fingerprint == applied().head.fingerprint
    ledger.by_hand.end(APP, ENDED, lease.fencing)
    assert recorded(ledger).head.failed == BY_HAND
    assert not ledger.by_hand.begin(APP, BEGUN, lease.fencing, changes=True), "it was so before"


def test_what_changed_nothing_leaves_a_unit_as_it_was(ledger: Ledger, lease: Lease) -> None:
    assert not ledger.by_hand.begin(APP, BEGUN, lease.fencing, changes=False)
    assert recorded(ledger) == applied()
    ledger.by_hand.begin(APP, BEGUN, lease.fencing, changes=True)
    ledger.by_hand.end(APP, ENDED, lease.fencing, unmark=True)
    assert recorded(ledger) == applied()
    assert [item.action for item in ledger.reader.events()][-3:] == [
        "terraform.begun",
        "terraform.begun",
        "terraform.ended",
    ]


def test_an_apply_that_failed_stays_one(ledger: Ledger, lease: Lease) -> None:
    failed = replace(applied(), head=replace(applied().head, fingerprint="f9"))
    ledger.recorder.start_run(run("20261123"))
    ledger.recorder.record_result("20261123", result(Outcome.FAILED), attempted=failed)
    assert not ledger.by_hand.begin(APP, BEGUN, lease.fencing, changes=True)
    ledger.by_hand.end(APP, ENDED, lease.fencing, unmark=True)
    assert recorded(ledger).head.failed == "f9"


def test_the_state_that_was_left_is_recorded(ledger: Ledger, lease: Lease) -> None:
    ledger.by_hand.begin(APP, BEGUN, lease.fencing, changes=True)
    left = replace(applied(), head=replace(applied().head, state=StateMark("l", 99)), recipe={})
    ledger.by_hand.end(APP, ENDED, lease.fencing, left=left)
    assert recorded(ledger).head.state == StateMark("l", 99)
    assert recorded(ledger).outputs == applied().outputs


def test_a_stale_lease_records_nothing(ledger: Ledger, lease: Lease) -> None:
    before = ledger.reader.chain_end()
    for attempt in (
        lambda: ledger.by_hand.begin(APP, BEGUN, lease.fencing - 1, changes=True),
        lambda: ledger.by_hand.end(APP, ENDED, lease.fencing + 1, unmark=True),
    ):
        with pytest.raises(LeaseLost):
            attempt()
    assert ledger.reader.chain_end() == before
    assert recorded(ledger) == applied()


def test_a_unit_that_was_never_applied_has_nothing_to_lose(ledger: Ledger) -> None:
    lease = ledger.leases.acquire(APP, ADA, 60)
    assert isinstance(lease, Lease)
    assert not ledger.by_hand.begin(APP, BEGUN, lease.fencing, changes=True)
    ledger.by_hand.end(APP, ENDED, lease.fencing)
    assert ledger.reader.applied(None) == {}
