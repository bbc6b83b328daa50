"""Runs and their units a page at a time, filtered and counted by the database."""

from dataclasses import replace

import pytest

from cellwright.ledger.approvals import Answer
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read import open_questions
from cellwright.ledger.read.at_work import AtWork
from cellwright.ledger.read.open_questions import OpenQuestions
from cellwright.ledger.read.run_query import RunFilter, RunQuery
from cellwright.ledger.read.run_unit_query import RunUnitFilter, RunUnitQuery
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus
from contract.ledger.samples import APP, DATABASE, NETWORK, RUN, result, run

GLOBEX = UnitAddress("client", "globex", "app")
LATER, LAST = "20261122-220000-0001", "20261122-230000-0002"


@pytest.fixture
def three(ledger: Ledger) -> Ledger:
    """Three runs, the newest over."""
    ledger.recorder.start_run(run())
    ledger.recorder.start_run(replace(run(LATER, GLOBEX), actor="Grace", reason="50%_off", commit=None))
    ledger.recorder.start_run(replace(run(LAST, GLOBEX, DATABASE), kind=RunKind.DESTROY))
    ledger.recorder.finish_run(LAST, RunStatus.FAILED)
    return ledger


def test_a_unit_is_taken_up_by_the_newest_later_run_that_does_more_than_plan(three: Ledger) -> None:
    newest = AtWork(three.database)
    assert newest.taken_up_by(LATER, GLOBEX) == LAST
    assert newest.taken_up_by(LAST, GLOBEX) is None
    three.recorder.start_run(replace(run("20261122-235900-0003", GLOBEX), kind=RunKind.PLAN))
    assert newest.taken_up_by(LAST, GLOBEX) is None


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (RunFilter(), [LAST, LATER, RUN]),
        (RunFilter(kind="destroy"), [LAST]),
        (RunFilter(status="running"), [LATER, RUN]),
        (RunFilter(actor="GRA"), [LATER]),
        (RunFilter(cell="client/globex"), [LAST, LATER]),
        (RunFilter(cell="client/glob"), []),
        (RunFilter(cell="client/acme/database"), [LAST, RUN]),
        (RunFilter(words="0%_O"), [LATER]),
        (RunFilter(words="%"), [LATER]),
        (RunFilter(words="C0FFEE"), [LAST, RUN]),
        (RunFilter(words="214812"), [RUN]),
        (RunFilter(words="\\"), []),
        (RunFilter(kind="apply", cell="client/globex", status="running"), [LATER]),
    ],
)
def test_runs_are_filtered(three: Ledger, only: RunFilter, expected: list[str]) -> None:
    assert [item.id for item in RunQuery(three.database).page(only, 10)] == expected


def test_runs_come_in_pages(three: Ledger) -> None:
    query = RunQuery(three.database)
    first = query.page(RunFilter(), 2)
    assert [item.id for item in first] == [LAST, LATER]
    assert [item.id for item in query.page(RunFilter(), 2, before=LATER)] == [RUN]
    assert first[0].counts == {"pending": 2}


def test_a_refused_run_is_none_that_failed(three: Ledger) -> None:
    three.recorder.record_result(RUN, result(Outcome.REFUSED, APP))
    three.recorder.finish_run(RUN, RunStatus.FAILED)
    query = RunQuery(three.database)

    def listed(only: RunFilter) -> list[str]:
        return [item.id for item in query.page(only, 10)]

    assert listed(RunFilter(status="refused")) == [RUN]
    assert listed(RunFilter(status="failed")) == [LAST]
    assert listed(RunFilter(status="failed", with_refused=True)) == [LAST, RUN]
    assert query.by_status(RunFilter()) == {"running": 1, "failed": 1, "refused": 1}
    ended = [event for event in three.reader.events(subject=RUN) if event.action == "run.finished"]
    assert [event.detail["status"] for event in ended] == ["refused"]
    # One unit that failed makes it a failed one.
    three.recorder.reopen_run(RUN)
    three.recorder.record_result(RUN, result(Outcome.REFUSED, APP))
    three.recorder.record_result(RUN, result(Outcome.FAILED, DATABASE))
    three.recorder.finish_run(RUN, RunStatus.FAILED)
    assert listed(RunFilter(status="refused")) == []
    assert listed(RunFilter(status="failed")) == [LAST, RUN]


def test_runs_are_counted_whatever_status_is_asked_for(three: Ledger) -> None:
    query = RunQuery(three.database)
    assert query.by_status(RunFilter(status="failed")) == {"running": 2, "failed": 1}
    assert query.by_status(RunFilter(kind="destroy")) == {"failed": 1}


@pytest.fixture
def begun(ledger: Ledger) -> Ledger:
    """One run: the network failed, the database is being planned, the app has not begun."""
    ledger.recorder.start_run(run())
    ledger.recorder.enter(RUN, NETWORK, UnitState.PLANNING)
    ledger.recorder.record_result(RUN, result(Outcome.FAILED, NETWORK))
    ledger.recorder.enter(RUN, DATABASE, UnitState.PLANNING)
    return ledger


def test_units_are_counted_by_wave(begun: Ledger) -> None:
    found = RunUnitQuery(begun.database).by_wave(RUN)
    assert found == {0: {"failed": 1}, 1: {"planning": 1}, 2: {"pending": 1}}


