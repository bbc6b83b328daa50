"""Webhooks from the request to what the receiver gets."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from cellwright.api.records.events import event as document
from cellwright.app.session.session import FleetSession
from cellwright.app.webhooks import manage
from cellwright.app.webhooks.sending import WAITS, Sender
from cellwright.ledger.webhooks.values import DeliveryState, MessageForm
from cellwright.model.diagnostic import DiagnosticError
from cellwright.web.outgoing import Outgoing, OutgoingError
from unit.app.kit import ADA, make_fleet

REQUEST = manage.WebhookRequest(name="team", url="https://hooks.example.com/x", actions=("run.*",))


class Receiver:
    """Stands in place of the network."""

    def __init__(self, answer: int | OutgoingError = 200) -> None:
        self.answer = answer
        self.got: list[tuple[str, bytes, Mapping[str, str]]] = []

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.got.append((url, body, headers))
        if isinstance(self.answer, OutgoingError):
            raise self.answer
        return self.answer


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    with FleetSession(make_fleet(tmp_path, acme="{}")) as opened:
        yield opened


def sender_to(session: FleetSession, receiver: Receiver, address: str = "") -> Sender:
    return Sender(session, document, lambda: cast("Outgoing", receiver), address)


def happen(session: FleetSession, reason: str = "") -> None:
    session.ledger(writing=True).recorder.append_event(ADA, "run.finished", "run-1", reason)


def test_an_event_arrives_signed_and_once(session: FleetSession) -> None:
    made = manage.create_webhook(session, ADA, REQUEST)
    happen(session)
    receiver = Receiver()
    sender = sender_to(session, receiver)
    sender.queue()
    sender.queue()
    assert [sender.send_one(), sender.send_one()] == [True, False]
    [(url, body, headers)] = receiver.got
    assert url == REQUEST.url
    message = json.loads(body)
    assert (message["type"], message["data"]["subject"]) == ("run.finished", "run-1")
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    [delivery] = manage.deliveries(session, made.webhook.id).deliveries
    assert (delivery.state, delivery.attempts[0].status) == (DeliveryState.DELIVERED, 200)


@pytest.mark.parametrize("answer", [500, 302, OutgoingError("it did not answer")])
def test_what_is_not_taken_waits_to_be_sent_again(session: FleetSession, answer: int | OutgoingError) -> None:
    made = manage.create_webhook(session, ADA, REQUEST)
    happen(session)
    sender = sender_to(session, Receiver(answer))
    sender.queue()
    assert [sender.send_one(), sender.send_one()] == [True, False]
    [delivery] = manage.deliveries(session, made.webhook.id).deliveries
    assert delivery.state is DeliveryState.PENDING
    assert delivery.attempts[0].fault
    now = session.now().timestamp() * 1000
    assert now + WAITS[0] * 800 < delivery.due < now + WAITS[0] * 1200


def test_a_receiver_that_says_gone_is_told_nothing_more(session: FleetSession) -> None:
    made = manage.create_webhook(session, ADA, REQUEST)
    happen(session)
    sender = sender_to(session, Receiver(410))
    sender.queue()
    sender.send_one()
    [delivery] = manage.deliveries(session, made.webhook.id).deliveries
    assert delivery.state is DeliveryState.FAILED
    assert not manage.find_webhook(session, made.webhook.id).enabled
    assert session.ledger().reader.latest_events(1)[0].action == "webhook.disabled"


def test_one_that_was_switched_off_gets_nothing_that_still_waits(session: FleetSession) -> None:
    made = manage.create_webhook(session, ADA, REQUEST)
    manage.send_test(session, ADA, made.webhook.id)
    manage.enable_webhook(session, ADA, made.webhook.id, enabled=False)
    receiver = Receiver()
    sender_to(session, receiver).send_one()
    assert receiver.got == []
    [delivery] = manage.deliveries(session, made.webhook.id).deliveries
    assert delivery.state is DeliveryState.FAILED
    with pytest.raises(DiagnosticError, match="is switched off"):
        manage.send_test(session, ADA, made.webhook.id)


def test_without_the_fleets_key_the_history_says_what_to_do(session: FleetSession) -> None:
    made = manage.create_webhook(session, ADA, REQUEST)
    manage.send_test(session, ADA, made.webhook.id)
    (session.home.folder / "key").unlink()
    receiver = Receiver()
    sender_to(session, receiver).send_one()
    assert receiver.got == []
    [delivery] = manage.deliveries(session, made.webhook.id).deliveries
    assert "make it anew" in delivery.attempts[0].fault


@pytest.mark.parametrize("form", [MessageForm.SLACK, MessageForm.TEAMS])
def test_a_message_for_people_links_to_the_run_and_keeps_markup_out(
    session: FleetSession, form: MessageForm
) -> None:
    manage.create_webhook(
        session, ADA, manage.WebhookRequest(name="chat", url=REQUEST.url, form=form, actions=("run.*",))
    )
    happen(session, "<!channel> & <https://evil.example|click>")
    receiver = Receiver()
    sender = sender_to(session, receiver, "https://console.example.com")
    sender.queue()
    sender.send_one()
    [(_, body, _)] = receiver.got
    message = json.loads(body)
    assert "https://console.example.com/runs/run-1" in body.decode()
    if form is MessageForm.SLACK:
        assert "<!channel>" not in body.decode()
        assert message["blocks"][0]["type"] == "section"
    else:
        [card] = message["attachments"]
        assert card["content"]["type"] == "AdaptiveCard"


@pytest.mark.parametrize(
    ("name", "url", "actions", "told"),
    [
        ("", REQUEST.url, (), "a name is needed"),
        ("x" * 101, REQUEST.url, (), "at most 100 characters"),
        ("a\u202eb", REQUEST.url, (), "can't be seen"),
        ("a", "ftp://x", (), "the url can't be used"),
        ("a", "http://10.0.0.1/", (), "webhooks: allow"),
        ("a", REQUEST.url, ("run started",), "the actions can't be used"),
        ("a", REQUEST.url, ("",), "the actions can't be used"),
        ("a", REQUEST.url, ("a",) * 51, "the actions can't be used"),
    ],
)
def test_what_can_not_be_used_is_refused(
    session: FleetSession, name: str, url: str, actions: tuple[str, ...], told: str
) -> None:
    request = manage.WebhookRequest(name=name, url=url, actions=actions)
    with pytest.raises(DiagnosticError, match=told):
        manage.create_webhook(session, ADA, request)
    assert manage.webhooks(session) == ()


def test_fleet_yaml_lets_webhooks_reach_a_private_host(session: FleetSession) -> None:
    file = session.root / "fleet.yaml"
    file.write_text(f"{file.read_text()}webhooks:\n  allow: [10.0.0.0/8]\n")
    session.renew()
    manage.create_webhook(session, ADA, manage.WebhookRequest(name="a", url="http://10.0.0.1/"))
    assert len(manage.webhooks(session)) == 1


def test_one_that_is_not_there_is_named(session: FleetSession) -> None:
    for act in (manage.find_webhook, manage.deliveries):
        with pytest.raises(DiagnosticError, match="there is no webhook 'wh_0'"):
            act(session, "wh_0")
    with pytest.raises(DiagnosticError, match="there is no webhook 'wh_0'"):
        manage.remove_webhook(session, ADA, "wh_0")


def test_the_history_comes_in_pages(session: FleetSession) -> None:
    made = manage.create_webhook(session, ADA, REQUEST)
    for _ in range(3):
        manage.send_test(session, ADA, made.webhook.id)
    first = manage.deliveries(session, made.webhook.id, limit=2)
    assert first.next is not None
    second = manage.deliveries(session, made.webhook.id, limit=2, before=first.next)
    assert second.next is None
    assert len({item.id for item in (*first.deliveries, *second.deliveries)}) == 3
