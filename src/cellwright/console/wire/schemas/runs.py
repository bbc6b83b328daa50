"""Runs, approvals, the audit trail, webhooks."""

from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from cellwright.console.wire.problems import DiagnosticPart

Next = str | None
_NEXT = Field(description="The cursor of the next page; null on the last one.")
_SECONDS = Field(description="How long it took, without waiting for people; null while it goes on.")
_WAITED = Field(description="Seconds in which it only waited for people's answers.")


class RunPart(BaseModel):
    """A run in a list."""

    run: str
    kind: str
    status: Literal["running", "succeeded", "failed", "cancelled", "refused"]
    refused: bool = Field(description="It failed for no other reason than that a plan was not approved.")
    actor: str
    identity: dict[str, JsonValue] | None
    reason: str
    started: str
    finished: str | None
    seconds: float | None = _SECONDS
    waited: float = _WAITED
    commit: str | None
    units: int
    counts: dict[str, int]


class FormerPart(BaseModel):
    """A name that a cell has had."""

    cell: str
    until: str = Field(description="When it was renamed.")


class Runs(BaseModel):
    """Runs, the newest first."""

    runs: list[RunPart]
    next: Next = _NEXT
    former: list[FormerPart] = Field(
        description="What the cell that was asked for was called before: runs of then are listed, too."
    )
    stopped: dict[str, str] = Field(
        description="Runs that have not ended and that nobody carries out, with the command that goes on; "
        "empty where there is nothing to go on with."
    )


class CountsPart(BaseModel):
    """How many resources a unit's plan touches."""

    add: int
    change: int
    destroy: int
    replace: int
    forget: int
    imports: int
    moves: int
    refresh: int


class AttributePart(BaseModel):
    """An attribute that changes; sensitive values are masked."""

    path: str
    before: JsonValue
    after: JsonValue
    forces: bool = Field(default=False, description="It is why the resource is replaced.")


class ChangePart(BaseModel):
    """A resource that changes."""

    address: str
    action: str
    attributes: list[AttributePart]
    note: str = Field(
        default="", description="Why it happens, or what besides: tainted, moved from another address."
    )


class OptionsPart(BaseModel):
    """How a plan was made, where that is not as usual."""

    refresh_only: bool = False
    replace: list[str] = []
    targets: list[str] = []
    excludes: list[str] = []


class PlanPart(BaseModel):
    """What Terraform will do."""

    applyable: bool
    taken_from: str | None
    outputs: list[str]
    cut: int = Field(default=0, description="How many attributes are too long to be kept whole.")
    changes: list[ChangePart]
    options: OptionsPart | None = Field(default=None, description="How it was made, if not as usual.")


class ResultPart(BaseModel):
    """How a unit ended."""

    address: str
    outcome: str
    seconds: float
    resources: CountsPart
    diagnostics: list[DiagnosticPart]
    plan: PlanPart | None = None


class RunUnitPart(BaseModel):
    """A unit's part in a run."""

    address: str
    operation: str
    wave: int
    state: str
    outcome: str | None
    attempt: int
    started: str | None
    finished: str | None


class RunUnits(BaseModel):
    """The units of a run, in its order."""

    units: list[RunUnitPart]
    next: Next = _NEXT


class Report(BaseModel):
    """A page of a run's units that are over, in its order, and how each ended."""

    run: str
    kind: str
    status: str
    started: str
    finished: str | None
    seconds: float | None = _SECONDS
    waited: float = _WAITED
    units: list[ResultPart]
    next: Next = _NEXT


class Submitted(BaseModel):
    """A run that was started; it is carried out by whoever is free."""

    run: str
    kind: str
    status: str
    units: int


class WaitingPlanPart(BaseModel):
    """A plan that nobody has answered for."""

    run: str
    unit: str
    operation: str
    plan_digest: str = Field(description="Name it in the answer: it says which plan was seen.")
    asked_at: str
    resources: CountsPart
    plan: PlanPart


class Waiting(BaseModel):
    """Plans that wait for an answer."""

    plans: list[WaitingPlanPart]
    more: bool = Field(description="Whether others wait that are not listed.")


