"""Certificates of destruction."""

from pydantic import BaseModel, Field, JsonValue


class CertificatePart(BaseModel):
    """A certificate, without its text."""

    client: str
    cell: str
    number: int
    kind: str = Field(description="`interim` or `final`.")
    sha256: str = Field(description="Of the document.")
    issued_at: str
    issued_by: str
    event: int = Field(description="Up to which event the audit trail was read.")


class IssuedCertificate(CertificatePart):
    """A certificate, and how the destruction stands."""

    new: bool = Field(description="False where nothing has changed since it was issued.")
    open: list[str] = Field(description="Why it is not final.")
    last_date: str | None = Field(description="The last date at which something ends by itself.")
    validated: bool


class LeftPart(BaseModel):
    """A client that was offboarded."""

    client: str
    cell: str
    offboarded_at: str
    certificate: CertificatePart | None
    open: int
    last_date: str | None


class Left(BaseModel):
    """The clients that were offboarded."""

    clients: list[LeftPart]


class Certificates(BaseModel):
    """The certificates of a client, the oldest first."""

    cell: str
    certificates: list[CertificatePart]
    outdated: bool = Field(description="Something has changed since the newest one was issued.")
    settleable: list[str] = Field(description="What somebody who validates may declare over.")
    document: dict[str, JsonValue] | None = Field(description="What the newest one says.")
