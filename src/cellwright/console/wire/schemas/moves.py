"""What calls about cells that are renamed or placed elsewhere answer."""

from pydantic import BaseModel, Field

from cellwright.console.wire.problems import DiagnosticPart
from cellwright.console.wire.schemas.runs import PlanPart


class Relocation(BaseModel):
    """Where a cell was applied, where it is placed now, and what stands in the former place."""

    cell: str
    former: str = Field(alias="from")
    to: str
    units: list[str]
    resources: int


class StatePlace(BaseModel):
    """Where a unit's state lies, and where it will lie."""

    unit: str
    former: str = Field(alias="from")
    to: str


class TouchedResource(BaseModel):
    """A resource that the next apply would touch."""

    address: str
    action: str


class RenamedPlan(BaseModel):
    """A unit's plan under its new name."""

    unit: str
    counts: dict[str, int]
    resources: list[TouchedResource]
    plan: PlanPart


class LostResource(BaseModel):
    """A resource that the new name would replace or destroy."""

    unit: str
    address: str
    action: str
    keeping: dict[str, str] = Field(description="Inputs, with the values as JSON that would keep it.")


class FailedPlan(BaseModel):
    """A unit that can't be planned under its new name."""

    unit: str
    diagnostics: list[DiagnosticPart]


class RenamedFiles(BaseModel):
    """What a new name changes in the files."""

    cells: dict[str, str] = Field(description="New addresses by former ones.")
    moved: dict[str, str]
    edited: list[str]
    mentions: list[str]


class RenamePlan(RenamedFiles):
    """What a rename would do; nothing was done."""

    goes_on: bool = Field(description="It was begun before, and stopped.")
    states: list[StatePlace]
    plans: list[RenamedPlan]
    lost: list[LostResource]
    seen: str = Field(description="Digest of what would be lost, for the call that renames.")
    failed: list[FailedPlan]
    others: list[str] = Field(description="Cells whose states' places hold the name.")
    planned: bool = Field(description="False: nothing was ever applied of it, or it goes on.")
    warnings: list[DiagnosticPart] = Field(description="Who gets or loses roles by the new name.")
    refused: list[DiagnosticPart] = Field(description="What keeps it from being done.")


class Renamed(RenamedFiles):
    """What a rename has done."""

    units: list[str]
    kept: list[str] = Field(description="Former places of states that nobody could remove.")
    warnings: list[DiagnosticPart] = Field(description="Who gets or loses roles by the new name.")
