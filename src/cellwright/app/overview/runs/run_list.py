"""The list of runs: filtered, counted, a page at a time."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from cellwright.app.session.session import FleetSession
from cellwright.ledger.opening import Ledger
from cellwright.ledger.queue.pauses import Pause
from cellwright.ledger.read.former_names import FormerName, former_of, former_subjects
from cellwright.ledger.read.open_questions import OpenQuestions
from cellwright.ledger.read.run_query import RunFilter, RunQuery
from cellwright.ledger.read.run_unit_query import ANSWERED, AWAITING, RunUnitQuery
from cellwright.ledger.run_state import RunSummary, UnitState
from cellwright.model.address import CellAddress
from cellwright.model.runs.run import RunStatus, status_of, status_word

_PLANNED = frozenset({AWAITING, ANSWERED})
PAGE = 200
"""Rows of a page."""


def everything(_cell: CellAddress) -> bool:
    """Let every cell be seen."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class RunListRequest:
    """Which runs, and which page of them."""

    only: RunFilter = field(default_factory=RunFilter)
    before: str | None = None
    """The id of the last run on the page before."""
    readable: Callable[[CellAddress], bool] = everything
    """Whether whoever asks may see a cell; a run is listed if they may see one of its cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunList:
    """A page of runs, newest first."""

    runs: tuple[RunSummary, ...]
    next: str | None
    """The id after which older ones follow; None on the last page."""
    by_status: Mapping[str, int]
    """How many runs match, whatever status is asked for; empty for who may not see the whole fleet."""
    waiting: Mapping[str, int]
    """How many plans of each run wait for an answer."""
    pauses: Mapping[str, Pause]
    """Those of these runs that are paused."""
    former: tuple[FormerName, ...] = ()
    """What the cell that was asked for was called before; runs of then are listed, too."""


def run_list(session: FleetSession, request: RunListRequest) -> RunList:
    """List runs.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    query = RunQuery(ledger.database)
    former = former_of(ledger.database, request.only.cell)
    only = replace(request.only, former=former_subjects(request.only.cell, former))
    request = replace(request, only=only)
    all_of_it = request.readable is everything
    if not all_of_it and only.status:
        # How a run stands is told by the units that somebody may see: the database knows them all.
        request = replace(request, only=_recorded(only))
    shown = _readable(ledger, request, _from(query, request))
    shown = (run for run in shown if not only.status or run_word(run) == only.status)
    found = tuple(islice(shown, PAGE + 1))
    page = found[:PAGE]
    return RunList(
        runs=page,
        next=page[-1].id if len(found) > PAGE else None,
        by_status=query.by_status(request.only) if all_of_it else {},
        waiting=OpenQuestions(ledger.database).counts(),
        former=former,
        pauses=ledger.pauses.of_runs([run.id for run in page if run.status is RunStatus.RUNNING]),
    )


def run_word(run: RunSummary) -> str:
    """Say how a run stands."""
    return status_word(run.status, run.counts.keys())


def _recorded(only: RunFilter) -> RunFilter:
    return replace(only, status=status_of(only.status).value, as_recorded=True)


def run_as_seen(
    ledger: Ledger, run: RunSummary, readable: Callable[[CellAddress], bool]
) -> RunSummary | None:
    """Give a run with the counts of the units that somebody may see; None if they may see none of it."""
    if readable is everything:
        return run
    places = RunUnitQuery(ledger.database).places(run.id)
    shown = Counter(
        UnitState.PLANNED.value if place in _PLANNED else place
        for unit, (_, _, place) in places.items()
        if readable(unit.of_cell)
    )
    return replace(run, units=shown.total(), counts=dict(shown)) if shown else None


def _from(query: RunQuery, request: RunListRequest) -> Iterator[RunSummary]:
    before = request.before
    while page := query.page(request.only, PAGE + 1, before):
        yield from page
        if len(page) <= PAGE:
            return
        before = page[-1].id


def _readable(ledger: Ledger, request: RunListRequest, runs: Iterable[RunSummary]) -> Iterator[RunSummary]:
    for run in runs:
        shown = run_as_seen(ledger, run, request.readable)
        if shown is not None:
            yield shown


def is_readable(ledger: Ledger, run: str, readable: Callable[[CellAddress], bool]) -> bool:
    """Tell whether somebody may see one of a run's cells."""
    found = ledger.reader.run(run)
    return found is not None and any(map(readable, {part.address.of_cell for part in found.units}))
