"""Evidence for an auditor, and reviews on record."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BeforeValidator, Field

from cellwright.access.roles import Permission
from cellwright.api.records import evidence as document
from cellwright.api.records import reviews as reviews_document
from cellwright.app.evidence.keeping import (
    KeptEvidence,
    KeptRequest,
    archive,
    find_kept,
    keep_evidence,
    kept_evidence,
)
from cellwright.app.evidence.reviews import LONGEST, ReviewKind, ReviewRequest, record_review
from cellwright.app.evidence.reviews import reviews as list_reviews
from cellwright.app.session.session import FleetSession
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import PLAIN, Body, Limit
from cellwright.console.wire.problems import absent
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import evidence as schemas

router = noun_router()


def _day(value: object) -> date:
    """Read a day as JSON has it: a number would be taken for seconds."""
    with suppress(TypeError, ValueError):
        return date.fromisoformat(value)  # type: ignore[arg-type]  # what it is is tried
    raise ValueError("write a day as 2026-11-22")


_Day = Annotated[date, BeforeValidator(_day)]

EvidenceId = Annotated[str, Path(max_length=100, pattern=PLAIN, description="Evidence that is kept.")]
_ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/gzip": {}}, "description": "The folder as a tar archive."}
}


class EvidenceBody(Body):
    """Evidence that is wanted."""

    since: Annotated[_Day, Field(description="The first day of the period.")]
    until: Annotated[_Day, Field(description="The last day of the period, included.")]
    states: bool = Field(default=False, description="Read the states, for inventory and network map.")


class ReviewBody(Body):
    """A review that was made."""

    kind: Annotated[ReviewKind, Field(strict=False)]
    since: Annotated[_Day, Field(description="The first day of what was looked through.")]
    until: Annotated[_Day, Field(description="The last day, included.")]
    findings: Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=PLAIN)]


@router.get("/evidence", response_model=schemas.EvidenceList)
def evidence(request: Request, visitor: SignedIn) -> Response:
    """List the evidence that this server keeps."""
    visitor.demand(Permission.AUDIT)
    return answer(request, document.kept_list(kept_evidence(services(request).session)))


@router.post("/evidence", status_code=HTTPStatus.CREATED, response_model=schemas.EvidencePart)
def make(request: Request, visitor: SignedIn, body: EvidenceBody, _key: Key = None) -> Response:
    """Make evidence of a period. The five newest are kept."""
    visitor.demand(Permission.AUDIT)
    session = services(request).fleet()
    since, until = _moments(body.since, body.until)
    kept, _ = keep_evidence(session, visitor.actor, KeptRequest(since=since, until=until, states=body.states))
    where = f"/api/v1/evidence/{kept}"
    return answer(request, document.kept(_found(session, kept)), HTTPStatus.CREATED, Location=where)


@router.get("/evidence/{evidence}", response_model=schemas.EvidencePart)
def one(request: Request, visitor: SignedIn, evidence: EvidenceId) -> Response:
    """Give what was seen of each clause, and the gaps."""
    visitor.demand(Permission.AUDIT)
    return answer(request, document.kept(_found(services(request).session, evidence)))


@router.get("/evidence/{evidence}/download", response_class=StreamingResponse, responses=_ARCHIVE)
def download(request: Request, visitor: SignedIn, evidence: EvidenceId) -> Response:
    """Give the folder: for reading, for machines, with digests, chain and signature."""
    visitor.demand(Permission.AUDIT)
    found = _found(services(request).session, evidence)
    headers = {"Content-Disposition": f'attachment; filename="evidence-{found.id}.tar.gz"'}
    return StreamingResponse(archive(found), media_type="application/gzip", headers=headers)


@router.get("/reviews", response_model=schemas.Reviews)
def reviews(request: Request, visitor: SignedIn, limit: Limit = 200) -> Response:
    """List the newest reviews."""
    visitor.demand(Permission.AUDIT)
    return answer(request, reviews_document.reviews(list_reviews(services(request).session, limit)))


@router.post("/reviews", status_code=HTTPStatus.CREATED, response_model=schemas.ReviewPart)
def record(request: Request, visitor: SignedIn, body: ReviewBody, _key: Key = None) -> Response:
    """Record that you have looked through the activity, or through who has access, and what you found."""
    visitor.demand(Permission.AUDIT)
    since, until = _moments(body.since, body.until)
    wanted = ReviewRequest(kind=body.kind, since=since, until=until, findings=body.findings)
    found = record_review(services(request).fleet(), visitor.actor, wanted)
    where = f"/api/v1/events/{found.event}"
    return answer(request, reviews_document.review(found), HTTPStatus.CREATED, Location=where)


def _moments(since: date, until: date) -> tuple[datetime, datetime]:
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (since, until))
    return begin, end + timedelta(days=1) if until < date.max else end


def _found(session: FleetSession, kept: str) -> KeptEvidence:
    found = find_kept(session, kept)
    if found is None:
        raise absent("there is no such evidence here", "list what is kept: GET /api/v1/evidence")
    return found
