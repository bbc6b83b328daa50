"""The start page: what needs me."""

import hashlib
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.access.roles import Permission
from cellwright.app.overview.needs import needs
from cellwright.app.status.hold import hold_end
from cellwright.console.live.topics import Topic, followed
from cellwright.console.navigation import Entry
from cellwright.console.reading import fleet_view
from cellwright.console.rendering import render
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn

router = APIRouter()
NAVIGATION = Entry("Start", "/", key="h", order=10, icon="home")
_SHOWN = 10


@router.get("/")
def start(request: Request, visitor: SignedIn) -> Response:
    """Show what waits for somebody, each with the place where to go on."""
    live = followed(services(request), Topic.RUNS)
    view = fleet_view(request, visitor)
    found = needs(services(request).session, view)
    shown = (found.waiting, found.rollouts, found.failed, found.running, found.leaving, found.findings)
    mark = f"{view.mark}-{hashlib.blake2b(repr(shown).encode(), digest_size=8).hexdigest()}"
    if request.query_params.get("mark") == mark:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return render(
        request,
        "fleet/start.html",
        view=view,
        live=live,
        needs=found,
        mark=mark,
        ends=hold_end,
        shown=_SHOWN,
        may_approve=visitor.may_somewhere(Permission.APPROVE),
        may_onboard=visitor.may_somewhere(Permission.ONBOARD),
        whole=visitor.may(Permission.READ),
    )
