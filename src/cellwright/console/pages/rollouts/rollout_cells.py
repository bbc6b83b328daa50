"""The cells of a rollout, a page at a time."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from cellwright.access.roles import Permission
from cellwright.app.overview.rollouts.rollout_view import CellsRequest, RolloutCell, cells_page, rollout_seen
from cellwright.console.permits import reach
from cellwright.console.rendering import render
from cellwright.console.rollouts.timeline import iso
from cellwright.console.rollouts.words import PHASES
from cellwright.console.runs.words import Word, duration
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.rollout.state import Phase

router = APIRouter()
_PHASES = {phase.value for phase in Phase}


class Filters(BaseModel):
    """What an address may say of the cells that are wanted."""

    q: str = Field("", max_length=200)
    wave: str = Field("", max_length=200)
    phase: str = Field("", max_length=40)
    after: str = Field("", max_length=400)


@dataclass(frozen=True, slots=True)
class _Row:
    cell: RolloutCell
    word: Word
    began: str
    took: str


@router.get("/rollouts/{rollout_id}/cells")
def list_cells(
    request: Request, visitor: SignedIn, rollout_id: str, asked: Annotated[Filters, Query()]
) -> Response:
    """Show a page of a rollout's cells."""
    visitor.demand_somewhere(Permission.READ)
    session = services(request).session
    record = rollout_seen(session, rollout_id, reach(visitor))
    only = CellsRequest(
        wave=asked.wave,
        # A state that there is not matches every cell.
        phase=asked.phase if asked.phase in _PHASES else "",
        words=asked.q.strip(),
        after=asked.after,
    )
    page = cells_page(record, only)
    now = int(session.now().timestamp() * 1000)
    return render(
        request,
        "rollouts/rollout_cells.html",
        rollout=record.summary,
        rows=[_row(cell, now) for cell in page.cells],
        waves=[stage.name for stage in record.plan.stages],
        phases={phase.value: word for phase, word in PHASES.items()},
        only=only,
        filtered=bool(only.wave or only.phase or only.words),
        next=_next(record.id, only, page.next),
    )


def _row(cell: RolloutCell, now: int) -> _Row:
    progress = cell.progress
    seconds = ((progress.ended or now) - progress.begun) / 1000 if progress.begun else 0
    took = duration(seconds) if progress.begun else ""
    return _Row(cell, PHASES[progress.phase], iso(progress.begun), took)


def _next(rollout: str, only: CellsRequest, after: str | None) -> str:
    if after is None:
        return ""
    named = {"q": only.words, "wave": only.wave, "phase": only.phase, "after": after}
    query = urlencode({name: value for name, value in named.items() if value})
    return f"/rollouts/{rollout}/cells?{query}"
