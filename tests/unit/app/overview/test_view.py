"""The view of a fleet follows its files, its ledger and its runs, and equals one that is made anew."""

import random
import threading
import time
from pathlib import Path

import pytest

from cellwright.app.overview.cell_state import CellState
from cellwright.app.overview.compared import Compared, compare, go_on
from cellwright.app.overview.overview import Overview
from cellwright.app.overview.view import FleetView
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import Outcome, RunStatus, UnitResult
from patience import PATIENCE
from unit.app.overview.kit import (
    ACME,
    APP,
    FIRST,
    NETWORK,
    SECOND,
    THIRD,
    apply,
    fail,
    open_fleet,
    overview,
    record_drift,
    run_of,
    view_of,
    write,
)

GLOBEX = CellAddress("client", "globex")
PROD = CellAddress("base", "prod")


def states(view: FleetView) -> dict[str, str]:
    return {str(address): state.value for address, state in view.states.items()}


def same(first: Compared, second: Compared) -> None:
    assert first.sequence == second.sequence
    assert list(first.cells) == list(second.cells)
    assert dict(first.cells) == dict(second.cells)
    assert dict(first.heads) == dict(second.heads)
    assert dict(first.outputs) == dict(second.outputs)


def test_a_new_fleet_is_not_applied_and_what_waits_for_it_is_blocked(tmp_path: Path) -> None:
    view = view_of(open_fleet(tmp_path))
    assert states(view) == {
        "base/prod": "not_applied",
        "client/acme": "blocked",
        "client/globex": "blocked",
    }
    assert view.counts == {"base": {CellState.NOT_APPLIED: 1}, "client": {CellState.BLOCKED: 2}}


