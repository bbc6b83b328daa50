"""What the jobs of a CI system may offer in their forms."""

from fastapi import Request, Response

from cellwright.access.roles import Permission
from cellwright.api.runs import jobs as document
from cellwright.app.jobs import offering as use_case
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import fleet as schemas

router = noun_router()


@router.get("/jobs/form", response_model=schemas.JobForm)
def form(request: Request, visitor: SignedIn) -> Response:
    """Tell what forms may offer: what a new client may choose from, and the strategies of rollouts."""
    visitor.demand(Permission.READ)
    return answer(request, document.job_form(use_case.offer(services(request).fleet())))
