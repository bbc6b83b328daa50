"""How long a run has only waited for people."""

from datetime import UTC, datetime, timedelta

from cellwright.model.runs.waiting_time import Span, seconds_waited, working_seconds

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def span(begin: float, end: float) -> Span:
    return NOON + timedelta(seconds=begin), NOON + timedelta(seconds=end)


def test_a_question_counts_from_when_nothing_else_is_at_work() -> None:
    # a: planned 0-5, asked 5-60, applied 60-80; b: planned 0-20, asked 20-60, applied 60-90.
    waits = {"a": [span(5, 60)], "b": [span(20, 60)]}
    work = {"a": span(0, 80), "b": span(0, 90)}
    assert seconds_waited(waits, work) == 40


def test_while_another_unit_is_applied_nobody_is_waited_for() -> None:
    waits = {"a": [span(5, 100)]}
    work = {"a": span(0, 110), "b": span(20, 70)}
    assert seconds_waited(waits, work) == 15 + 30


def test_several_questions_count_once() -> None:
    waits = {"a": [span(5, 10), span(30, 40)], "b": [span(5, 20)]}
    work = {"a": span(0, 50), "b": span(0, 25)}
    assert seconds_waited(waits, work) == 5 + 10
    assert seconds_waited({}, work) == 0


def test_a_run_that_was_over_and_is_resumed_has_rested_meanwhile() -> None:
    # a: planned 0-5, asked 5-10, approved, and the run ended at 20; resumed at 100, a applied until 130.
    waits = {"a": [span(5, 10)]}
    assert seconds_waited(waits, {"a": span(0, 130)}, [span(20, 100)]) == 5 + 80
    assert seconds_waited({}, {"a": span(100, 130)}, [span(20, 100)]) == 80
    assert seconds_waited({"a": [span(5, 60)]}, {"a": span(0, 130)}, [span(20, 100)]) == 95


def test_what_goes_on_has_taken_no_time_yet() -> None:
    began, ended = NOON.isoformat(), (NOON + timedelta(seconds=90)).isoformat()
    assert working_seconds(began, None, 0.0) is None
    assert working_seconds(began, ended, 60.0) == 30.0
    assert working_seconds(began, ended, 100.0) == 0.0
