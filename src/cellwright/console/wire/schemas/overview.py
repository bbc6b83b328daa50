"""What the console's pages tell besides lists: needs, drift, a cell's outputs and who may do what there."""

from pydantic import BaseModel, Field, JsonValue

from cellwright.console.wire.problems import DiagnosticPart
from cellwright.console.wire.schemas.drift import DriftGroupPart, UnknownPart
from cellwright.console.wire.schemas.lives import Offboarding
from cellwright.console.wire.schemas.rollouts import RolloutPart
from cellwright.console.wire.schemas.runs import ApprovalPart, CountsPart, PlanPart, RunPart, RunUnitPart

Next = str | None
_NEXT = Field(description="The cursor of the next page; null on the last one.")


class WaitingRunPart(BaseModel):
    """A run whose plans wait for approval."""

    run: RunPart
    plans: int
    since: str


class FailedRunPart(BaseModel):
    """A run whose failure nothing has mended since."""

    run: RunPart
    failed: int
    skipped: int = Field(description="Units that were left out because of it.")
    examples: list[str] = Field(description="Some of the units that failed and still do.")


class EndingPart(BaseModel):
    """An exception from a policy, with its last day."""

    cell: str
    rule: str
    resource: str
    person: str
    until: str
    file: str
    line: int


class Needs(BaseModel):
    """All that wants somebody's attention."""

    waiting: list[WaitingRunPart]
    rollouts: list[RolloutPart] = Field(description="Those that are halted, paused, or wait for a step.")
    failed: list[FailedRunPart]
    running: list[RunPart]
    drift: list[DriftGroupPart] = Field(description="That nobody has acknowledged, equal drift in groups.")
    unknown: list[UnknownPart] = Field(description="Units whose newest look for drift has failed.")
    ending: list[EndingPart]
    leaving: list[Offboarding] = Field(description="Their holds end soon, or they wait for somebody.")
    findings: list[DiagnosticPart]
    counts: dict[str, dict[str, int]] = Field(description="How many cells of each level stand how.")


class OutputPart(BaseModel):
    """An output as it was recorded; of a sensitive one only that it is there."""

    unit: str
    name: str
    value: JsonValue
    hidden: bool


class Outputs(BaseModel):
    """What a cell's units have put out."""

    cell: str
    outputs: list[OutputPart]


class ThroughPart(BaseModel):
    """A role by which somebody may do something."""

    role: str
    where: str
    origin: str
    expires: str | None


class WhoCanPart(BaseModel):
    """Somebody who may do something at a cell."""

    id: str
    name: str
    permissions: list[str]
    through: list[ThroughPart]


class Access(BaseModel):
    """Who may do what at a cell, and by which roles."""

    cell: str
    people: list[WhoCanPart]


class UnitChangePart(BaseModel):
    """What an edit changes of a unit."""

    unit: str
    what: str = Field(description="`switched on`, `switched off`, or the names of the inputs that change.")


class EditPreview(BaseModel):
    """What an edit would come to; nothing was written."""

    cell: str
    fits: bool
    diagnostics: list[DiagnosticPart]
    units: list[UnitChangePart]


class FieldPart(BaseModel):
    """A setting that a client may have."""

    key: str = Field(description="As in the file, with dots: stacks.app.replicas.")
    name: str
    kind: str
    type: str
    description: str
    required: bool
    default: str
    default_from: str
    choices: list[str]
    notes: dict[str, str] = Field(description="What is to be known of some choices: an account's free room.")
    closed: list[str] = Field(description="The choices that can't be made now.")
    rules: list[str]
    deprecated: str
    wired: bool = Field(description="The fleet gives it by a reference.")


class StackFormPart(BaseModel):
    """A stack that can be switched on, and its inputs."""

    stack: str
    level: str
    key: str
    default: bool
    default_from: str
    fault: str
    inputs: list[FieldPart]


class ClientForm(BaseModel):
    """What the fleet and its stacks' contracts let a client say."""

    level: str
    levels: list[str]
    keys: list[FieldPart]
    stacks: list[StackFormPart]
    secrets: list[str]
    values: dict[str, str] = Field(description="Of the client that `like` names, by key.")


class LimitPart(BaseModel):
    """A limit that is reached."""

    of: str
    name: str
    most: int


class WaitPart(BaseModel):
    """Why a unit does not go on, and what stands in the way."""

    kind: str
    why: str
    run: str | None
    unit: str | None
    until: str | None = Field(description="When what another machine holds is free, if that has ended.")
    limit: LimitPart | None


class RunUnit(BaseModel):
    """One unit of a run: where it is, its plan, what was said of it."""

    run: str
    unit: RunUnitPart
    seconds: float
    resources: CountsPart
    diagnostics: list[DiagnosticPart]
    wait: WaitPart | None
    plan: PlanPart | None
    outlined: bool = Field(description="Whether the plan was too large to be kept with its attributes.")
    approval: ApprovalPart | None
