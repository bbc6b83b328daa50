import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

import pytest

from cellwright.engine.approval import Approver, Preapproved
from cellwright.engine.dispatch.local import LocalDispatcher
from cellwright.engine.dispatch.questions import Questions
from cellwright.engine.dispatch.schedule import schedule_of
from cellwright.engine.unit.planned import Planned
from cellwright.ledger.run_state import Approval, Decision
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.run import Operation, Outcome, RunUnit, UnitResult
from cellwright.planning.graph import Graph
from patience import PATIENCE
from unit.engine.kit import make_planned


def address(name: str) -> UnitAddress:
    return UnitAddress("client", "acme", name)


@dataclass
class ScriptedStep:
    """Stands in for the unit step: units fail or have nothing to do as told; everything is written down."""

    failing: frozenset[str] = frozenset()
    unchanged: frozenset[str] = frozenset()
    log: list[str] = field(default_factory=list)
    interrupts: list[int] = field(default_factory=list)
    started: threading.Event = field(default_factory=threading.Event)

    def plan(self, part: RunUnit) -> Planned | UnitResult:
        self.log.append(f"plan {part.address.stack}")
        self.started.set()
        if part.address.stack in self.unchanged:
            return UnitResult(part.address, Outcome.UNCHANGED)
        return replace(make_planned(part.address), part=part)

    def apply(self, planned: Planned) -> UnitResult:
        name = planned.part.address.stack
        self.log.append(f"apply {name}")
        outcome = Outcome.FAILED if name in self.failing else Outcome.APPLIED
        return UnitResult(planned.part.address, outcome)

    def abandon(self, part: RunUnit, outcome: Outcome, why: tuple[Diagnostic, ...] = ()) -> UnitResult:
        self.log.append(f"abandon {part.address.stack}")
        return UnitResult(part.address, outcome, diagnostics=why)

    def interrupt(self, level: int) -> None:
        self.interrupts.append(level)

    def waiting(self) -> Collection[UnitAddress]:
        return ()


@dataclass
class Answers:
    """Approves as scripted and remembers what it was asked."""

    answers: list[bool]
    asked: list[list[str]] = field(default_factory=list)

    def approve(
        self,
        plans: Mapping[UnitAddress, PlanSummary],
        withdrawn: Callable[[], bool],  # noqa: ARG002  answers at once
    ) -> bool | None:
        self.asked.append([item.stack for item in plans])
        return self.answers.pop(0)


@dataclass
class Pressed:
    level: int = 0

    def requested(self) -> int:
        return self.level


@dataclass
class Book:
    """Answers on record; `elsewhere` are those that other processes give as soon as they are looked for."""

    elsewhere: dict[str, Decision] = field(default_factory=dict)
    on_record: dict[UnitAddress, Decision] = field(default_factory=dict)

    def record(self, plans: Mapping[UnitAddress, str], *, approved: bool) -> None:
        for unit in plans:
            self.on_record.setdefault(unit, Decision.APPROVED if approved else Decision.REJECTED)

    def found(self, plans: Mapping[UnitAddress, str]) -> Mapping[UnitAddress, Approval]:
        for name, decision in self.elsewhere.items():
            self.on_record.setdefault(address(name), decision)
        return {
            unit: Approval(
                unit=unit, plan_digest=digest, asked_at="", decision=self.on_record[unit], how="terminal"
            )
            for unit, digest in plans.items()
            if unit in self.on_record
        }


def carry_out(
    step: ScriptedStep,
    edges: dict[str, str],
    approver: Approver | None = None,
    interrupts: Pressed | None = None,
    book: Book | None = None,
    waves: Mapping[str, int] | None = None,
) -> dict[str, UnitResult]:
    graph = Graph({address(name): frozenset(map(address, ups)) for name, ups in edges.items()})
    parts = [RunUnit(item, Operation.APPLY, (waves or {}).get(item.stack, 0)) for item in graph.upstreams]
    pressed = interrupts or Pressed()
    dispatcher = LocalDispatcher(
        step,
        Questions(approver or Preapproved(), book or Book(), pressed, [part.address for part in parts]),
        pressed,
        parallel=2,
        preapproved=approver is None,
    )
    return {item.address.stack: item for item in dispatcher.carry_out(schedule_of(parts, graph))}


def outcomes(results: dict[str, UnitResult]) -> dict[str, Outcome]:
    return {name: item.outcome for name, item in results.items()}


