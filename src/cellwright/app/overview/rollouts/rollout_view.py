"""One rollout as somebody sees it, and a page of its cells."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from cellwright.app.overview.reach import Reach, everything
from cellwright.app.overview.rollouts.seen import seen_groups, seen_record
from cellwright.app.rollouts.shapes import waiting_groups
from cellwright.app.rollouts.status import RolloutView, view_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.rollouts.rollouts import no_rollout
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.address import CellAddress
from cellwright.rollout.state import CellProgress

PAGE = 200
"""Cells of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsRequest:
    """Which cells of a rollout, and which page of them."""

    wave: str = ""
    """Of one wave, by its name; empty: of all."""
    phase: str = ""
    words: str = ""
    """A part of the address."""
    after: str = ""
    """The last cell on the page before."""
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class RolloutCell:
    """A cell of a rollout."""

    wave: str
    cell: CellAddress
    progress: CellProgress


@dataclass(frozen=True, slots=True)
class CellsPage:
    """Some cells of a rollout, in its order."""

    cells: tuple[RolloutCell, ...]
    next: str | None
    """The cell after which others follow; None on the last page."""


@dataclass(frozen=True, slots=True)
class RolloutAsSeen:
    """A rollout, and what somebody sees of it."""

    whole: RolloutRecord
    """With all its cells: what decides what they may do with it."""
    view: RolloutView

    @property
    def partial(self) -> bool:
        """Whether they may not see all of its cells."""
        return self.view.record is not self.whole


def rollout_seen(session: FleetSession, rollout: str, readable: Reach = everything) -> RolloutRecord:
    """Give a rollout as somebody may see it.

    Raises:
        MissingError: there is none, or they may see none of its cells.
    """
    return _found(session, rollout, readable)[1]


def whole_rollout(session: FleetSession, rollout: str, readable: Reach = everything) -> RolloutRecord:
    """Give a rollout with all its cells to somebody who sees one of them. Raises as `rollout_seen`."""
    return _found(session, rollout, readable)[0]


def rollout_view(session: FleetSession, rollout: str, readable: Reach = everything) -> RolloutAsSeen:
    """Show one rollout. Raises as `rollout_seen`."""
    whole, record = _found(session, rollout, readable)
    # Only one that goes on has plans that wait.
    groups = waiting_groups(session, rollout) if record.state.status.is_active else ()
    return RolloutAsSeen(whole, view_of(record, seen_groups(groups, readable.at(whole.summary.made_at))))


def _found(session: FleetSession, rollout: str, readable: Reach) -> tuple[RolloutRecord, RolloutRecord]:
    """Give a rollout with all its cells, and as somebody may see it."""
    whole = session.ledger().rollouts.find(rollout)
    record = seen_record(whole, readable)
    if record is None:
        raise no_rollout(rollout)
    return whole, record


def cells_page(record: RolloutRecord, request: CellsRequest) -> CellsPage:
    """Give a page of a rollout's cells."""
    found = tuple(islice(_matching(record, request), request.limit + 1))
    page = found[: request.limit]
    return CellsPage(page, str(page[-1].cell) if len(found) > request.limit else None)


def _matching(record: RolloutRecord, request: CellsRequest) -> Iterator[RolloutCell]:
    words, passed = request.words.casefold(), not request.after
    for stage in record.plan.stages:
        for place in stage.cells:
            cell, progress = record.plan.cells[place].address, record.state.cells[place]
            text = str(cell)
            if not passed:
                passed = text == request.after
                continue
            if request.wave not in ("", stage.name, stage.wave):
                continue
            if request.phase not in ("", progress.phase.value) or words not in text.casefold():
                continue
            yield RolloutCell(stage.name, cell, progress)
