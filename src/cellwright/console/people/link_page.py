"""One-time links with which somebody chooses a password: each is shown this once."""

from fastapi import Request
from fastapi.responses import Response

from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.ledger.people.records import Person


def link_page(request: Request, person: Person, secret: str, lasts: str) -> Response:
    """Show somebody's link."""
    address = link_address(request, secret)
    return render(request, "access/person_link.html", person=person, address=address, lasts=lasts)


def link_address(request: Request, secret: str) -> str:
    """Give the address of a one-time link."""
    return f"{services(request).settings.address}/welcome/{secret}"