def test_upstreams_are_applied_first() -> None:
    step = ScriptedStep()
    found = carry_out(step, {"c": "b", "b": "a", "a": ""})
    assert step.log == ["plan a", "apply a", "plan b", "apply b", "plan c", "apply c"]
    assert set(outcomes(found).values()) == {Outcome.APPLIED}


def test_what_depends_on_a_failed_unit_is_not_run_and_says_so() -> None:
    step = ScriptedStep(failing=frozenset("a"))
    found = carry_out(step, {"a": "", "b": "a", "c": "b", "x": ""})
    assert outcomes(found) == {
        "a": Outcome.FAILED,
        "b": Outcome.SKIPPED,
        "c": Outcome.SKIPPED,
        "x": Outcome.APPLIED,
    }
    assert "client/acme/a failed" in found["c"].diagnostics[0].summary
    assert "plan b" not in step.log


def test_a_unit_with_nothing_to_do_lets_the_next_go_on() -> None:
    step = ScriptedStep(unchanged=frozenset("a"))
    assert outcomes(carry_out(step, {"a": "", "b": "a"})) == {"a": Outcome.UNCHANGED, "b": Outcome.APPLIED}


def test_plans_are_asked_for_together_and_a_waiting_unit_when_its_turn_comes() -> None:
    answers = Answers([True, True])
    step = ScriptedStep()
    carry_out(step, {"a": "", "b": "", "c": "a"}, answers)
    assert answers.asked == [["a", "b"], ["c"]]
    assert step.log.index("plan c") > step.log.index("apply a")


def test_what_is_not_approved_is_not_applied() -> None:
    step = ScriptedStep()
    found = carry_out(step, {"a": "", "b": "a"}, Answers([False]))
    assert outcomes(found) == {"a": Outcome.REFUSED, "b": Outcome.SKIPPED}
    assert "apply a" not in step.log
    assert "abandon a" in step.log


def test_an_interrupt_before_the_start_cancels_everything() -> None:
    step = ScriptedStep()
    found = carry_out(step, {"a": "", "b": "a"}, interrupts=Pressed(1))
    assert set(outcomes(found).values()) == {Outcome.CANCELLED}
    assert step.interrupts == [1]


def test_an_interrupt_in_between_lets_what_runs_end_and_starts_nothing_new() -> None:
    pressed = Pressed()

    class Slow(ScriptedStep):
        def apply(self, planned: Planned) -> UnitResult:
            pressed.level = 1
            for _ in range(int(PATIENCE / 0.05)):
                if self.interrupts:
                    break
                threading.Event().wait(0.05)
            return super().apply(planned)

    step = Slow()
    found = carry_out(step, {"a": "", "b": "a"}, interrupts=pressed)
    assert outcomes(found) == {"a": Outcome.APPLIED, "b": Outcome.CANCELLED}
    assert step.interrupts == [1]


def test_a_defect_in_a_step_surfaces() -> None:
    class Broken(ScriptedStep):
        def plan(self, part: RunUnit) -> Planned | UnitResult:
            raise RuntimeError(part.address.stack)

    with pytest.raises(RuntimeError, match="a"):
        carry_out(Broken(), {"a": ""})


