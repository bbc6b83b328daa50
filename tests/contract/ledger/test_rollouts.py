"""Rollouts in the ledger: what is written comes back, and no cell is in two active ones."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

import pytest

from cellwright.ledger.audit import EventDraft
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.rollouts.guard import NotBegunError
from cellwright.ledger.rollouts.values import Change, NewRollout, RolloutRecord
from cellwright.ledger.write.queueing import QueuedRun
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, MissingError, error
from cellwright.model.runs.run import Operation, Outcome, Run, RunKind, RunStatus, RunUnit, UnitResult
from cellwright.model.settings.rollout_settings import Amount
from cellwright.rollout.machine import Facts, RunFact, step
from cellwright.rollout.plan import RolloutPlan, make_plan
from cellwright.rollout.requests import halted, retried
from cellwright.rollout.state import Phase, RolloutStatus, StepKey, StepState
from cellwright.rollout.waves import assign
from contract.ledger.conftest import SetClock
from unit.rollout.fleets import APPROVAL, CHECK, cell, strategy, wave

ADA = Actor("ada")
NUMBERS = count(1)


def plan(*names: str) -> RolloutPlan:
    fleet = [cell(name, ring="canary" if name == names[0] else "late") for name in names]
    settings = strategy(
        wave("canary", "ring=canary", bake=60, after=(CHECK, APPROVAL)), wave("rest", max_parallel=Amount(2))
    )
    found = assign(settings, fleet)
    return make_plan(settings, found.waves, {item.address: item for item in fleet})


def new(rollout: str, *names: str) -> NewRollout:
    return NewRollout(
        id=rollout,
        strategy="standard",
        commit="c0ffee",
        made_by="ada",
        reason="a new default",
        plan=plan(*names),
        task={"actor": "ada"},
    )


def begun(ledger: Ledger, rollout: str, *names: str) -> RolloutRecord:
    return ledger.rollouts.start(new(rollout, *names), ADA, {"cells": len(names)})


def go_on(ledger: Ledger, rollout: str) -> RolloutRecord:
    """One step, in which every run that begins is submitted."""
    begins: list[str] = []

    def decide(record: RolloutRecord, runs: Mapping[str, RunFact], now: int) -> Change:
        made = step(record.plan, record.state, Facts(runs), now, lambda: f"run-{next(NUMBERS):05}")
        begins.extend(made.state.cells[place].run for place in made.begin)
        return Change(state=made.state, look_at=made.look_at)

    after = ledger.rollouts.change(rollout, decide)
    for run in begins:
        submit(ledger, rollout, run)
    return after


def submit(ledger: Ledger, rollout: str, run: str, *units: UnitAddress) -> None:
    started = Run(
        id=run,
        kind=RunKind.APPLY,
        status=RunStatus.RUNNING,
        actor="ada",
        reason=f"rollout {rollout}",
        started="2026-11-22T21:48:12+00:00",
        finished=None,
        commit=None,
        units=tuple(RunUnit(unit, Operation.APPLY) for unit in units),
    )
    ledger.recorder.start_run(started, (), ADA, None, QueuedRun(task={}, units=(), rollout=rollout))


def halt(record: RolloutRecord, _: Mapping[str, RunFact], __: int) -> Change:
    draft = EventDraft(ADA, "rollout.halted", record.id, "enough")
    return Change(state=replace(halted(record.state, "enough"), status=RolloutStatus.HALTED), events=(draft,))


def retry(record: RolloutRecord, _: Mapping[str, RunFact], __: int) -> Change:
    return Change(state=retried(record.plan, record.state))


def test_what_is_written_comes_back(ledger: Ledger, url: str) -> None:
    first = begun(ledger, "ro-1", "a", "b", "c")
    assert first.plan == plan("a", "b", "c")
    assert (first.state.status, first.summary.phases) == (RolloutStatus.PENDING, {"waiting": 3})
    after = go_on(ledger, "ro-1")
    assert [item.phase for item in after.state.cells] == [Phase.STARTING, Phase.WAITING, Phase.WAITING]
    with open_ledger(url) as elsewhere:
        assert elsewhere.rollouts.find("ro-1") == after
        assert elsewhere.rollouts.newest(10) == (after.summary,)
        assert elsewhere.rollouts.summary("ro-1") == after.summary
        assert after.summary.phases == {"starting": 1, "waiting": 2}
        with pytest.raises(MissingError):
            elsewhere.rollouts.summary("ro-9")
    events = [event.action for event in ledger.reader.events()]
    assert events == ["rollout.started", "run.started"]


def test_a_run_that_has_ended_is_seen_and_the_bake_is_kept(ledger: Ledger, clock: SetClock) -> None:
    begun(ledger, "ro-1", "a", "b", "c")
    go_on(ledger, "ro-1")
    assert go_on(ledger, "ro-1").state.cells[0].phase is Phase.RUNNING
    assert not ledger.rollouts.due()
    run = ledger.rollouts.find("ro-1").state.cells[0].run
    ledger.recorder.finish_run(run, RunStatus.SUCCEEDED, ADA)
    assert ledger.rollouts.due() == ("ro-1",)
    after = go_on(ledger, "ro-1")
    # A run without units has changed nothing, so there is nothing to bake; the check comes next.
    assert (after.state.cells[0].phase, after.state.status) == (Phase.UNCHANGED, RolloutStatus.WAITING)
    assert after.state.why == "after wave canary: check smoke"
    # Whoever has decided that makes it; others look whether it is made after a while.
    assert not ledger.rollouts.due()
    clock.pass_by(6)
    assert ledger.rollouts.due() == ("ro-1",)


def test_a_run_that_failed_counts(ledger: Ledger) -> None:
    begun(ledger, "ro-1", "a", "b")
    go_on(ledger, "ro-1")
    run = ledger.rollouts.find("ro-1").state.cells[0].run
    ledger.recorder.finish_run(run, RunStatus.FAILED, ADA)
    after = go_on(ledger, "ro-1")
    assert after.state.status is RolloutStatus.HALTED
    assert after.state.cells[0].why == f"run {run} failed"
    assert not ledger.rollouts.due()


def test_a_cell_is_in_one_active_rollout(ledger: Ledger) -> None:
    begun(ledger, "ro-1", "a", "b")
    with pytest.raises(DiagnosticError, match="being changed by the rollout ro-1, which has client/b"):
        begun(ledger, "ro-2", "c", "b")
    with pytest.raises(MissingError, match="there is no rollout 'ro-2'"):
        ledger.rollouts.find("ro-2")
    begun(ledger, "ro-3", "c", "d")
    assert [item.id for item in ledger.rollouts.newest(9)] == ["ro-3", "ro-1"]


def test_the_database_itself_refuses_a_cell_in_two(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(ledger, "ro-1", "a", "b")
    # As if the other one had been written between the look and the insert.
    monkeypatch.setattr("cellwright.ledger.rollouts.rollouts._held", lambda *_: ())
    with pytest.raises(DiagnosticError, match="another rollout that has begun just now"):
        begun(ledger, "ro-2", "c", "b")
    assert [item.id for item in ledger.rollouts.newest(9)] == ["ro-1"]


def test_a_halted_one_lets_its_cells_go_and_is_superseded(ledger: Ledger, clock: SetClock) -> None:
    begun(ledger, "ro-1", "a", "b")
    ledger.rollouts.change("ro-1", halt)
    clock.pass_by(1)
    begun(ledger, "ro-2", "b", "c")
    old = ledger.rollouts.find("ro-1")
    assert (old.state.status, old.state.why) == (RolloutStatus.SUPERSEDED, "by the rollout ro-2")
    actions = [event.action for event in ledger.reader.events()]
    assert actions == ["rollout.started", "rollout.halted", "rollout.superseded", "rollout.started"]
    with pytest.raises(DiagnosticError, match="another rollout has changed cells of it since"):
        ledger.rollouts.change("ro-1", retry)


def test_a_retry_holds_its_cells_again(ledger: Ledger) -> None:
    begun(ledger, "ro-1", "a", "b")
    ledger.rollouts.change("ro-1", halt)
    ledger.rollouts.change("ro-1", retry)
    with pytest.raises(DiagnosticError, match="being changed by the rollout ro-1, which has client/b"):
        begun(ledger, "ro-2", "b", "c")


def test_an_old_one_is_not_retried_over_a_newer_one(ledger: Ledger, clock: SetClock) -> None:
    def completed(record: RolloutRecord, _: Mapping[str, RunFact], __: int) -> Change:
        failed = record.state.cells[0]._replace(phase=Phase.FAILED)
        over = replace(
            record.state,
            status=RolloutStatus.COMPLETED_WITH_FAILURES,
            cells=(failed, *record.state.cells[1:]),
        )
        return Change(state=over)

    begun(ledger, "ro-1", "a", "b")
    ledger.rollouts.change("ro-1", completed)
    clock.pass_by(1)
    begun(ledger, "ro-2", "b", "c")
    ledger.rollouts.change("ro-2", halt)
    with pytest.raises(DiagnosticError, match="the rollout ro-2 has changed cells of it since"):
        ledger.rollouts.change("ro-1", retry)


def test_a_run_begins_once_and_only_while_it_is_wanted(ledger: Ledger) -> None:
    begun(ledger, "ro-1", "a", "b")
    go_on(ledger, "ro-1")
    run = ledger.rollouts.find("ro-1").state.cells[0].run
    with pytest.raises(NotBegunError, match="does not wait for the run"):
        submit(ledger, "ro-1", run)
    with pytest.raises(NotBegunError):
        submit(ledger, "ro-1", "run-of-nobody")
    with pytest.raises(NotBegunError):
        submit(ledger, "ro-9", "run-of-nobody")
    assert ledger.reader.summary("run-of-nobody") is None


def test_a_run_is_not_begun_after_a_halt(ledger: Ledger) -> None:
    def decide(record: RolloutRecord, runs: Mapping[str, RunFact], now: int) -> Change:
        return Change(state=step(record.plan, record.state, Facts(runs), now, lambda: "late").state)

    begun(ledger, "ro-1", "a", "b")
    ledger.rollouts.change("ro-1", decide)
    ledger.rollouts.change("ro-1", halt)
    with pytest.raises(NotBegunError):
        submit(ledger, "ro-1", "late")


def test_a_check_is_made_by_one_process_until_its_time_is_over(
    ledger: Ledger, url: str, clock: SetClock
) -> None:
    begun(ledger, "ro-1", "a", "b")
    key = StepKey(0, "after", 0)
    with open_ledger(url, clock=clock) as elsewhere:
        assert ledger.rollouts.claim_check("ro-1", key, 0, 60)
        assert not elsewhere.rollouts.claim_check("ro-1", key, 0, 60)
        assert not elsewhere.rollouts.claim_check("ro-1", key, 1, 60)
        clock.pass_by(61)
        assert elsewhere.rollouts.claim_check("ro-1", key, 0, 60)
    assert ledger.rollouts.find("ro-1").state.steps[key].state is StepState.OPEN


def test_shapes_that_are_approved(ledger: Ledger) -> None:
    begun(ledger, "ro-1", "a", "b")
    assert ledger.rollouts.approved_shapes("ro-1") == {}
    ledger.rollouts.approve_shapes("ro-1", ["s1", "s2"], ADA, "seen")
    ledger.rollouts.approve_shapes("ro-1", ["s2"], Actor("grace"))
    assert ledger.rollouts.approved_shapes("ro-1") == {"s1": "ada", "s2": "ada"}
    with pytest.raises(MissingError):
        ledger.rollouts.approve_shapes("ro-9", ["s1"], ADA)
    assert [event.action for event in ledger.reader.events()][1:] == ["rollout.shapes_approved"] * 2


def test_what_raises_changes_nothing(ledger: Ledger) -> None:
    def refuse(_: RolloutRecord, __: Mapping[str, RunFact], ___: int) -> Change:
        raise DiagnosticError

    before = begun(ledger, "ro-1", "a", "b")
    with pytest.raises(DiagnosticError):
        ledger.rollouts.change("ro-1", refuse)
    assert ledger.rollouts.find("ro-1") == before


def test_a_run_names_its_rollout_also_after_a_retry(ledger: Ledger) -> None:
    begun(ledger, "ro-1", "a", "b")
    go_on(ledger, "ro-1")
    first = ledger.rollouts.find("ro-1").state.cells[0].run
    assert ledger.rollouts.of_run(first) == "ro-1"
    ledger.recorder.finish_run(first, RunStatus.FAILED, ADA)
    go_on(ledger, "ro-1")
    ledger.rollouts.change("ro-1", retry)
    go_on(ledger, "ro-1")
    second = ledger.rollouts.find("ro-1").state.cells[0].run
    assert second != first
    assert [ledger.rollouts.of_run(run) for run in (first, second, "run-of-nobody")] == ["ro-1", "ro-1", None]


def test_a_cell_whose_plan_was_refused_says_so(ledger: Ledger) -> None:
    def decide(record: RolloutRecord, runs: Mapping[str, RunFact], now: int) -> Change:
        return Change(state=step(record.plan, record.state, Facts(runs), now, lambda: "the-run").state)

    begun(ledger, "ro-1", "a", "b")
    ledger.rollouts.change("ro-1", decide)
    app = UnitAddress("client", "a", "app")
    submit(ledger, "ro-1", "the-run", app)
    ledger.recorder.record_result("the-run", UnitResult(app, Outcome.REFUSED))
    ledger.recorder.finish_run("the-run", RunStatus.FAILED, ADA)
    assert go_on(ledger, "ro-1").state.cells[0].why == "run the-run refused"


def test_a_cell_says_which_stack_failed_and_why(ledger: Ledger) -> None:
    def decide(record: RolloutRecord, runs: Mapping[str, RunFact], now: int) -> Change:
        return Change(state=step(record.plan, record.state, Facts(runs), now, lambda: "the-run").state)

    begun(ledger, "ro-1", "a", "b")
    ledger.rollouts.change("ro-1", decide)
    network, app, web = (UnitAddress("client", "a", stack) for stack in ("network", "app", "web"))
    submit(ledger, "ro-1", "the-run", network, app, web)
    ledger.recorder.record_result("the-run", UnitResult(network, Outcome.UNCHANGED))
    for unit in (web, app):
        said = (error(f"no access to {unit.stack}", "ask for it"), error("and more", ""))
        ledger.recorder.record_result("the-run", UnitResult(unit, Outcome.FAILED, diagnostics=said))
    ledger.recorder.finish_run("the-run", RunStatus.FAILED, ADA)
    assert go_on(ledger, "ro-1").state.cells[0].why == "run the-run failed: app: no access to app"
