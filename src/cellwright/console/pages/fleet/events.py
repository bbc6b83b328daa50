"""The audit trail: searched, verified, exported."""

import json
from collections.abc import Iterable

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from cellwright.access.roles import Permission
from cellwright.app.history.events import verify
from cellwright.app.overview.trail import event_page, every_event
from cellwright.console.event_search import event_filter, visible_to
from cellwright.console.event_text import blocks, csv_lines, json_lines, vouched_by
from cellwright.console.links import Filters
from cellwright.console.navigation import Entry
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.diagnostic import DiagnosticError, MissingError, error

router = APIRouter()
NAVIGATION = Entry("Events", "/events", key="e", order=50, icon="events")
_LARGEST = 2**63 - 1


@router.get("/events")
def events(request: Request, visitor: SignedIn) -> Response:
    """List the newest events that the filters let through."""
    visible = visible_to(request, visitor)
    filters = Filters.of(request)
    only, faults = event_filter(filters)
    before = filters.number("before", 0) or None
    return render(
        request,
        "records/events.html",
        filters=filters,
        faults=faults,
        found=event_page(services(request).session, only, before, visible),
        vouched=vouched_by,
        may_verify=visitor.may(Permission.READ),
    )


@router.get("/events/export.jsonl")
def export_json(request: Request, visitor: SignedIn) -> Response:
    """Send every event that the filters let through as lines of JSON, while they are read."""
    return _export(request, visitor, "jsonl")


@router.get("/events/export.csv")
def export_csv(request: Request, visitor: SignedIn) -> Response:
    """Send every event that the filters let through as a table, while they are read."""
    return _export(request, visitor, "csv")


@router.post("/events/verify")
def verified(request: Request, visitor: SignedIn) -> Response:
    """Follow the chain of hashes from the first event to the last, and compare it with its anchors."""
    visitor.demand(Permission.READ)
    session = services(request).session
    found = verify(session, anchors=bool(session.anchoring().settings.anchors))
    return render(request, "records/events_verified.html", found=found)


@router.get("/events/{sequence}")
def event(request: Request, visitor: SignedIn, sequence: int) -> Response:
    """Show all that one event holds."""
    visible = visible_to(request, visitor)
    found = services(request).session.ledger().reader.event(sequence) if 0 < sequence < _LARGEST else None
    if found is None or (visible is not None and not visible(found)):
        detail = "the list of events has those that there are"
        raise MissingError(error(f"there is no event {sequence}, or you may not see it", detail))
    detail = json.dumps(found.detail, indent=2, ensure_ascii=False, sort_keys=True)
    return render(request, "records/event.html", event=found, detail=detail, vouched=vouched_by(found))


def _export(request: Request, visitor: SignedIn, kind: str) -> Response:
    visible = visible_to(request, visitor)
    only, faults = event_filter(Filters.of(request))
    if faults:
        raise DiagnosticError(*faults)
    session = services(request).session
    found = every_event(session, only, visible)
    lines: Iterable[str] = csv_lines(found) if kind == "csv" else json_lines(found)
    media = "text/csv; charset=utf-8; header=present" if kind == "csv" else "application/x-ndjson"
    name = f"events-{session.now().strftime('%Y%m%d-%H%M%S')}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(blocks(lines), media_type=media, headers=headers)
