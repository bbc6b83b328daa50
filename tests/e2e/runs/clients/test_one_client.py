"""One client's runs wait for nobody else's mistakes, but not for their states."""

from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program

ADDRESSES = {"pools": {"clients": {"cidr": "10.64.0.0/10", "size": 22}}}


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    cells = {
        "acme": {"addresses": {"clients": "10.64.0.0/22"}},
        "globex": {"addresses": {"clients": "10.64.4.0/22"}},
    }
    return make_fleet(tmp_path, {"a": {}, "b": {"needs": ["a"]}}, cells, addresses=ADDRESSES)


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    return program(fleet)


@pytest.mark.parametrize("known", ["known", pytest.param("unknown", marks=pytest.mark.long)])
def test_another_clients_mistake_stops_everything_but_this_client(
    fleet: FleetFolder, cellwright: Program, known: str
) -> None:
    if known == "known":
        cellwright.look("check").expect(0)
    fleet.write("clients/globex.yaml", "addresses: [unclosed")

    answer = cellwright.run("plan", "client/acme", "--json").expect(0)
    assert answer.outcomes == {"client/acme/a": "planned", "client/acme/b": "blocked"}
    answer = cellwright.run("apply", "client/acme", "--yes", "--json").expect(0)
    assert answer.outcomes == {"client/acme/a": "applied", "client/acme/b": "applied"}

    for words in (("plan",), ("apply", "--yes"), ("plan", "client/*"), ("check",), ("plan", "client/globex")):
        assert "clients/globex.yaml:" in cellwright.run(*words).expect(1).text
    assert set(fleet.desk.count("done")) == {"acme-a", "acme-b"}


def test_a_client_that_takes_somebody_elses_block_is_refused(fleet: FleetFolder, cellwright: Program) -> None:
    cellwright.look("check").expect(0)
    cellwright.run("apply", "client/globex", "--yes").expect(0)
    fleet.cell("acme", {"addresses": {"clients": "10.64.4.0/22"}})
    refused = cellwright.run("apply", "client/acme", "--yes").expect(1)
    assert "client/acme can't have 10.64.4.0/22: client/globex has 10.64.4.0/22" in refused.text
    assert fleet.desk.count("begin") == {"globex-a": 1, "globex-b": 1}
    fleet.cell("acme", {"addresses": {"clients": "10.64.8.0/22"}})
    cellwright.run("plan", "client/acme").expect(0)


def test_a_plan_file_of_one_client_is_carried_out_past_another_ones_mistake(
    fleet: FleetFolder, cellwright: Program
) -> None:
    cellwright.run("plan", "client/acme", "-o", str(fleet.root / "acme.plan")).expect(0)
    fleet.write("clients/globex.yaml", "addresses: [unclosed")
    answer = cellwright.run("apply", str(fleet.root / "acme.plan"), "--json").expect(0)
    assert answer.outcomes == {"client/acme/a": "applied"}


def test_a_client_that_is_gone_is_destroyed_by_name(fleet: FleetFolder, cellwright: Program) -> None:
    cellwright.run("apply", "--yes").expect(0)
    (fleet.root / "clients/globex.yaml").unlink()
    answer = cellwright.run("apply", "client/acme", "--destroy", "--yes", "--json").expect(0)
    assert answer.outcomes == {}
    answer = cellwright.run("apply", "client/globex", "--destroy", "--yes", "--json").expect(0)
    assert answer.outcomes == {"client/globex/a": "applied", "client/globex/b": "applied"}
    assert fleet.desk.count("gone") == {"globex-a": 1, "globex-b": 1}
