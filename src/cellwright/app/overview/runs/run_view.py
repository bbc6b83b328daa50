"""One run as a page shows it: waves, units with why they wait, what failed, what waits for approval."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from cellwright.app.history.runs import no_run
from cellwright.app.overview.reach import Reach, everything
from cellwright.app.overview.runs.concealed import concealed
from cellwright.app.overview.runs.open_approvals import ApprovalsRequest, approvals_of
from cellwright.app.overview.runs.places import able, full_limits
from cellwright.app.overview.runs.plan_groups import PlanGroup
from cellwright.app.overview.runs.run_list import PAGE, run_as_seen
from cellwright.app.overview.runs.waiting import RunSituation, Wait, wait_of
from cellwright.app.overview.workers import workers
from cellwright.app.runs.guards.continued import ContinuedElsewhere, continued_by_now
from cellwright.app.runs.run_order import before_applies, run_order
from cellwright.app.session.session import FleetSession
from cellwright.app.status.stopped import is_dead
from cellwright.ledger.cancels import CancelRequest
from cellwright.ledger.opening import Ledger
from cellwright.ledger.queue.pauses import Pause
from cellwright.ledger.read.run_unit_query import ANSWERED, AWAITING, RunUnitFilter, RunUnitQuery
from cellwright.ledger.run_state import RunSummary, RunUnitRecord, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.runs.failure_groups import FailureGroup, failure_groups
from cellwright.model.runs.run import Operation, Outcome, RunStatus

_DONE = frozenset({Outcome.APPLIED, Outcome.UNCHANGED, Outcome.PLANNED})
_OVER = frozenset(outcome.value for outcome in Outcome)
_NOT_BEGUN = frozenset({UnitState.PENDING.value, AWAITING, ANSWERED})
_TRIED_AGAIN = (_OVER - {outcome.value for outcome in _DONE}) | {
    *_NOT_BEGUN,
    UnitState.PLANNING.value,
    UnitState.APPLYING.value,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """Which run, and which of its units."""

    run: str
    only: RunUnitFilter = field(default_factory=RunUnitFilter)
    after: UnitAddress | None = None
    """The last unit on the page before."""
    units: Collection[UnitAddress] | None = None
    """Instead of a page: these units."""
    readable: Reach = everything


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave of a run, as far as it has come."""

    number: int
    counts: Mapping[str, int]
    """How many of its units by outcome, or else by state."""

    @property
    def units(self) -> int:
        """How many units it has."""
        return sum(self.counts.values())

    @property
    def over(self) -> int:
        """How many of them have an outcome."""
        return sum(count for where, count in self.counts.items() if where in _OVER)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of a run, and why it does not go on."""

    record: RunUnitRecord
    wait: Wait | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One run."""

    run: RunSummary
    waves: tuple[Wave, ...]
    units: tuple[UnitRow, ...]
    next: UnitAddress | None
    """The unit after which others follow; None on the last page."""
    situation: RunSituation
    failures: tuple[FailureGroup, ...]
    skipped: tuple[FailureGroup, ...]
    """Units that were not run, by the reason."""
    waiting: tuple[PlanGroup, ...]
    pruned: bool
    """Whether the run's details were removed since."""
    elsewhere: ContinuedElsewhere | None = None
    """What goes on with it instead of resuming it; None: resuming does."""

    @property
    def to_retry(self) -> int:
        """How many units a resumed run would try again."""
        return sum(
            count for wave in self.waves for where, count in wave.counts.items() if where in _TRIED_AGAIN
        )

    @property
    def to_cancel(self) -> int:
        """How many units would not be begun if the run were cancelled now."""
        return sum(
            count for wave in self.waves for where, count in wave.counts.items() if where in _NOT_BEGUN
        )

    @property
    def may_be_cancelled(self) -> bool:
        """Tell whether the run goes on and nobody has cancelled it."""
        return self.situation.carried_out and self.situation.cancel is None

    @property
    def pause(self) -> Pause | None:
        """Who has paused the run, while it goes on."""
        return self.situation.pause if self.may_be_cancelled else None

    @property
    def may_be_paused(self) -> bool:
        """Tell whether the run is in the queue, and nobody has paused or cancelled it."""
        return self.may_be_cancelled and self.situation.queued and self.situation.pause is None

    @property
    def is_forsaken(self) -> bool:
        """Tell whether the run has not ended, and nobody carries it out."""
        return self.run.status is RunStatus.RUNNING and not self.situation.carried_out

    @property
    def may_be_resumed(self) -> bool:
        """Tell whether resuming the run would do something."""
        if self.elsewhere is not None:
            return False
        if self.run.status is RunStatus.RUNNING:
            return self.is_forsaken
        return self.run.status is not RunStatus.SUCCEEDED and not self.pruned


