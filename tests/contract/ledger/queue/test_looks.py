"""Looks in the queue: after all else, within the budget, put off while a unit is in a run; windows once."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.drift.values import Window, WindowTakenError
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.queue.claims import Claim, ClaimRequest, Limits
from cellwright.ledger.write.queueing import LAST, QueuedRun, QueuedUnit
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit
from contract.ledger.conftest import SetClock
from contract.ledger.queue.queue_kit import TTL, claim, claimed, end, plain, process, queue_run, states, unit

HOUR = 3600


def look_run(ledger: Ledger, name: str, units: list[QueuedUnit], window: Window | None = None) -> Run:
    """Queue a run that only looks."""
    run = Run(
        id=name,
        kind=RunKind.PLAN,
        status=RunStatus.RUNNING,
        actor="schedule nightly",
        reason="",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit=None,
        units=tuple(RunUnit(item.address, Operation.APPLY, 0) for item in units),
    )
    queued = QueuedRun(task={"parallel": None}, units=tuple(units), priority=LAST, window=window)
    ledger.recorder.start_run(run, queued=queued)
    return run


def look(ledger: Ledger, per_hour: int | None = None) -> Claim | None:
    return ledger.queue.claim(
        ClaimRequest(
            worker="w1",
            holder=lambda _run: process(),
            ttl=TTL,
            limits=Limits(looks_per_hour=per_hour),
            looks_only=True,
        )
    )


def test_everything_else_goes_first_however_long_a_look_waits(ledger: Ledger) -> None:
    look_run(ledger, "a-look", plain("a", "b"))
    queue_run(ledger, "run", plain("c", "d"))
    assert claimed(ledger) == ["run c", "run d", "a-look a", "a-look b"]


def test_the_spare_hand_and_whoever_only_looks_take_only_what_is_theirs(ledger: Ledger) -> None:
    look_run(ledger, "look", plain("a"))
    assert claim(ledger, idle_runs=True) is None
    queue_run(ledger, "run", plain("c"))
    found = look(ledger)
    assert found is not None
    assert found.run == "look"
    assert look(ledger) is None
    assert not ledger.queue.may_begin(looks_only=True)
    assert ledger.queue.may_begin()


def test_a_unit_that_is_in_a_run_is_put_off_until_that_is_over(ledger: Ledger, clock: SetClock) -> None:
    queue_run(ledger, "run", plain("a"))
    at_work = claim(ledger)
    assert at_work is not None
    look_run(ledger, "look", plain("a", "b"))
    assert claimed(ledger) == ["look b"]
    assert states(ledger, "look") == {"a": "delayed", "b": "claimed"}
    end(ledger, at_work)
    assert claim(ledger) is None, "it is not asked for all the time"
    clock.pass_by(61)
    assert claimed(ledger) == ["look a"]


def test_a_unit_whose_plan_waits_for_an_answer_is_put_off_too(ledger: Ledger, clock: SetClock) -> None:
    queue_run(ledger, "run", [QueuedUnit(address=unit("a")), QueuedUnit(address=unit("b"), wave=1)])
    first = claim(ledger)
    assert first is not None
    look_run(ledger, "look", plain("b"))
    assert look(ledger) is None
    end(ledger, first, Outcome.FAILED)
    clock.pass_by(61)
    assert look(ledger) is not None


def test_a_unit_begins_at_its_moment(ledger: Ledger, clock: SetClock) -> None:
    now = milliseconds(clock.now())
    units = [replace(item, not_before=now + 1000 * place) for place, item in enumerate(plain("a", "b", "c"))]
    look_run(ledger, "look", units)
    assert claimed(ledger) == ["look a"]
    clock.pass_by(1)
    assert claimed(ledger) == ["look b"]
    clock.pass_by(10)
    assert claimed(ledger) == ["look c"]


def test_a_budget_that_is_used_up_lets_each_unit_wait_for_its_turn(ledger: Ledger, clock: SetClock) -> None:
    look_run(ledger, "look", [*plain("a", "b", "c", account="one"), *plain("x", account="two")])
    found = []
    while (one := look(ledger, per_hour=1)) is not None:
        found.append(one.unit.stack)
    assert found == ["a", "x"]
    assert not ledger.queue.may_begin(), "nobody asks again and again"
    clock.pass_by(HOUR)
    second = look(ledger, per_hour=1)
    assert second is not None
    assert second.unit.stack == "b"
    assert look(ledger, per_hour=1) is None
    clock.pass_by(HOUR)
    third = look(ledger, per_hour=1)
    assert third is not None
    assert third.unit.stack == "c"


def test_looks_that_count_no_more_are_forgotten_also_where_no_budget_is_set(
    ledger: Ledger, clock: SetClock
) -> None:
    look_run(ledger, "look", plain("a", "b", account="one"))
    for stack in ("a", "b"):
        found = look(ledger)
        assert found is not None
        with ledger.database.read() as connection:
            kept = connection.exec_driver_sql("SELECT unit FROM drift_begun").scalars().all()
        assert kept == [str(unit(stack))]
        clock.pass_by(HOUR + 1)


def test_units_without_an_account_share_one_budget_and_with_none_nothing_begins(ledger: Ledger) -> None:
    look_run(ledger, "look", plain("a", "b"))
    assert look(ledger, per_hour=0) is None
    assert look(ledger, per_hour=1) is not None
    assert look(ledger, per_hour=1) is None


def test_a_clock_that_ran_ahead_and_is_set_back_holds_the_budget_for_an_hour_at_the_most(
    ledger: Ledger, clock: SetClock
) -> None:
    clock.pass_by(30 * 24 * HOUR)
    look_run(ledger, "look", plain("a", "b"))
    first = look(ledger, per_hour=1)
    assert first is not None
    clock.pass_by(-30 * 24 * HOUR)
    look_run(ledger, "other", plain("c"))
    assert look(ledger, per_hour=1) is None
    clock.pass_by(HOUR + 1)
    found = look(ledger, per_hour=1)
    assert found is not None
    assert found.unit.stack == "c"


def test_a_window_is_opened_once(ledger: Ledger, clock: SetClock) -> None:
    now = milliseconds(clock.now())
    window = Window(schedule="nightly", begins=now, ends=now + 1000, run="", units=1)
    look_run(ledger, "first", plain("a"), window)
    with pytest.raises(WindowTakenError):
        look_run(ledger, "second", plain("b"), window)
    assert ledger.reader.run("second") is None
    assert ledger.drift.windows.is_opened("nightly", now)
    assert not ledger.drift.windows.is_opened("nightly", now + 1)
    look_run(ledger, "third", plain("b"), replace(window, schedule="weekly"))
    assert {item.run for item in ledger.drift.windows.newest()} == {"first", "third"}


def test_a_window_that_is_over_while_units_wait_is_told(ledger: Ledger, clock: SetClock) -> None:
    now = milliseconds(clock.now())
    window = Window(schedule="nightly", begins=now, ends=now + 1000, run="", units=1)
    look_run(ledger, "first", plain("a"), window)
    assert ledger.drift.windows.overdue() == ()
    clock.pass_by(1)
    assert [item.run for item in ledger.drift.windows.overdue()] == ["first"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), per_hour=st.integers(1, 6))
def test_never_more_than_the_budget_in_any_hour_and_every_unit_once(
    tmp_path_factory: pytest.TempPathFactory, seed: int, per_hour: int
) -> None:
    """Runs come and go, hands are slow, units are held, clocks stand still for long: the budget holds."""
    chance = random.Random(seed)  # noqa: S311  a test's dice
    clock = SetClock()
    folder = tmp_path_factory.mktemp("looks")
    with open_ledger(sqlite_url(folder / "ledger.db"), clock=clock) as ledger:
        for number in range(2):
            units = [
                QueuedUnit(address=unit(f"u{number}-{place}"), account=chance.choice(["one", "two"]))
                for place in range(8)
            ]
            look_run(ledger, f"look-{number}", units)
        begun: dict[str, list[int]] = {}
        seen: Counter[str] = Counter()
        for _ in range(400):
            found = look(ledger, per_hour)
            if found is None:
                clock.pass_by(chance.choice([1, 30, 600, 3000]))
                if all(not ledger.queue.states(f"look-{number}") for number in range(2)):
                    break
                continue
            account = next(item for item in ("one", "two") if _is_in(ledger, found, item))
            begun.setdefault(account, []).append(milliseconds(clock.now()))
            seen[str(found.unit)] += 1
            end(ledger, found, Outcome.UNCHANGED)
        assert len(seen) == 16
        assert set(seen.values()) == {1}
        for moments in begun.values():
            for place, moment in enumerate(moments):
                within = [item for item in moments[: place + 1] if item > moment - HOUR * 1000]
                assert len(within) <= per_hour


def _is_in(ledger: Ledger, found: Claim, account: str) -> bool:
    with ledger.database.read() as connection:
        row = connection.exec_driver_sql(
            "SELECT account FROM drift_begun WHERE run = ? AND unit = ?", (found.run, str(found.unit))
        ).one()
    return bool(row.account == account)
