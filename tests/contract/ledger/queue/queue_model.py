"""A model of workers at one queue: who holds what until when, which runs are paused, what has ended.

Hypothesis has several workers act in any order, and compares the ledger with the model after each step.
"""

import shutil
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

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
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.queue.claims import Claim, ClaimRequest, Limits
from cellwright.ledger.run_state import UnitState
from cellwright.ledger.write.queueing import QueuedUnit
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Outcome, RunStatus, UnitResult
from contract.ledger.conftest import SetClock
from contract.ledger.queue.queue_kit import ADA, TTL, queue_run

LIMITS = Limits(fleet=4, account=1, run=3)
RUNS = ("r1", "r2")
_GOOD = (Outcome.APPLIED, Outcome.UNCHANGED)


def units_of(run: str) -> list[QueuedUnit]:
    """Three independent units of two accounts and two of none, one that needs two of them, a later wave.

    More may begin at once than each of the limits lets.
    """

    def unit(name: str, account: str = "", wave: int = 0, *needs: str) -> QueuedUnit:
        upstreams = frozenset(UnitAddress("client", run, need) for need in needs)
        address = UnitAddress("client", run, name)
        return QueuedUnit(address=address, account=account, wave=wave, upstreams=upstreams)

    return [
        unit("a", "one"),
        unit("b", "one"),
        unit("c", "two"),
        unit("d", "", 0, "a", "c"),
        unit("f"),
        unit("g"),
        unit("e", "", 1),
    ]


@cache
def _empty_ledger() -> Path:
    path = Path(tempfile.mkdtemp(prefix="cellwright-tests-")) / "ledger.db"
    open_ledger(sqlite_url(path)).close()
    return path


class Working(RuleBasedStateMachine):
    """Two runs and three workers."""

    claims: Bundle[Claim] = Bundle("claims")

    def opened(self, ledger: Ledger) -> Ledger:
        """Give the ledger that is tried."""
        return ledger

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = SetClock()
        path = Path(self.folder.name) / "ledger.db"
        shutil.copy(_empty_ledger(), path)
        self.ledger = self.opened(open_ledger(sqlite_url(path), clock=self.clock))
        for run in RUNS:
            queue_run(self.ledger, run, units_of(run))
        self.ended: Counter[UnitAddress] = Counter()
        self.fences: dict[UnitAddress, int] = {}
        self.held: dict[UnitAddress, Claim] = {}
        """Until somebody gives a unit back, or it is taken from them."""
        self.expires: dict[UnitAddress, datetime] = {}
        self.paused: set[str] = set()

    @rule(target=claims, worker=st.sampled_from(["w1", "w2", "w3"]))
    def claim_all(self, worker: str) -> MultipleResults[Claim]:
        found = []
        while (one := self.claim(worker)) is not None:
            found.append(one)
            self.the_limits_hold()
        return multiple(*found)

    def claim(self, worker: str) -> Claim | None:
        found = self.ledger.queue.claim(
            ClaimRequest(
                worker=worker,
                holder=lambda run: Holder("here", int(worker[1:]), "then", run),
                ttl=TTL,
                limits=LIMITS,
            )
        )
        if found is not None:
            assert found.unit not in self.held, "one unit was given to two"
            assert found.run not in self.paused
            assert found.lease.fencing > self.fences.get(found.unit, 0)
            self.fences[found.unit] = found.lease.fencing
            self.held[found.unit] = found
            self.expires[found.unit] = self.clock.now() + timedelta(seconds=TTL)
        return found

    @rule(how_many=st.integers(1, 3))
    def succeed(self, how_many: int) -> None:
        """Let units that are held end well, so that others may begin."""
        for one in list(self.held.values())[:how_many]:
            self.end(one, Outcome.APPLIED)

    @rule(process=st.integers(1, 3), run=st.sampled_from(RUNS))
    def renew(self, process: int, run: str) -> None:
        """Renew what a worker holds of a run."""
        holder = Holder("here", process, "then", run)
        leases = [one.lease for one in self.held.values() if one.lease.holder == holder]
        if leases:
            assert self.ledger.leases.renew(leases, TTL).keys() == {lease.unit for lease in leases}
            for lease in leases:
                self.expires[lease.unit] = self.clock.now() + timedelta(seconds=TTL)

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
            del self.held[one.unit]
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
        del self.held[one.unit]

    @rule(run=st.sampled_from(RUNS))
    def answer(self, run: str) -> None:
        plans = {item.unit: item.plan_digest for item in self.ledger.approvals.of_run(run)}
        self.ledger.approvals.answer(run, plans, Answer(actor=ADA, approved=True))

    @rule(one=claims)
    def leave_for_later(self, one: Claim) -> None:
        self.ledger.queue.delay(one, 2)
        if self.holds(one):
            del self.held[one.unit]

    @rule(seconds=st.sampled_from([1.0, 3.0, TTL + 1]))
    def pass_by(self, seconds: float) -> None:
        self.clock.pass_by(seconds)

    @rule()
    def reap(self) -> None:
        late = [unit for unit, expires in self.expires.items() if expires <= self.clock.now()]
        gone = [unit for unit in late if self.held.pop(unit, None) is not None]
        found = self.ledger.queue.reap(lambda _holder: False)
        assert found.freed == len(gone)
        for run in found.runs:
            self.ledger.queue.advance(run, ADA)

    @rule()
    def stand_still(self) -> None:
        """Let every worker be silent for longer than a lease."""
        self.pass_by(TTL + 1)
        self.reap()

    @rule()
    def keep_working(self) -> None:
        """Let every worker renew what it has, for longer than a lease lasts that is not renewed."""
        self.pass_by(TTL / 2 + 1)
        for process in (1, 2, 3):
            for run in RUNS:
                self.renew(process, run)
        self.pass_by(TTL / 2 + 1)
        self.reap()

    @rule(how=st.sampled_from(["delay", "park", "end"]))
    def speak_too_late(self, how: str) -> None:
        """Let a worker lose a unit to another one, and only then say what has become of it."""
        for one in list(self.held.values())[:1]:
            self.stand_still()
            while self.claim("w3") is not None:
                pass
            match how:
                case "delay":
                    self.leave_for_later(one)
                case "park":
                    self.park(one, answered=False)
                case _:
                    self.end(one, Outcome.APPLIED)

    @rule(run=st.sampled_from(RUNS))
    def pause(self, run: str) -> None:
        free = self.ledger.reader.is_queued(run) and self.ledger.cancels.of_run(run) is None
        assert self.ledger.pauses.begin(run, ADA) is (free and run not in self.paused)
        if free:
            self.paused.add(run)

    @rule(run=st.sampled_from(RUNS))
    def go_on(self, run: str) -> None:
        assert self.ledger.pauses.end(run, ADA) is (self.ledger.reader.is_queued(run) and run in self.paused)
        self.paused.discard(run)

    @precondition(lambda self: self.ended.total() > 3)
    @rule(run=st.sampled_from(RUNS))
    def cancel(self, run: str) -> None:
        self.ledger.cancels.request(run, ADA)
        self.ledger.queue.advance(run, ADA)
        self.paused.discard(run)

    @invariant()
    def who_holds_a_unit_is_the_one_who_was_given_it(self) -> None:
        assert set(self.claimed()) == self.held.keys()
        holders = self.ledger.reader.lease_holders()
        assert {unit: one.lease.fencing for unit, one in self.held.items()} == {
            unit: item.fencing for unit, item in holders.items()
        }

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
                assert all(records[name].outcome in _GOOD for name in "abcdfg")

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
        return self.held.get(one.unit) == one

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()
