"""What each tool answers, as clients are told of it: the API's documents, and what an answer has besides."""

from pydantic import BaseModel, Field, JsonValue

from cellwright.console.wire.problems import DiagnosticPart
from cellwright.console.wire.schemas import capacity, drift, fleet, runs


class Answer(BaseModel):
    """Any answer."""

    left_out: str = Field(
        default="", description="Given if the document was shortened: which parts, and how to ask for them."
    )


class StatusAnswer(fleet.Status, Answer):
    """`status`."""

    counts: dict[str, int] = Field(description="How many of all selected units have each status.")


class ShowAnswer(fleet.Units, Answer):
    """`show`."""


class ExplainAnswer(fleet.Explanations, Answer):
    """`explain`."""


class CheckAnswer(fleet.Diagnostics, Answer):
    """`check`."""


class CapacityAnswer(capacity.Capacity, Answer):
    """`capacity`."""


class RunsAnswer(runs.Runs, Answer):
    """`runs`."""


class WaitingPart(BaseModel):
    """A plan that nobody has answered for."""

    unit: str
    plan_digest: str
    asked_at: str
    resources: runs.CountsPart
    plan: runs.PlanPart


class RunAnswer(runs.Report, Answer):
    """`run`."""

    counts: dict[str, int] = Field(description="How many units of the run have each state.")
    reason: str
    waiting: list[WaitingPart] = Field(description="Plans that wait for a person.")
    waiting_plans: int = Field(description="How many wait, also those that are not listed.")
    for_a_person: str = Field(description="What a person has to do; empty if that is nothing.")


class EventsAnswer(Answer):
    """`events`."""

    events: list[runs.EventPart] = Field(description="Oldest first.")
    next: int | None = Field(description="Ask again with this as `after`; null if nothing follows.")


class DriftGroupPart(BaseModel):
    """Units with equal drift."""

    group: str
    where: str
    since: str
    seen: str
    units: list[drift.UnitDriftPart]
    acknowledged: drift.AcknowledgementPart | None


class DriftAnswer(Answer):
    """`drift`."""

    groups: list[DriftGroupPart]
    acknowledged: list[DriftGroupPart] = Field(description="Those that somebody takes for known.")
    unknown: list[drift.UnknownPart] = Field(description="Units whose newest look has failed.")
    looked_at: dict[str, int] = Field(description="Units by what their newest look has told.")
    oldest_look: str | None


class CellsPart(BaseModel):
    """A cell that came or went."""

    cell: str
    units: int


class SidePart(BaseModel):
    """A value on one side."""

    value: JsonValue


class DifferencePart(BaseModel):
    """One value that differs."""

    about: str
    path: str
    before: SidePart | None
    after: SidePart | None
    position: str | None


class CellGroupPart(BaseModel):
    """Cells of which the same differs."""

    cells: list[str]
    changes: list[DifferencePart]


class UnitGroupPart(BaseModel):
    """Units of which the same differs."""

    kind: str
    units: list[str]
    changes: list[DifferencePart]


class DiffAnswer(Answer):
    """`diff`."""

    fleet: str
    before: str
    after: str
    new_cells: list[CellsPart]
    gone_cells: list[CellsPart]
    cells: list[CellGroupPart]
    units: list[UnitGroupPart]
    policies: list[str]
    unchanged: int
    new_findings: list[DiagnosticPart]
    not_compared: list[DiagnosticPart]


class BegunAnswer(Answer):
    """`plan`, `apply`, `onboard`."""

    run: str = Field(description="The run's id; `run` tells of it.")
    for_a_person: str = Field(description="What a person has to do; empty if that is nothing.")


class RolloutAnswer(Answer):
    """`repair_drift`."""

    rollout: str = Field(description="The rollout's id.")
    for_a_person: str = Field(description="What a person has to do.")
