"""Approval is for plans that were seen: asked for again when a blocked unit's plan has been made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cellwright.app.runs.apply import ApplyRequest, apply
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.progress import SilentReporter
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program
from e2e.kit.terminal import at_a_terminal


@dataclass
class Scripted:
    """Answers as told and remembers what it was shown."""

    answers: list[bool]
    shown: list[dict[str, int]] = field(default_factory=list)

    def approve(
        self,
        plans: Mapping[UnitAddress, PlanSummary],
        withdrawn: Callable[[], bool],  # noqa: ARG002  answers at once
    ) -> bool | None:
        self.shown.append({str(unit): plan.counts.add for unit, plan in plans.items()})
        return self.answers.pop(0)


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    takes = {"stacks": {"b": {"upstream": "${output.a.value}"}}}
    return make_fleet(tmp_path, {"a": {}, "b": {}, "c": {}}, {"acme": takes})


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    return program(fleet)


def test_a_blocked_unit_is_asked_for_when_its_plan_is_there(fleet: FleetFolder, cellwright: Program) -> None:
    approver = Scripted([True, True])
    outcomes = _apply(cellwright, approver)
    assert approver.shown == [{"client/acme/a": 1, "client/acme/c": 1}, {"client/acme/b": 1}]
    assert set(outcomes.values()) == {"applied"}
    with open_ledger(sqlite_url(fleet.ledger)) as ledger:
        run = ledger.reader.runs(1)[0].id
        approved = {str(item.unit) for item in ledger.approvals.of_run(run)}
        actions = [event.action for event in ledger.reader.events()]
    assert approved == set(outcomes)
    assert actions.count("run.approved") == 2
    assert actions.index("run.approved") < actions.index("unit.applied")


def test_a_no_to_the_second_question_keeps_what_the_first_allowed(
    fleet: FleetFolder, cellwright: Program
) -> None:
    outcomes = _apply(cellwright, Scripted([True, False]))
    assert outcomes == {"client/acme/a": "applied", "client/acme/b": "refused", "client/acme/c": "applied"}
    assert fleet.desk.count("done") == {"acme-a": 1, "acme-c": 1}


def test_a_no_applies_nothing_and_leaves_no_plan_behind(fleet: FleetFolder, cellwright: Program) -> None:
    outcomes = _apply(cellwright, Scripted([False]))
    assert set(outcomes.values()) == {"refused", "skipped"}
    assert fleet.desk.lines() == []
    assert list((fleet.home / "work").rglob("*.tfplan")) == []


def test_with_nobody_to_ask_nothing_is_begun(fleet: FleetFolder, cellwright: Program) -> None:
    answer = cellwright.run("apply").expect(1)
    assert "pass --yes" in answer.err
    assert not fleet.ledger.exists()


@pytest.mark.parametrize(("typed", "code", "applied"), [(b"yes\n", 0, 3), (b"y\n", 1, 0), (b"\n", 1, 0)])
def test_only_yes_in_full_is_a_yes_on_a_terminal(
    fleet: FleetFolder, cellwright: Program, typed: bytes, code: int, applied: int
) -> None:
    fleet.cell("acme")  # nothing is blocked: one question
    ended, _ = at_a_terminal(cellwright, lambda _process: typed)
    assert ended == code
    assert fleet.desk.count("done").total() == applied


def _apply(cellwright: Program, approver: Scripted) -> dict[str, str]:
    location = Location(fleet=cellwright.fleet.root, environment=cellwright.clean())
    actor = Actor("ada", "test")
    with FleetSession(location) as session:
        report = apply(session, actor, ApplyRequest(), Conversation(SilentReporter(), approver))
    return {str(result.address): result.outcome.value for result in report.results}
