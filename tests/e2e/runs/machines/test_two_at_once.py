"""Two runs on the same units: each state is only ever held by one."""

from collections import Counter
from pathlib import Path

from e2e.conftest import Start
from e2e.kit.crashes import leases, once_each, runs, twenty_units
from e2e.kit.fleet import make_fleet


def test_the_second_waits_and_says_for_whom(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"only": {}}, {"acme": {}})
    cellwright = program(fleet)
    with fleet.desk.holding(), cellwright.started("apply", "--yes") as first:
        fleet.desk.until("begin")
        with cellwright.started("apply", "--yes") as second:
            assert f"process {first.process.pid} on " in second.hears("held by")
            fleet.desk.release()
            first.finish().expect(0)
            second.finish().expect(0)
    assert fleet.desk.lines() == ["begin acme-only", "done acme-only"]


def test_twenty_units_by_two_are_done_once(tmp_path: Path, program: Start) -> None:
    fleet = twenty_units(tmp_path)
    cellwright = program(fleet)
    with (
        cellwright.started("apply", "--yes", "--json") as first,
        cellwright.started("apply", "--yes", "--json") as second,
    ):
        answers = [first.finish().expect(0), second.finish().expect(0)]
    assert fleet.desk.count("begin") == once_each()
    assert fleet.desk.count("done") == once_each()
    outcomes = Counter(outcome for answer in answers for outcome in answer.outcomes.values())
    assert outcomes["applied"] == 20
    assert set(outcomes) <= {"applied", "unchanged"}
    assert leases(fleet) == []


def test_the_same_run_resumed_twice_at_once_is_done_once(tmp_path: Path, program: Start) -> None:
    fleet = twenty_units(tmp_path)
    cellwright = program(fleet)
    with fleet.desk.holding(), cellwright.started("apply", "--yes") as running:
        fleet.desk.until("begin")
        running.kill()
    with cellwright.started("resume", "--yes") as one, cellwright.started("resume", "--yes") as other:
        answers = [one.finish(), other.finish()]
    # Either they share the work, or the one that came late is told that somebody is at it.
    assert {answer.code for answer in answers} in ({0}, {0, 1}), [
        answer.out + answer.err for answer in answers
    ]
    assert fleet.desk.count("begin") == once_each()
    assert fleet.desk.count("done") == once_each()
    assert leases(fleet) == []


def test_a_plan_while_an_apply_runs_waits_for_it(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"only": {}}, {"acme": {}})
    cellwright = program(fleet)
    with fleet.desk.holding(), cellwright.started("apply", "--yes") as first:
        fleet.desk.until("begin")
        with cellwright.started("plan", "--json") as second:
            second.hears("held by")
            fleet.desk.release()
            first.finish().expect(0)
            assert second.finish().expect(0).outcomes == {"client/acme/only": "unchanged"}


def test_resume_takes_up_what_crashed_and_not_what_is_at_work(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"a": {}, "b": {}}, {"acme": {}})
    cellwright = program(fleet)
    fleet.desk.fail("acme-a")
    cellwright.run("apply", "client/acme/a", "--yes").expect(1)
    fleet.desk.fail("acme-a", really=False)
    with fleet.desk.holding("acme-b"), cellwright.started("apply", "client/acme/b", "--yes") as at_work:
        fleet.desk.until("begin", mark="acme-b")
        resumed = cellwright.run("resume", "--yes", "--json").expect(0)
        assert resumed.outcomes == {"client/acme/a": "applied"}
        answer = cellwright.look("resume", "--yes").expect(1)
        assert "no run is waiting" in answer.err
        named = cellwright.look("resume", runs(fleet)[0].id, "--yes").expect(1)
        assert f"carried out by process {at_work.process.pid}" in named.err
        fleet.desk.release("acme-b")
        at_work.finish().expect(0)
