"""What changes of a run, and of one unit's log, sent to pages as it happens."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.history.runs import no_run
from cellwright.app.overview.reach import everything
from cellwright.app.overview.runs.run_feed import RunFeed
from cellwright.app.overview.runs.run_list import is_readable
from cellwright.console.live.hub import WatchedRun, hub_of
from cellwright.console.live.rights import SameRights, audience_of
from cellwright.console.live.run_frames import RunFrames
from cellwright.console.live.run_stream import follow_run
from cellwright.console.live.stream import LiveResponse
from cellwright.console.live.unit_stream import FollowedLog, follow_unit
from cellwright.console.pages.runs.run_unit import readable_unit
from cellwright.console.permits import reach
from cellwright.console.rendering import Pages
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.diagnostic import MissingError, error

router = APIRouter()


@router.get("/runs/{run_id}/live")
def follow(request: Request, visitor: SignedIn, run_id: str, since: str = "") -> Response:
    """Send what changes of a run, as it changes; goes on after what the browser has seen last."""
    session, readable = services(request).session, reach(visitor)
    ledger = session.ledger()
    if ledger.reader.summary(run_id) is None:
        raise no_run(run_id)
    _demand(request, visitor, run_id)
    audience = "everything" if readable is everything else audience_of(visitor)
    pages: Pages = request.app.state.pages
    events = follow_run(
        hub_of(request.app).watching(run_id, lambda: WatchedRun(RunFeed(session, run_id))),
        RunFrames(session, pages, run_id, readable),
        audience=audience,
        known=request.headers.get("last-event-id", "") or since,
        still_allowed=SameRights(request, visitor, lambda now: _demand(request, now, run_id)),
    )
    return LiveResponse(events)


@router.get("/runs/{run_id}/units/{level}/{cell}/{stack}/live")
def follow_one(  # noqa: PLR0913, PLR0917  an address has three parts
    request: Request, visitor: SignedIn, run_id: str, level: str, cell: str, stack: str, since: str = ""
) -> Response:
    """Send what a unit does and what is added to its log."""
    session = services(request).session
    address = f"{level}/{cell}/{stack}"
    unit = readable_unit(visitor, session, run_id, address)
    if session.ledger().reader.run_unit(run_id, unit) is None:
        raise MissingError(error(f"{unit} was no part of run {run_id}", "look at the run for its units"))
    pages: Pages = request.app.state.pages
    events = follow_unit(
        hub_of(request.app).watching(run_id, lambda: WatchedRun(RunFeed(session, run_id))),
        FollowedLog(session, run_id, unit, pages),
        known=request.headers.get("last-event-id", "") or since,
        still_allowed=SameRights(request, visitor, lambda now: readable_unit(now, session, run_id, address)),
    )
    return LiveResponse(events)


def _demand(request: Request, visitor: Visitor, run_id: str) -> None:
    """Go on only if somebody may see something of a run; what they may not see does not exist for them."""
    if visitor.may(Permission.READ):
        return
    if not is_readable(services(request).session.ledger(), run_id, reach(visitor)):
        raise no_run(run_id)
