"""What calls about single units answer: their outputs, and who holds them."""

from pydantic import BaseModel, Field, JsonValue


class OutputValue(BaseModel):
    """One output."""

    sensitive: bool
    value: JsonValue = Field(description="Null for a sensitive one.")


class UnitOutputs(BaseModel):
    """The outputs of a unit as they were applied last."""

    unit: str
    applied_at: str | None
    outdated: bool = Field(description="Its last apply did not end well, or it was changed by hand since.")
    outputs: dict[str, OutputValue]


class StateLock(BaseModel):
    """The lock of a unit's state, as its backend tells it."""

    id: str | None
    who: str | None
    created: str | None
    operation: str | None


class UnitLease(BaseModel):
    """Who has the lease on a unit."""

    holder: str
    told: str = Field(description="The same in words.")
    host: str
    process: int
    run: str
    fencing: int = Field(description="Names this lease: a later one has another number.")
    expires: str
    lives: bool | None = Field(description="Whether its process does; null if only its machine can tell.")
    valid: bool


class Locks(BaseModel):
    """What keeps others from a unit."""

    unit: str
    state: str
    backend: str
    lock: StateLock | None
    lease: UnitLease | None
    at_work_here: bool = Field(description="A process of the server's machine works in its folder.")
    removed: bool
