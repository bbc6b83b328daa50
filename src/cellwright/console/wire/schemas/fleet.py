"""The fleet, its cells and units."""

from pydantic import BaseModel, Field, JsonValue

from cellwright.console.wire.problems import DiagnosticPart

Next = str | None
_NEXT = Field(description="The cursor of the next page; null on the last one.")


class LevelPart(BaseModel):
    """A level of the fleet."""

    level: str
    cells: int
    placement: str | None


class Fleet(BaseModel):
    """The fleet in short."""

    fleet: str
    commit: str | None
    levels: list[LevelPart]
    units: int
    findings: int


class Diagnostics(BaseModel):
    """Findings, each with its place and what to do."""

    diagnostics: list[DiagnosticPart]


class Program(BaseModel):
    """Terraform or OpenTofu."""

    product: str
    version: str | None


class ReasonPart(BaseModel):
    """Why a unit has its status."""

    kind: str
    summary: str
    unit: str | None = Field(default=None, description="The unit that is waited for.")


class LevelOrder(BaseModel):
    """A level with its stacks, in the order in which people read them."""

    level: str
    stacks: list[str]


class UnitStatusPart(BaseModel):
    """How a unit stands."""

    address: str
    status: str
    new: bool = Field(description="Nothing was ever applied of it.")
    reasons: list[ReasonPart]
    applied_with: Program | None = None
    runs_with: Program | None = None


class Status(BaseModel):
    """How units stand against what was applied."""

    fleet: str
    units: list[UnitStatusPart]
    clients: dict[str, str] = Field(description="Cells that are suspended or being offboarded.")
    stopped: dict[str, str] = Field(description="Why the offboardings of some of these stand still.")
    counts: dict[str, int] = Field(description="How many units of this page have each status.")
    next: Next = _NEXT
    levels: list[LevelOrder] = Field(description="Levels and stacks in the order of the fleet.")


class StackPart(BaseModel):
    """Which code a unit runs."""

    source: str
    version: str | None


class TakenPart(BaseModel):
    """An output of another unit that a value takes, as it was recorded; null where it is sensitive."""

    output: str
    known: bool
    sensitive: bool
    value: JsonValue


class OutputPart(BaseModel):
    """An output of a unit, as it was recorded."""

    sensitive: bool
    value: JsonValue = Field(description="Null where it is sensitive.")


class UnitPart(BaseModel):
    """A unit's resolved settings."""

    address: str
    enabled: bool
    stack: StackPart
    terraform: dict[str, str | None]
    applied_with: Program | None
    modules: list[dict[str, str | None]]
    needs: list[str]
    inputs: dict[str, JsonValue] = Field(description="Sensitive values are masked, outputs are references.")
    taken: list[TakenPart] = Field(description="What the outputs that the inputs take are, as recorded.")
    outputs: dict[str, OutputPart] = Field(description="The unit's own, as its last apply left them.")
    destroyed_from: str | None
    client: str | None = Field(description="Given where its client is suspended or being offboarded.")


class Units(BaseModel):
    """Resolved settings."""

    units: list[UnitPart]
    next: Next = _NEXT


class LinkPart(BaseModel):
    """One layer that set a value."""

    layer: str
    file: str
    line: int
    column: int
    value: JsonValue


class FollowedPart(BaseModel):
    """A line that says what a reference within a value stands for."""

    reference: str
    file: str
    line: int | None
    column: int | None
    value: JsonValue


class ExplanationPart(BaseModel):
    """Where a value comes from; the last link is the one that counts."""

    unit: str
    input: str
    value: JsonValue
    chain: list[LinkPart]
    taken: list[TakenPart]
    followed: list[FollowedPart] = Field(description="The lines that references within the value lead to.")


class Explanations(BaseModel):
    """Where the inputs of a unit come from."""

    unit: str
    inputs: list[ExplanationPart]


class EdgePart(BaseModel):
    """A unit depends on another."""

    from_: str = Field(alias="from")
    to: str
    why: str


