"""What is under way: units of runs that have not ended, open questions, and which runs had a unit."""

from cellwright.ledger.approvals import Answer
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.at_work import AtWork, OpenQuestions, UnitAtWork
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor
from cellwright.model.runs.run import Outcome, RunStatus
from contract.ledger.conftest import SetClock
from contract.ledger.samples import APP, DATABASE, NETWORK, RUN, result, run

LATER_RUN = "20261123-010000-0000"


def ask(ledger: Ledger, run_id: str = RUN) -> None:
    ledger.recorder.enter(run_id, APP, UnitState.PLANNING)
    ledger.approvals.ask(run_id, APP, {"path": "/p"}, "p1", None)


def test_units_are_at_work_from_planning_to_their_end(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    assert AtWork(ledger.database).units() == ()
    ledger.recorder.enter(RUN, NETWORK, UnitState.PLANNING)
    ask(ledger)
    assert AtWork(ledger.database).units() == (
        UnitAtWork(RUN, NETWORK, UnitState.PLANNING),
        UnitAtWork(RUN, APP, UnitState.PLANNED),
    )
    ledger.recorder.record_result(RUN, result(Outcome.FAILED, NETWORK))
    assert [item.unit for item in AtWork(ledger.database).units()] == [APP]
    ledger.recorder.finish_run(RUN, RunStatus.FAILED)
    assert AtWork(ledger.database).units() == ()


def test_a_question_is_open_until_somebody_answers(ledger: Ledger, clock: SetClock) -> None:
    ledger.recorder.start_run(run())
    asked = clock.now().isoformat()
    ask(ledger)
    assert AtWork(ledger.database).questions() == (OpenQuestions(RUN, 1, asked),)
    ledger.approvals.answer(RUN, {APP: "p1"}, Answer(actor=Actor("ada"), approved=True))
    assert AtWork(ledger.database).questions() == ()


def test_a_run_that_has_ended_asks_nothing(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    ask(ledger)
    ledger.recorder.finish_run(RUN, RunStatus.CANCELLED)
    assert AtWork(ledger.database).questions() == ()


def test_units_are_found_by_how_they_ended(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.record_result(RUN, result(Outcome.SKIPPED, APP))
    ledger.recorder.record_result(RUN, result(Outcome.FAILED, DATABASE))
    found = AtWork(ledger.database)
    assert found.ended_as(RUN, (Outcome.FAILED,)) == (DATABASE,)
    assert found.ended_as(RUN, (Outcome.FAILED, Outcome.SKIPPED)) == (DATABASE, APP)
    assert found.ended_as(RUN, (Outcome.APPLIED,)) == ()


def test_runs_are_found_by_cell_and_by_unit_newest_first(ledger: Ledger) -> None:
    ledger.recorder.start_run(run(RUN, NETWORK, APP))
    ledger.recorder.start_run(run(LATER_RUN, DATABASE))
    found = AtWork(ledger.database)
    assert found.runs_of("client/acme", 10) == (LATER_RUN, RUN)
    assert found.runs_of("client/acme", 1) == (LATER_RUN,)
    assert found.runs_of("client/acme", 10, before=LATER_RUN) == (RUN,)
    assert found.runs_of("client/acme/app", 10) == (RUN,)
    assert found.runs_of("client/acm", 10) == ()
    assert found.runs_of("client/acme/ap", 10) == ()
