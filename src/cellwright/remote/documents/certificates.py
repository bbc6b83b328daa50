"""Documents about certificates of destruction, read back."""

from typing import Any

from cellwright.app.certificates.issuing import Issued
from cellwright.app.certificates.listing import Listed
from cellwright.destruction.standing import Kind, Standing
from cellwright.ledger.certificates import IssuedCertificate
from cellwright.model.address import CellAddress


def issued_from(found: Any) -> Issued:  # noqa: ANN401  a document
    """Read a certificate that was issued, and how the destruction stands."""
    standing = Standing(Kind(found["kind"]), tuple(found["open"]), found["last_date"], found["validated"])
    made = _certificate(found, len(standing.open), standing.last_date)
    return Issued(made, standing, anew=found["new"])


def listed_from(found: Any) -> Listed:  # noqa: ANN401  a document
    """Read a client that was offboarded."""
    made = found["certificate"]
    certificate = None if made is None else _certificate(made, found["open"], found["last_date"])
    return Listed(CellAddress.parse(found["cell"]), found["offboarded_at"], certificate)


def _certificate(found: Any, open_points: int, last_date: str | None) -> IssuedCertificate:  # noqa: ANN401  a document
    """Read a certificate; its text and signature are files of their own."""
    return IssuedCertificate(
        digest=found["sha256"],
        cell=CellAddress.parse(found["cell"]),
        number=found["number"],
        kind=found["kind"],
        open_points=open_points,
        last_date=last_date,
        facts="",
        sequence=found["event"],
        document="",
        signature="",
        made_at=found["issued_at"],
        made_by=found["issued_by"],
    )
