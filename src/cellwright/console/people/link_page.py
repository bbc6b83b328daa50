"""The page that shows a one-time link, this once."""

from fastapi import Request
from fastapi.responses import Response

from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.ledger.people.records import Person


def link_page(request: Request, person: Person, secret: str, lasts: str) -> Response:
    """Show somebody's link."""
    address = f"{services(request).settings.address}/welcome/{secret}"
    return render(request, "person_link.html", person=person, address=address, lasts=lasts)
