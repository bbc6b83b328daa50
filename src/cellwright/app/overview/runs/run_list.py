"""The list of runs: filtered, counted, a page at a time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from cellwright.app.overview.reach import Reach, everything
from cellwright.app.runs.steering.stopped_runs import stopped_runs
from cellwright.app.session.names.holders import names_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.opening import Ledger
from cellwright.ledger.queue.pauses import Pause
from cellwright.ledger.read.former_names import FormerName, Period, former_of, periods_of
from cellwright.ledger.read.names import cell_of
from cellwright.ledger.read.open_questions import OpenQuestions
from cellwright.ledger.read.run_query import RunFilter, RunQuery
from cellwright.ledger.read.run_unit_query import ANSWERED, AWAITING, RunUnitQuery
from cellwright.ledger.run_state import RunSummary, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import RunStatus, status_of, status_word

_PLANNED = frozenset({AWAITING, ANSWERED})
PAGE = 200
"""Rows of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunListRequest:
    """Which runs, and which page of them."""

    only: RunFilter = field(default_factory=RunFilter)
    before: str | None = None
    """The id of the last run on the page before."""
    readable: Reach = everything
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
    stopped: Mapping[str, str]
    """The commands that go on with those of these runs that nobody carries out, by the run; see `RunPage`."""
    former: tuple[FormerName, ...] = ()
    """What the cell that was asked for was called before; runs of then are listed, too."""


def run_list(session: FleetSession, request: RunListRequest) -> RunList:
    """List runs.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    query = RunQuery(ledger.database)
    asked = cell_of(request.only.cell)
    told = asked is not None and request.readable(asked)
    former = former_of(names_of(session), request.only.cell) if told else ()
    only = replace(request.only, periods=periods_of(ledger.database, request.only.cell))
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
        waiting=_waiting(ledger, page, request.readable),
        former=former,
        pauses=ledger.pauses.of_runs([run.id for run in page if run.status is RunStatus.RUNNING]),
        stopped=stopped_runs(session, page),
    )


def run_word(run: RunSummary) -> str:
    """Say how a run stands."""
    return status_word(run.status, run.counts.keys())


def _recorded(only: RunFilter) -> RunFilter:
    return replace(only, status=status_of(only.status).value, with_refused=True)


def run_as_seen(ledger: Ledger, run: RunSummary, readable: Reach) -> RunSummary | None:
    """Give a run with the counts of the units that somebody may see; None if they may see none of it.

    Its units are of who had their names when it began.
    """
    if readable is everything:
        return run
    return _counted(run, _places_seen(ledger, run, readable))


def _places_seen(ledger: Ledger, run: RunSummary, readable: Reach) -> Mapping[UnitAddress, str]:
    then = readable.at(run.at)
    places = RunUnitQuery(ledger.database).places(run.id)
    return {unit: place for unit, (_, _, place) in places.items() if then(unit.of_cell)}


def _counted(run: RunSummary, places: Mapping[UnitAddress, str]) -> RunSummary | None:
    shown = Counter(UnitState.PLANNED.value if place in _PLANNED else place for place in places.values())
    return replace(run, units=shown.total(), counts=dict(shown)) if shown else None


def _waiting(ledger: Ledger, runs: Iterable[RunSummary], readable: Reach) -> Mapping[str, int]:
    """Count the plans that wait of each run, as far as they may be seen."""
    counts = OpenQuestions(ledger.database).counts()
    if readable is everything:
        return counts
    seen = {run.id: _places_seen(ledger, run, readable) for run in runs if run.id in counts}
    return {run: list(places.values()).count(AWAITING) for run, places in seen.items()}


def _from(query: RunQuery, request: RunListRequest) -> Iterator[RunSummary]:
    before = request.before
    while page := query.page(request.only, PAGE + 1, before):
        yield from page
        if len(page) <= PAGE:
            return
        before = page[-1].id


def _readable(ledger: Ledger, request: RunListRequest, runs: Iterable[RunSummary]) -> Iterator[RunSummary]:
    if request.readable is everything:
        yield from runs
        return
    only = request.only
    periods = only.periods or ((Period(only.cell),) if only.cell else ())
    for run in runs:
        places = _places_seen(ledger, run, request.readable)
        shown = _counted(run, places)
        # A run may have units of the cell that is asked for, and others alone may be seen.
        names = [period.name for period in periods if period.holds(run.begun)]
        if shown is not None and (not periods or _has(places, names)):
            yield shown


def _has(units: Iterable[UnitAddress], names: Iterable[str]) -> bool:
    found = {f"{unit}/" for unit in units}
    return any(unit.startswith(f"{name}/") for name in names for unit in found)


def is_readable(ledger: Ledger, run: str, readable: Reach) -> bool:
    """Tell whether there is such a run, and somebody may see one of its cells: the first one is enough."""
    found = ledger.reader.summary(run)
    if found is None or readable is everything:
        return found is not None
    return any(map(readable.at(found.at), RunUnitQuery(ledger.database).cells(run)))
