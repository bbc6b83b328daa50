"""Capacity, as documents."""

from pydantic import BaseModel, Field


class QuotaPart(BaseModel):
    """The quota of AWS that a resource stands for."""

    service: str
    code: str
    default: int
    most: int | None = Field(description="To no more than that AWS raises it, as far as is known.")
    adjustable: bool
    scope: str
    guide: str


class ResourcePart(BaseModel):
    """What a place has and uses of one resource."""

    resource: str
    label: str
    used: int
    limit: int | None = Field(description="Null: no limit is known.")
    free: int | None
    limit_from: str | None = Field(description="`AWS`, `fleet.yaml`, or the place by its name.")
    own: int = Field(description="By the place's own stacks.")
    clients: int = Field(description="By the cells that are placed in it.")
    elsewhere: int = Field(description="In other places of its AWS account, of what counts for all of it.")
    reserved: int = Field(description="Outside of the fleet.")
    quota: QuotaPart | None


class PlacePart(BaseModel):
    """A place, and how full it is."""

    place: str
    file: str
    cells: list[str]
    labels: dict[str, list[str]]
    clients: int
    expected: list[str] = Field(description="Cells to come: only the ledger knows of them yet.")
    room: int | None = Field(description="How many more usual cells fit; null: any number.")
    tightest: str | None = Field(description="The resource that fills first.")
    resources: list[ResourcePart]


class Capacity(BaseModel):
    """How full places are."""

    counted: bool
    strategy: str
    few: int
    places: list[PlacePart]
