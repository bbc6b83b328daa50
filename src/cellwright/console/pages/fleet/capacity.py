"""Capacity: how full each place is, and how many more cells fit."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.app.fleet.capacity import show_capacity
from cellwright.console.navigation import Entry
from cellwright.console.reading import fleet_view
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn

router = APIRouter()
NAVIGATION = Entry("Capacity", "/capacity", key="k", order=65, group="Fleet", icon="addresses")


@router.get("/capacity")
def capacity(request: Request, visitor: SignedIn) -> Response:
    """Show every place that the visitor may see."""
    view = fleet_view(request, visitor)
    shown = {str(address) for address in view.cells} if view.partial else None
    found = show_capacity(services(request).session)
    places = [item for item in found.places if shown is None or shown.intersection(item.cells)]
    return render(
        request,
        "fleet/capacity.html",
        view=view,
        found=found,
        places=places,
        # Of cells that one may not see only their number is told.
        hidden=shown is not None,
    )
