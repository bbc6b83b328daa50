"""Evidence for an auditor: made of a period, looked at by clause, taken; and reviews that are recorded."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from pydantic import BaseModel, Field

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.evidence.keeping import KeptEvidence, KeptRequest, archive, find_kept, keep_evidence
from cellwright.app.evidence.keeping import kept_evidence as list_kept
from cellwright.app.evidence.reviews import LONGEST, ReviewKind, ReviewRequest, record_review
from cellwright.app.evidence.reviews import reviews as list_reviews
from cellwright.app.session.session import FleetSession
from cellwright.console.navigation import Entry
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.evidence.clauses.all_clauses import SECTIONS
from cellwright.evidence.judging import Standing
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

router = APIRouter()
PATH = "/evidence"
NAVIGATION = Entry("Evidence", PATH, order=95, group="Fleet", icon="approve", permission=Permission.AUDIT)
TONES = {
    Standing.SEEN.value: "good",
    Standing.NOTHING.value: "good",
    Standing.PARTLY.value: "wait",
    Standing.GAP.value: "bad",
    Standing.CUSTOMER.value: "off",
}
_QUARTER = timedelta(days=90)
_DAY = timedelta(days=1)
_DATE = Field(max_length=40)


class PeriodForm(BaseModel):
    """A period, and whether the states are read."""

    since: Annotated[str, _DATE] = ""
    until: Annotated[str, _DATE] = ""
    states: bool = False


class ReviewForm(BaseModel):
    """A review that somebody has made."""

    kind: ReviewKind = ReviewKind.ACTIVITY
    since: Annotated[str, _DATE] = ""
    until: Annotated[str, _DATE] = ""
    findings: Annotated[str, Field(max_length=LONGEST * 2)] = ""


@router.get(PATH)
def show(request: Request, visitor: SignedIn) -> Response:
    """List what is kept and the reviews, with the forms for both."""
    return _page(request, visitor, HTTPStatus.OK)


@router.post(PATH)
def make(request: Request, visitor: SignedIn, form: Annotated[PeriodForm, Form()]) -> Response:
    """Make evidence of a period."""
    visitor.demand(Permission.AUDIT)
    session = services(request).fleet()
    try:
        since, until = read_days(form.since, form.until)
        wanted = KeptRequest(since=since, until=until, states=form.states)
        kept, _ = keep_evidence(session, visitor.actor, wanted)
    except DiagnosticError as fault:
        return _page(request, visitor, HTTPStatus.UNPROCESSABLE_ENTITY, form, None, fault.diagnostics)
    return RedirectResponse(f"{PATH}/{kept}", HTTPStatus.SEE_OTHER)


@router.post(f"{PATH}/reviews")
def review(request: Request, visitor: SignedIn, form: Annotated[ReviewForm, Form()]) -> Response:
    """Record a review."""
    visitor.demand(Permission.AUDIT)
    session = services(request).fleet()
    try:
        since, until = read_days(form.since, form.until)
        wanted = ReviewRequest(kind=form.kind, since=since, until=until, findings=form.findings)
        record_review(session, visitor.actor, wanted)
    except DiagnosticError as fault:
        return _page(request, visitor, HTTPStatus.UNPROCESSABLE_ENTITY, None, form, fault.diagnostics)
    return RedirectResponse(f"{PATH}#reviews", HTTPStatus.SEE_OTHER)


@router.get(f"{PATH}/{{kept}}")
def one(request: Request, visitor: SignedIn, kept: str) -> Response:
    """Show what was seen of each clause, and the gaps."""
    visitor.demand(Permission.AUDIT)
    found = _found(services(request).session, kept)
    return render(
        request,
        "records/evidence_one.html",
        kept=found,
        sections=SECTIONS,
        tones=TONES,
        counts=Counter(found.standings.values()),
    )


@router.get(f"{PATH}/{{kept}}/download")
def download(request: Request, visitor: SignedIn, kept: str) -> Response:
    """Give the folder as an archive."""
    visitor.demand(Permission.AUDIT)
    found = _found(services(request).session, kept)
    headers = {"Content-Disposition": f'attachment; filename="evidence-{found.id}.tar.gz"'}
    return StreamingResponse(archive(found), media_type="application/gzip", headers=headers)


def read_days(since: str, until: str) -> tuple[datetime, datetime]:
    """Read two days as a browser sends them; the last one is included.

    Raises:
        DiagnosticError: one is no day.
    """
    return _day(since, "from"), _day(until, "to", more=_DAY)


def _day(text: str, what: str, more: timedelta = timedelta()) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + more
    except (ValueError, OverflowError):
        raise DiagnosticError(error(f"'{what}' is no day", "write it as 2026-11-22")) from None


def _found(session: FleetSession, kept: str) -> KeptEvidence:
    found = find_kept(session, kept)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def _page(
    request: Request,
    visitor: Visitor,
    status: HTTPStatus,
    period: PeriodForm | None = None,
    typed: ReviewForm | None = None,
    diagnostics: Sequence[Diagnostic] = (),
) -> Response:
    visitor.demand(Permission.AUDIT)
    session = services(request).session
    now = session.now()
    since, until = f"{now - _QUARTER:%Y-%m-%d}", f"{now:%Y-%m-%d}"
    return render(
        request,
        "records/evidence.html",
        status,
        kept=list_kept(session),
        reviews=list_reviews(session),
        period=period or PeriodForm(since=since, until=until),
        typed=typed or ReviewForm(since=since, until=until),
        kinds=tuple(ReviewKind),
        gap=Standing.GAP.value,
        counted=lambda item: Counter(item.standings.values()),
        diagnostics=diagnostics,
    )
