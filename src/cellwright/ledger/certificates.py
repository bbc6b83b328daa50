"""Certificates of destruction as they were issued, and what they are made from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cellwright.ledger.audit import EventDraft, append
from cellwright.ledger.database.below import below
from cellwright.ledger.database.damage import damaged, reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import Row, integrity_errors, text
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import CERTIFICATE_ISSUED
from cellwright.model.runs.removal import RemovalEnd, RemovalRecord, removal_from_json
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json

_HEAD = "digest, cell, number, kind, open_points, last_date, sequence, made_at, made_by"
_COLUMNS = f"{_HEAD}, facts, document, signature"
_PUT = DialectSql(
    f"INSERT INTO certificates ({_COLUMNS}) VALUES (:digest, :cell, :number, :kind, :open_points,"  # noqa: S608  constants
    " :last_date, :sequence, {now}, :made_by, :facts, :document, :signature)"
)
_OF_CELL = text(f"SELECT {_COLUMNS} FROM certificates WHERE cell = :cell ORDER BY number")  # noqa: S608  as above
_BY_DIGEST = text(f"SELECT {_COLUMNS} FROM certificates WHERE digest = :digest")  # noqa: S608  as above
_NEWEST = text(
    f"SELECT {_HEAD} FROM certificates c WHERE number ="  # noqa: S608  as above
    " (SELECT max(number) FROM certificates o WHERE o.cell = c.cell) ORDER BY cell"
)
_REMOVED = text(
    "SELECT unit, run, attempt, resource, plan_digest, begun_at, ended_at, ended FROM removed_resources"
    " WHERE unit >= :first AND unit < :end ORDER BY begun_at, unit, run, attempt, place"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Summary:
    """What lists have of a certificate."""

    digest: str
    """SHA-256 of the document."""
    cell: CellAddress
    number: int
    """The first of a client is 1."""
    kind: str
    open_points: int
    """How many things are open."""
    last_date: str | None
    """The last date at which something ends by itself."""
    sequence: int
    """Up to which event the trail was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCertificate(_Summary):
    """A certificate that is about to be recorded."""

    facts: str
    """Digest of all that it says but for when it was made, and how far the trail had come."""
    document: str
    signature: str
    """Detached, in OpenPGP's form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateHead(_Summary):
    """A certificate on record, without what it says: that may have an entry for each of many resources."""

    made_at: str
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificate(CertificateHead):
    """A certificate on record."""

    facts: str
    document: str
    signature: str

    def said(self) -> Mapping[str, Any]:
        """Read the document.

        Raises:
            DiagnosticError: it is none.
        """
        try:
            found = read_json(self.document)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, Mapping):
            raise damaged("a certificate")
        return found


@dataclass(frozen=True, slots=True)
class Certificates:
    """The certificates of a ledger. A method raises DiagnosticError when the database fails."""

    database: Database

    def issue(self, actor: Actor, made: NewCertificate) -> IssuedCertificate:
        """Record a certificate. Event `certificate.issued`.

        Raises:
            DiagnosticError: another process has issued one of the client meanwhile.
        """
        row = {
            "digest": made.digest,
            "cell": str(made.cell),
            "number": made.number,
            "kind": made.kind,
            "open_points": made.open_points,
            "last_date": made.last_date,
            "facts": made.facts,
            "made_by": str(actor),
            "sequence": made.sequence,
            "document": made.document,
            "signature": made.signature,
        }
        detail: dict[str, Json] = {
            "number": made.number,
            "kind": made.kind,
            "sha256": made.digest,
            "facts": made.facts,
        }
        draft = EventDraft(actor, CERTIFICATE_ISSUED, str(made.cell), "", detail)
        try:
            with self.database.write() as connection:
                connection.execute(_PUT.of(connection), row | time_parameters(self.database.own_time()))
                append(connection, self.database, draft)
        except integrity_errors():
            raise DiagnosticError(
                error(f"another certificate of {made.cell} was issued at the same time", "ask for it again")
            ) from None
        found = self.by_digest(made.digest)
        if found is None:
            raise LookupError(f"the certificate {made.digest} is not there")
        return found

    def of_cell(self, cell: CellAddress) -> tuple[IssuedCertificate, ...]:
        """All certificates of a client, the oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(_OF_CELL, {"cell": str(cell)}).all()
        return tuple(map(_issued, rows))

    def newest(self) -> tuple[CertificateHead, ...]:
        """The newest certificate of each client."""
        with self.database.read() as connection:
            return tuple(map(_head, connection.execute(_NEWEST).all()))

    def by_digest(self, digest: str) -> IssuedCertificate | None:
        """The certificate whose document has this SHA-256."""
        with self.database.read() as connection:
            row = connection.execute(_BY_DIGEST, {"digest": digest}).first()
        return None if row is None else _issued(row)

    def removed(self, cell: CellAddress) -> tuple[RemovalRecord, ...]:
        """What applies took out of the states of a cell's units, the first ones first."""
        with self.database.read() as connection:
            rows = connection.execute(_REMOVED, below(cell)).all()
        return tuple(map(_removed, rows))


@reads("a certificate")
def _issued(row: Row) -> IssuedCertificate:
    if hashlib.sha256(row.document.encode()).hexdigest() != row.digest:
        # Its PDF is made from it and signed anew: nobody may be shown what was never issued.
        raise ValueError("the document was changed")
    return IssuedCertificate(**_fields(row))


@reads("a certificate")
def _head(row: Row) -> CertificateHead:
    return CertificateHead(**_fields(row))


def _fields(row: Row) -> dict[str, Any]:
    fields = dict(row._mapping)  # noqa: SLF001  the library's public name
    return fields | {"cell": CellAddress.parse(fields["cell"])}


@reads("what an apply has removed")
def _removed(row: Row) -> RemovalRecord:
    return RemovalRecord(
        unit=UnitAddress.parse(row.unit),
        run=row.run,
        attempt=row.attempt,
        resource=removal_from_json(read_json(row.resource)),
        plan_digest=row.plan_digest,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        ended=None if row.ended is None else RemovalEnd(row.ended),
        text=row.resource,
    )
