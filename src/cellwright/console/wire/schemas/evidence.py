"""Evidence and reviews."""

from typing import Literal

from pydantic import BaseModel, Field, JsonValue


class PeriodPart(BaseModel):
    """From a moment up to another, which is not within."""

    from_: str = Field(alias="from")
    to: str


class GapPart(BaseModel):
    """What is missing, and the clauses that ask for it."""

    what: str
    advice: str
    clauses: list[str]


class EvidencePart(BaseModel):
    """Evidence that a server keeps."""

    id: str
    period: PeriodPart
    holds: bool
    signed: bool
    events: int
    clauses: dict[str, str]
    gaps: list[GapPart]


class EvidenceList(BaseModel):
    """What is kept, the newest first."""

    evidence: list[EvidencePart]


class ReviewPart(BaseModel):
    """A review on record."""

    event: int
    time: str
    who: str
    kind: Literal["activity", "access"]
    from_: str = Field(alias="from")
    to: str
    findings: str
    digest: str
    looked_at: dict[str, JsonValue]


class Reviews(BaseModel):
    """Reviews, the newest first."""

    reviews: list[ReviewPart]
