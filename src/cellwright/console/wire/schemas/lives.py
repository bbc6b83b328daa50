"""What calls about the life of clients answer."""

from typing import Literal

from pydantic import BaseModel, Field, JsonValue

State = Literal["requested", "provisioning", "active", "suspended", "offboarding", "destroying", "archived"]
Phase = Literal[
    "planning",
    "holding",
    "exporting",
    "destroying",
    "verifying",
    "removing",
    "done",
    "cancelled",
    "refused",
]


class Agreed(BaseModel):
    """Somebody who has agreed to an offboarding."""

    by: str
    at: str
    reason: str


class Export(BaseModel):
    """What the export of a client's data has printed."""

    command: list[str]
    sha256: str
    size: int
    place: str = Field(description="The last line that it has printed: where the data lies.")
    seconds: float
    ended_at: str


class Offboarding(BaseModel):
    """An offboarding: how far it is, and what it waits for."""

    id: str
    cell: str
    phase: Phase
    since: str
    waits_for: Literal["hold", "approval", "legal hold"] | None
    why: str | None = Field(description="Why it does not go on; null where nothing is wrong.")
    requested_by: str
    requested_at: str
    reason: str
    hold_seconds: int
    hold_until: str | None
    approvals_needed: int
    approvals: list[Agreed]
    plan_run: str | None
    run: str | None
    export: Export | None
    archived_to: str | None
    ended_by: str | None
    ended_at: str | None


class LegalHold(BaseModel):
    """A legal hold."""

    cell: str
    reason: str
    laid_by: str
    laid_at: str
    lifted_by: str | None
    lifted_at: str | None
    lift_reason: str | None


class Destroyed(BaseModel):
    """A resource that was destroyed, and what looking for it found."""

    unit: str
    address: str
    type: str
    provider: str
    id: str | None
    facts: dict[str, JsonValue]
    finding: Literal["unread", "gone", "standing", "unknown"]
    detail: str
    looked_at: str | None


class Life(BaseModel):
    """All that is known of the life of one client."""

    cell: str
    state: State | None
    since: str | None
    legal_hold: LegalHold | None
    offboarding: Offboarding | None
    resources: list[Destroyed]


class Offboardings(BaseModel):
    """The offboardings that go on."""

    offboardings: list[Offboarding]
