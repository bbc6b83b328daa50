"""Ctrl-C: once stops after what runs, twice kills it; resume goes on either way."""

import signal
from pathlib import Path

import pytest

from binaries import FIRST_QUICK, SECOND_QUICK
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger
from cellwright.model.address import UnitAddress
from e2e.conftest import Start
from e2e.kit.crashes import failed_marks, leases, runs
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import processes_about
from e2e.kit.waiting import eventually
from e2e.kit.wrapper import Wrapper

STACKS = {"first": {}, "second": {"needs": ["first"]}}


@pytest.mark.parametrize("binary_of_the_machine_here", SECOND_QUICK, indirect=True)
def test_ctrl_c_once_asks_terraform_to_stop_and_resume_goes_on(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, STACKS, {"acme": {}, "globex": {}})
    cellwright = program(fleet)
    with fleet.desk.holding("acme-first"), cellwright.started("apply", "--yes", "--json") as running:
        fleet.desk.until("begin", mark="acme-first")
        # On record, and not only done: until then its Terraform still runs, and hears the interrupt too.
        eventually(lambda: _on_record(fleet, "client/globex/second"), "the other client to be applied")
        running.signal(signal.SIGINT)
        answer = running.finish().expect(130)

    assert answer.outcomes == {
        "client/acme/first": "cancelled",
        "client/acme/second": "skipped",
        "client/globex/first": "applied",
        "client/globex/second": "applied",
    }
    assert "interrupted" in answer.out
    assert not processes_about(fleet.root)
    assert leases(fleet) == []
    assert runs(fleet)[0].status.value == "cancelled"

    resumed = cellwright.run("resume", "--yes", "--json").expect(0)

    assert set(resumed.outcomes.values()) == {"applied"}
    assert set(fleet.desk.count("done").values()) == {1}
    assert failed_marks(fleet) == {}


def _on_record(fleet: FleetFolder, unit: str) -> bool:
    with open_ledger(sqlite_url(fleet.ledger)) as ledger:
        record = ledger.reader.run_unit(ledger.reader.runs(1)[0].id, UnitAddress.parse(unit))
    return record is not None and record.outcome is not None


@pytest.mark.parametrize("binary_of_the_machine_here", FIRST_QUICK, indirect=True)
def test_ctrl_c_twice_kills_what_does_not_stop(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, STACKS, {"acme": {}})
    cellwright, wrapper = program(fleet), Wrapper.make(tmp_path / "bin")
    wrapper.stubborn.touch()
    with cellwright.started("apply", "--yes", "--json", PATH=wrapper.path(cellwright)) as running:
        eventually(wrapper.hanging.exists, "an apply that does not stop")
        running.signal(signal.SIGINT)
        running.hears("press Ctrl-C again to kill")
        running.signal(signal.SIGINT)
        answer = running.finish().expect(130)

    assert answer.outcomes["client/acme/first"] == "cancelled"
    assert "killing" in answer.err
    assert not processes_about(fleet.root)
    wrapper.stubborn.unlink()
    cellwright.run("resume", "--yes").expect(0)
    assert set(fleet.desk.count("done").values()) == {1}


@pytest.mark.parametrize("binary_of_the_machine_here", FIRST_QUICK, indirect=True)
def test_a_left_over_apply_that_is_waited_for_can_be_stopped_too(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"first": {}}, {"acme": {}})
    cellwright = program(fleet)
    with fleet.desk.holding():
        with cellwright.started("apply", "--yes") as running:
            fleet.desk.until("begin")
            running.kill()
        with cellwright.started("resume", "--yes", "--json") as resumed:
            eventually(lambda: leases(fleet) == ["client/acme/first"], "the unit to be taken up")
            resumed.hears("adopted")
            resumed.signal(signal.SIGINT)
            answer = resumed.finish().expect(130)
    assert answer.outcomes == {"client/acme/first": "cancelled"}
    assert not processes_about(fleet.root)
    cellwright.run("resume", "--yes").expect(0)
    assert fleet.desk.count("done") == {"acme-first": 1}


@pytest.mark.parametrize("binary_of_the_machine_here", SECOND_QUICK, indirect=True)
def test_an_interrupt_while_somebody_else_has_the_unit_ends_the_waiting(
    tmp_path: Path, program: Start
) -> None:
    fleet = make_fleet(tmp_path, {"first": {}}, {"acme": {}})
    cellwright = program(fleet)
    with fleet.desk.holding(), cellwright.started("apply", "--yes") as first:
        fleet.desk.until("begin")
        with cellwright.started("apply", "--yes", "--json") as second:
            eventually(lambda: len(runs(fleet)) == 2, "the second run")
            second.signal(signal.SIGINT)
            answer = second.finish().expect(130)
        assert answer.outcomes == {"client/acme/first": "cancelled"}
        fleet.desk.release()
        first.finish().expect(0)
    assert fleet.desk.count("done") == {"acme-first": 1}
