"""What needs a person: each thing until it is done, and no longer."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cellwright.app.overview.needs import Needs, needs
from cellwright.app.session.repository.server_clone import ServerClone
from cellwright.app.session.session import FleetSession
from cellwright.git.own_clone import OwnClone
from cellwright.ledger.approvals import Answer
from cellwright.ledger.drift.values import Look
from cellwright.ledger.rollouts.values import Change, NewRollout, RolloutRecord
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import error
from cellwright.model.runs.drift import NO_DRIFT
from cellwright.rollout.machine import RunFact
from cellwright.rollout.plan import make_plan
from cellwright.rollout.state import RolloutStatus
from cellwright.rollout.waves import assign
from unit.app.overview.kit import (
    ACME,
    APP,
    NETWORK,
    SECOND,
    THIRD,
    apply,
    fail,
    open_fleet,
    record_drift,
    run_of,
    view_of,
)
from unit.rollout.fleets import cell, strategy, wave

GLOBEX = UnitAddress("client", "globex", "app")


def found(session: FleetSession) -> Needs:
    return needs(session, view_of(session))


def test_a_fleet_that_is_as_it_should_be_needs_nobody(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    apply(session, NETWORK, APP, GLOBEX)
    assert found(session).nothing
    assert found(session).changed == 0


def test_a_repository_that_can_not_be_reached_is_told(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    clone = ServerClone(OwnClone(tmp_path, "https://git.example.com/fleet.git", "main", {}))
    session.source = clone
    assert found(session).findings == ()
    clone.problem = error("the newest settings can't be fetched", "check the network")
    assert found(session).findings == (clone.problem,)


def test_a_plan_waits_until_it_is_answered(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    ledger = session.ledger(writing=True)
    ledger.recorder.start_run(run_of(APP, run_id=SECOND))
    ledger.recorder.enter(SECOND, APP, UnitState.PLANNING)
    assert [item.id for item in found(session).running] == [SECOND]
    ledger.approvals.ask(SECOND, APP, {}, "p1", None)
    (waiting,) = found(session).waiting
    assert (waiting.run.id, waiting.questions.plans) == (SECOND, 1)
    assert found(session).running == ()
    ledger.approvals.answer(SECOND, {APP: "p1"}, Answer(actor=Actor("ada"), approved=True))
    assert found(session).waiting == ()


def test_a_failure_is_told_until_the_unit_is_applied(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    apply(session, NETWORK)
    fail(session, APP, skipped=[GLOBEX])
    (failed,) = found(session).failed
    assert (failed.run.id, failed.failed, failed.skipped, failed.halted) == (SECOND, 1, 1, True)
    assert failed.examples == (APP,)
    apply(session, APP, run_id=THIRD)
    assert found(session).failed == ()


def test_drift_is_told_until_it_is_repaired(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    apply(session, NETWORK, APP)
    record_drift(session, APP, SECOND)
    (drift,) = found(session).drift
    [unit] = drift.units
    assert (unit.unit, unit.run, drift.counts.change) == (APP, SECOND, 1)
    assert [item.resource.address for item in drift.resources] == ["aws_x.this"]
    apply(session, APP, run_id=THIRD)
    assert found(session).drift == ()


def test_drift_that_a_later_look_does_not_find_is_gone(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    apply(session, NETWORK, APP)
    record_drift(session, APP, SECOND)
    recorder = session.ledger(writing=True)
    recorder.drift.record(Look(unit=APP, run=THIRD, actor=Actor("ada")), NO_DRIFT)
    assert found(session).drift == ()


def test_a_look_that_failed_is_told(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    apply(session, NETWORK, APP)
    look = Look(unit=APP, run=SECOND, actor=Actor("ada"))
    session.ledger(writing=True).drift.record_unknown(look, "no credentials")
    needed = found(session)
    assert [(item.unit, item.why) for item in needed.unknown] == [(APP, "no credentials")]
    assert not needed.nothing


def test_an_exception_that_ends_soon_is_told_with_its_line(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    today = session.now().date()
    soon, later = today.isoformat(), today.replace(year=today.year + 1).isoformat()
    text = "account: prod\nexceptions:\n"
    for until in (soon, later):
        text += (
            f"  - {{rule: r.one, stack: app, resource: aws_x.y, person: Ada, reason: x, until: '{until}'}}\n"
        )
    (tmp_path / "clients/acme.yaml").write_text(text)
    (ending,) = found(session).ending
    assert (ending.cell, ending.rule, ending.person, ending.until) == (ACME, "r.one", "Ada", today)
    assert (ending.position.file, ending.position.line) == ("clients/acme.yaml", 3)


def test_findings_and_changes_are_told(tmp_path: Path) -> None:
    session = open_fleet(tmp_path, {"clients/acme.yaml": "account: prod\nstacks: {app: {siz: 3}}\n"})
    apply_needs = found(session)
    assert len(apply_needs.findings) == 1
    assert apply_needs.changed == 1  # the account; globex waits for it


def test_a_rollout_that_stands_still_is_told_to_who_may_see_every_cell(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    rollouts = session.ledger(writing=True).rollouts
    strategy_of_one, cells = strategy(wave("all", "*")), [cell("acme"), cell("globex")]
    waves = assign(strategy_of_one, cells).waves
    plan = make_plan(strategy_of_one, waves, {item.address: item for item in cells})
    new = NewRollout(
        id="ro-1", strategy="one", commit="c0ffee", made_by="ada", reason="why", plan=plan, task={}
    )
    rollouts.start(new, Actor("ada"), {})
    assert found(session).rollouts == ()

    def halt(record: RolloutRecord, _runs: Mapping[str, RunFact], _now: int) -> Change:
        return Change(state=replace(record.state, status=RolloutStatus.HALTED, why="1 of 2 failed"))

    rollouts.change("ro-1", halt)
    (standing,) = found(session).rollouts
    assert (standing.id, standing.why) == ("ro-1", "1 of 2 failed")
    assert not found(session).nothing
    assert needs(session, view_of(session).restricted(lambda _: True)).rollouts == ()
