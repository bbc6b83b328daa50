"""Drift: units whose real resources were found otherwise than they were applied."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.console.links import Filters
from cellwright.console.navigation import Entry
from cellwright.console.paging import page_of
from cellwright.console.reading import fleet_view
from cellwright.console.rendering import render
from cellwright.console.visitor import SignedIn

router = APIRouter()
NAVIGATION = Entry("Drift", "/drift", key="t", order=90, group="Fleet", icon="drift")


@router.get("/drift")
def drift(request: Request, visitor: SignedIn) -> Response:
    """List the drift that nothing has mended since."""
    view = fleet_view(request, visitor)
    filters = Filters.of(request)
    text = filters.get("q").casefold()
    found = [
        item for item in view.drift if text in str(item.unit).casefold() or text in item.actor.casefold()
    ]
    return render(
        request,
        "drift.html",
        view=view,
        filters=filters,
        page=page_of(found, filters.number("page")),
    )