class ApprovalPart(BaseModel):
    """A question about a plan, with its answer if there is one."""

    plan_digest: str
    asked_at: str
    decision: str | None
    answered_by: str | None
    answered_at: str | None
    reason: str | None
    how: str | None


class Answered(BaseModel):
    """What became of an answer."""

    run: str
    decision: Literal["approved", "rejected"]
    units: list[str]
    void: list[DiagnosticPart]


class Cancelled(BaseModel):
    """The request to cancel that counts, which is the first."""

    run: str
    requested_by: str
    requested_at: str
    reason: str
    ended: bool
    """Nobody carried the run out any more, so it is over now."""


class Paused(BaseModel):
    """The pause of a run that counts, which is the first."""

    run: str
    paused_by: str
    paused_at: str
    reason: str
    until: str | None


class LogPart(BaseModel):
    """What Terraform printed for a unit; secrets are masked."""

    unit: str
    path: str
    lines: list[str]


class Logs(BaseModel):
    """Logs of a run."""

    run: str
    logs: list[LogPart]


class ProgressPart(BaseModel):
    """A piece of a run's progress."""

    id: int = Field(description="Give the last one as `after` to go on.")
    run: str
    unit: str | None
    time: str
    sequence: int
    kind: str
    detail: dict[str, JsonValue]


class ProgressPage(BaseModel):
    """The progress of a run, oldest first."""

    progress: list[ProgressPart]
    status: str = Field(description="The run's status after these.")


class EventPart(BaseModel):
    """An event of the audit trail."""

    sequence: int
    time: str
    actor: str
    action: str
    subject: str
    reason: str
    detail: dict[str, JsonValue]
    previous: str
    hash: str


class Events(BaseModel):
    """Events, oldest first."""

    events: list[EventPart]
    next: Next = _NEXT


class Tip(BaseModel):
    """The newest event's number and hash, to be noted down outside."""

    sequence: int
    hash: str


class Verification(BaseModel):
    """Whether the audit trail holds."""

    valid: bool
    count: int
    fault: str | None
    set_back: int
    anchored: int | None


class WebhookPart(BaseModel):
    """A webhook."""

    id: str
    name: str
    url: str
    form: Literal["standard", "slack", "teams"]
    actions: list[str]
    enabled: bool
    created_by: str
    created_at: str


class Webhooks(BaseModel):
    """Every webhook, the oldest first."""

    webhooks: list[WebhookPart]


class NewWebhook(BaseModel):
    """A webhook with its secret, which is given this once."""

    webhook: WebhookPart
    secret: str


class AttemptPart(BaseModel):
    """One try to deliver."""

    time: str
    status: int | None
    fault: str | None
    milliseconds: int


class DeliveryPart(BaseModel):
    """An event on its way to a webhook; a test has none."""

    id: str
    event: int | None
    state: Literal["pending", "delivered", "failed"]
    made_at: str
    attempts: list[AttemptPart]


class Deliveries(BaseModel):
    """Deliveries, the newest first."""

    deliveries: list[DeliveryPart]
    next: Next = _NEXT


class Tested(BaseModel):
    """A test that was queued."""

    delivery: str


class Client(BaseModel):
    """A cell that was added, changed, or is to be removed."""

    cell: str
    run: str | None = Field(description="What carries it out; null if nothing is to be run.")
    commit: str | None
    pull_request: str | None = Field(description="Where it is proposed, if the fleet takes changes so.")


class Preview(BaseModel):
    """What onboarding a client would come to; nothing was written or reserved."""

    cell: str
    fits: bool
    file: str
    text: str
    diagnostics: list[DiagnosticPart]
    units: list[str] = Field(description="Those that would be on.")
    addresses: dict[str, str] = Field(description="The blocks that it would be given now, by pool.")
    tags: list[str]


class Me(BaseModel):
    """Who the request comes from, and what they may do somewhere."""

    id: str
    name: str
    by: Literal["session", "token"]
    permissions: list[str]
    break_glass: str | None
