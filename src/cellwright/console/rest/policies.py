"""Policies: the rules by which every plan is judged."""

from fastapi import Request, Response

from cellwright.access.roles import Permission
from cellwright.api.fleet import policy as document
from cellwright.app.fleet import policy as use_case
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import fleet as schemas

router = noun_router()


@router.get("/policies", response_model=schemas.Policies)
def policies(request: Request, visitor: SignedIn) -> Response:
    """List the rules that are switched on: what each demands, and what to do about it."""
    visitor.demand_somewhere(Permission.READ)
    return answer(request, document.policies(use_case.list_policies(services(request).fleet())))
