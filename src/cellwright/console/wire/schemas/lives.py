"""What calls about the life of clients answer."""

from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from cellwright.console.wire.problems import DiagnosticPart

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


class DeniedPlan(BaseModel):
    """A policy's finding that forbids the destruction of a unit."""

    unit: str
    rule: str
    resource: str | None = Field(description="Null where the finding is about the plan as a whole.")


class ExceptionsToWrite(BaseModel):
    """What would let the destruction pass, once it is committed."""

    file: str = Field(description="The client's own file, relative to the fleet's folder.")
    yaml: str = Field(description="The items of `exceptions:` as they are written there.")
    below: bool = Field(description="The file has exceptions already: these come below them.")


class Judgement(BaseModel):
    """What would be destroyed, and what the policies say of it."""

    units: int
    resources: int
    denied: dict[str, int] = Field(description="How many units each rule denies.")
    denials: list[DeniedPlan]
    exceptions: ExceptionsToWrite | None


class OffboardPlan(BaseModel):
    """What a run that only plans an offboarding has come to."""

    cell: str
    run: str
    status: Literal["running", "succeeded", "failed", "cancelled"]
    judged: Judgement | None = Field(description="Null while the run goes on.")
    outdated: DiagnosticPart | None = Field(
        description="Why the client can't be offboarded by these plans any more; null: it can."
    )
    digest: str | None = Field(description="Of what the plans say. Null while the run goes on.")
    offboarding: Offboarding | None = Field(description="What was begun by these plans; null: nothing was.")
