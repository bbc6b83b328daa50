import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from cellwright.engine.approval import Approver, Preapproved
from cellwright.engine.execution import Execution, RunContext, carry_out
from cellwright.engine.run_record import end_empty_run, new_run
from cellwright.ledger.approvals import Answer, Approvals
from cellwright.ledger.database.turns import RunLost
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.progress import RunFinished, RunStarted, unit_of
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunStatus, RunUnit
from cellwright.model.value import OutputReference
from cellwright.planning.choice import Choice
from cellwright.planning.graph import Graph
from unit.engine.kit import ADA, APP, DIGESTER, NETWORK, PLAN, RUN, Bench, make_run, make_unit

BOTH = Choice(
    (RunUnit(NETWORK, Operation.APPLY), RunUnit(APP, Operation.APPLY)),
    Graph({NETWORK: frozenset(), APP: frozenset({NETWORK})}),
)


@dataclass
class Answers:
    answer: bool
    asked: list[Mapping[UnitAddress, PlanSummary]] = field(default_factory=list)

    def approve(self, plans: Mapping[UnitAddress, PlanSummary], withdrawn: Callable[[], bool]) -> bool | None:
        assert not withdrawn()
        self.asked.append(plans)
        return self.answer


@pytest.fixture(autouse=True)
def _units(bench: Bench) -> None:
    bench.units[NETWORK] = make_unit(NETWORK)
    bench.units[APP] = make_unit(APP, {"arn": OutputReference(NETWORK, "arn")})


def execute(
    bench: Bench, kind: RunKind = RunKind.APPLY, approver: Approver | None = None, *, begin: bool = True
) -> Execution:
    run = make_run(*BOTH.parts, kind=kind)
    if begin:
        bench.ledger.recorder.start_run(run)
    turn = bench.ledger.reader.run_turn(run.id)
    context = RunContext(
        actor=bench.actor,
        ledger=bench.ledger,
        digester=DIGESTER,
        evaluator=bench.evaluator(),
        terraform=lambda _run, _reporter: bench.terraform,
        listener=bench.heard,
        approver=approver or Preapproved(),
        preapproved=approver is None,
        turn=turn,
        interrupts=bench.interrupts,
        parallel=2,
    )
    return carry_out(run, BOTH, context)


def outcomes(found: Execution) -> dict[str, Outcome]:
    return {result.address.stack: result.outcome for result in found.results}


def test_a_run_takes_its_units_in_order_and_is_over(bench: Bench) -> None:
    found = execute(bench)
    assert outcomes(found) == {"network": Outcome.APPLIED, "app": Outcome.APPLIED}
    assert found.run.status is RunStatus.SUCCEEDED
    assert found.plans == {NETWORK: PLAN, APP: PLAN}
    (summary,) = bench.ledger.reader.runs(5)
    assert (summary.status, summary.counts) == (RunStatus.SUCCEEDED, {"applied": 2})
    assert isinstance(bench.heard.events[0].progress, RunStarted)
    assert isinstance(bench.heard.events[-1].progress, RunFinished)
    both = ["run.approved", "unit.applied"] * 2
    assert bench.actions() == ["run.started", *both, "run.finished"]
    assert bench.ledger.reader.lease_holders() == {}


def test_what_is_reported_carries_run_unit_time_and_sequence(bench: Bench) -> None:
    found = execute(bench)
    events = bench.heard.events
    assert {event.run for event in events} == {found.run.id}
    assert [event.sequence for event in events] == [*range(1, len(events) + 1)]
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert events[0].time.endswith("+00:00")
    assert {event.unit for event in events} == {None, NETWORK, APP}
    assert all(event.unit == unit_of(event.progress) for event in events)


def test_a_failure_is_the_run_s(bench: Bench) -> None:
    def fail() -> None:
        raise DiagnosticError(error("no such bucket"))

    bench.terraform.during["apply"] = fail
    found = execute(bench)
    assert outcomes(found) == {"network": Outcome.FAILED, "app": Outcome.SKIPPED}
    assert found.run.status is RunStatus.FAILED
    assert bench.ledger.reader.runs(5)[0].counts == {"failed": 1, "skipped": 1}


def test_what_is_blocked_is_no_failure_of_a_run_that_only_plans(bench: Bench) -> None:
    found = execute(bench, RunKind.PLAN)
    assert outcomes(found) == {"network": Outcome.PLANNED, "app": Outcome.BLOCKED}
    assert found.run.status is RunStatus.SUCCEEDED


def test_whoever_stops_cancels_the_run(bench: Bench) -> None:
    bench.interrupts.level = 1
    found = execute(bench)
    assert set(outcomes(found).values()) == {Outcome.CANCELLED}
    assert found.run.status is RunStatus.CANCELLED


