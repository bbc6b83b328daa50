"""Certificates of destruction as JSON."""

from collections.abc import Iterator, Sequence

from cellwright.app.certificates.files import WrittenFiles
from cellwright.app.certificates.issuing import Issued
from cellwright.app.certificates.listing import Listed
from cellwright.app.certificates.showing import CertificateView
from cellwright.app.certificates.verifying import Checked
from cellwright.ledger.certificates import CertificateHead
from cellwright.model.diagnostic_json import diagnostic_to_json
from cellwright.model.value import Json


def issued(found: Issued, written: WrittenFiles | None = None) -> dict[str, Json]:
    """`certificate issue` and `certificate validate`: `new` is false where nothing has changed since."""
    document: dict[str, Json] = {
        **certificate(found.certificate),
        "new": found.anew,
        "open": list(found.standing.open),
        "last_date": found.standing.last_date,
        "validated": found.standing.validated,
    }
    if written is not None:
        document["files"] = [str(path) for path in written.paths]
        document["lacking"] = [diagnostic_to_json(item) for item in written.lacking]
    return document


def certificate(found: CertificateHead) -> dict[str, Json]:
    """One certificate, without its text."""
    return {
        "client": found.cell.cell,
        "cell": str(found.cell),
        "number": found.number,
        "kind": found.kind,
        "sha256": found.digest,
        "issued_at": found.made_at,
        "issued_by": found.made_by,
        "event": found.sequence,
    }


def listing(found: Sequence[Listed]) -> dict[str, Json | Iterator[Json]]:
    """`certificate list`: the clients that were offboarded; `certificate` is null where none was issued."""
    return {"clients": (_listed(item) for item in found)}


def view(found: CertificateView) -> dict[str, Json]:
    """All certificates of a client, and what the newest one says."""
    return {
        "cell": str(found.cell),
        "certificates": [certificate(item) for item in found.certificates],
        "outdated": found.outdated,
        "settleable": list(found.settleable),
        "document": found.document,
    }


def checked(found: Checked) -> Json:
    """`certificate verify`: it is to be believed if `faults` is empty."""
    return {
        "file": str(found.path),
        "sha256": found.digest,
        "certificate": None if found.certificate is None else certificate(found.certificate),
        "newest": found.newest,
        "faults": list(found.faults),
    }


def _listed(found: Listed) -> Json:
    return {
        "client": found.cell.cell,
        "cell": str(found.cell),
        "offboarded_at": found.offboarded,
        "certificate": None if found.certificate is None else certificate(found.certificate),
        "open": found.open,
        "last_date": found.last_date,
    }
