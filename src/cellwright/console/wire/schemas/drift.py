"""What the API tells of drift."""

from pydantic import BaseModel, Field

from cellwright.console.wire.schemas.runs import CountsPart, RunPart

_WHEN = "UTC, ISO 8601."


class DriftedResourcePart(BaseModel):
    """A resource that was found otherwise than it was applied; no value of it is told."""

    address: str
    action: str = Field(description="What an apply does to bring it back.")
    attributes: list[str] = Field(description="Those that differ.")
    repaired_by_apply: bool = Field(description="False: Terraform has noticed it, and would leave it.")
    first_seen: str = Field(description=_WHEN)
    first_run: str
    last_seen: str
    last_run: str
    times: int
    ended_at: str | None
    ended_by_run: str | None
    ended_how: str | None = Field(description="`gone`, `applied` or `destroyed`.")


class AcknowledgementPart(BaseModel):
    """Drift that somebody takes for known, until a moment."""

    id: str
    unit: str | None
    resource: str | None
    group: str | None
    reason: str
    by: str
    at: str
    until: str
    ended_at: str | None
    ended_by: str | None


class Acknowledgements(BaseModel):
    """The newest acknowledgements, also those that have ended."""

    acknowledgements: list[AcknowledgementPart]


class UnitDriftPart(BaseModel):
    """The newest look at a unit, and the drift that it has."""

    unit: str
    result: str = Field(description="`clean`, `drifted`, or `unknown`: the look has failed.")
    looked_at: str
    looked_run: str
    why: str
    since: str | None
    seen: str | None
    run: str | None
    times: int
    counts: CountsPart
    resources: list[DriftedResourcePart]


class ListedDriftPart(UnitDriftPart):
    """A unit in the list."""

    group: str | None
    acknowledged: bool


class DriftPage(BaseModel):
    """Units with drift, or of which nothing is known."""

    drift: list[ListedDriftPart]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class UnknownPart(BaseModel):
    """A unit whose newest look has failed."""

    unit: str
    looked_at: str
    run: str
    why: str


class DriftGroupPart(BaseModel):
    """Units with equal drift."""

    group: str
    where: str
    count: int
    examples: list[str]
    since: str
    seen: str
    counts: CountsPart
    resources: list[DriftedResourcePart]
    acknowledged: AcknowledgementPart | None


class DriftGroups(BaseModel):
    """Equal drift in groups."""

    groups: list[DriftGroupPart]
    looked_at: dict[str, int] = Field(description="Units by what their newest look has told.")
    oldest_look: str | None


class UnitDriftHistory(BaseModel):
    """One unit's drift, now and before."""

    unit: str
    newest_look: UnitDriftPart | None
    acknowledged: AcknowledgementPart | None
    history: list[DriftedResourcePart]


class SpanPart(BaseModel):
    """A time."""

    begins: str
    ends: str


class WindowPart(SpanPart):
    """A window that was opened."""

    run: str
    units: int
    left_out: int = Field(description="Units for which the budget had no room.")


class SchedulePart(BaseModel):
    """When which cells are looked at."""

    name: str
    cells: list[str]
    cron: str
    zone: str
    window_seconds: int
    open: SpanPart | None
    due: bool
    next: SpanPart | None
    newest: WindowPart | None


class Schedules(BaseModel):
    """All schedules, and the budget of one account."""

    units_per_hour: int | None
    schedules: list[SchedulePart]


class Looking(BaseModel):
    """A run that looks."""

    run: RunPart
