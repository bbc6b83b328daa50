import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from cellwright.engine.dispatch import questions as questions_module
from cellwright.engine.dispatch.ledger_answers import LedgerAnswers
from cellwright.engine.dispatch.questions import Questions, Refusal
from cellwright.engine.unit.planned import Planned, to_json
from cellwright.ledger.approvals import Answer, Approvals
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import Decision
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.run import Operation, Outcome, RunUnit
from patience import PATIENCE
from unit.engine.kit import ADA, APP, NETWORK, RUN, Interrupts, make_planned, make_run

PARTS = (RunUnit(NETWORK, Operation.APPLY), RunUnit(APP, Operation.APPLY))
GRACE = Actor("grace")


@dataclass
class Person:
    """Answers when told to, and writes down what was asked."""

    asked: list[list[UnitAddress]] = field(default_factory=list)
    answer: bool | None = None
    ready: threading.Event = field(default_factory=threading.Event)
    withdrawn: int = 0
    thread: str = ""

    def says(self, *, answer: bool | None) -> None:
        self.answer = answer
        self.ready.set()

    def approve(self, plans: Mapping[UnitAddress, PlanSummary], withdrawn: Callable[[], bool]) -> bool | None:
        self.thread = threading.current_thread().name
        self.asked.append(list(plans))
        while not self.ready.wait(0.01):
            if withdrawn():
                self.withdrawn += 1
                return None
        self.ready.clear()
        return self.answer


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions_module, "POLL", 0.0)


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def interrupts() -> Interrupts:
    return Interrupts()


@pytest.fixture
def questions(ledger: Ledger, person: Person, interrupts: Interrupts) -> Iterator[Questions]:
    ledger.recorder.start_run(make_run(*PARTS))
    found = Questions(
        person, LedgerAnswers(ledger, make_run(*PARTS), ADA), interrupts, [part.address for part in PARTS]
    )
    yield found
    found.close()


def test_plans_stand_in_a_question_as_the_run_lists_them_whichever_was_made_first(
    ledger: Ledger, questions: Questions, person: Person
) -> None:
    questions.order = [APP, NETWORK]
    ask(ledger, questions, NETWORK, APP)
    person.says(answer=True)
    questions.put()
    questions.close()
    assert person.asked == [[APP, NETWORK]]


def ask(ledger: Ledger, questions: Questions, *units: UnitAddress) -> None:
    for unit in units or (NETWORK, APP):
        planned = make_planned(unit)
        ledger.approvals.ask(RUN, unit, to_json(planned), planned.plan_digest, None)
        questions.add(planned)


def answers(questions: Questions, amount: int) -> tuple[list[Planned], list[Refusal]]:
    """Wait until so many plans have been answered for."""
    approved: list[Planned] = []
    refused: list[Refusal] = []
    deadline = time.monotonic() + PATIENCE
    while len(approved) + len(refused) < amount and time.monotonic() < deadline:
        more, others = questions.answered()
        approved += more
        refused += others
        questions.wait(0.01)
    return approved, refused


def test_a_yes_beside_the_run_is_on_record_with_who_and_what(
    ledger: Ledger, questions: Questions, person: Person
) -> None:
    ask(ledger, questions)
    questions.put()
    questions.put()
    assert questions.answered() == ([], []), "nothing waits for the person"
    person.says(answer=True)
    approved, _ = answers(questions, 2)
    assert {item.address for item in approved} == {APP, NETWORK}
    assert person.asked == [[NETWORK, APP]], "asked once, for all"
    assert person.thread.startswith("approval")
    found = ledger.approvals.of_run(RUN)
    assert {(item.decision, item.answered_by, item.how) for item in found} == {
        (Decision.APPROVED, "ada", "terminal")
    }
    assert not questions.are_open


def test_a_no_beside_the_run_skips_and_is_on_record(
    ledger: Ledger, questions: Questions, person: Person
) -> None:
    ask(ledger, questions, APP)
    questions.put()
    person.says(answer=False)
    _, (refusal,) = answers(questions, 1)
    assert (refusal.planned.address, refusal.outcome) == (APP, Outcome.REFUSED)
    assert refusal.why[0].summary == "the plan was not approved"
    assert [item.decision for item in ledger.approvals.of_run(RUN)] == [Decision.REJECTED]


