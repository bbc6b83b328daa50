"""Versions: which Terraform or OpenTofu ran the units last, and which runs them now."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.app.overview.versions import version_rows
from cellwright.console.links import Filters
from cellwright.console.navigation import Entry
from cellwright.console.paging import page_of
from cellwright.console.reading import fleet_view
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn

router = APIRouter()
NAVIGATION = Entry("Versions", "/versions", key="v", order=80, group="Fleet", icon="versions")


@router.get("/versions")
def versions(request: Request, visitor: SignedIn) -> Response:
    """Show the groups of units with the same programs, and with `group` the units of one."""
    view = fleet_view(request, visitor)
    filters = Filters.of(request)
    rows = version_rows(services(request).session, view)
    chosen = next((row for row in rows if row.key == filters.get("group")), None)
    page = page_of(chosen.units, filters.number("page")) if chosen is not None else None
    return render(
        request, "fleet/versions.html", view=view, filters=filters, rows=rows, chosen=chosen, page=page
    )