def test_all_units_are_placed_without_what_is_large_of_them(begun: Ledger) -> None:
    assert RunUnitQuery(begun.database).places(RUN) == {
        NETWORK: (Operation.APPLY, 0, "failed"),
        DATABASE: (Operation.APPLY, 1, "planning"),
        APP: (Operation.APPLY, 2, "pending"),
    }


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (RunUnitFilter(), [NETWORK, DATABASE, APP]),
        (RunUnitFilter(where="failed"), [NETWORK]),
        (RunUnitFilter(where="planning"), [DATABASE]),
        (RunUnitFilter(wave=2), [APP]),
        (RunUnitFilter(words="ACME"), [DATABASE, APP]),
        (RunUnitFilter(words="_"), []),
        (RunUnitFilter(words="acme", wave=1), [DATABASE]),
    ],
)
def test_units_are_filtered(begun: Ledger, only: RunUnitFilter, expected: list[UnitAddress]) -> None:
    assert [item.address for item in RunUnitQuery(begun.database).page(RUN, only, 10)] == expected


def test_units_come_in_pages(begun: Ledger) -> None:
    query = RunUnitQuery(begun.database)
    assert [item.address for item in query.page(RUN, RunUnitFilter(), 2)] == [NETWORK, DATABASE]
    assert [item.address for item in query.page(RUN, RunUnitFilter(), 2, after=DATABASE)] == [APP]


def test_units_are_read_by_name(begun: Ledger) -> None:
    found = RunUnitQuery(begun.database).named(RUN, [APP, NETWORK, GLOBEX])
    assert [item.address for item in found] == [NETWORK, APP]
    assert RunUnitQuery(begun.database).named(RUN, []) == ()


def test_what_was_said_of_failed_units_is_read_without_the_rest(begun: Ledger) -> None:
    expected = [(NETWORK, result(Outcome.FAILED, NETWORK).diagnostics)]
    query = RunUnitQuery(begun.database)
    assert query.diagnosed(RUN, "failed") == expected
    assert query.diagnosed("none", "failed") == ()
    assert query.diagnosed_of([RUN, "none"], "failed") == {RUN: expected}


def _ask(ledger: Ledger, run_id: str, unit: UnitAddress) -> None:
    ledger.recorder.enter(run_id, unit, UnitState.PLANNING)
    ledger.approvals.ask(run_id, unit, {"of": str(unit)}, f"digest of {unit}", None)


def test_open_questions_of_all_runs(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    other: Run = replace(run(LATER, GLOBEX), actor="grace")
    ledger.recorder.start_run(run())
    ledger.recorder.start_run(other)
    for run_id, unit in ((RUN, DATABASE), (RUN, APP), (LATER, GLOBEX)):
        _ask(ledger, run_id, unit)
    questions = OpenQuestions(ledger.database)
    found = list(questions.each())
    assert [(item.run, item.unit, item.plan) for item in found] == [
        (RUN, DATABASE, {"of": str(DATABASE)}),
        (RUN, APP, {"of": str(APP)}),
        (LATER, GLOBEX, {"of": str(GLOBEX)}),
    ]
    assert (found[2].run_actor, found[2].plan_digest) == ("grace", f"digest of {GLOBEX}")
    assert [item.unit for item in questions.each(LATER)] == [GLOBEX]
    monkeypatch.setattr(open_questions, "_PAGE", 1)
    assert list(questions.each()) == found
    assert list(questions.each(wanted=lambda unit, _at: unit == GLOBEX)) == found[2:]
    assert questions.counts() == {RUN: 2, LATER: 1}
    assert (questions.count(RUN), questions.count("another")) == (2, 0)


def test_a_unit_whose_plan_waits_is_told_from_one_that_was_to_be_planned_only(begun: Ledger) -> None:
    _ask(begun, RUN, DATABASE)
    begun.recorder.record_result(RUN, result(Outcome.PLANNED, APP))
    query = RunUnitQuery(begun.database)
    assert query.by_wave(RUN) == {0: {"failed": 1}, 1: {"awaiting": 1}, 2: {"planned": 1}}
    assert [item.address for item in query.page(RUN, RunUnitFilter(where="awaiting"), 10)] == [DATABASE]
    assert [item.address for item in query.page(RUN, RunUnitFilter(where="planned"), 10)] == [APP]
    yes = Answer(actor=Actor("grace"), approved=True)
    begun.approvals.answer(RUN, {DATABASE: f"digest of {DATABASE}"}, yes)
    assert query.by_wave(RUN)[1] == {"answered": 1}
    assert query.places(RUN)[DATABASE][2] == "answered"


def test_a_question_is_open_no_longer_once_it_is_answered_or_its_run_is_over(ledger: Ledger) -> None:
    ledger.recorder.start_run(run())
    ledger.recorder.start_run(run(LATER, GLOBEX))
    for run_id, unit in ((RUN, DATABASE), (RUN, APP), (LATER, GLOBEX)):
        _ask(ledger, run_id, unit)
    yes = Answer(actor=Actor("grace"), approved=True)
    ledger.approvals.answer(RUN, {DATABASE: f"digest of {DATABASE}"}, yes)
    ledger.recorder.finish_run(LATER, RunStatus.CANCELLED)
    assert [item.unit for item in OpenQuestions(ledger.database).each()] == [APP]
