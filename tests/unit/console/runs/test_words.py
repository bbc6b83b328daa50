"""Every state has words of its own and a tone; a group of plans says how many do what."""

from dataclasses import replace

import pytest

from cellwright.app.overview.runs.plan_groups import WaitingPlan, plan_groups
from cellwright.console.runs.group_shown import group_shown, summary_of, title_of
from cellwright.console.runs.words import (
    ACTIONS,
    KINDS,
    PHASES,
    PLACES,
    RUN,
    counted,
    duration,
    run_word,
    unit_word,
)
from cellwright.ledger.read.run_unit_query import ANSWERED, AWAITING
from cellwright.ledger.run_state import RunSummary, RunUnitRecord, UnitState
from cellwright.model.address import CellAddress
from cellwright.model.runs.plan import Action, PlanSummary, ResourceCounts
from cellwright.model.runs.progress import Phase
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunStatus
from unit.app.overview.seeds import change, unit, with_digest

TONES = {"good", "wait", "run", "bad", "off", "change"}


def test_no_state_is_without_words() -> None:
    states = {item.value for item in Outcome} | {item.value for item in UnitState} - {"finished"}
    assert set(PLACES) == states | {AWAITING, ANSWERED}
    assert set(RUN) == set(RunStatus)
    assert set(KINDS) == set(RunKind)
    assert set(ACTIONS) == set(Action)
    assert set(PHASES) == set(Phase)
    assert {word.tone for word in PLACES.values()} <= TONES


def record(
    state: UnitState, outcome: Outcome | None = None, operation: Operation = Operation.APPLY
) -> RunUnitRecord:
    return RunUnitRecord(
        address=unit("client/acme/app"), operation=operation, wave=0, state=state, outcome=outcome
    )


def test_a_unit_that_was_to_go_is_destroyed_not_applied() -> None:
    gone = record(UnitState.FINISHED, Outcome.APPLIED, Operation.DESTROY)
    assert unit_word(gone, asked=False).text == "destroyed"
    going = record(UnitState.APPLYING, None, Operation.DESTROY)
    assert unit_word(going, asked=False).text == "destroying"
    counts = tuple(counted({"applied": 2, "failed": 1}, RunKind.DESTROY))
    assert [(word.text, amount) for _, word, amount in counts] == [("destroyed", 2), ("failed", 1)]


def test_a_plan_that_was_answered_for_waits_no_longer() -> None:
    assert unit_word(record(UnitState.PLANNED), asked=True).text == "waits for approval"
    assert unit_word(record(UnitState.PLANNED), asked=False).text == "answered"


@pytest.mark.parametrize(
    ("counts", "waiting", "text"),
    [
        ({"planned": 2}, 2, "waits for approval"),
        ({"planned": 2, "planning": 1}, 2, "running"),
        ({}, 0, "running"),
    ],
)
def test_a_run_waits_for_approval_once_nothing_else_goes_on(
    counts: dict[str, int], waiting: int, text: str
) -> None:
    run = RunSummary(
        id="R",
        kind=RunKind.APPLY,
        status=RunStatus.RUNNING,
        actor="ada",
        reason="",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit=None,
        units=3,
        counts=counts,
    )
    assert run_word(run, waiting).text == text
    assert run_word(replace(run, status=RunStatus.FAILED), waiting).text == "failed"


def waiting(cell: str, summary: PlanSummary | None = None) -> WaitingPlan:
    return WaitingPlan(
        run="R",
        unit=unit(f"client/{cell}/app"),
        operation=Operation.APPLY,
        plan_digest=f"d-{cell}",
        asked_at="2026-11-22T21:48:12+00:00",
        summary=summary or change(),
    )


def test_a_group_says_how_many_do_what() -> None:
    (same,) = plan_groups([waiting("a"), waiting("b")])
    assert title_of(same) == "2 client cells, app: the same change"
    (alone,) = plan_groups([waiting("a")])
    assert title_of(alone) == "client/a/app: 1 change"
    one, other = with_digest(change(), "1", "n"), with_digest(change(), "2", "n")
    (alike,) = plan_groups([waiting("a", one), waiting("b", other)])
    assert title_of(alike) == "2 client cells, app: the same change, each with its own name"
    outputs = PlanSummary(ResourceCounts(), (), ("a", "b"), applyable=True)
    (bare,) = plan_groups([waiting("a", outputs)])
    assert title_of(bare) == "client/a/app: change of 2 outputs"


@pytest.mark.parametrize(
    ("versions", "text"),
    [
        ("1", "1 plan"),
        ("11", "2 plans that do the same"),
        ("112", "2 plans do the same; 1 differs"),
        ("111123", "4 plans do the same; 2 differ"),
        ("12", "2 plans, each of its own"),
    ],
)
def test_a_run_says_how_many_of_its_plans_differ(versions: str, text: str) -> None:
    plans = [waiting(f"c{number}", change(version)) for number, version in enumerate(versions)]
    assert summary_of(plan_groups(plans)) == text


def test_an_answer_names_only_plans_that_one_may_answer_for() -> None:
    def mine(cell: CellAddress) -> bool:
        return cell.cell == "b"

    (group,) = plan_groups([waiting("a"), waiting("b")])
    assert group_shown(group, mine).seen == "client/b/app d-b"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.44, "0.4 s"),
        (14.9, "14 s"),
        (83, "1 min 23 s"),
        (7500, "2 h 5 min"),
        (273_600, "3 d 4 h"),
        (-1, "0.0 s"),
    ],
)
def test_durations_have_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text
