"""Runs: the list of all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from cellwright.access.roles import Permission
from cellwright.app.overview.runs.run_list import RunList, RunListRequest, run_list
from cellwright.console.live.topics import Topic, followed
from cellwright.console.navigation import Entry
from cellwright.console.permits import reach
from cellwright.console.rendering import render
from cellwright.console.runs.words import KINDS, PLACES, RUN, Word, counted, duration, run_word
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.queue.pauses import Pause
from cellwright.ledger.read.run_query import RunFilter
from cellwright.ledger.read.run_unit_query import ANSWERED, AWAITING
from cellwright.ledger.run_state import RunSummary, UnitState
from cellwright.model.runs.run import Outcome, RunKind

router = APIRouter()
NAVIGATION = Entry("Runs", "/runs", key="r", order=30, icon="run")


_STATUSES: Mapping[str, Word] = {
    **{status.value: word for status, word in RUN.items()},
    Outcome.REFUSED.value: PLACES[Outcome.REFUSED.value],
}


class Filters(BaseModel):
    """What an address may say of the runs that are wanted."""

    q: str = Field("", max_length=200)
    kind: str = Field("", max_length=20)
    status: str = Field("", max_length=20)
    cell: str = Field("", max_length=400)
    actor: str = Field("", max_length=200)
    before: str = Field("", max_length=100)

    def only(self) -> RunFilter:
        """Give the filter; a kind or status that there is not matches every run."""
        return RunFilter(
            kind=self.kind if self.kind in {item.value for item in RunKind} else "",
            status=self.status if self.status in _STATUSES else "",
            cell=self.cell.strip().strip("/"),
            actor=self.actor.strip(),
            words=self.q.strip(),
        )


@dataclass(frozen=True, slots=True)
class _Row:
    run: RunSummary
    kind: str
    word: Word
    counts: tuple[tuple[str, Word, int], ...]
    took: str
    by: str
    pause: Pause | None


@dataclass(frozen=True, slots=True)
class _Tab:
    text: str
    amount: int
    link: str
    here: bool


@router.get("/runs")
def list_runs(request: Request, visitor: SignedIn, asked: Annotated[Filters, Query()]) -> Response:
    """Show a page of runs."""
    visitor.demand_somewhere(Permission.READ)
    only = asked.only()
    # Older pages stay as they are.
    live = None if asked.before else followed(services(request), Topic.RUNS)
    wanted = RunListRequest(only=only, before=asked.before or None, readable=reach(visitor))
    found = run_list(services(request).session, wanted)
    return render(
        request,
        "runs/runs.html",
        rows=[_row(run, found) for run in found.runs],
        tabs=_tabs(only, found),
        only=only,
        filtered=only != RunFilter(),
        kinds=KINDS,
        next=_link(only, before=found.next) if found.next else "",
        here=_link(only),
        live=live,
    )


def _row(run: RunSummary, found: RunList) -> _Row:
    waiting = found.waiting.get(run.id, 0)
    pause = found.pauses.get(run.id)
    return _Row(
        run=run,
        kind=KINDS[run.kind],
        word=run_word(run, waiting, pause, stopped=run.id in found.stopped),
        counts=tuple(counted(_places(run, waiting), run.kind)),
        took=duration(run.seconds) if run.seconds is not None else "",
        by=run.actor.partition(" <")[0],
        pause=pause,
    )


def _places(run: RunSummary, waiting: int) -> dict[str, int]:
    """A run's counts by place; `planned` is an outcome only where nothing more was to be done."""
    counts = dict(run.counts)
    if run.kind is not RunKind.PLAN:
        planned = counts.pop(UnitState.PLANNED.value, 0)
        counts |= {AWAITING: min(waiting, planned), ANSWERED: planned - min(waiting, planned)}
    return counts


def _tabs(only: RunFilter, found: RunList) -> list[_Tab]:
    if not found.by_status:
        return []
    every = _Tab("All", sum(found.by_status.values()), _link(replace(only, status="")), not only.status)
    others = [
        _Tab(
            word.text.capitalize(),
            found.by_status.get(status, 0),
            _link(replace(only, status=status)),
            only.status == status,
        )
        for status, word in _STATUSES.items()
    ]
    return [every, *others]


def _link(only: RunFilter, before: str | None = None) -> str:
    named = {
        "q": only.words,
        "kind": only.kind,
        "status": only.status,
        "cell": only.cell,
        "actor": only.actor,
        "before": before or "",
    }
    query = urlencode({name: value for name, value in named.items() if value})
    return f"/runs?{query}" if query else "/runs"
