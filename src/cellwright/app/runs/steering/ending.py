"""End runs that nobody carries out any more: at somebody's word, or where nothing is left of them to do."""

import logging
from collections.abc import Collection, Mapping

from cellwright.app.runs.steering.stopped_runs import stopped_runs, taken_up_by
from cellwright.app.session.session import FleetSession
from cellwright.app.status.stopped import is_dead
from cellwright.engine.lease.keeper import TTL, this_process
from cellwright.ledger.leases import Lease
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.run_query import RunFilter, RunQuery
from cellwright.ledger.run_state import RunSummary, RunUnitRecord, TransitionError
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.run import Outcome, RunKind, RunStatus, UnitResult

_LOG = logging.getLogger(__name__)
_AT_ONCE = 50
_GOOD = frozenset({Outcome.APPLIED, Outcome.UNCHANGED, Outcome.PLANNED})


def end_needless_runs(session: FleetSession, actor: Actor) -> None:
    """End the runs of processes of this machine that are gone, where nothing is left of them to do.

    Later runs have taken up what was left, or it only planned. What can't be ended now stays as it is: the
    next run ends it, and whoever begins a run must not fail at the end of another one.
    """
    ledger = session.ledger(writing=True)
    for run in RunQuery(ledger.database).page(RunFilter(status=RunStatus.RUNNING.value), _AT_ONCE):
        try:
            # The turn comes first: who resumes the run from now on is not disturbed.
            turn = ledger.reader.run_turn(run.id)
            if is_dead(ledger, run) and stopped_runs(session, (run,)).get(run.id) == "":
                _end_needless(ledger, actor, run, turn)
        except (DiagnosticError, TransitionError) as fault:
            _LOG.info("run %s was not ended: %s", run.id, fault)


def _end_needless(ledger: Ledger, actor: Actor, run: RunSummary, turn: int | None) -> None:
    takers = sorted(taken_up_by(ledger, run).values())
    if takers:
        others = f" and {len(set(takers)) - 1} more" if len(set(takers)) > 1 else ""
        why = f"what it had left was taken up by run {takers[-1]}{others}"
    else:
        why = "nothing waits for its plans" if run.kind is RunKind.PLAN else "nothing was left of it to do"
    reason = f"the process that carried it out is gone, and {why}"
    told = error(f"{reason}: the run was ended", "cellwright status shows what is left to do")
    end_dead_run(ledger, run.id, actor, turn, told, reason)


def end_dead_run(
    ledger: Ledger, run: str, actor: Actor, turn: int | None, told: Diagnostic, reason: str = ""
) -> None:
    """End a run that nobody carries out any more; `told` is said of each unit that it has not finished.

    A unit that was being applied stays one whose apply has failed: its next apply finds out how far it came.
    `turn` is the run's as it was found dead.

    Raises:
        RunLost: somebody has resumed it meanwhile.
    """
    records = ledger.reader.run_units(run)
    for unit, item in records.items():
        if item.outcome is None:
            result = UnitResult(unit, Outcome.CANCELLED, 0.0, diagnostics=(told,))
            if not ledger.recorder.record_unbegun(run, result, turn):
                ledger.recorder.record_result(run, result, turn=turn)
    _free(ledger, run)
    summary = ledger.reader.summary(run)
    only_plans = summary is not None and summary.kind is RunKind.PLAN
    status = _status(records, _GOOD | {Outcome.BLOCKED} if only_plans else _GOOD)
    ledger.recorder.finish_run(run, status, actor, turn, reason)


def _status(records: Mapping[UnitAddress, RunUnitRecord], good: Collection[Outcome]) -> RunStatus:
    outcomes = {item.outcome or Outcome.CANCELLED for item in records.values()}
    if Outcome.CANCELLED in outcomes:
        return RunStatus.CANCELLED
    return RunStatus.SUCCEEDED if all(outcome in good for outcome in outcomes) else RunStatus.FAILED


def _free(ledger: Ledger, run: str) -> None:
    """Give back the leases that the dead process had."""
    for unit, held in ledger.reader.lease_holders().items():
        if held.holder.run == run:
            lease = ledger.leases.take_over(unit, held.fencing, this_process(run), TTL)
            if isinstance(lease, Lease):
                ledger.leases.release(lease)
