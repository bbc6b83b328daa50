"""The reference fleet holds together, in place and scaffolded."""

from importlib.resources import as_file, files
from pathlib import Path

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.value import OutputReference
from e2e.reference.fleet import fleet_with_client, load, scaffold

TAGS = {"Client", "Cell", "Fleet", "Level", "Stack", "ManagedBy"}


def inputs(root: Path, address: str) -> dict[str, object]:
    unit = load(root).units[UnitAddress.parse(address)]
    return {name: given.value for name, given in unit.inputs.items()}


def test_it_is_without_fault_where_it_lies() -> None:
    with as_file(files("cellwright") / "reference") as root:
        fleet = load(root)

    assert fleet.diagnostics == ()
    assert {str(address) for address in fleet.units} == {"base/prod-use1/network", "utility/prod-use1/ecs"}


def test_it_is_without_fault_once_scaffolded_and_with_a_client(tmp_path: Path) -> None:
    fleet = fleet_with_client(tmp_path / "fleet")

    assert fleet.diagnostics == ()
    assert {str(unit.address) for unit in fleet.units.values() if unit.enabled} == {
        "base/prod-use1/network",
        "utility/prod-use1/ecs",
        "client/acme/foundation",
        "client/acme/app",
        "client/acme/sftp",
    }


@pytest.mark.parametrize(
    "address",
    [
        "base/prod-use1/network",
        "utility/prod-use1/ecs",
        "client/acme/foundation",
        "client/acme/app",
        "client/acme/sftp",
    ],
)
def test_every_unit_is_tagged_with_what_it_is(tmp_path: Path, address: str) -> None:
    fleet = fleet_with_client(tmp_path / "fleet")
    level, cell, stack = address.split("/")

    tags = fleet.units[UnitAddress.parse(address)].inputs["tags"].value

    assert isinstance(tags, dict)
    assert set(tags) == TAGS
    assert (tags["Level"], tags["Cell"], tags["Stack"], tags["Fleet"]) == (level, cell, stack, "medloop")
    assert tags["Client"] == (cell if level == "client" else "shared")


def test_the_app_takes_what_the_levels_below_and_its_foundation_give(tmp_path: Path) -> None:
    fleet = fleet_with_client(tmp_path / "fleet")
    given = fleet.units[UnitAddress.parse("client/acme/app")].inputs

    taken = {str(item.value) for item in given.values() if isinstance(item.value, OutputReference)}

    assert taken == {
        "output.base/prod-use1/network.private_subnet_ids",
        "output.base/prod-use1/network.vpc_id",
        "output.utility/prod-use1/ecs.cluster_arn",
        "output.utility/prod-use1/ecs.namespace_id",
        "output.client/acme/foundation.kms_key_arn",
        "output.client/acme/foundation.service_role_arn",
    }


def test_a_tier_makes_the_difference_that_it_says(tmp_path: Path) -> None:
    root = scaffold(tmp_path / "fleet")
    for name, tier in (("plain", "standard"), ("fine", "gold")):
        (root / "clients" / f"{name}.yaml").write_text(f"account: prod-use1\ntier: {tier}\n")

    plain, fine = inputs(root, "client/plain/app"), inputs(root, "client/fine/app")

    assert (plain["replicas"], fine["replicas"]) == (2, 4)
    assert "size" not in plain
    assert fine["size"] == {"cpu": 512, "memory": 1024}
    for stack in ("foundation", "app", "sftp"):
        assert inputs(root, f"client/plain/{stack}")["encrypt_logs"] is False
        assert inputs(root, f"client/fine/{stack}")["encrypt_logs"] is True


def test_the_landing_zone_is_off_until_asked_for(tmp_path: Path) -> None:
    root = scaffold(tmp_path / "fleet")
    (root / "clients" / "plain.yaml").write_text("account: prod-use1\n")

    units = load(root).units

    assert not units[UnitAddress.parse("client/plain/sftp")].enabled
    assert units[UnitAddress.parse("client/plain/app")].enabled


def test_the_scaffold_keeps_what_cellwright_makes_out_of_git(tmp_path: Path) -> None:
    assert ".cellwright/" in (scaffold(tmp_path / "fleet") / ".gitignore").read_text().split()
