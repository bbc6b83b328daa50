"""What a rollout asks of the fleet as it is now: which cells are suspended, which freezes hold."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.rollouts.circumstances import Surroundings
from cellwright.app.rollouts.driving import Driver
from cellwright.app.rollouts.preparing import RolloutRequest, prepare
from cellwright.app.rollouts.suspended import SuspendedCells
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.session.session import FleetSession
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.rollout.state import RolloutStatus
from unit.app.kit import FLEET
from unit.app.rollouts.kit import ROLLOUTS, begin, commit, end_runs, open_fleet, phases, settle

ACME, GLOBEX, HOOLI = (CellAddress("client", name) for name in ("acme", "globex", "hooli"))
FREEZE = 'freezes:\n  - {cells: "ring=late", from: 2020-01-01, to: 2199-01-01, reason: year\'s end}\n'


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    with open_fleet(tmp_path / "fleet") as opened:
        yield opened


def declare(session: FleetSession, settings: str) -> None:
    (session.root / "fleet.yaml").write_text(FLEET + settings)
    commit(session.root)
    session.renew()


def test_a_freeze_that_is_declared_after_the_start_holds(session: FleetSession) -> None:
    rollout = begin(session).record.id
    settle(session, rollout)
    declare(session, ROLLOUTS + FREEZE)
    found = end_runs(session, rollout)
    assert phases(found) == ["succeeded", "waiting", "waiting"]
    assert (found.state.status, found.state.why) == (RolloutStatus.WAITING, "frozen: year's end")
    # It is taken back before its end: seen at the next look.
    declare(session, ROLLOUTS)
    with Driver(session, NoHost()) as driver:
        driver.go_on(rollout)
    assert phases(settle(session, rollout)) == ["succeeded", "running", "running"]


def test_a_freeze_of_other_cells_does_not_hold(session: FleetSession) -> None:
    declare(session, ROLLOUTS + FREEZE)
    found = Surroundings(session).now()
    ((freeze, members),) = found.freezes
    assert (freeze.reason, members) == ("year's end", frozenset({GLOBEX, HOOLI}))
    over = FREEZE.replace("2199", "2021")
    to_come = FREEZE.replace("2020", "2198")
    declare(session, ROLLOUTS + over + to_come.removeprefix("freezes:\n"))
    assert not Surroundings(session).now().freezes


def test_while_nobody_can_tell_of_freezes_nothing_begins(session: FleetSession) -> None:
    rollout = begin(session).record.id
    (session.root / "fleet.yaml").write_text(FLEET + "rollouts: {standard: {wavess: []}}\n")
    found = settle(session, rollout)
    assert phases(found) == ["waiting"] * 3
    assert found.state.status is RolloutStatus.WAITING
    assert found.state.why.startswith("frozen: fleet.yaml can't be read: ")
    (session.root / "fleet.yaml").write_text(FLEET + ROLLOUTS)
    with Driver(session, NoHost()) as driver:
        driver.go_on(rollout)
    assert phases(settle(session, rollout)) == ["running", "waiting", "waiting"]


def test_a_cell_that_is_suspended_is_no_part_of_a_rollout_that_begins(session: FleetSession) -> None:
    request = RolloutRequest(strategy="standard")
    found = prepare(session, request, lambda _: frozenset({GLOBEX}))
    assert [item.address for item in found.plan.cells] == [ACME, HOOLI]
    assert found.suspended == (GLOBEX,)
    with pytest.raises(DiagnosticError, match="with a change is suspended"):
        prepare(session, request, lambda _: frozenset({ACME, GLOBEX, HOOLI}))


def test_a_cell_that_is_suspended_later_is_skipped(session: FleetSession) -> None:
    rollout = begin(session).record.id
    settle(session, rollout)
    end_runs(session, rollout)
    with Driver(session, NoHost(), suspended=lambda _: frozenset({GLOBEX, ACME})) as driver:
        driver.go_on(rollout)
    # What has begun goes on, though it is suspended meanwhile.
    assert phases(session.ledger().rollouts.find(rollout)) == ["succeeded", "running", "running"]


def test_a_cell_that_is_suspended_before_its_turn_is_skipped(session: FleetSession) -> None:
    rollout = begin(session).record.id
    settle(session, rollout)
    run = session.ledger().rollouts.find(rollout).state.cells[0].run
    with Driver(session, NoHost(), suspended=lambda _: frozenset({GLOBEX, ACME})) as driver:
        driver.go_on(rollout)
    assert session.ledger().rollouts.find(rollout).state.cells[0].run == run
    found = end_runs(session, rollout, suspended=frozenset({GLOBEX}))
    assert phases(found) == ["succeeded", "skipped", "running"]
    assert found.state.cells[1].why == "it is suspended"


SUSPENDABLE = FLEET.replace("cells: clients", "cells: clients\n    lifecycle: {suspended: suspended.yaml}")


def test_cells_that_say_so_in_their_settings_are_suspended(session: FleetSession) -> None:
    assert SUSPENDABLE != FLEET
    (session.root / "suspended.yaml").write_text("stacks: {app: {size: 0}}\n")
    (session.root / "fleet.yaml").write_text(SUSPENDABLE + ROLLOUTS)
    (session.root / "clients" / "globex.yaml").write_text("ring: late\nlifecycle: suspended\n")
    commit(session.root)
    session.renew()
    found = SuspendedCells()
    assert found(session) == {GLOBEX}
    assert prepare(session, RolloutRequest(strategy="standard")).suspended == (GLOBEX,)
    # One is reinstated and another suspended while a rollout goes on: the files are looked at.
    (session.root / "clients" / "globex.yaml").write_text("ring: late\n")
    (session.root / "clients" / "hooli.yaml").write_text("ring: late\nlifecycle: suspended\n")
    commit(session.root)
    assert SuspendedCells()(session) == {HOOLI}


def test_a_fleet_without_a_layer_for_them_is_not_read(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FleetSession, "snapshot", None)
    assert SuspendedCells()(session) == frozenset()