class Crossed(ScriptedStep):
    """Unit b is somebody else's until a is let go: as when two runs wait for each other."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()
        self.waits: set[UnitAddress] = set()

    def plan(self, part: RunUnit) -> Planned | UnitResult:
        if part.address.stack == "b":
            self.waits.add(part.address)
            assert self.free.wait(PATIENCE), "nobody asked for what could be asked for"
            self.waits.discard(part.address)
        return super().plan(part)

    def apply(self, planned: Planned) -> UnitResult:
        if planned.part.address.stack == "a":
            self.free.set()
        return super().apply(planned)

    def waiting(self) -> Collection[UnitAddress]:
        return self.waits.copy()


def test_runs_that_wait_for_each_other_ask_for_what_they_have() -> None:
    answers = Answers([True, True])
    found = carry_out(Crossed(), {"a": "", "b": ""}, answers)
    assert answers.asked == [["a"], ["b"]]
    assert set(outcomes(found).values()) == {Outcome.APPLIED}


def test_what_somebody_else_holds_takes_nobody_s_place() -> None:
    class Held(Crossed):
        def apply(self, planned: Planned) -> UnitResult:
            result = ScriptedStep.apply(self, planned)
            if len(self.log) == 2 * 6:  # all but b are done
                self.free.set()
            return result

    step = Held()
    found = carry_out(step, dict.fromkeys("abcdefg", ""))
    assert set(outcomes(found).values()) == {Outcome.APPLIED}
    assert step.log[-1] == "apply b"


def test_never_more_than_so_many_at_once() -> None:
    class Counting(ScriptedStep):
        at_once = 0
        most = 0
        guard = threading.Lock()

        def plan(self, part: RunUnit) -> Planned | UnitResult:
            with self.guard:
                self.at_once += 1
                self.most = max(self.most, self.at_once)
            threading.Event().wait(0.005)
            with self.guard:
                self.at_once -= 1
            return super().plan(part)

    step = Counting()
    carry_out(step, {f"u{number}": "" for number in range(20)})
    assert step.most == 2


def test_what_was_queued_when_somebody_stopped_is_not_begun() -> None:
    pressed = Pressed()

    class Stopping(ScriptedStep):
        def plan(self, part: RunUnit) -> Planned | UnitResult:
            pressed.level = 1
            while not self.interrupts:
                threading.Event().wait(0.01)
            return super().plan(part)

    step = Stopping()
    found = carry_out(step, {f"u{number}": "" for number in range(9)}, interrupts=pressed)
    assert set(outcomes(found).values()) == {Outcome.CANCELLED}
    assert len([line for line in step.log if line.startswith("plan")]) == 2


def test_an_interrupt_while_somebody_is_asked_cancels_and_is_no_refusal() -> None:
    pressed = Pressed()

    class Interrupting(Answers):
        def approve(
            self, plans: Mapping[UnitAddress, PlanSummary], withdrawn: Callable[[], bool]
        ) -> bool | None:
            pressed.level = 1
            return super().approve(plans, withdrawn)

    step = ScriptedStep()
    found = carry_out(step, {"a": "", "b": "a"}, Interrupting([False]), pressed)
    assert set(outcomes(found).values()) <= {Outcome.CANCELLED, Outcome.SKIPPED}
    assert outcomes(found)["a"] is Outcome.CANCELLED
    assert found["a"].diagnostics == ()


def test_a_failure_in_a_wave_stops_the_later_ones_and_says_so() -> None:
    step = ScriptedStep(failing=frozenset("a"))
    found = carry_out(step, {"a": "", "b": "", "c": "", "d": "a"}, waves={"c": 1, "d": 1})
    assert outcomes(found) == {
        "a": Outcome.FAILED,
        "b": Outcome.APPLIED,
        "c": Outcome.SKIPPED,
        "d": Outcome.SKIPPED,
    }
    assert found["c"].diagnostics[0].summary == ("not run: wave 0 did not succeed: client/acme/a failed")
    assert found["d"].diagnostics[0].summary == "not run: client/acme/a failed"
    assert not {"plan c", "plan d"} & set(step.log)


def test_a_wave_that_succeeds_lets_the_next_one_start() -> None:
    step = ScriptedStep()
    assert set(outcomes(carry_out(step, {"a": "", "b": ""}, waves={"a": 1})).values()) == {Outcome.APPLIED}
    assert step.log == ["plan b", "apply b", "plan a", "apply a"]


def test_a_plan_that_is_approved_elsewhere_is_applied_while_others_are_still_asked_for() -> None:
    class Patient(Answers):
        def approve(
            self, plans: Mapping[UnitAddress, PlanSummary], withdrawn: Callable[[], bool]
        ) -> bool | None:
            if len(plans) > 1:
                for _ in range(1_000):
                    if withdrawn():
                        return None
                    threading.Event().wait(0.01)
            return super().approve(plans, withdrawn)

    answers, book = Patient([True]), Book()

    class Late(ScriptedStep):
        def plan(self, part: RunUnit) -> Planned | UnitResult:
            if part.address.stack == "b":
                book.elsewhere["a"] = Decision.APPROVED
            return super().plan(part)

    step = Late()
    found = carry_out(step, {"a": "", "b": ""}, answers, book=book)
    assert set(outcomes(found).values()) == {Outcome.APPLIED}
    assert answers.asked == [["b"]]


def test_a_plan_that_is_rejected_elsewhere_is_skipped() -> None:
    class Nobody(Answers):
        def approve(
            self, plans: Mapping[UnitAddress, PlanSummary], withdrawn: Callable[[], bool]
        ) -> bool | None:
            assert plans
            while not withdrawn():
                threading.Event().wait(0.01)
            return None

    book = Book({"a": Decision.REJECTED})
    found = carry_out(ScriptedStep(), {"a": "", "b": "a"}, Nobody([]), book=book)
    assert outcomes(found) == {"a": Outcome.REFUSED, "b": Outcome.SKIPPED}
