"""Validation: somebody who had no part in a destruction judges whether its outcome is good enough.

NIST SP 800-88 Rev. 2 tells it from verification, which says that a technique was completed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.certificates.gathering import Gathered, gather
from cellwright.app.certificates.issuing import Issued, issue, newest, subject_digest
from cellwright.app.clients.client import client_named
from cellwright.app.runs.steering.four_eyes import same_person
from cellwright.app.session.session import FleetSession
from cellwright.destruction.standing import settleable
from cellwright.ledger.certificates import IssuedCertificate
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import CERTIFICATE_VALIDATED

LONGEST_FINDINGS = 4_000
"""Characters of what somebody writes that they have found."""

_REFUSED = "certificate.validation_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRequest:
    """What somebody has found when they looked at the outcome."""

    name: str
    findings: str
    settled: tuple[str, ...] = ()
    """What has no date, or could not be looked up, and is over as they have found."""


def validate(session: FleetSession, actor: Actor, request: ValidationRequest) -> Issued:
    """Record a validation of a client's newest certificate, and issue the one that has it.

    Raises:
        DiagnosticError: whoever validates had a part in the destruction; there is no certificate, or
            something has changed since it was issued; nothing was found, or what is declared over is not
            among what may be.
    """
    cell = client_named(session, request.name)
    found = gather(session, cell)
    _refuse_concerned(session, actor, found)
    findings = _findings(request)
    certificate = _seen(session, cell, subject_digest(found))
    _refuse_unknown(request.settled, found)
    session.ledger(writing=True).recorder.append_event(
        actor,
        CERTIFICATE_VALIDATED,
        str(cell),
        findings,
        {
            "certificate": certificate.digest,
            "number": certificate.number,
            "subject": subject_digest(found),
            "settled": sorted(set(request.settled)),
        },
    )
    return issue(session, actor, request.name)


def _refuse_concerned(session: FleetSession, actor: Actor, found: Gathered) -> None:
    for person in found.people:
        common = same_person(actor.name, actor.identity(), person.name, person.identity)
        if common is None:
            continue
        detail = {"why": "had a part in it", "common": common, "part": person.part}
        cell = str(found.case.cell)
        session.ledger(writing=True).recorder.append_event(actor, _REFUSED, cell, "", detail)
        raise DiagnosticError(
            error(
                f"you have had a part in the destruction of {cell}: {person.name} {person.part} ({common})",
                "have somebody validate it who has not asked for it, approved it or carried it out",
            )
        )


def _findings(request: ValidationRequest) -> str:
    findings = request.findings.strip()
    if not findings:
        raise DiagnosticError(
            error("a validation says what was found", "say what you have looked at, and what you found there")
        )
    if len(findings) > LONGEST_FINDINGS:
        raise DiagnosticError(
            error(
                f"the findings have {len(findings)} characters, at most {LONGEST_FINDINGS} can be",
                "name the document that has the rest",
            )
        )
    return findings


def _seen(session: FleetSession, cell: CellAddress, subject: str) -> IssuedCertificate:
    """Give the certificate that is validated: the newest one, if it says what the ledger says now."""
    certificate = newest(session, cell)
    advice = f"issue one and read it first: cellwright certificate issue {cell.cell}"
    if certificate is None:
        raise DiagnosticError(error(f"{cell} has no certificate of destruction yet", advice))
    if certificate.said().get("subject") != subject:
        raise DiagnosticError(error(f"the newest certificate of {cell} is out of date", advice))
    return certificate


def _refuse_unknown(settled: Sequence[str], found: Gathered) -> None:
    known = settleable(found.case)
    for name in settled:
        if name not in known:
            may = ", ".join(sorted(known)[:20]) or "nothing"
            raise DiagnosticError(
                error(
                    f"'{name}' is nothing of the client that somebody has to declare over", f"may be: {may}"
                )
            )