def test_what_is_approved_beforehand_is_recorded_with_each_plan(bench: Bench) -> None:
    execute(bench)
    approved = [event for event in bench.ledger.reader.events() if event.action == "run.approved"]
    assert {(event.actor, event.subject, event.detail["how"]) for event in approved} == {
        (bench.actor.name, RUN, "--yes")
    }
    units = [plans for event in approved if isinstance(plans := event.detail["plans"], dict)]
    assert [list(plans) for plans in units] == [[str(NETWORK)], [str(APP)]]
    assert all(digest for plans in units for digest in plans.values())


def test_consent_is_recorded_for_each_question(bench: Bench) -> None:
    approver = Answers(answer=True)
    execute(bench, approver=approver)
    assert [list(plans) for plans in approver.asked] == [[NETWORK], [APP]]
    assert bench.actions().count("run.approved") == 2


def test_a_consent_that_can_not_be_recorded_applies_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiagnosticError(error("no space left"))

    monkeypatch.setattr(Approvals, "answer", full)
    found = execute(bench, approver=Answers(answer=True))
    assert outcomes(found) == {"network": Outcome.FAILED, "app": Outcome.SKIPPED}
    assert "apply" not in bench.terraform.log
    assert bench.ledger.reader.lease_holders() == {}


def test_who_carries_a_run_out_is_recorded_and_not_who_started_it(bench: Bench) -> None:
    bench.actor = Actor("grace")
    found = execute(bench, approver=Answers(answer=True))
    assert found.run.actor == "ada"
    events = [(event.action, event.actor) for event in bench.ledger.reader.events()]
    assert events[0] == ("run.started", "ada")
    assert {actor for _, actor in events[1:]} == {"grace"}
    assert {item.answered_by for item in bench.ledger.approvals.of_run(found.run.id)} == {"grace"}


def test_whoever_cancels_from_elsewhere_is_recorded_for_the_end(bench: Bench) -> None:
    bench.terraform.during["apply"] = lambda: None
    bench.ledger.recorder.start_run(make_run(*BOTH.parts))
    bench.ledger.cancels.request(make_run().id, Actor("grace"), "wrong account")
    found = execute(bench, begin=False)
    assert found.run.status is RunStatus.CANCELLED
    assert set(outcomes(found).values()) == {Outcome.CANCELLED}
    assert found.results[0].diagnostics[0].summary == "the run was cancelled by grace: wrong account"
    event = bench.ledger.reader.latest_events(1)[0]
    assert (event.action, event.actor) == ("run.finished", "grace")


def test_a_plan_can_be_approved_by_another_process(bench: Bench) -> None:
    class Absent:
        def approve(
            self, plans: Mapping[UnitAddress, PlanSummary], withdrawn: Callable[[], bool]
        ) -> bool | None:
            digests = dict.fromkeys(plans, bench.terraform.digest)
            answer = Answer(actor=Actor("grace"), approved=True)
            assert bench.ledger.approvals.answer(make_run().id, digests, answer) == plans.keys()
            while not withdrawn():
                time.sleep(0.01)
            return None

    found = execute(bench, approver=Absent())
    assert set(outcomes(found).values()) == {Outcome.APPLIED}
    assert {item.answered_by for item in bench.ledger.approvals.of_run(found.run.id)} == {"grace"}


def test_a_run_of_less_than_a_second_took_some_time(bench: Bench) -> None:
    before = datetime.now(UTC)
    started = datetime.fromisoformat(new_run(RunKind.APPLY, BOTH, ADA, "more", None).started)
    finished = datetime.fromisoformat(execute(bench).run.finished or "")

    assert before <= started < finished <= datetime.now(UTC)


def test_a_run_without_units_succeeds_and_is_on_record(bench: Bench) -> None:
    run = replace(make_run(), units=())
    bench.ledger.recorder.start_run(run)
    ended = end_empty_run(run, bench.ledger, bench.actor, bench.heard)

    assert ended.status is RunStatus.SUCCEEDED
    assert [type(event.progress) for event in bench.heard.events] == [RunStarted, RunFinished]
    recorded = bench.ledger.reader.run(run.id)
    assert recorded is not None
    assert (recorded.status, recorded.finished is not None) == (RunStatus.SUCCEEDED, True)


def test_a_new_run_s_id_sorts_by_time() -> None:
    first = new_run(RunKind.APPLY, BOTH, ADA, "more", None)
    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{4}", first.id)
    assert first.units == BOTH.parts
    assert replace(first, id="") == replace(
        new_run(RunKind.APPLY, BOTH, ADA, "more", None), id="", started=first.started
    )


def test_a_process_whose_run_goes_on_elsewhere_ends_nothing(bench: Bench) -> None:
    def resumed_elsewhere() -> None:
        bench.terraform.during.clear()
        bench.ledger.recorder.reopen_run(RUN)
        raise DiagnosticError(error("too late"))

    bench.terraform.during["plan"] = resumed_elsewhere
    with pytest.raises(RunLost):
        execute(bench)
    run = bench.ledger.reader.run(RUN)
    assert run is not None
    assert run.status is RunStatus.RUNNING
    assert bench.record(APP).state is UnitState.PENDING, "not skipped: it is another process's to carry out"
    assert bench.record(NETWORK).outcome is None, "not failed: the other process has yet to plan it"
