"""Certificates of destruction to be shown."""

from pathlib import Path

from cellwright.app.certificates.files import WrittenFiles
from cellwright.app.certificates.issuing import Issued
from cellwright.app.certificates.listing import Listed
from cellwright.app.certificates.verifying import Checked
from cellwright.destruction.standing import Kind, Standing
from cellwright.ledger.certificates import IssuedCertificate
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import error

ACME, GLOBEX = CellAddress("client", "acme"), CellAddress("client", "globex")


def certificate(number: int, kind: Kind) -> IssuedCertificate:
    return IssuedCertificate(
        digest=f"{number}c" * 32,
        cell=ACME,
        number=number,
        kind=kind.value,
        open_points=3,
        last_date="2026-12-22T21:48:12+00:00",
        facts="f" * 64,
        sequence=4711,
        document="{}\n",
        signature="",
        made_at="2026-11-22T21:48:12.345678+00:00",
        made_by="Ada Lovelace <ada@example.com>",
    )


OPEN = (
    "client/acme/data/module.store.aws_kms_key.main: deletion scheduled until 2026-12-22",
    "final snapshot acme-last: snapshot that stays, nothing says until when",
    "nobody else has validated the outcome",
)
INTERIM = Issued(
    certificate(1, Kind.INTERIM), Standing(Kind.INTERIM, OPEN, "2026-12-22T21:48:12+00:00", False), anew=True
)
MANY = Issued(
    certificate(1, Kind.INTERIM),
    Standing(Kind.INTERIM, tuple(f"client/acme/data/x.n{n}: retained" for n in range(15)), None, False),
    anew=True,
)
FINAL = Issued(certificate(2, Kind.FINAL), Standing(Kind.FINAL, (), None, True), anew=False)
WRITTEN = WrittenFiles(
    (Path("out/acme-certificate-1.json"), Path("out/acme-certificate-1.json.asc")),
    (error("a PDF needs the package typst, which is not installed", "install it"),),
)
LISTED = (
    Listed(ACME, "2026-11-22T21:48:12+00:00", certificate(1, Kind.INTERIM)),
    Listed(GLOBEX, "2026-11-23T21:48:12+00:00", None),
)
BELIEVED = Checked(
    path=Path("acme-certificate-1.json"),
    digest="1c" * 32,
    certificate=certificate(1, Kind.INTERIM),
    newest=False,
    faults=(),
)
CHANGED = Checked(
    path=Path("acme-certificate-1.pdf"),
    digest="1c" * 32,
    certificate=None,
    newest=False,
    faults=("its signature is of no known key, or it was changed after it was signed", "it names none"),
)
