"""Webhooks and their deliveries."""

from dataclasses import replace

import pytest

from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.webhooks.values import Attempt, DeliveryState, MessageForm, Webhook
from cellwright.model.actor import Actor
from contract.ledger.conftest import SetClock

ADA = Actor("ada")
NOW = "2026-11-22T21:48:12.345678+00:00"
HOOK = Webhook(
    id="wh-1",
    name="the team",
    url="https://hooks.example.com/a",
    form=MessageForm.STANDARD,
    actions=("run.*",),
    secret="sealed",
    enabled=True,
    seen=0,
    created_by="ada",
    created_at=NOW,
)
ATTEMPT = Attempt(time=NOW, status=500, fault="it answered 500", milliseconds=12)


def happen(ledger: Ledger, *actions: str) -> None:
    for action in actions:
        ledger.recorder.append_event(ADA, action, "run-1")


def test_a_webhook_is_kept_and_told_of_what_comes_after_it(ledger: Ledger) -> None:
    happen(ledger, "run.started")
    added = ledger.webhooks.add(HOOK, ADA)
    assert added == replace(HOOK, seen=2)
    assert ledger.webhooks.all() == (added,)
    happen(ledger, "run.finished", "unit.applied")
    assert ledger.deliveries.queue("wh-1") == 1
    assert ledger.deliveries.queue("wh-1") == 0
    assert [item.event for item in ledger.deliveries.history("wh-1", 10)] == [3]


def test_a_webhook_without_patterns_is_told_of_everything(ledger: Ledger) -> None:
    ledger.webhooks.add(replace(HOOK, actions=()), ADA)
    happen(ledger, "unit.applied", "client.onboarded")
    assert ledger.deliveries.queue("wh-1") == 2  # not of its own making


def test_a_delivery_is_claimed_by_one_process_until_its_time_is_over(
    ledger: Ledger, url: str, clock: SetClock
) -> None:
    ledger.webhooks.add(HOOK, ADA)
    happen(ledger, "run.finished")
    with open_ledger(url, clock=clock) as elsewhere:
        assert [ledger.deliveries.queue("wh-1"), elsewhere.deliveries.queue("wh-1")] == [1, 0]
        first = ledger.deliveries.claim(60)
        assert first is not None
        assert elsewhere.deliveries.claim(60) is None
        clock.pass_by(61)
        second = elsewhere.deliveries.claim(60)
        assert second is not None
        # The first one woke too late: what it says does not count.
        assert not ledger.deliveries.record(first, ATTEMPT, DeliveryState.DELIVERED)
        assert elsewhere.deliveries.record(second, ATTEMPT, DeliveryState.DELIVERED)
    [delivery] = ledger.deliveries.history("wh-1", 10)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, (ATTEMPT,))
    assert ledger.deliveries.claim(60) is None


def test_one_webhook_has_one_delivery_at_a_time_and_holds_up_no_other(
    ledger: Ledger, clock: SetClock
) -> None:
    ledger.webhooks.add(HOOK, ADA)
    ledger.webhooks.add(replace(HOOK, id="wh-2"), ADA)
    for _ in range(2):
        ledger.deliveries.queue_test("wh-1", ADA)
    first = ledger.deliveries.claim(60)
    assert first is not None
    assert ledger.deliveries.claim(60) is None
    ledger.deliveries.queue_test("wh-2", ADA)
    other = ledger.deliveries.claim(60)
    assert other is not None
    assert other.webhook.id == "wh-2"
    ledger.deliveries.record(first, ATTEMPT, DeliveryState.DELIVERED)
    second = ledger.deliveries.claim(60)
    assert second is not None
    assert second.webhook.id == "wh-1"
    clock.pass_by(61)
    assert ledger.deliveries.claim(60) is not None


def test_a_failed_delivery_is_due_again_later(ledger: Ledger, clock: SetClock) -> None:
    ledger.webhooks.add(HOOK, ADA)
    happen(ledger, "run.finished")
    ledger.deliveries.queue("wh-1")
    claimed = ledger.deliveries.claim(60)
    assert claimed is not None
    ledger.deliveries.record(claimed, ATTEMPT, DeliveryState.PENDING, wait=30)
    assert ledger.deliveries.claim(60) is None
    clock.pass_by(31)
    again = ledger.deliveries.claim(60)
    assert again is not None
    assert again.delivery.attempts == (ATTEMPT,)


def test_one_that_is_switched_off_misses_what_happens_meanwhile(ledger: Ledger) -> None:
    ledger.webhooks.add(HOOK, ADA)
    assert ledger.webhooks.enable("wh-1", ADA, enabled=False)
    happen(ledger, "run.finished")
    assert ledger.deliveries.queue("wh-1") == 0
    assert ledger.webhooks.enable("wh-1", ADA, enabled=True)
    assert not ledger.webhooks.enable("wh-1", ADA, enabled=True)
    assert ledger.deliveries.queue("wh-1") == 0
    happen(ledger, "run.started")
    assert ledger.deliveries.queue("wh-1") == 1


def test_one_that_is_removed_takes_its_history_with_it(ledger: Ledger) -> None:
    ledger.webhooks.add(HOOK, ADA)
    ledger.deliveries.queue_test("wh-1", ADA)
    assert ledger.webhooks.remove("wh-1", ADA)
    assert not ledger.webhooks.remove("wh-1", ADA)
    assert ledger.deliveries.history("wh-1", 10) == ()
    assert [event.action for event in ledger.reader.events()] == [
        "webhook.created",
        "webhook.tested",
        "webhook.removed",
    ]


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_the_history_goes_back_thirty_days(ledger: Ledger, clock: SetClock, days: int, left: int) -> None:
    ledger.webhooks.add(HOOK, ADA)
    ledger.deliveries.queue_test("wh-1", ADA)
    claimed = ledger.deliveries.claim(60)
    assert claimed is not None
    ledger.deliveries.record(claimed, ATTEMPT, DeliveryState.FAILED)
    clock.pass_by(days * 86_400)
    assert ledger.deliveries.forget_old() == 1 - left
    assert len(ledger.deliveries.history("wh-1", 10)) == left
