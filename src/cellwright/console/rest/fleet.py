"""The fleet: its levels and commit, what is wrong with it, and who asks."""

from fastapi import Request, Response

from cellwright.access.roles import Permission
from cellwright.api import diagnostics
from cellwright.api.fleet import fleet as document
from cellwright.app.fleet import check as use_case
from cellwright.app.fleet.description import describe
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas.fleet import Diagnostics, Fleet
from cellwright.console.wire.schemas.runs import Me
from cellwright.model.value import Json

router = noun_router()


@router.get("/fleet", response_model=Fleet)
def fleet(request: Request, visitor: SignedIn) -> Response:
    """Give the fleet's name, commit and levels, and how many findings it has."""
    visitor.demand_somewhere(Permission.READ)
    return answer(request, document.fleet(describe(services(request).fleet())))


@router.get("/check", response_model=Diagnostics)
def check(request: Request, visitor: SignedIn) -> Response:
    """Check the whole fleet: every finding, with file, line and what to do."""
    visitor.demand(Permission.READ)
    return answer(request, diagnostics.diagnostics(use_case.check(services(request).fleet())))


@router.get("/me", response_model=Me)
def me(request: Request, visitor: SignedIn) -> Response:
    """Tell who the request comes from."""
    permissions: list[Json] = [item.value for item in Permission if visitor.may_somewhere(item)]
    return answer(
        request,
        {
            "id": visitor.id,
            "name": visitor.name,
            "by": visitor.by.value,
            "permissions": permissions,
            "break_glass": visitor.break_glass or None,
        },
    )
