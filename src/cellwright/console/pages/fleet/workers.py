"""Workers: the processes that carry out units, and what each is at."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from cellwright.access.roles import Permission
from cellwright.app.overview.workers import drain, workers
from cellwright.console.links import LONGEST
from cellwright.console.live.topics import Topic, followed
from cellwright.console.navigation import Entry
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn

router = APIRouter()
NAVIGATION = Entry("Workers", "/workers", key="w", order=100, group="Fleet", icon="workers")


@router.get("/workers")
def listed(request: Request, visitor: SignedIn) -> Response:
    """List the workers; what they work on is for those who may see the whole fleet."""
    visitor.demand(Permission.READ)
    live = followed(services(request), Topic.WORKERS)
    found = workers(services(request).session)
    may_drain = visitor.may(Permission.ADMINISTER)
    return render(request, "fleet/workers.html", workers=found, live=live, may_drain=may_drain)


@router.post("/workers/drain")
def drained(
    request: Request,
    visitor: SignedIn,
    worker: Annotated[str, Form(max_length=LONGEST)],
    reason: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Response:
    """Ask a worker to finish what it has and to take nothing more."""
    visitor.demand(Permission.ADMINISTER)
    drain(services(request).session, visitor.actor, worker, reason.strip())
    return RedirectResponse("/workers", HTTPStatus.SEE_OTHER)
