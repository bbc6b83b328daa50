"""What a host takes from the queue."""

from pathlib import Path

import pytest

from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.hosting.host import HostSettings, QueueHost
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.runs.submit import submit_apply
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.queue.claims import Limits
from unit.app.kit import ADA, NOBODY, install_program, make_fleet

CELLS = dict.fromkeys(("acme", "globex", "initech"), "{}\n")


def claims(tmp_path: Path, terraform: str, settings: HostSettings) -> int:
    """How many of three units a host claims that gives none back."""
    root = tmp_path / "fleet"
    make_fleet(root, **CELLS)
    with (root / "fleet.yaml").open("a") as file:
        file.write(terraform)
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": install_program(tmp_path / "bin")}
    with FleetSession(Location(fleet=root, environment=environment)) as session:
        submit_apply(session, ADA, ApplyRequest(), NoHost())
        host = QueueHost(session, settings)
        found = [host._claim(only_idle_runs=False) for _ in CELLS]
        return sum(claim is not None for claim in found)


@pytest.mark.parametrize(
    ("terraform", "taken"),
    [
        ("", 3),
        ("terraform: {limits: {fleet: 1}}\n", 1),
        ("terraform: {limits: {run: 2}}\n", 2),
        ("terraform: {limits: {fleet: 9, account: 2, run: 1}}\n", 1),
    ],
)
def test_the_limits_of_fleet_yaml_hold(tmp_path: Path, terraform: str, taken: int) -> None:
    assert claims(tmp_path, terraform, HostSettings()) == taken


def test_each_limit_is_read(tmp_path: Path) -> None:
    make_fleet(tmp_path, **CELLS)
    with (tmp_path / "fleet.yaml").open("a") as file:
        file.write("terraform: {limits: {fleet: 9, account: 2, run: 1}}\n")
    with FleetSession(Location(fleet=tmp_path, environment=NOBODY)) as session:
        assert QueueHost(session)._limits() == Limits(fleet=9, account=2, run=1)


def test_limits_that_are_given_come_before_those_of_the_fleet(tmp_path: Path) -> None:
    settings = HostSettings(limits=Limits(fleet=2))
    assert claims(tmp_path, "terraform: {limits: {fleet: 1}}\n", settings) == 2
