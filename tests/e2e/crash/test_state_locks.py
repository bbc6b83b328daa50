"""States behind a lock that outlives its holder: what a killed Terraform left locked, resume unlocks."""

import os
import shutil
from pathlib import Path

import pytest
from packaging.version import Version

from binaries import FIRST_QUICK, SECOND_QUICK, binary, product
from cellwright.sandbox.process import start_sandbox
from e2e.conftest import Start
from e2e.kit.bucket import NAME, SETTINGS, keys_in, make_bucket
from e2e.kit.crashes import leases
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program
from e2e.kit.state_server import StateServer

UNIT = "client/acme/a"
HASTY = {"lock_timeout": 1}


@pytest.fixture
def fleet(tmp_path: Path, server: StateServer) -> FleetFolder:
    stacks = {"a": {}, "b": {"needs": ["a"]}}
    return make_fleet(tmp_path, stacks, {"acme": {}}, state=server.settings, terraform=HASTY)


@pytest.mark.aws
@pytest.mark.parametrize("binary_of_the_machine_here", SECOND_QUICK, indirect=True)
def test_a_lock_left_in_a_bucket_by_a_killed_run_is_broken_and_the_state_can_be_moved(
    tmp_path: Path, program: Start, binary_of_the_machine_here: str
) -> None:
    if binary(binary_of_the_machine_here).version < Version("1.10"):
        pytest.skip(f"{binary_of_the_machine_here} has no locks in a bucket (use_lockfile)")
    with start_sandbox(tmp_path, os.environ) as sandbox:
        bucket = make_bucket(sandbox)
        fleet = make_fleet(
            tmp_path, {"a": {}}, {"acme": {}}, state={"backend": "s3", "config": SETTINGS}, terraform=HASTY
        )
        plain = program(fleet)
        cellwright = Program(fleet, plain.person, sandbox.environment)
        with fleet.desk.holding(), cellwright.started("apply", "--yes") as running:
            fleet.desk.until("begin")
            running.kill_tree()
        assert keys_in(bucket) == [f"{UNIT}.tfstate.tflock"]
        left = cellwright.run("unlock", UNIT, "--json").expect(0).document
        assert left["lock"]["operation"] == "OperationTypeApply"
        assert "@" in left["lock"]["who"]
        assert (left["lease"]["lives"], left["removed"]) == (False, False)
        assert keys_in(bucket) == [f"{UNIT}.tfstate.tflock"]

        cellwright.run("resume", "--yes").expect(0)

        assert keys_in(bucket) == [f"{UNIT}.tfstate"]
        assert fleet.desk.count("done") == {"acme-a": 1}
        (log,) = (fleet.home / "logs").rglob("a.log")
        assert "breaking lock" in log.read_text()

        # The same bucket, another key, and a machine that remembers nothing.
        shutil.rmtree(fleet.home / "work")
        settings = fleet.root / "fleet.yaml"
        settings.write_text(settings.read_text().replace("key: ${", "key: moved/${"))
        assert f"lies in s3 (bucket states, key {UNIT}.tfstate)" in cellwright.run("plan").expect(1).text
        assert keys_in(bucket) == [f"{UNIT}.tfstate"]
        cellwright.run("apply", "--move-state", "--yes").expect(0)
        assert keys_in(bucket) == [f"{UNIT}.tfstate", f"moved/{UNIT}.tfstate"]
        assert fleet.desk.count("done") == {"acme-a": 1}

        bucket.delete_object(Bucket=NAME, Key=f"moved/{UNIT}.tfstate")
        fleet.cell("acme", {"stacks": {"a": {"value": "2"}}})
        assert "is gone" in cellwright.run("apply", "--yes").expect(1).text
        assert fleet.desk.count("done") == {"acme-a": 1}


@pytest.mark.parametrize("binary_of_the_machine_here", FIRST_QUICK, indirect=True)
def test_a_lock_of_which_nothing_sure_is_known_is_never_broken(
    fleet: FleetFolder, program: Start, server: StateServer
) -> None:
    cellwright = program(fleet)
    with fleet.desk.holding(), cellwright.started("apply", "--yes") as running:
        fleet.desk.until("begin")
        running.kill_tree()
    left = dict(server.locks)
    server.names_the_holder = False  # Terraform does not pass it on anyway, OpenTofu does

    with cellwright.started("resume", "--yes", "--json") as resumed:
        resumed.hears("attempt 2: locked")
        assert server.locks == left
        server.locks.clear()  # whoever had it lets go, or a person knows better
        resumed.finish().expect(0)

    assert set(fleet.desk.count("done").values()) == {1}
    assert (server.locks, leases(fleet)) == ({}, [])


def test_a_lock_left_on_a_server_is_broken_where_the_program_says_whose_it_is(
    fleet: FleetFolder, program: Start, server: StateServer, binary_of_the_machine_here: str
) -> None:
    cellwright = program(fleet)
    with fleet.desk.holding(), cellwright.started("apply", "--yes") as running:
        fleet.desk.until("begin")
        running.kill_tree()
    assert server.locks
    if product(binary_of_the_machine_here) == "terraform":
        server.locks.clear()  # it does not say, so nobody but a person can

    cellwright.run("resume", "--yes").expect(0)

    assert set(fleet.desk.count("done").values()) == {1}
    assert (server.locks, leases(fleet)) == ({}, [])


@pytest.mark.parametrize("binary_of_the_machine_here", SECOND_QUICK, indirect=True)
def test_an_adopted_apply_lets_go_of_its_lock_itself(
    fleet: FleetFolder, program: Start, server: StateServer
) -> None:
    cellwright = program(fleet)
    with fleet.desk.holding():
        with cellwright.started("apply", "--yes") as running:
            fleet.desk.until("begin")
            running.kill()
        with cellwright.started("resume", "--yes", "--json") as resumed:
            resumed.hears("adopted")
            fleet.desk.release()
            resumed.finish().expect(0)
    assert fleet.desk.count("begin") == {"acme-a": 1, "acme-b": 1}
    assert cellwright.look("status", "--json").document["counts"]["up_to_date"] == 2
    assert (server.locks, leases(fleet)) == ({}, [])
