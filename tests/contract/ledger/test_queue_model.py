"""Whatever workers do in whatever order: limits and order hold, and only who holds a unit records of it."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from cellwright.ledger.approvals import Answer
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.leases import Holder, LeaseLost
from cellwright.ledger.opening import open_ledger
from cellwright.ledger.queue.claims import Claim, ClaimRequest, Limits
from cellwright.ledger.run_state import UnitState
from cellwright.ledger.write.queueing import QueuedUnit
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Outcome, RunStatus, UnitResult
from contract.ledger.conftest import SetClock
from contract.ledger.test_queue import ADA, TTL, queue_run
from examples import examples

LIMITS = Limits(fleet=4, account=1, run=3)
RUNS = ("r1", "r2")
_GOOD = (Outcome.APPLIED, Outcome.UNCHANGED)


def units_of(run: str) -> list[QueuedUnit]:
    """Three independent units of two accounts, one that needs two of them, and a later wave."""

    def unit(name: str, account: str = "", wave: int = 0, *needs: str) -> QueuedUnit:
        upstreams = frozenset(UnitAddress("client", run, need) for need in needs)
        address = UnitAddress("client", run, name)
        return QueuedUnit(address=address, account=account, wave=wave, upstreams=upstreams)

    return [
        unit("a", "one"),
        unit("b", "one"),
        unit("c", "two"),
        unit("d", "", 0, "a", "c"),
        unit("e", "", 1),
    ]


class Working(RuleBasedStateMachine):
    """Two runs and any number of workers, beside what each of them believes that it holds."""

    claims: Bundle[Claim] = Bundle("claims")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = SetClock()
        self.ledger = open_ledger(sqlite_url(Path(self.folder.name) / "ledger.db"), clock=self.clock)
        for run in RUNS:
            queue_run(self.ledger, run, units_of(run))
        self.ended: Counter[UnitAddress] = Counter()
        self.fences: dict[UnitAddress, int] = {}
        self.taken: list[Claim] = []

    @rule(target=claims, worker=st.sampled_from(["w1", "w2", "w3"]))
    def claim_all(self, worker: str) -> MultipleResults[Claim]:
        found = []
        while (one := self.claim(worker)) is not None:
            found.append(one)
            self.the_limits_hold()
        self.taken += found
        return multiple(*found)

    def claim(self, worker: str) -> Claim | None:
        before = self.claimed()
        found = self.ledger.queue.claim(
            ClaimRequest(
                worker=worker,
                holder=lambda run: Holder("here", int(worker[1:]), "then", run),
                ttl=TTL,
                limits=LIMITS,
            )
        )
        if found is not None:
            assert len(before) < 4
            assert found.lease.fencing > self.fences.get(found.unit, 0)
            self.fences[found.unit] = found.lease.fencing
        return found

    @rule(how_many=st.integers(1, 3))
    def succeed(self, how_many: int) -> None:
        """Let units that are held end well, so that others may begin."""
        for one in [item for item in self.taken if self.holds(item)][:how_many]:
            self.end(one, Outcome.APPLIED)

    @rule(one=claims, outcome=st.sampled_from([Outcome.APPLIED, Outcome.UNCHANGED, Outcome.FAILED]))
    def end(self, one: Claim, outcome: Outcome) -> None:
        """Record an outcome, as a worker that may long have lost the unit."""
        valid = self.holds(one)
        record = self.ledger.reader.run_unit(one.run, one.unit)
        assert record is not None
        if record.state is UnitState.FINISHED:
            return
        try:
            result = UnitResult(one.unit, outcome)
            self.ledger.recorder.record_result(one.run, result, fencing=one.lease.fencing, turn=one.turn)
        except LeaseLost:
            assert not valid
        else:
            assert valid
            self.ended[one.unit] += 1
            self.ledger.leases.release(one.lease)
        self.ledger.queue.advance(one.run, ADA, [one.unit])

    @rule(one=claims, answered=st.booleans())
    def park(self, one: Claim, *, answered: bool) -> None:
        """Let a plan wait, as a worker that may have lost the unit."""
        if not self.holds(one):
            self.ledger.queue.park(one, "digest")
            return
        record = self.ledger.reader.run_unit(one.run, one.unit)
        assert record is not None
        if record.state is UnitState.FINISHED:
            return
        self.ledger.recorder.enter(one.run, one.unit, UnitState.PLANNING, fencing=one.lease.fencing)
        self.ledger.approvals.ask(one.run, one.unit, {}, "digest", one.lease.fencing)
        if answered:
            self.ledger.approvals.answer(one.run, {one.unit: "digest"}, Answer(actor=ADA, approved=True))
        assert self.ledger.queue.park(one, "digest") is answered

    @rule(run=st.sampled_from(RUNS))
    def answer(self, run: str) -> None:
        plans = {item.unit: item.plan_digest for item in self.ledger.approvals.of_run(run)}
        self.ledger.approvals.answer(run, plans, Answer(actor=ADA, approved=True))

    @rule(one=claims)
    def leave_for_later(self, one: Claim) -> None:
        self.ledger.queue.delay(one, 2)

    @rule(seconds=st.sampled_from([1.0, 3.0, TTL + 1]))
    def pass_by(self, seconds: float) -> None:
        self.clock.pass_by(seconds)

    @rule()
    def reap(self) -> None:
        for run in self.ledger.queue.reap(lambda _holder: False).runs:
            self.ledger.queue.advance(run, ADA)

    @precondition(lambda self: self.ended.total() > 3)
    @rule(run=st.sampled_from(RUNS))
    def cancel(self, run: str) -> None:
        self.ledger.cancels.request(run, ADA)
        self.ledger.queue.advance(run, ADA)

    @invariant()
    def the_limits_hold(self) -> None:
        held = self.claimed()
        assert len(held) <= 4
        assert max(Counter(unit.cell for unit in held).values(), default=0) <= 3
        assert sum(unit.stack in ("a", "b") for unit in held) <= 1
        assert sum(unit.stack == "c" for unit in held) <= 1

    @invariant()
    def nothing_begins_before_what_it_depends_on(self) -> None:
        for run in RUNS:
            records = {one.stack: item for one, item in self.ledger.reader.run_units(run).items()}
            states = {one.stack: state for one, state in self.ledger.queue.states(run).items()}
            is_cancelled = self.ledger.cancels.of_run(run) is not None
            if states.get("d") not in (None, "blocked") and not is_cancelled:
                assert all(records[name].outcome in _GOOD for name in ("a", "c"))
            if states.get("e") not in (None, "blocked") and not is_cancelled:
                assert all(records[name].outcome in _GOOD for name in "abcd")

    @invariant()
    def each_unit_ends_once_and_a_run_with_its_last(self) -> None:
        assert max(self.ended.values(), default=0) <= 1
        for run in RUNS:
            summary = self.ledger.reader.summary(run)
            assert summary is not None
            assert self.ledger.reader.is_queued(run) == (summary.status is RunStatus.RUNNING)
            if summary.status is not RunStatus.RUNNING:
                assert all(item.outcome is not None for item in self.ledger.reader.run_units(run).values())

    def claimed(self) -> list[UnitAddress]:
        return [
            unit
            for run in RUNS
            for unit, state in self.ledger.queue.states(run).items()
            if state == "claimed"
        ]

    def holds(self, one: Claim) -> bool:
        held = self.ledger.reader.lease_holders().get(one.unit)
        return held is not None and held.fencing == one.lease.fencing

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()


Working.TestCase.settings = settings(max_examples=examples(8), stateful_step_count=15, deadline=None)
TestWorking = Working.TestCase
