"""The queue: which unit is next, within limits and fairly; what becomes of units that end, wait, are left."""

from dataclasses import replace

import pytest

from cellwright.ledger.leases import Held, Lease
from cellwright.ledger.opening import Ledger
from cellwright.ledger.queue.claims import NO_LIMITS, Limits
from cellwright.ledger.queue.workers import Worker
from cellwright.ledger.write.queueing import QueuedUnit
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Outcome, RunKind, RunStatus
from contract.ledger.conftest import SetClock
from contract.ledger.queue.queue_kit import (
    ADA,
    TTL,
    ask,
    claim,
    claimed,
    end,
    outcomes,
    plain,
    process,
    queue_run,
    states,
    take,
    unit,
)


def test_a_claim_takes_the_unit_and_its_lease(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a", "b"))
    first = take(ledger)
    assert (first.run, first.unit, first.claims) == ("r1", unit("a"), 1)
    assert first.turn == ledger.reader.run_turn("r1")
    held = ledger.leases.acquire(unit("a"), process(2), TTL)
    assert isinstance(held, Held)
    assert held.fencing == first.lease.fencing
    assert claimed(ledger) == ["r1 b"]
    assert claim(ledger) is None
    assert not ledger.queue.may_begin()


def test_a_unit_begins_when_all_it_depends_on_have_succeeded(ledger: Ledger) -> None:
    both = frozenset({unit("a"), unit("b")})
    queue_run(ledger, "r1", [*plain("a", "b"), QueuedUnit(address=unit("c"), upstreams=both)])
    first, second = take(ledger), take(ledger)
    assert claim(ledger) is None
    end(ledger, first)
    assert claim(ledger) is None
    end(ledger, second, Outcome.UNCHANGED)
    third = take(ledger)
    assert third.unit == unit("c")
    end(ledger, third)
    summary = ledger.reader.summary("r1")
    assert summary is not None
    assert summary.status is RunStatus.SUCCEEDED
    assert not ledger.reader.is_queued("r1")
    finished = ledger.reader.latest_events(1, "r1")[0]
    assert (finished.action, finished.actor) == ("run.finished", "ada")


def test_a_failure_ends_what_depends_on_it_and_later_waves(ledger: Ledger) -> None:
    units = [
        *plain("a", "b"),
        QueuedUnit(address=unit("c"), upstreams=frozenset({unit("a")})),
        QueuedUnit(address=unit("d"), upstreams=frozenset({unit("c")})),
        QueuedUnit(address=unit("e"), wave=1),
    ]
    queue_run(ledger, "r1", units)
    first, second = take(ledger), take(ledger)
    end(ledger, first, Outcome.FAILED)
    assert states(ledger, "r1") == {"b": "claimed"}
    end(ledger, second)
    skipped = {"c": "skipped", "d": "skipped", "e": "skipped"}
    assert outcomes(ledger, "r1") == {"a": "failed", "b": "applied", **skipped}
    told = ledger.reader.run_units("r1")
    assert told[unit("d")].diagnostics[0].summary == "not run: client/acme/a failed"
    assert "wave 0 did not succeed" in told[unit("e")].diagnostics[0].summary
    summary = ledger.reader.summary("r1")
    assert summary is not None
    assert summary.status is RunStatus.FAILED


def test_a_wave_begins_when_the_one_before_is_over(ledger: Ledger) -> None:
    waves = [QueuedUnit(address=unit("b"), wave=2), QueuedUnit(address=unit("c"), wave=2)]
    queue_run(ledger, "r1", [*plain("a"), *waves])
    first = take(ledger)
    assert claim(ledger) is None
    end(ledger, first)
    assert claimed(ledger) == ["r1 b", "r1 c"]


def test_nothing_of_a_run_that_only_plans_waits_for_a_failure(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a", "b"), RunKind.PLAN)
    end(ledger, take(ledger), Outcome.BLOCKED)
    end(ledger, take(ledger), Outcome.PLANNED)
    summary = ledger.reader.summary("r1")
    assert summary is not None
    assert summary.status is RunStatus.SUCCEEDED


def test_a_small_run_is_served_beside_a_large_one(ledger: Ledger) -> None:
    queue_run(ledger, "large", plain(*(f"l{number:03}" for number in range(50))))
    for _ in range(5):
        take(ledger)
    small = [QueuedUnit(address=UnitAddress("client", "globex", name)) for name in ("x", "y")]
    queue_run(ledger, "small", small)
    assert [take(ledger).run for _ in range(3)] == ["small", "small", "large"]


def test_one_client_is_next_beside_ten_thousand_units_that_are_ready(ledger: Ledger) -> None:
    rollout = [
        QueuedUnit(address=UnitAddress("client", f"c{number:05}", "app"), account=f"a{number % 20}")
        for number in range(10_000)
    ]
    queue_run(ledger, "large", rollout)
    at_work = [take(ledger) for _ in range(8)]
    stacks = ("network", "app", "dns")
    queue_run(ledger, "one", [QueuedUnit(address=UnitAddress("client", "globex", name)) for name in stacks])
    assert [take(ledger).run for _ in stacks] == ["one"] * len(stacks), "before any of the others"
    end(ledger, at_work[0])
    assert take(ledger).run == "large", "which goes on then"
    # Also where every hand is busy with the large one: a spare hand takes of idle runs only.
    queue_run(ledger, "two", [QueuedUnit(address=UnitAddress("client", "initech", "app"))])
    found = claim(ledger, idle_runs=True)
    assert found is not None
    assert found.run == "two"


def test_runs_that_hold_as_much_are_served_in_turn(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a", "b", "c"))
    other = [QueuedUnit(address=UnitAddress("client", "globex", name)) for name in ("a", "b", "c")]
    queue_run(ledger, "r2", other)
    assert [take(ledger).run for _ in range(6)] == ["r1", "r2", "r1", "r2", "r1", "r2"]


def test_accounts_of_a_run_are_served_in_turn_and_within_their_limit(ledger: Ledger) -> None:
    units = [*plain("a", "b", "c", account="one"), *plain("d", "e", account="two"), *plain("f")]
    queue_run(ledger, "r1", units)
    limits = Limits(account=1)
    found = claimed(ledger, limits=limits)
    assert found == ["r1 a", "r1 d", "r1 f"]
    assert claimed(ledger, limits=Limits(account=2)) == ["r1 b", "r1 e"]


@pytest.mark.parametrize(
    ("limits", "parallel", "count"),
    [
        (Limits(fleet=2), None, 2),
        (Limits(run=3), None, 3),
        (Limits(run=3), 1, 1),
        (NO_LIMITS, 2, 2),
        (NO_LIMITS, None, 4),
    ],
)
def test_no_more_is_taken_than_the_limits_allow(
    ledger: Ledger, limits: Limits, parallel: int | None, count: int
) -> None:
    queue_run(ledger, "r1", plain("a", "b", "c", "d"), parallel=parallel)
    assert len(claimed(ledger, limits=limits)) == count


def test_a_spare_hand_takes_only_of_runs_of_which_nothing_is_at_work(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a", "b"))
    assert claimed(ledger, idle_runs=True) == ["r1 a"]


def test_a_worker_takes_only_what_its_labels_allow(ledger: Ledger) -> None:
    units = [
        QueuedUnit(address=unit("a"), account="one", labels={"account": "one", "tier": "gold"}),
        QueuedUnit(address=unit("b"), account="two", labels={"account": "two", "tier": "gold"}),
        QueuedUnit(address=unit("c"), account="two", labels={"account": "two"}),
    ]
    queue_run(ledger, "r1", units)
    wanted = {"account": frozenset({"two"}), "tier": frozenset({"gold", "silver"})}
    assert claimed(ledger, labels=wanted) == ["r1 b"]
    assert claimed(ledger, labels={"account": frozenset({"two"})}) == ["r1 c"]


def test_a_unit_that_somebody_else_holds_is_left_for_a_moment(ledger: Ledger, clock: SetClock) -> None:
    queue_run(ledger, "r1", plain("a", "b"))
    held = ledger.leases.acquire(unit("a"), process(9), TTL)
    assert isinstance(held, Lease)
    assert claimed(ledger) == ["r1 b"]
    assert states(ledger, "r1") == {"a": "delayed", "b": "claimed"}
    ledger.leases.release(held)
    assert claim(ledger) is None
    clock.pass_by(1.5)
    assert ledger.queue.may_begin()
    assert claimed(ledger) == ["r1 a"]


def test_what_nobody_has_begun_of_a_cancelled_run_is_cancelled(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a", "b", "c"))
    one = take(ledger)
    two = take(ledger)
    ask(ledger, two, "d1")
    ledger.queue.park(two, "d1")
    ledger.cancels.request("r1", Actor("grace", "test"), "too late")
    assert list(ledger.queue.reap(lambda _holder: False).runs) == ["r1"]
    ledger.queue.advance("r1")
    assert states(ledger, "r1") == {"a": "claimed", "b": "ready"}
    told = ledger.reader.run_units("r1")[unit("c")]
    assert told.outcome is Outcome.CANCELLED
    assert told.diagnostics[0].summary == "the run was cancelled by grace: too late"
    end(ledger, one)
    end(ledger, take(ledger), Outcome.CANCELLED)
    summary = ledger.reader.summary("r1")
    assert summary is not None
    assert summary.status is RunStatus.CANCELLED
    assert ledger.reader.latest_events(1, "r1")[0].actor == "grace"


def test_a_run_that_one_process_carries_out_leaves_the_queue(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a"))
    one = take(ledger)
    ledger.recorder.reopen_run("r1", ADA, holder=process(7))
    assert not ledger.reader.is_queued("r1")
    assert claim(ledger) is None
    advanced = ledger.queue.advance("r1", ADA, [one.unit])
    assert (advanced.ready, advanced.status) == (False, None)
    assert ledger.queue.advance("no such run").status is None


def test_workers_are_listed_with_what_they_do_and_asked_to_drain(ledger: Ledger, clock: SetClock) -> None:
    queue_run(ledger, "r1", plain("a"))
    worker = Worker(
        id="w1", kind="worker", process=process(), labels={"account": frozenset({"one"})}, parallel=2
    )
    assert ledger.workers.beat("w1") is None
    ledger.workers.register(worker)
    take(ledger)
    clock.pass_by(5)
    assert ledger.workers.beat("w1") is False
    (found,) = ledger.workers.all()
    assert found.units == (("r1", "client/acme/a"),)
    assert (found.labels, found.parallel, found.kind) == (worker.labels, 2, "worker")
    assert found.seen > found.started
    assert ledger.workers.request_drain("w1", ADA, "new version")
    assert not ledger.workers.request_drain("w1", ADA)
    assert not ledger.workers.request_drain("nobody", ADA)
    assert ledger.workers.beat("w1") is True
    assert ledger.reader.latest_events(1)[0].action == "worker.drain_requested"
    clock.pass_by(100)
    assert ledger.workers.forget(200) == 0
    assert ledger.workers.forget(50) == 1
    ledger.workers.register(worker)
    ledger.workers.leave("w1")
    assert ledger.workers.all() == ()


def test_how_many_units_are_worked_on_is_counted_by_fleet_account_and_run(ledger: Ledger) -> None:
    queue_run(ledger, "r1", plain("a", "b", "c", account="prod"))
    queue_run(ledger, "r2", plain("d", "e"))
    assert all(claim(ledger) is not None for _ in range(3))
    left = [unit(name) for name in "abcde"]
    one, two = ledger.queue.occupied("r1", left), ledger.queue.occupied("r2", left)
    assert (one.fleet, one.run + two.run) == (two.fleet, 3) == (3, 3)
    assert one.accounts == two.accounts == {"prod": one.run}
    assert sum(state == "ready" for state in ledger.queue.states("r1").values()) == len(one.ready)
    assert set(one.ready.values()) <= {"prod"}
    assert set(two.ready.values()) <= {""}
    assert len(one.ready) + len(two.ready) == 2
    assert ledger.queue.occupied("r1", []).ready == {}


def test_a_lease_of_a_process_that_is_known_to_be_gone_is_taken_over_at_once(ledger: Ledger) -> None:
    lost = ledger.leases.acquire(unit("a"), replace(process(9), run="killed"), TTL)
    assert isinstance(lost, Lease)
    alive = ledger.leases.acquire(unit("b"), replace(process(8), run="goes on"), TTL)
    assert isinstance(alive, Lease)
    queue_run(ledger, "r1", plain("a", "b"))

    found = claim(ledger, dead="killed")

    assert found is not None
    assert (found.unit, claim(ledger, dead="killed")) == (unit("a"), None)
    assert found.lease.fencing > lost.fencing
    assert states(ledger, "r1") == {"a": "claimed", "b": "delayed"}
