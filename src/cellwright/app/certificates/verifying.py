"""Checks a certificate's file: who signed it, whether it is on record, whether the trail goes on from it."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.certificates.files import SIGNATURE
from cellwright.app.session.session import FleetSession
from cellwright.files.errors import file_errors
from cellwright.ledger.certificates import IssuedCertificate
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.event_filter import EventFilter, action_pattern
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import CERTIFICATE_ISSUED

LARGEST = 256 * 1024 * 1024
_LARGEST_SIGNATURE = 65_536
_PDF = b"%PDF-"
_DIGEST = re.compile(rb"sha256:([0-9a-f]{64})")
_ISSUED = EventFilter(actions=(action_pattern(CERTIFICATE_ISSUED),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found about a certificate's file."""

    path: Path
    digest: str
    """SHA-256 of the document, also where the file is its PDF."""
    certificate: IssuedCertificate | None
    """As the ledger has it; None: it has none with this digest."""
    newest: bool
    """Whether no later one was issued for the client."""
    faults: tuple[str, ...]
    """Why it is not to be believed; none if it is."""


def verify(session: FleetSession, path: Path) -> Checked:
    """Check a certificate's JSON document or PDF by the signature that lies beside it, and by the ledger.

    Raises:
        DiagnosticError: it or its signature can't be read, or there is no public key to check it with.
    """
    content = _read(path, LARGEST)
    signature = _read(path.with_name(path.name + SIGNATURE), _LARGEST_SIGNATURE)
    is_pdf = content.startswith(_PDF)
    digest = _named_digest(content) if is_pdf else hashlib.sha256(content).hexdigest()
    ledger = session.ledger()
    certificate = ledger.certificates.by_digest(digest) if digest else None
    faults = list(_signature_faults(session, content, signature))
    if certificate is None:
        faults.append(
            "the ledger has no certificate with its digest" if digest else "it names no certificate"
        )
    else:
        faults.extend(_trail_faults(ledger, certificate))
    known = ledger.certificates.of_cell(certificate.cell) if certificate is not None else ()
    newest = certificate is not None and known[-1].digest == digest
    return Checked(path=path, digest=digest, certificate=certificate, newest=newest, faults=tuple(faults))


def _read(path: Path, largest: int) -> bytes:
    with file_errors(f"{path} can't be read"), path.open("rb") as file:
        content = file.read(largest + 1)  # a device tells no size
    if len(content) > largest:
        raise DiagnosticError(error(f"{path} is too large for a certificate", "name the right file"))
    return content


def _named_digest(content: bytes) -> str:
    """Find the digest of the document that a PDF was made from; its signature vouches for it."""
    found = {match.decode() for match in _DIGEST.findall(content)}
    return found.pop() if len(found) == 1 else ""


def _signature_faults(session: FleetSession, content: bytes, signature: bytes) -> Iterator[str]:
    from cellwright.ledger.anchors.signing import verify_signature  # noqa: PLC0415  it brings a large library

    keys = session.anchoring().public_keys()
    if not keys:
        detail = "list the public keys under `audit.keys` in fleet.yaml (`cellwright events key` prints one)"
        raise DiagnosticError(error("there is no public key to check the certificate with", detail))
    if not verify_signature(content, signature.decode("utf-8", "replace"), keys):
        yield "its signature is of no known key, or it was changed after it was signed"


def _trail_faults(ledger: Ledger, certificate: IssuedCertificate) -> Iterator[str]:
    named = certificate.said().get("trail", {})
    if ledger.reader.event_hash(certificate.sequence) != named.get("hash"):
        event = f"event {certificate.sequence} of the audit trail"
        yield f"{event} is not the one that it names: the trail was rewritten, cut or replaced"
    events = ledger.reader.events(subject=str(certificate.cell), only=_ISSUED)
    if not any(event.detail.get("sha256") == certificate.digest for event in events):
        yield "the audit trail has no event about its issue"
