"""Runs: which there were, and how far each unit of one has come."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cellwright.app.runs.steering.stopped_runs import stopped_runs
from cellwright.app.session.names.holders import names_of
from cellwright.app.session.session import FleetSession
from cellwright.engine.lease.keeper import waiting_for
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.former_names import FormerName, former_of, periods_of
from cellwright.ledger.read.run_query import RunFilter, RunQuery
from cellwright.ledger.read.run_unit_query import RunUnitQuery
from cellwright.ledger.run_state import RunSummary, RunUnitRecord, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import MissingError, error
from cellwright.model.runs.run import RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsRequest:
    """Which page of the list."""

    cell: str = ""
    """Only runs that had units of this cell, or this unit; empty: all."""
    status: str = ""
    """Only runs that stand so: a word of `status_word`; empty: all."""
    limit: int = 20
    before: str | None = None
    """The id of the last run on the page before."""


@dataclass(frozen=True, slots=True)
class HeldUnit:
    """A unit that a run in the queue has not ended, and that another run holds."""

    run: str
    """The run that waits."""
    unit: UnitAddress
    why: str
    """Who holds it; of a process of another machine also until when, if it has ended there."""


@dataclass(frozen=True, slots=True)
class RunPage:
    """Some runs, newest first; and the last one's id where older ones follow."""

    runs: tuple[RunSummary, ...]
    next: str | None = None
    former: tuple[FormerName, ...] = ()
    """What the cell that was asked for was called before; runs of then are listed, too."""
    stopped: Mapping[str, str] = field(default_factory=dict)
    """The commands that go on with runs that have not ended, and that nobody carries out, by the run.
    Empty: there is nothing to go on with."""
    held: tuple[HeldUnit, ...] = ()
    """Units of runs in the queue that other runs hold. A server tells of them on the runs' pages only."""


def runs(session: FleetSession, request: RunsRequest) -> RunPage:
    """List runs, the newest first.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    limit, ledger = request.limit, session.ledger()
    former: tuple[FormerName, ...] = ()
    if request.cell or request.status:
        former = former_of(names_of(session), request.cell)
        periods = periods_of(ledger.database, request.cell)
        only = RunFilter(cell=request.cell, status=request.status, periods=periods)
        found = RunQuery(ledger.database).page(only, limit + 1, request.before)
    else:
        found = ledger.reader.runs(limit + 1, request.before)
    following = found[limit - 1].id if len(found) > limit else None
    shown = found[:limit]
    held = tuple(_held(ledger, shown))
    return RunPage(shown, following, former, stopped_runs(session, shown), held)


def _held(ledger: Ledger, found: Sequence[RunSummary]) -> Iterator[HeldUnit]:
    queued = [run.id for run in found if run.status is RunStatus.RUNNING and ledger.reader.is_queued(run.id)]
    holders = ledger.reader.lease_holders() if queued else {}
    for run in queued:
        others = [unit for unit, item in holders.items() if item.holder.run != run]
        for record in RunUnitQuery(ledger.database).named(run, others):
            if record.state is not UnitState.FINISHED:
                yield HeldUnit(run, record.address, waiting_for(holders[record.address]))


def run_units(session: FleetSession, run: str) -> tuple[RunUnitRecord, ...]:
    """Tell how far each unit of a run has come, in the run's order.

    Raises:
        DiagnosticError: there is no such run.
    """
    reader = session.ledger().reader
    found = tuple(reader.run_units(run).values())
    if not found and reader.run(run) is None:
        raise no_run(run)
    return found


def no_run(run: str) -> MissingError:
    """Say that there is no such run."""
    return MissingError(error(f"there is no run '{run}'", "`cellwright runs` lists them"))
