"""Whatever happens to a unit in whatever order, only an open question about the present plan is answered."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cellwright.ledger.approvals import Answer
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.ledger.run_state import Decision, UnitState
from cellwright.model.actor import Actor
from cellwright.model.runs.run import Outcome
from contract.ledger.samples import APP, RUN, result, run
from examples import examples

DIGESTS = st.sampled_from(["p1", "p2", "p3"])


class Approving(RuleBasedStateMachine):
    """One unit, its plans and the answers to them, beside a model of what should be on record."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.ledger = open_ledger(sqlite_url(Path(self.folder.name) / "ledger.db"))
        self.ledger.recorder.start_run(run(RUN, APP))
        self.state = UnitState.PENDING
        self.present: str | None = None
        self.decided: dict[str, Decision | None] = {}

    @precondition(lambda self: self.state is not UnitState.FINISHED)
    @rule()
    def plan(self) -> None:
        self.ledger.recorder.enter(RUN, APP, UnitState.PLANNING)
        self.state = UnitState.PLANNING

    @precondition(lambda self: self.state in (UnitState.PENDING, UnitState.PLANNING, UnitState.PLANNED))
    @rule(digest=DIGESTS)
    def ask(self, digest: str) -> None:
        self.ledger.approvals.ask(RUN, APP, {}, digest, None)
        for other, decision in self.decided.items():
            if other != digest and decision is None:
                self.decided[other] = Decision.VOID
        self.decided[digest], self.present, self.state = None, digest, UnitState.PLANNED

    @rule(digest=DIGESTS, approved=st.booleans())
    def answer(self, digest: str, *, approved: bool) -> None:
        given = Answer(actor=Actor("grace"), approved=approved)
        answered = self.ledger.approvals.answer(RUN, {APP: digest}, given)
        is_open = (
            self.state is UnitState.PLANNED
            and digest == self.present
            and self.decided.get(digest, Decision.VOID) is not given.decision
        )
        assert bool(answered) == is_open
        if is_open:
            self.decided[digest] = given.decision

    @precondition(lambda self: self.state is not UnitState.FINISHED)
    @rule()
    def finish(self) -> None:
        self.ledger.recorder.record_result(RUN, result(Outcome.CANCELLED))
        self.state = UnitState.FINISHED

    @rule()
    def reopen(self) -> None:
        self.ledger.recorder.reopen_run(RUN)
        if self.state is UnitState.FINISHED:
            self.state = UnitState.PENDING

    @invariant()
    def the_ledger_says_the_same(self) -> None:
        found = {item.plan_digest: item.decision for item in self.ledger.approvals.of_run(RUN)}
        assert found == self.decided

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()


Approving.TestCase.settings = settings(max_examples=examples(10), stateful_step_count=15, deadline=None)
TestApproving = Approving.TestCase
