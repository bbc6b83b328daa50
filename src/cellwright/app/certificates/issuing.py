"""Issues certificates of destruction: what the ledger says, as a signed document."""

from dataclasses import dataclass

from cellwright.app.certificates.gathering import Gathered, gather
from cellwright.app.clients.client import client_named
from cellwright.app.session.session import FleetSession
from cellwright.destruction.case import Deed
from cellwright.destruction.document import Issue, digest_of, document, facts, subject, text_of
from cellwright.destruction.standing import Standing, standing
from cellwright.destruction.times import written
from cellwright.ledger.certificates import IssuedCertificate, NewCertificate
from cellwright.model.actor import Actor, vouched
from cellwright.model.address import CellAddress


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate on record, and how the destruction stands now."""

    certificate: IssuedCertificate
    standing: Standing
    anew: bool
    """Whether it was made now; else nothing has changed since it was."""


def issue(session: FleetSession, actor: Actor, name: str) -> Issued:
    """Issue a client's certificate, or give the newest one again if nothing has changed since.

    Raises:
        DiagnosticError: the client still has resources or was not offboarded; or it can't be signed here.
    """
    cell = client_named(session, name)
    found = gather(session, cell)
    judged = judge(session, found)
    said = facts(found.case, judged)
    known = session.ledger().certificates.of_cell(cell)
    if known and known[-1].facts == said:
        return Issued(known[-1], judged, anew=False)
    last = known[-1] if known else None
    number = last.number + 1 if last is not None else 1
    by = Deed(by=actor.name, at=written(session.now()), vouched=vouched(actor.identity()))
    made = Issue(by=by, number=number, replaces=last.digest if last is not None else "")
    text = text_of(document(found.case, judged, made))
    new = NewCertificate(
        digest=digest_of(text),
        cell=cell,
        number=number,
        kind=judged.kind.value,
        open_points=len(judged.open),
        last_date=judged.last_date,
        facts=said,
        sequence=found.case.head[0],
        document=text,
        signature=session.anchoring().sign(text.encode()),
    )
    return Issued(session.ledger(writing=True).certificates.issue(actor, new), judged, anew=True)


def judge(session: FleetSession, found: Gathered) -> Standing:
    """Tell how a destruction stands now."""
    return standing(found.case, subject_digest(found), session.now())


def subject_digest(found: Gathered) -> str:
    """Digest what there is to validate."""
    return digest_of(text_of(subject(found.case)))


def newest(session: FleetSession, cell: CellAddress) -> IssuedCertificate | None:
    """Give the certificate of a client that was issued last; None if none was."""
    known = session.ledger().certificates.of_cell(cell)
    return known[-1] if known else None
