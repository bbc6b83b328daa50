"""Sends what is due to webhooks, and tries again later what was not taken."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event as Signal
from threading import Thread

from cellwright.app.session.session import FleetSession
from cellwright.app.webhooks.messages import TEST_ACTION, Document, write_message
from cellwright.app.webhooks.signing import signed_headers, unseal
from cellwright.ledger.opening import Ledger
from cellwright.ledger.webhooks.values import Attempt, ClaimedDelivery, DeliveryState
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import Event
from cellwright.web.outgoing import Outgoing, OutgoingError

WAITS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before each further try, about three days in all; then it is given up."""
_SPREAD = 0.1
_CLAIM = 120.0
_PAUSE = 1.0
_GONE = 410
_THREADS = 4
_FORGET_EVERY = 3600.0
_SYSTEM = "cellwright"


@dataclass(frozen=True, slots=True)
class Sender:
    """What is needed to send."""

    session: FleetSession
    document: Document
    outgoing: Callable[[], Outgoing]
    """Asked each time: fleet.yaml may allow another network meanwhile."""
    address: str = ""
    """Where people reach the console."""

    def queue(self) -> None:
        """Queue, for each webhook, the events since those that it was told of."""
        ledger = self.session.ledger()
        for hook in ledger.webhooks.all():
            if hook.enabled:
                ledger.deliveries.queue(hook.id)

    def send_one(self) -> bool:
        """Send one delivery that is due; False if there is none."""
        ledger = self.session.ledger()
        claimed = ledger.deliveries.claim(_CLAIM)
        if claimed is None:
            return False
        attempt = self._attempt(ledger, claimed)
        tries = len(claimed.delivery.attempts)
        if not attempt.fault:
            ledger.deliveries.record(claimed, attempt, DeliveryState.DELIVERED)
        elif attempt.status == _GONE or tries >= len(WAITS) or not claimed.webhook.enabled:
            ledger.deliveries.record(claimed, attempt, DeliveryState.FAILED)
        else:
            wait = WAITS[tries] * (1 + random.uniform(-_SPREAD, _SPREAD))  # noqa: S311  spreads the load
            ledger.deliveries.record(claimed, attempt, DeliveryState.PENDING, wait)
        if attempt.status == _GONE:
            ledger.webhooks.enable(
                claimed.webhook.id, _SYSTEM, "the receiver answered 410 Gone", enabled=False
            )
        return True

    def _attempt(self, ledger: Ledger, claimed: ClaimedDelivery) -> Attempt:
        began, status, fault = time.monotonic(), None, ""
        hook = claimed.webhook
        if not hook.enabled:
            return Attempt(time=self._now(), status=None, fault="the webhook is switched off")
        try:
            body = write_message(self._event(ledger, claimed), hook.form, self.document, self.address)
            hidden = unseal(hook.secret, hook.id, self.session.find_key())
            headers = {
                "Content-Type": "application/json",
                "User-Agent": "cellwright",
                **signed_headers(
                    hidden.secret, claimed.delivery.id, int(self.session.now().timestamp()), body
                ),
            }
            status = self.outgoing().post(hidden.url, body, headers)
        except OutgoingError as failure:
            fault = str(failure)
        except DiagnosticError as failure:
            fault = str(failure.diagnostics[0])
        if status is not None and not 200 <= status < 300:  # noqa: PLR2004  HTTP's own ranges
            fault = f"the receiver answered {status}"
        spent = int((time.monotonic() - began) * 1000)
        return Attempt(time=self._now(), status=status, fault=fault, milliseconds=spent)

    def _now(self) -> str:
        return self.session.now().isoformat(timespec="seconds")

    def _event(self, ledger: Ledger, claimed: ClaimedDelivery) -> Event:
        number = claimed.delivery.event
        if number == 0:
            made = claimed.delivery.made_at
            hook = claimed.webhook
            return Event(
                sequence=0, time=made, actor=_SYSTEM, action=TEST_ACTION, subject=hook.id, reason=hook.name
            )
        return next(iter(ledger.reader.events(number - 1, 1)))


class SenderThreads:
    """Sends in threads of its own until it is stopped; several servers may, each delivery is sent by one."""

    def __init__(self, sender: Sender, failed: Callable[[Exception], None]) -> None:
        """Start nothing yet; `failed` is told of what kept it from working for a while."""
        self._sender = sender
        self._failed = failed
        self._stopping = Signal()
        self._threads = [
            Thread(target=self._work, args=(number == 0,), name=f"webhooks-{number}", daemon=True)
            for number in range(_THREADS)
        ]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 2.0) -> None:
        """Send nothing more; what is under way has some seconds, then another server takes it up."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(seconds / len(self._threads))

    def _work(self, queues: bool) -> None:  # noqa: FBT001  one of the threads does
        forgotten = 0.0
        while not self._stopping.is_set():
            wait = _PAUSE
            try:
                if queues:
                    self._sender.queue()
                if queues and time.monotonic() - forgotten > _FORGET_EVERY:
                    forgotten = time.monotonic()
                    self._sender.session.ledger().deliveries.forget_old()
                wait = 0.0 if self._sender.send_one() else _PAUSE
            except Exception as fault:  # noqa: BLE001  a thread that ends would send nothing any more
                self._failed(fault)
                wait = 10 * _PAUSE
            self._stopping.wait(wait)
