"""One run: its progress, what waits for approval, what failed and why, its units."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.runs.run_graph import MOST_UNITS, places_of, run_graph
from cellwright.app.overview.runs.run_view import RunRequest, RunView, run_view
from cellwright.console.live.run_frames import PHRASE
from cellwright.console.permits import reach
from cellwright.console.rendering import render
from cellwright.console.runs.graph_view import GraphPicture, graph_picture
from cellwright.console.runs.run_shown import run_shown
from cellwright.console.runs.words import KINDS, PHASES, PLACES, duration
from cellwright.console.services import Services, services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.read.run_unit_query import RunUnitFilter
from cellwright.ledger.run_state import RunSummary
from cellwright.model.actor import vouched
from cellwright.model.address import AddressError, UnitAddress

router = APIRouter()


class Filters(BaseModel):
    """What an address may say of the units that are wanted."""

    q: str = Field("", max_length=200)
    place: str = Field("", max_length=40)
    wave: str = Field("", max_length=9)
    after: str = Field("", max_length=400)

    def only(self) -> RunUnitFilter:
        """Give the filter; a state that there is not, or a wave that is no number, matches every unit."""
        return RunUnitFilter(
            words=self.q.strip(),
            where=self.place if self.place in PLACES else "",
            wave=int(self.wave) if self.wave.isascii() and self.wave.isdigit() else None,
        )


@router.get("/runs/{run_id}")
def show_run(
    request: Request, visitor: SignedIn, run_id: str, asked: Annotated[Filters, Query()]
) -> Response:
    """Show one run and a page of its units."""
    visitor.demand_somewhere(Permission.READ)
    only = asked.only()
    found = services(request)
    # Asked for before the rest: what changes while the page is made is told by its stream.
    newest = found.session.ledger().progress.newest()
    wanted = RunRequest(run=run_id, only=only, after=_address(asked.after), readable=reach(visitor))
    view = run_view(found.fleet(), wanted)
    run = view.run
    return render(
        request,
        "runs/run.html",
        run=run,
        kind=KINDS[run.kind],
        shown=run_shown(view, {}),
        only=only,
        places=PLACES,
        phases=PHASES,
        phrase=PHRASE,
        since=f"event-{newest}",
        picture=picture_of(found, visitor, run),
        vouched=vouched(run.identity),
        rollout=found.session.ledger().rollouts.of_run(run.id),
        took=duration(run.seconds) if run.seconds is not None else "",
        next=_next(view, only),
    )


def picture_of(found: Services, visitor: Visitor, run: RunSummary) -> GraphPicture | None:
    """Draw a small run's units, as far as the visitor may see them; a large run's come with its stream."""
    if run.units > MOST_UNITS:
        return None
    session = found.session
    return graph_picture(run.id, run_graph(session, run.id, reach(visitor)), places_of(session, run.id))


def _address(text: str) -> UnitAddress | None:
    try:
        return UnitAddress.parse(text) if text else None
    except AddressError:
        return None


def _next(view: RunView, only: RunUnitFilter) -> str:
    if view.next is None:
        return ""
    named = {
        "q": only.words,
        "place": only.where,
        "wave": "" if only.wave is None else str(only.wave),
        "after": str(view.next),
    }
    query = urlencode({name: value for name, value in named.items() if value})
    return f"/runs/{view.run.id}?{query}#units"
