"""Rollouts: the list of all of them."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from cellwright.access.roles import Permission
from cellwright.app.overview.rollouts.rollout_list import RolloutListRequest, rollout_list
from cellwright.console.live.topics import Topic, followed
from cellwright.console.navigation import Entry
from cellwright.console.permits import reach
from cellwright.console.rendering import render
from cellwright.console.rollouts.words import STATUS, counted
from cellwright.console.runs.words import Word
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.rollouts.listing import RolloutFilter
from cellwright.ledger.rollouts.values import RolloutSummary
from cellwright.rollout.state import OVER, RolloutStatus

router = APIRouter()
NAVIGATION = Entry("Rollouts", "/rollouts", key="l", order=35, icon="rollout")
_OVER = frozenset(phase.value for phase in OVER)


class Filters(BaseModel):
    """What an address may say of the rollouts that are wanted."""

    q: str = Field("", max_length=200)
    status: str = Field("", max_length=40)
    strategy: str = Field("", max_length=200)
    before: str = Field("", max_length=100)

    def only(self) -> RolloutFilter:
        """Give the filter; a status that there is not matches every rollout."""
        return RolloutFilter(
            status=self.status if self.status in {item.value for item in RolloutStatus} else "",
            strategy=self.strategy.strip(),
            words=self.q.strip(),
        )


@dataclass(frozen=True, slots=True)
class _Row:
    rollout: RolloutSummary
    word: Word
    counts: tuple[tuple[str, Word, int], ...]
    cells: int
    over: int
    by: str


@router.get("/rollouts")
def list_rollouts(request: Request, visitor: SignedIn, asked: Annotated[Filters, Query()]) -> Response:
    """Show a page of rollouts."""
    visitor.demand_somewhere(Permission.READ)
    only = asked.only()
    # Older pages stay as they are.
    live = None if asked.before else followed(services(request), Topic.ROLLOUTS)
    wanted = RolloutListRequest(only=only, before=asked.before or None, readable=reach(visitor))
    found = rollout_list(services(request).session, wanted)
    return render(
        request,
        "rollouts/rollouts.html",
        rows=[_row(item) for item in found.rollouts],
        only=only,
        filtered=only != RolloutFilter(),
        statuses={status.value: word for status, word in STATUS.items()},
        by_status=found.by_status,
        strategies=found.strategies,
        next=_link(only, found.next) if found.next else "",
        here=_link(only),
        live=live,
        may_start=visitor.may_somewhere(Permission.APPLY),
    )


def _row(item: RolloutSummary) -> _Row:
    return _Row(
        rollout=item,
        word=STATUS[item.status],
        counts=tuple(counted(item.phases)),
        cells=sum(item.phases.values()),
        over=sum(amount for phase, amount in item.phases.items() if phase in _OVER),
        by=item.made_by.partition(" <")[0],
    )


def _link(only: RolloutFilter, before: str | None = None) -> str:
    named = {"q": only.words, "status": only.status, "strategy": only.strategy, "before": before or ""}
    query = urlencode({name: value for name, value in named.items() if value})
    return f"/rollouts?{query}" if query else "/rollouts"