def test_an_answer_from_elsewhere_counts_and_withdraws_the_prompt(
    ledger: Ledger, questions: Questions, person: Person
) -> None:
    ask(ledger, questions)
    questions.put()
    while not person.asked:
        time.sleep(0.01)
    ledger.approvals.answer(RUN, {APP: make_planned(APP).plan_digest}, Answer(actor=GRACE, approved=True))
    approved, _ = answers(questions, 1)
    assert [item.address for item in approved] == [APP]
    deadline = time.monotonic() + PATIENCE
    while len(person.asked) < 2 and time.monotonic() < deadline:
        questions.answered()
        questions.put()
        questions.wait(0.01)
    assert person.withdrawn == 1
    assert person.asked == [[NETWORK, APP], [NETWORK]], "what is still open is asked for again"


def test_a_rejection_from_elsewhere_says_who_and_why(ledger: Ledger, questions: Questions) -> None:
    ask(ledger, questions, APP)
    given = Answer(actor=GRACE, approved=False, reason="too big")
    ledger.approvals.answer(RUN, {APP: make_planned(APP).plan_digest}, given)
    _, (refusal,) = answers(questions, 1)
    assert refusal.outcome is Outcome.REFUSED
    assert refusal.why[0].summary == "the plan was rejected by grace: too big"


def test_a_plan_that_another_process_has_replaced_is_not_applied(
    ledger: Ledger, questions: Questions
) -> None:
    ask(ledger, questions, APP)
    ledger.approvals.ask(RUN, APP, {}, "another", None)
    _, (refusal,) = answers(questions, 1)
    assert refusal.outcome is Outcome.SKIPPED
    assert refusal.why[0].summary == "another process has planned the unit again"


def test_whoever_stops_the_run_is_not_asked(
    ledger: Ledger, questions: Questions, person: Person, interrupts: Interrupts
) -> None:
    ask(ledger, questions, APP)
    interrupts.level = 1
    questions.put()
    questions.close()
    assert person.asked == []


def test_nobody_beside_the_run_leaves_the_answer_to_others(
    ledger: Ledger, questions: Questions, person: Person
) -> None:
    ask(ledger, questions, APP)
    questions.put()
    person.says(answer=None)
    for _ in range(50):
        questions.wait(0.01)
        assert questions.answered() == ([], [])
        questions.put()
    assert person.asked == [[APP]], "not asked again and again"
    ledger.approvals.answer(RUN, {APP: make_planned(APP).plan_digest}, Answer(actor=GRACE, approved=True))
    assert [item.address for item in answers(questions, 1)[0]] == [APP]


def test_whoever_stops_the_run_has_not_answered(
    ledger: Ledger, questions: Questions, person: Person, interrupts: Interrupts
) -> None:
    ask(ledger, questions, APP)
    questions.put()
    interrupts.level = 1
    person.says(answer=False)
    questions.wait(5)
    assert questions.answered() == ([], [])
    assert [item.decision for item in ledger.approvals.of_run(RUN)] == [None]
    assert [item.address for item in questions.close()] == [APP]


def test_an_answer_that_can_not_be_recorded_is_none(
    ledger: Ledger, questions: Questions, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiagnosticError(error("no space left"))

    ask(ledger, questions, APP)
    monkeypatch.setattr(Approvals, "answer", full)
    questions.put()
    person.says(answer=True)
    approved, (refusal,) = answers(questions, 1)
    assert approved == []
    assert (refusal.outcome, refusal.why[0].summary) == (Outcome.FAILED, "no space left")
    assert not questions.are_open


def test_a_ledger_that_is_out_of_reach_for_a_moment_costs_no_answer(
    ledger: Ledger, questions: Questions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise DiagnosticError(error("connection refused"))

    ask(ledger, questions, APP)
    ledger.approvals.answer(RUN, {APP: make_planned(APP).plan_digest}, Answer(actor=GRACE, approved=True))
    with monkeypatch.context() as broken:
        broken.setattr(Approvals, "answers", unreachable)
        assert questions.answered() == ([], [])
    assert [item.address for item in answers(questions, 1)[0]] == [APP]


def test_closing_withdraws_what_is_being_asked(ledger: Ledger, questions: Questions, person: Person) -> None:
    ask(ledger, questions, APP)
    questions.put()
    while not person.asked:
        time.sleep(0.01)
    assert [item.address for item in questions.close()] == [APP]
    assert person.withdrawn == 1