def run_view(session: FleetSession, request: RunRequest) -> RunView:
    """Show one run.

    Raises:
        DiagnosticError: there is no such run, or whoever asks may see none of its cells.
    """
    ledger = session.ledger()
    query = RunUnitQuery(ledger.database)
    whole = ledger.reader.summary(request.run)
    run = run_as_seen(ledger, whole, request.readable) if whole is not None else None
    if run is None:
        raise no_run(request.run)
    mine = request.readable.at(run.at)
    request = replace(request, readable=mine)
    waves = tuple(Wave(number, counts) for number, counts in query.by_wave(run.id).items())
    if request.units is None:
        found = tuple(islice(readable_records(query, request), PAGE + 1))
        page = found[:PAGE]
    else:
        page = found = query.named(run.id, [unit for unit in request.units if mine(unit.of_cell)])
    page = tuple(replace(item, diagnostics=concealed(item.diagnostics, mine)) for item in page)
    situation = situation_of(session, run, waves, page)
    waves = waves if mine is everything else _waves_seen(query, run.id, mine)
    return RunView(
        run=run,
        waves=waves,
        units=tuple(UnitRow(record, wait_seen(wait_of(record, situation), mine)) for record in page),
        next=page[-1].address if len(found) > len(page) else None,
        situation=situation,
        failures=_said(query, run.id, Outcome.FAILED, mine),
        skipped=tuple(
            group
            for outcome in (Outcome.REFUSED, Outcome.SKIPPED, Outcome.BLOCKED)
            for group in _said(query, run.id, outcome, mine)
        ),
        waiting=tuple(
            group
            for item in approvals_of(ledger, ApprovalsRequest(run=run.id, readable=mine)).runs
            for group in item.groups
        ),
        pruned=sum(wave.units for wave in waves) < run.units,
        elsewhere=_elsewhere(session, run, situation),
    )


def _elsewhere(session: FleetSession, run: RunSummary, situation: RunSituation) -> ContinuedElsewhere | None:
    """Tell what goes on with a run that has stopped; nothing is asked of others."""
    if run.status is RunStatus.SUCCEEDED or (run.status is RunStatus.RUNNING and situation.carried_out):
        return None
    return continued_by_now(session, run)


def situation_of(
    session: FleetSession, run: RunSummary, waves: Collection[Wave], records: Collection[RunUnitRecord]
) -> RunSituation:
    """Find out what decides why these units of a run wait."""
    ledger = session.ledger()
    begins = [record for record in records if record.state is not UnitState.FINISHED]
    asked = any(record.state is UnitState.PLANNED for record in begins)
    upstreams: Mapping[UnitAddress, Collection[UnitAddress]] = {}
    if begins and run.status is RunStatus.RUNNING:
        upstreams = _upstreams(session, ledger, run.id, begins)
    names = {unit for record in begins for unit in upstreams.get(record.address, ())}
    before = RunUnitQuery(ledger.database).named(run.id, sorted(names))
    queued = ledger.reader.is_queued(run.id)
    hands = able(workers(session)) if begins and queued else ()
    return RunSituation(
        run=run.id,
        status=run.status,
        carried_out=is_carried_out(ledger, run),
        queued=queued,
        hands=len(hands) if begins and queued else None,
        full=full_limits(session, run.id, [record.address for record in begins], hands) if queued else {},
        cancel=ledger.cancels.of_run(run.id),
        pause=ledger.pauses.of_run(run.id),
        approvals={item.unit: item for item in ledger.approvals.of_run(run.id)} if asked else {},
        holders=ledger.reader.lease_holders() if begins else {},
        upstreams=upstreams,
        unfinished={item.address for item in before if item.state is not UnitState.FINISHED},
        open_wave=next((wave.number for wave in waves if wave.over < wave.units), None),
    )


def is_carried_out(ledger: Ledger, run: RunSummary) -> bool:
    """Tell whether a run may have somebody who carries it out; False if its process is known to be gone."""
    return run.status is RunStatus.RUNNING and not is_dead(ledger, run)


def cancel_of(view: RunView) -> CancelRequest | None:
    """Give the request to cancel the run, while the run still goes on."""
    return view.situation.cancel if view.run.status is RunStatus.RUNNING else None


def _waves_seen(query: RunUnitQuery, run: str, readable: Reach) -> tuple[Wave, ...]:
    """Count the units of each wave that somebody may see."""
    found: dict[int, Counter[str]] = {}
    for unit, (_, wave, place) in query.places(run).items():
        if readable(unit.of_cell):
            found.setdefault(wave, Counter())[place] += 1
    return tuple(Wave(number, counts) for number, counts in sorted(found.items()))


def wait_seen(wait: Wait | None, readable: Reach) -> Wait | None:
    """Give why a unit waits, without the name of another one that may not be seen."""
    if wait is None or wait.unit is None or readable(wait.unit.of_cell):
        return wait
    return replace(wait, unit=None, why="a unit comes before it that you may not see")


def readable_records(query: RunUnitQuery, request: RunRequest) -> Iterator[RunUnitRecord]:
    """Yield the units that match and whose cells may be seen, in the run's order; read page by page."""
    after = request.after
    while page := query.page(request.run, request.only, PAGE + 1, after):
        yield from (record for record in page if request.readable(record.address.of_cell))
        if len(page) <= PAGE:
            return
        after = page[-1].address


def _upstreams(
    session: FleetSession, ledger: Ledger, run: str, records: Collection[RunUnitRecord]
) -> Mapping[UnitAddress, Collection[UnitAddress]]:
    if all(record.operation is Operation.APPLY for record in records):
        return before_applies(session, (record.address for record in records))
    # Which units come before a destroy is told by these units: all of the run are looked at.
    whole = ledger.reader.run(run)
    return run_order(session, {part.address: part.operation for part in whole.units}) if whole else {}


def _said(query: RunUnitQuery, run: str, outcome: Outcome, readable: Reach) -> tuple[FailureGroup, ...]:
    said = query.diagnosed(run, outcome.value)
    return failure_groups(
        (unit, concealed(items, readable)) for unit, items in said if readable(unit.of_cell)
    )
