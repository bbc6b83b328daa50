"""What an apply takes out of a state is on record with the apply, and its event vouches for it."""

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.opening import Ledger
from cellwright.ledger.removals import REMOVED, sealed
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import CellAddress
from cellwright.model.runs.plan import Action
from cellwright.model.runs.removal import Removal, RemovalEnd, Removing
from cellwright.model.runs.run import Outcome
from contract.ledger.samples import APP, DATABASE, RUN, applied, result, run

ACME = CellAddress("client", "acme")
DESTROYED = EventDraft("ada", "unit.destroyed", str(APP), "", {"run": RUN})
FAILED = EventDraft("ada", "unit.failed", str(APP), "", {"run": RUN})


def removal(name: str) -> Removal:
    return Removal(
        address=f"aws_kms_key.{name}",
        action=Action.DELETE,
        type="aws_kms_key",
        provider="aws",
        keys=("k\0\ud800",),
        settings={"deletion_window_in_days": 7},
    )


def begin(ledger: Ledger, *names: str) -> None:
    ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
    removing = Removing("digest-1", [removal(name) for name in names])
    ledger.recorder.enter(RUN, APP, UnitState.APPLYING, {}, removing=removing)


def test_it_is_known_before_the_apply_and_its_end_goes_with_the_outcome(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    begin(ledger, "b", "a")
    begun = ledger.certificates.removed(ACME)
    assert [(item.resource.address, item.ended) for item in begun] == [
        ("aws_kms_key.b", None),
        ("aws_kms_key.a", None),
    ]
    ledger.recorder.record_destroyed(result(Outcome.APPLIED), RUN, DESTROYED)
    gone = ledger.certificates.removed(ACME)
    assert {item.ended for item in gone} == {RemovalEnd.APPLIED}
    assert all(item.ended_at and item.plan_digest == "digest-1" and item.run == RUN for item in gone)
    assert gone[0].resource.keys == ("k\ufffd?",)
    (event,) = ledger.reader.latest_events(1)
    assert event.detail[REMOVED] == sealed(item.text for item in gone)


def test_a_failed_apply_says_so_and_a_second_attempt_has_rows_of_its_own(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    begin(ledger, "a", "b")
    ledger.recorder.record_result(RUN, result(Outcome.FAILED), attempted=applied(), event=FAILED)
    (event,) = ledger.reader.latest_events(1)
    assert event.detail[REMOVED] == sealed(item.text for item in ledger.certificates.removed(ACME))
    ledger.recorder.reopen_run(RUN)
    begin(ledger, "b")
    ledger.recorder.record_destroyed(result(Outcome.APPLIED), RUN, DESTROYED)
    told = [(item.attempt, item.resource.address, item.ended) for item in ledger.certificates.removed(ACME)]
    assert told == [
        (1, "aws_kms_key.a", RemovalEnd.FAILED),
        (1, "aws_kms_key.b", RemovalEnd.FAILED),
        (2, "aws_kms_key.b", RemovalEnd.APPLIED),
    ]


@pytest.mark.parametrize("outcome", [Outcome.PLANNED, Outcome.SKIPPED])
def test_an_outcome_without_an_apply_says_nothing(ledger: Ledger, outcome: Outcome) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
    ledger.recorder.record_result(RUN, result(outcome), event=FAILED)
    assert REMOVED not in ledger.reader.latest_events(1)[0].detail


def test_only_one_cell_s_are_given(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    begin(ledger, "a")
    assert ledger.certificates.removed(CellAddress("client", "acme2")) == ()
    assert ledger.certificates.removed(DATABASE.of_cell) != ()
