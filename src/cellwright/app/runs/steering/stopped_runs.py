"""Runs that have not ended and that nobody carries out, each with the command that goes on with it."""

from collections.abc import Iterable, Iterator, Mapping

from cellwright.app.runs.guards.continued import continued_by_now
from cellwright.app.session.session import FleetSession
from cellwright.app.status.stopped import is_dead, stopped_offboardings
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.at_work import AtWork
from cellwright.ledger.run_state import RunSummary
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import RunKind, RunStatus


def stopped_runs(session: FleetSession, runs: Iterable[RunSummary]) -> Mapping[str, str]:
    """Give the commands that go on with those of these runs whose process is known to be gone.

    It is empty where there is nothing to go on with: of a plan that nothing waits for, and of a run whose
    units later ones have taken up.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    going = [run for run in runs if run.status is RunStatus.RUNNING]
    if not going:
        return {}

    ledger, found = session.ledger(), stopped_offboardings(session).values()
    doomed = {name: item.cell for item in found for name in (item.plan_run, item.run) if name}
    told: dict[str, str] = {}
    for run in going:
        if run.id in doomed:
            told[run.id] = f"cellwright offboard {doomed[run.id].cell}"
        elif is_dead(ledger, run):
            elsewhere = continued_by_now(session, run)
            over = run.kind is RunKind.PLAN or _is_taken_up(ledger, run)
            command = "" if over else f"cellwright resume {run.id}"
            told[run.id] = elsewhere.command if elsewhere else command
    return told


def taken_up_by(ledger: Ledger, run: RunSummary) -> Mapping[UnitAddress, str]:
    """Give the later run that has had each unit which this one has not finished; units of none are not there.

    Later is what began after this one was begun, or was resumed last.
    """
    return {unit: taker for unit, taker in _takers(ledger, run) if taker is not None}


def _is_taken_up(ledger: Ledger, run: RunSummary) -> bool:
    return all(taker is not None for _, taker in _takers(ledger, run))


def _takers(ledger: Ledger, run: RunSummary) -> Iterator[tuple[UnitAddress, str | None]]:
    newest, turn = AtWork(ledger.database), ledger.reader.run_turn(run.id) or 0
    for unit, item in ledger.reader.run_units(run.id).items():
        if item.outcome is None:
            taker = newest.taken_up_by(run.id, unit)
            later = taker is not None and (ledger.reader.run_turn(taker) or 0) > turn
            yield unit, taker if later else None
