"""Events: the audit trail, searched, checked and exported."""

from datetime import UTC, datetime
from itertools import chain, islice
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator

from cellwright.access.roles import Permission
from cellwright.api.records import events as document
from cellwright.app.history import events as use_case
from cellwright.app.overview.trail import every_event
from cellwright.console.event_search import visible_to
from cellwright.console.event_text import blocks, csv_lines, json_lines
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer, page
from cellwright.console.wire.parameters import PLAIN, Limit
from cellwright.console.wire.problems import absent, absent_if_refused
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import runs as schemas
from cellwright.ledger.read.event_filter import EventFilter, action_pattern, subject_pattern
from cellwright.ledger.read.former_names import with_former_names
from cellwright.model.diagnostic import DiagnosticError

router = noun_router()

_MEDIA = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8; header=present"}
_EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {kind: {"schema": {"type": "string"}} for kind in ("application/jsonl", "text/csv")},
        "description": "An event a line; a table has a line of names first.",
    }
}


def _utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        raise ValueError("no such time can be told in UTC") from None


_Patterns = Annotated[
    list[Annotated[str, Query(min_length=1, max_length=200, pattern=PLAIN)]], Query(max_length=50)
]
_Moment = Annotated[datetime, AfterValidator(_utc)]
_Number = Annotated[int, Query(ge=0, le=2**53)]


def _filter(
    subject: _Patterns = [],  # noqa: B006  FastAPI copies it
    action: _Patterns = [],  # noqa: B006  as above
    actor: _Patterns = [],  # noqa: B006  as above
    person: _Patterns = [],  # noqa: B006  as above
    since: _Moment | None = None,
    until: _Moment | None = None,
) -> EventFilter:
    """Read which events are meant; several patterns of one kind are alternatives."""
    return EventFilter(
        subjects=tuple(map(subject_pattern, subject)),
        actions=tuple(map(action_pattern, action)),
        actors=tuple(actor),
        people=tuple(person),
        since=since,
        until=until,
    )


Only = Annotated[EventFilter, Depends(_filter)]


def _checked_point(text: str) -> str:
    use_case.parse_point(text)
    return text


@router.get("/events", response_model=schemas.Events)
def events(
    request: Request,
    visitor: SignedIn,
    only: Only,
    cursor: Annotated[_Number, Query(description="`next` of the page before: an event's number.")] = 0,
    limit: Limit = 200,
) -> Response:
    """List events: who did what, when and why; the oldest first. Of cells that you may see, if not of all."""
    visible = visible_to(request, visitor)
    wanted = use_case.EventsRequest(only=only, after=cursor, limit=limit + 1 if visible is None else None)
    every = use_case.events(services(request).session, wanted)
    found = list(islice(filter(visible, every), limit + 1))
    following = found[limit - 1].sequence if len(found) > limit else None
    shown = document.events(found[:limit], following)
    return page(request, shown, None if following is None else str(following))


@router.get("/events/latest", response_model=schemas.Events)
def latest(request: Request, visitor: SignedIn, only: Only, limit: Limit = 50) -> Response:
    """List the newest events, the newest last."""
    visible = visible_to(request, visitor)
    ledger = services(request).session.ledger()
    backwards = ledger.reader.events_back(None, with_former_names(ledger.database, only))
    found = tuple(islice(filter(visible, backwards), limit))[::-1]
    return answer(request, document.events(found, None))


@router.get("/events/tip", response_model=schemas.Tip)
def tip(request: Request, visitor: SignedIn) -> Response:
    """Give the newest event's number and hash, to be noted down outside."""
    visitor.demand(Permission.READ)
    try:
        found = use_case.tip(services(request).session)
    except DiagnosticError as fault:
        raise absent_if_refused(fault) from None
    return answer(request, document.tip(found))


@router.get("/events/verify", response_model=schemas.Verification)
def verify(
    request: Request,
    visitor: SignedIn,
    anchors: Annotated[bool, Query(description="Also compare with the anchors outside the ledger.")] = False,  # noqa: FBT002  FastAPI names it
    expect: Annotated[
        list[Annotated[str, Query(max_length=100), AfterValidator(_checked_point)]],
        Query(max_length=20, description="The trail must hold these events: HASH, or NUMBER:HASH."),
    ] = [],  # noqa: B006  FastAPI copies it
) -> Response:
    """Check that no event was changed, removed or inserted: each holds the hash of the one before."""
    visitor.demand(Permission.READ)
    points = tuple(map(use_case.parse_point, expect))
    found = use_case.verify(services(request).session, anchors=anchors, expected=points)
    return answer(request, document.verification(found))


@router.get("/events/export", response_class=StreamingResponse, responses=_EXPORTED)
def export(
    request: Request,
    visitor: SignedIn,
    only: Only,
    form: Annotated[Literal["jsonl", "csv"], Query(description="Lines of JSON, or a table.")] = "jsonl",
) -> Response:
    """Export events, the oldest first, as they are read: any number of them."""
    visible = visible_to(request, visitor)
    found = every_event(services(request).session, only, visible)
    first = tuple(islice(found, 1))  # what can't be read is said before the answer begins
    every = chain(first, found)
    lines = csv_lines(every) if form == "csv" else json_lines(every)
    headers = {"Content-Disposition": f'attachment; filename="events.{form}"'}
    return StreamingResponse(blocks(lines), media_type=_MEDIA[form], headers=headers)


@router.get("/events/{number:int}", response_model=schemas.EventPart)
def event(
    request: Request,
    visitor: SignedIn,
    number: Annotated[int, Path(ge=1, le=2**53, description="An event's number.")],
) -> Response:
    """Give one event."""
    visible = visible_to(request, visitor)
    found = services(request).session.ledger().reader.event(number)
    if found is None or (visible is not None and not visible(found)):
        raise absent(f"there is no event {number}, or you may not see it", "GET /api/v1/events lists them")
    return answer(request, document.event(found))
