"""Rollouts: which there were, and how each goes."""

from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response

from cellwright.access.roles import Permission
from cellwright.api.runs import rollouts as document
from cellwright.app.overview.rollouts.rollout_list import RolloutListRequest, rollout_list
from cellwright.app.overview.rollouts.rollout_view import (
    CellsRequest,
    cells_page,
    rollout_seen,
    rollout_view,
)
from cellwright.console.permits import reach, readable
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer, page
from cellwright.console.wire.parameters import Cursor, Limit, Words
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import rollouts as schemas
from cellwright.ledger.rollouts.listing import RolloutFilter

router = noun_router()

RolloutId = Annotated[str, Path(max_length=100, description="A rollout's id.")]
Status = Literal[
    "",
    "pending",
    "running",
    "baking",
    "waiting",
    "paused",
    "halting",
    "halted",
    "completed",
    "completed_with_failures",
    "cancelled",
    "superseded",
]
CellPhase = Literal[
    "", "waiting", "starting", "running", "overdue", "succeeded", "unchanged", "failed", "skipped"
]


@router.get("/rollouts", response_model=schemas.Rollouts)
def rollouts(
    request: Request,
    visitor: SignedIn,
    status: Status = "",
    strategy: Words = "",
    q: Annotated[Words, Query(description="A part of the id, the starter, the reason or the commit.")] = "",
    cursor: Cursor = None,
) -> Response:
    """List rollouts, the newest first, 200 a page; of each the cells that you may see are counted."""
    wanted = RolloutListRequest(
        only=RolloutFilter(status=status, strategy=strategy, words=q),
        before=cursor,
        readable=readable(visitor),
    )
    found = rollout_list(services(request).session, wanted)
    return page(request, document.rollouts_page(found.rollouts, found.next), found.next)


@router.get("/rollouts/{rollout}", response_model=schemas.Rollout)
def rollout(request: Request, visitor: SignedIn, rollout: RolloutId) -> Response:
    """Give a rollout: its waves, what failed and why, what waits, and what can go wrong at worst."""
    visitor.demand_somewhere(Permission.READ)
    found = rollout_view(services(request).session, rollout, reach(visitor))
    return answer(request, document.without_cells(found.view))


@router.get("/rollouts/{rollout}/summary", response_model=schemas.RolloutPart)
def summary(request: Request, visitor: SignedIn, rollout: RolloutId) -> Response:
    """Give a rollout in short: where it stands, and how many cells are where."""
    visitor.demand_somewhere(Permission.READ)
    session, may_see = services(request).session, reach(visitor)
    if visitor.may(Permission.READ):
        return answer(request, document.summary(session.ledger().rollouts.summary(rollout)))
    return answer(request, document.summary(rollout_seen(session, rollout, may_see).summary))


@router.get("/rollouts/{rollout}/cells", response_model=schemas.RolloutCells)
def cells(  # noqa: PLR0913, PLR0917  the parameters of a query
    request: Request,
    visitor: SignedIn,
    rollout: RolloutId,
    wave: Annotated[Words, Query(description="Of one wave, by its name.")] = "",
    phase: CellPhase = "",
    q: Annotated[Words, Query(description="A part of the address.")] = "",
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Response:
    """List the cells of a rollout in its order, and where each stands."""
    visitor.demand_somewhere(Permission.READ)
    record = rollout_seen(services(request).session, rollout, reach(visitor))
    wanted = CellsRequest(wave=wave, phase=phase, words=q, after=cursor or "", limit=limit)
    found = cells_page(record, wanted)
    return page(request, document.cells_page(found), found.next)
