"""The list of rollouts: filtered, counted, a page at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from cellwright.app.overview.reach import Reach, everything
from cellwright.app.session.session import FleetSession
from cellwright.ledger.rollouts.listing import RolloutFilter, RolloutQuery
from cellwright.ledger.rollouts.values import RolloutSummary

PAGE = 200
"""Rows of a page."""
_AT_ONCE = 20
"""Rollouts whose cells are read at once, to find those that somebody may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutListRequest:
    """Which rollouts, and which page of them."""

    only: RolloutFilter = field(default_factory=RolloutFilter)
    before: str | None = None
    """The id of the last rollout on the page before."""
    readable: Reach = everything
    """Whether whoever asks may see a cell; a rollout is listed if they may see one of its cells."""
    limit: int = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutList:
    """A page of rollouts, the newest first."""

    rollouts: tuple[RolloutSummary, ...]
    next: str | None
    """The id after which older ones follow; None on the last page."""
    by_status: Mapping[str, int]
    """How many match, whatever status is asked for; empty for who may not see the whole fleet."""
    strategies: tuple[str, ...]
    """Of which there were rollouts; empty as above."""


def rollout_list(session: FleetSession, request: RolloutListRequest) -> RolloutList:
    """List rollouts.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    query = RolloutQuery(session.ledger().database)
    whole = request.readable is everything
    found = tuple(islice(_seen(query, request), request.limit + 1))
    page = found[: request.limit]
    return RolloutList(
        rollouts=page,
        next=page[-1].id if len(found) > request.limit else None,
        by_status=query.by_status(request.only) if whole else {},
        strategies=query.strategies() if whole else (),
    )


def _seen(query: RolloutQuery, request: RolloutListRequest) -> Iterator[RolloutSummary]:
    whole, before = request.readable is everything, request.before
    size = request.limit + 1 if whole else _AT_ONCE
    while page := query.page(request.only, size, before):
        yield from page if whole else _as_seen(query, request.readable, page)
        if len(page) < size:
            return
        before = page[-1].id


def _as_seen(
    query: RolloutQuery, readable: Reach, page: tuple[RolloutSummary, ...]
) -> Iterator[RolloutSummary]:
    """Give the rollouts of which somebody sees a cell, with the counts of those that they see."""
    reaches = {item.id: readable.at(item.made_at) for item in page}
    phases = query.phases(list(reaches), lambda rollout, cell: reaches[rollout](cell))
    for item in page:
        if item.id in phases:
            partial = phases[item.id] != item.phases
            yield replace(item, phases=phases[item.id], why="") if partial else item