def test_an_apply_changes_its_cell_and_those_that_wait_for_it(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    kept = overview(session)
    kept.view()
    apply(session, NETWORK)
    assert states(kept.view()) == {
        "base/prod": "applied",
        "client/acme": "not_applied",
        "client/globex": "not_applied",
    }
    same(kept.view().compared, compare(session, session.snapshot()))


def test_going_on_after_events_gives_what_comparing_anew_gives(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    known = compare(session, session.snapshot())
    apply(session, NETWORK, APP)
    known = go_on(session, known)
    same(known, compare(session, session.snapshot()))
    fail(session, UnitAddress("client", "globex", "app"))
    known = go_on(session, known)
    same(known, compare(session, session.snapshot()))
    assert known.cells[GLOBEX].state is CellState.FAILED
    assert known.cells[ACME].state is CellState.APPLIED


def test_nothing_is_compared_again_for_events_about_other_things(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    known = compare(session, session.snapshot())
    session.ledger(writing=True).recorder.append_event("ada", "person.signed_in", "ada")
    found = go_on(session, known)
    assert found.sequence == known.sequence + 1
    assert found.cells is known.cells


def test_a_cell_that_left_the_fleet_is_shown_until_it_is_destroyed(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    apply(session, NETWORK, APP)
    kept = overview(session)
    kept.view()
    (tmp_path / "clients/acme.yaml").unlink()
    session.renew()
    assert states(kept.view())["client/acme"] == "changed"
    assert kept.view().cells[ACME].path == ""


def test_a_run_at_work_shows_on_its_cells(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    apply(session, NETWORK, APP)
    kept = overview(session)
    ledger = session.ledger(writing=True)
    ledger.recorder.start_run(run_of(APP, run_id=SECOND))
    assert states(kept.view())["client/acme"] == "applied"
    ledger.recorder.enter(SECOND, APP, UnitState.PLANNING)
    assert states(kept.view())["client/acme"] == "running"
    assert kept.view().run_at(ACME) == SECOND
    ledger.approvals.ask(SECOND, APP, {}, "p1", None)
    assert states(kept.view())["client/acme"] == "waiting"


def test_an_error_in_a_file_marks_its_cell_and_leaves_the_others(tmp_path: Path) -> None:
    session = open_fleet(tmp_path, {"clients/acme.yaml": "account: prod\nstacks: {app: {siz: 3}}\n"})
    view = view_of(session)
    assert states(view)["client/acme"] == "finding"
    assert states(view)["base/prod"] == "not_applied"
    assert [str(item.position) for item in view.findings] == ["clients/acme.yaml:2:16"]


def test_a_cell_whose_file_can_not_be_read_is_a_finding_and_not_gone(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    apply(session, NETWORK, APP)
    write(tmp_path, {"clients/acme.yaml": "account: [\n"})
    session.renew()
    assert states(view_of(session))["client/acme"] == "finding"


def test_a_newer_view_is_not_waited_for_longer_than_patience(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    slow, go_on = False, threading.Event()

    def fleet() -> FleetSession:
        if slow:
            go_on.wait(PATIENCE)
        return session

    kept = Overview(fleet, patience=0.01, fresh=0)
    first = kept.view()
    slow = True
    apply(session, NETWORK)
    known = kept.view()
    assert (known.sequence, known.renewing) == (first.sequence, True)
    go_on.set()
    deadline = time.monotonic() + PATIENCE
    while kept.view().sequence == first.sequence and time.monotonic() < deadline:
        time.sleep(0.02)
    assert states(kept.view())["base/prod"] == "applied"


def test_what_can_not_be_read_any_more_is_shown_as_it_was_with_the_reason(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    broken = False

    def fleet() -> FleetSession:
        if broken:
            raise DiagnosticError(error("the disk is gone", "mount it"))
        return session

    kept = Overview(fleet, patience=60, fresh=0)
    assert kept.view().fault is None
    broken = True
    found = kept.view()
    assert len(found.cells) == 3
    assert "the disk is gone" in str(found.fault)
    broken = False
    assert kept.view().fault is None


def test_what_can_not_be_read_at_first_is_told() -> None:
    def fleet() -> FleetSession:
        raise DiagnosticError(error("the disk is gone", "mount it"))

    with pytest.raises(DiagnosticError, match="the disk is gone"):
        Overview(fleet).view()


def test_whoever_may_not_see_a_cell_gets_a_view_without_it(tmp_path: Path) -> None:
    view = view_of(open_fleet(tmp_path)).restricted(lambda cell: cell.address.level == "client")
    assert list(view.cells) == [ACME, GLOBEX]
    assert PROD not in view.states


def test_of_two_runs_the_newer_is_named(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    ledger = session.ledger(writing=True)
    for run_id in (FIRST, THIRD):
        ledger.recorder.start_run(run_of(APP, run_id=run_id))
        ledger.recorder.enter(run_id, APP, UnitState.PLANNING)
    assert view_of(session).run_at(ACME) == THIRD


def test_drift_is_followed_while_the_view_is_kept(tmp_path: Path) -> None:
    session = open_fleet(tmp_path)
    apply(session, NETWORK, APP)
    kept = overview(session)
    assert kept.view().drift.units == ()
    record_drift(session, APP, FIRST)
    assert [item.unit for item in kept.view().drift.units] == [APP]
    apply(session, APP, run_id=THIRD)
    assert kept.view().drift.units == ()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_going_on_equals_comparing_anew(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  no secret
    session = open_fleet(tmp_path)
    known = compare(session, session.snapshot())
    units = [NETWORK, APP, UnitAddress("client", "globex", "app")]
    for number in range(6):
        chosen = chance.sample(units, chance.randint(1, 2))
        run_id = f"20261122-1000{number:02}-0000"
        if chance.random() < 1 / 3:
            destroy(session, chosen[0], run_id)
        else:
            possible = [unit for unit in chosen if unit == NETWORK or has_outputs(session)]
            chance.choice((apply, fail))(session, *possible, run_id=run_id)
        known = go_on(session, known)
        same(known, compare(session, session.snapshot()))


def has_outputs(session: FleetSession) -> bool:
    """Whether the units that stand on the network can be applied."""
    return bool(session.ledger().reader.outputs([NETWORK]).get(NETWORK))


def destroy(session: FleetSession, unit: UnitAddress, run_id: str) -> None:
    """Record that a unit was destroyed, be it recorded as applied or not."""
    recorder = session.ledger(writing=True).recorder
    recorder.start_run(run_of(unit, run_id=run_id))
    event = EventDraft("ada", "unit.destroyed", str(unit), "", {"run": run_id})
    recorder.record_destroyed(UnitResult(unit, Outcome.APPLIED), run_id, event)
    recorder.finish_run(run_id, RunStatus.SUCCEEDED)
