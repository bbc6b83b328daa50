from collections import Counter

from hypothesis import given
from hypothesis import strategies as some

from cellwright.cli.progress.board import Board, Line, Picture
from cellwright.model.diagnostic import error, warning
from cellwright.model.runs.plan import PlanSummary, ResourceCounts
from cellwright.model.runs.progress import (
    DiagnosticSeen,
    Phase,
    PhaseEntered,
    ProgramSaid,
    Progress,
    ResourceProgress,
    RunFinished,
    RunStarted,
    UnitFinished,
    UnitPlanned,
)
from cellwright.model.runs.run import Outcome, RunKind, UnitResult
from unit.cli.progress.made_up_run import applied, failed, run_of, units

A, B, C = units(3)


def board(*progress: Progress) -> Board:
    found = Board()
    found.take(RunStarted(run_of(A, B, C)), 0.0)
    for number, item in enumerate(progress, start=1):
        found.take(item, float(number))
    return found


def picture(found: Board, rows: int = 20, now: float = 100.0) -> Picture:
    seen = found.picture(rows, now)
    assert seen is not None
    return seen


def line(found: Board, unit: object) -> Line:
    return next(item for item in picture(found).lines if item.unit == unit)


def test_between_runs_there_is_no_picture() -> None:
    found = Board()
    assert found.picture(10, 0.0) is None
    found.take(RunStarted(run_of(A)), 0.0)
    found.take(RunFinished(run_of(A)), 1.0)
    assert found.picture(10, 2.0) is None


def test_every_unit_waits_at_first() -> None:
    seen = picture(board())
    assert (seen.active, seen.waiting, seen.total) == (0, 3, 3)
    assert [item.unit for item in seen.lines] == [A, B, C]


def test_a_unit_is_active_from_its_first_phase_on() -> None:
    found = board(PhaseEntered(B, Phase.INITIALISING), PhaseEntered(B, Phase.PLANNING, "attempt 2"))
    seen = picture(found)
    assert (seen.active, seen.waiting) == (1, 2)
    assert line(found, B) == Line(unit=B, phase=Phase.PLANNING, note="attempt 2", since=1.0)


def test_waiting_for_a_lease_is_waiting() -> None:
    seen = picture(board(PhaseEntered(A, Phase.WAITING, "held by run x")))
    assert (seen.active, seen.waiting) == (0, 3)


def test_the_plan_says_what_will_be_done() -> None:
    plan = PlanSummary(ResourceCounts(add=4), (), (), applyable=True)
    found = board(PhaseEntered(A, Phase.PLANNING), UnitPlanned(A, plan))
    assert line(found, A).counts == ResourceCounts(add=4)


def test_resources_in_progress_are_listed() -> None:
    found = board(
        PhaseEntered(A, Phase.APPLYING),
        ResourceProgress(A, "aws_vpc.main", "create", "started"),
        ResourceProgress(A, "aws_subnet.a", "create", "started"),
        ResourceProgress(A, "aws_vpc.main", "create", "progress", 10.0),
        ResourceProgress(A, "aws_subnet.a", "create", "done", 1.0),
    )
    [activity] = line(found, A).activities
    assert (activity.resource, activity.since) == ("aws_vpc.main", -6.0)


def test_reading_is_no_step_of_a_plan() -> None:
    plan = PlanSummary(ResourceCounts(add=1, replace=1), (), (), applyable=True)
    found = board(
        UnitPlanned(A, plan),
        PhaseEntered(A, Phase.APPLYING),
        ResourceProgress(A, "data.aws_ami.x", "read", "done"),
        ResourceProgress(A, "aws_vpc.main", "delete", "done"),
        ResourceProgress(A, "aws_vpc.main", "create", "errored"),
        ResourceProgress(A, "aws_subnet.a", "create", "done"),
    )
    assert (line(found, A).done, line(found, A).steps) == (2, 3)
    assert 0.5 < picture(found).share < 1


def test_a_share_is_at_most_1() -> None:
    found = board(PhaseEntered(A, Phase.APPLYING), ResourceProgress(A, "a.b", "create", "done"))
    assert line(found, A).share <= 1


def test_a_new_phase_clears_the_resources_of_the_one_before() -> None:
    found = board(ResourceProgress(A, "data.aws_ami.x", "read", "started"), PhaseEntered(A, Phase.APPLYING))
    assert line(found, A).activities == ()


def test_a_finished_unit_keeps_its_first_error() -> None:
    found = board(
        PhaseEntered(A, Phase.APPLYING),
        DiagnosticSeen(A, warning("careful")),
        DiagnosticSeen(A, error("first")),
        DiagnosticSeen(A, error("second")),
        UnitFinished(failed(A, "third")),
    )
    assert (line(found, A).fault, line(found, A).outcome) == ("first", Outcome.FAILED)
    assert picture(found).outcomes == Counter({Outcome.FAILED: 1})


