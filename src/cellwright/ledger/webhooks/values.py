"""A webhook and its deliveries as values."""

from dataclasses import dataclass
from enum import Enum

from cellwright.ledger.read.event_filter import action_pattern


class MessageForm(Enum):
    """How a message is written."""

    STANDARD = "standard"
    """JSON with the event, for programs."""
    SLACK = "slack"
    TEAMS = "teams"


class DeliveryState(Enum):
    """How far a delivery has come."""

    PENDING = "pending"
    """It is to be sent, for the first time or again."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up: it is not tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told of events."""

    id: str
    name: str
    url: str
    """As it is shown: its host and the beginning of its path."""
    form: MessageForm
    actions: tuple[str, ...]
    """Patterns of actions, such as `run.*`; none means every event."""
    secret: str
    """Encrypted: what the messages are signed with, and the whole address."""
    enabled: bool
    seen: int
    """The number of the last event that was looked at for it."""
    created_by: str
    created_at: str

    def wants(self, action: str) -> bool:
        """Tell whether it is told of events with this action."""
        return not self.actions or any(action_pattern(item).matches(action) for item in self.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to deliver."""

    time: str
    status: int | None
    """What the receiver answered; None if it did not."""
    fault: str = ""
    """Why it counts as failed; empty if it was delivered."""
    milliseconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event on its way to a webhook."""

    id: str
    webhook: str
    event: int
    """The event's number; 0 for a test."""
    state: DeliveryState
    made_at: str
    due: int
    """Milliseconds since 1970 before which it is not tried."""
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery that this process alone may send now."""

    delivery: Delivery
    webhook: Webhook
    claim: str
