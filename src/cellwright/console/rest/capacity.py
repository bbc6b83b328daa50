"""Capacity: how full each place is, and how many more cells fit."""

from fastapi import Request, Response

from cellwright.access.roles import Permission
from cellwright.api.fleet import capacity as document
from cellwright.app.fleet import capacity as use_case
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import Words
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import capacity as schemas

router = noun_router()


@router.get("/capacity", response_model=schemas.Capacity)
def capacity(request: Request, visitor: SignedIn, place: Words | None = None) -> Response:
    """Show how full every place is, or one: what it has and uses of what AWS limits, and its room."""
    visitor.demand(Permission.READ)
    return answer(request, document.capacity(use_case.show_capacity(services(request).fleet(), place)))