def test_a_finished_unit_says_nothing_more() -> None:
    found = board(PhaseEntered(A, Phase.APPLYING), ProgramSaid(A, "Outputs: 15"), UnitFinished(applied(A)))
    assert line(found, A).said == ""


def test_progress_after_a_unit_s_end_changes_nothing() -> None:
    late = (
        DiagnosticSeen(A, error("late")),
        ResourceProgress(A, "aws_vpc.main", "create", "done", 1.0),
    )
    found = board(UnitFinished(applied(A)), *late)
    assert picture(found).active == 0
    assert line(found, A).fault == ""


def test_a_unit_that_goes_on_after_its_end_is_counted_once() -> None:
    found = board(
        UnitFinished(UnitResult(A, Outcome.PLANNED)),
        PhaseEntered(A, Phase.APPLYING),
        UnitFinished(applied(A)),
        UnitFinished(applied(A)),
    )
    seen = picture(found)
    assert +seen.outcomes == Counter({Outcome.APPLIED: 1})
    assert (seen.active, seen.total) == (0, 3)


def test_a_new_run_begins_with_a_clean_board() -> None:
    found = board(PhaseEntered(A, Phase.APPLYING), UnitFinished(failed(B)))
    found.take(RunStarted(run_of(C)), 50.0)
    seen = picture(found, now=53.0)
    assert (seen.total, seen.active, seen.elapsed, [item.unit for item in seen.lines]) == (1, 0, 3.0, [C])


def test_a_big_run_shows_failed_recent_and_running_units() -> None:
    many = units(500)
    found = Board()
    found.take(RunStarted(run_of(*many)), 0.0)
    for address in many[:100]:
        found.take(UnitFinished(failed(address) if address in many[:30] else applied(address)), 1.0)
    for address in many[100:108]:
        found.take(PhaseEntered(address, Phase.APPLYING), 2.0)
    seen = picture(found, rows=15)
    assert len(seen.lines) == 15
    assert [item.unit for item in seen.lines[:5]] == list(many[25:30])
    assert [item.unit for item in seen.lines[5:7]] == list(many[98:100])
    assert [item.unit for item in seen.lines[7:]] == list(many[100:108])
    assert (seen.hidden, seen.waiting) == (0, 392)


def test_units_that_do_not_fit_are_counted() -> None:
    many = units(50)
    found = Board()
    found.take(RunStarted(run_of(*many)), 0.0)
    for address in many[:20]:
        found.take(PhaseEntered(address, Phase.APPLYING), 1.0)
    seen = picture(found, rows=6)
    assert (len(seen.lines), seen.hidden) == (6, 14)


def test_cancelled_units_take_no_lines() -> None:
    many = units(300)
    found = Board()
    found.take(RunStarted(run_of(*many)), 0.0)
    found.take(UnitFinished(applied(many[0])), 1.0)
    for address in many[1:]:
        found.take(UnitFinished(UnitResult(address, Outcome.CANCELLED)), 2.0)
    assert [item.unit for item in picture(found, rows=10).lines] == [many[0]]


every = some.sampled_from(units(8))
something: some.SearchStrategy[Progress] = some.one_of(
    some.builds(PhaseEntered, every, some.sampled_from(Phase)),
    some.builds(
        ResourceProgress,
        every,
        some.sampled_from(["a.b", "c.d"]),
        some.just("create"),
        some.sampled_from(["started", "progress", "done", "errored"]),
    ),
    some.builds(DiagnosticSeen, every, some.just(error("x"))),
    some.builds(UnitFinished, some.builds(UnitResult, every, some.sampled_from(Outcome))),
)


@given(some.lists(something), some.integers(1, 12))
def test_in_whatever_order_progress_comes_every_unit_is_counted_once(
    progress: list[Progress], rows: int
) -> None:
    found = Board()
    found.take(RunStarted(run_of(*units(8))), 0.0)
    for number, item in enumerate(progress):
        found.take(item, float(number))
    seen = picture(found, rows)
    assert seen.total == 8
    assert min(seen.outcomes.values(), default=0) >= 0
    assert len(seen.lines) <= rows
    assert len({item.unit for item in seen.lines}) == len(seen.lines)


def test_units_that_are_to_be_destroyed_are_marked() -> None:
    found = Board()
    found.take(RunStarted(run_of(A, B, kind=RunKind.DESTROY)), 0.0)
    found.take(PhaseEntered(A, Phase.PLANNING), 1.0)
    found.take(UnitFinished(applied(B)), 2.0)
    assert all(item.destroy for item in picture(found).lines)
