"""Requests to cancel a run."""

from cellwright.ledger.cancels import CancelRequest
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.actor import Actor
from cellwright.model.runs.run import RunStatus
from contract.ledger.conftest import SetClock
from contract.ledger.samples import RUN, run

NOW = "2026-11-22T21:48:12.345678+00:00"
ADA, GRACE = Actor("ada"), Actor("grace")


def test_a_request_is_seen_by_other_processes_and_has_its_event(
    ledger: Ledger, url: str, clock: SetClock
) -> None:
    ledger.recorder.start_run(run())
    assert ledger.cancels.of_run(RUN) is None
    with open_ledger(url, clock=clock) as elsewhere:
        assert elsewhere.cancels.request(RUN, GRACE, "wrong account")
    assert ledger.cancels.of_run(RUN) == CancelRequest(RUN, "grace", NOW, "wrong account")
    event = ledger.reader.latest_events(1)[0]
    assert (event.actor, event.action, event.subject, event.reason) == (
        "grace",
        "run.cancel_requested",
        RUN,
        "wrong account",
    )


def test_the_first_request_counts(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    assert ledger.cancels.request(RUN, GRACE)
    assert not ledger.cancels.request(RUN, ADA)
    found = ledger.cancels.of_run(RUN)
    assert found is not None
    assert found.requested_by == "grace"
    assert [event.action for event in ledger.reader.events()] == ["run.started", "run.cancel_requested"]


def test_a_run_that_is_over_or_unknown_can_not_be_cancelled(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.finish_run(RUN, RunStatus.SUCCEEDED)
    assert not ledger.cancels.request(RUN, GRACE)
    assert not ledger.cancels.request("none", GRACE)
    assert ledger.cancels.of_run(RUN) is None


def test_a_run_that_is_resumed_is_not_cancelled_by_an_old_request(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    ledger.cancels.request(RUN, GRACE)
    ledger.recorder.finish_run(RUN, RunStatus.CANCELLED, "grace")
    ledger.recorder.reopen_run(RUN, "ada")
    assert ledger.cancels.of_run(RUN) is None
    assert ledger.cancels.request(RUN, ADA)