class Graph(BaseModel):
    """Units and what each depends on."""

    nodes: list[str]
    edges: list[EdgePart]


class VersionGroupPart(BaseModel):
    """Units with the same programs."""

    applied_with: Program | None
    runs_with: Program | None
    units: list[str]


class StackVersionPart(BaseModel):
    """Units of one stack with the same versions; `applied` is null if they were never applied."""

    stack: str
    applied: str | None
    wanted: str
    same: bool
    units: list[str]


class Versions(BaseModel):
    """Which programs and which versions of their stacks the units have, applied and wanted."""

    fleet: str
    groups: list[VersionGroupPart]
    stacks: list[StackVersionPart]


class CellPart(BaseModel):
    """A cell in a list."""

    cell: str
    state: str
    placement: str | None
    labels: dict[str, str]
    tags: list[str]
    units: int


class Cells(BaseModel):
    """Cells of the fleet, by level and name."""

    cells: list[CellPart]
    counts: dict[str, int] = Field(description="How many cells that match are in each state.")
    next: Next = _NEXT


class Cell(BaseModel):
    """A cell, and how its units stand."""

    cell: str
    path: str | None = Field(description="Its file or folder; null for a cell that the fleet has no more.")
    placement: str | None
    labels: dict[str, str]
    tags: list[str]
    state: str
    life: str | None = Field(description="The state of a client; null for a cell of another level.")
    errors: int = Field(description="How many errors concern it.")
    units: list[UnitStatusPart]


class WrittenPart(BaseModel):
    """A value in one layer."""

    value: str
    file: str
    line: int
    column: int


class SettingPart(BaseModel):
    """A setting of a cell, and every layer that sets it; a sensitive value is masked."""

    key: str
    value: str
    hidden: bool
    written: WrittenPart | None = Field(description="Where the value is written that counts.")
    overrides: list[WrittenPart] = Field(description="What it overrides, the nearest first.")


class Settings(BaseModel):
    """The settings of a cell with their provenance."""

    cell: str
    settings: list[SettingPart]


class PolicyPart(BaseModel):
    """A rule that judges every plan."""

    rule: str
    title: str
    clause: str
    advice: str
    rules: list[str] = Field(description="The names of its Rego rules.")


class Policies(BaseModel):
    """The rules that are switched on."""

    policies: list[PolicyPart]


class Files(BaseModel):
    """The files of a cell, by path. Their ETag is needed to change them."""

    cell: str
    files: dict[str, str]


class UsedPart(BaseModel):
    """A block that cells hold."""

    block: str
    cells: list[str]
    choice: str | None


class QuarantinedPart(BaseModel):
    """A block that was released and may not be given yet."""

    block: str
    cell: str
    released: str
    until: str


class PoolPart(BaseModel):
    """A pool of addresses."""

    pool: str
    cidr: str
    level: str
    key: str
    sizes: dict[str, int]
    size: int | str | None
    used: list[UsedPart]
    quarantined: list[QuarantinedPart]
    free: list[str]


class Pools(BaseModel):
    """Every block of every pool."""

    pools: list[PoolPart]


class FreePart(BaseModel):
    """Free blocks of a pool."""

    pool: str
    size: int
    count: int
    blocks: list[str]


class FreeBlocks(BaseModel):
    """Free blocks of one size, the next to be given first."""

    pools: list[FreePart]


class MomentPart(BaseModel):
    """A commit that gave or took a block."""

    time: str
    commit: str
    author: str
    subject: str


class TenurePart(BaseModel):
    """A cell that held a block, and when."""

    block: str
    pool: str
    cell: str
    since: MomentPart | None
    until: MomentPart | None
    applied: str | None
    destroyed: str | None


class Tenures(BaseModel):
    """Who held a block."""

    block: str
    tenures: list[TenurePart]


class JobForm(BaseModel):
    """What the forms of a CI system's jobs may offer."""

    fleet: str
    level: str
    choices: dict[str, list[str]] = Field(description="By setting of a new client: what it may be.")
    strategies: list[str] = Field(description="Of rollouts.")
