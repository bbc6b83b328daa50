"""The reference fleet holds together, in place and scaffolded."""

from importlib.resources import as_file, files
from pathlib import Path

import pytest

from cellwright.fleet.fleet import Fleet
from cellwright.model.address import UnitAddress
from cellwright.model.value import OutputReference
from e2e.reference.fleet import ACME, fleet_with, load, scaffold

TAGS = {"Client", "Cell", "Fleet", "Level", "Stack", "ManagedBy"}
FOREIGN = {"monitoring", "sso", "secrets", "discovery"}
"""Stacks of providers other than AWS."""


def inputs(fleet: Fleet, address: str) -> dict[str, object]:
    unit = fleet.units[UnitAddress.parse(address)]
    return {name: given.value for name, given in unit.inputs.items()}


def switched_on(fleet: Fleet, cell: str) -> set[str]:
    return {
        unit.address.stack
        for unit in fleet.units.values()
        if unit.enabled and str(unit.address.of_cell) == cell
    }


def test_it_is_without_fault_where_it_lies() -> None:
    with as_file(files("cellwright") / "reference") as root:
        fleet = load(root)

    assert fleet.diagnostics == ()
    cells = {str(cell) for cell in fleet.cells}
    assert cells >= {
        f"{level}/{name}" for level in ("base", "utility") for name in ("prod-use1", "prod-euw1")
    }
    assert cells >= {"client/initech", "client/umbrella", "client/northwind"}


def test_it_is_without_fault_with_a_client_that_takes_everything(tmp_path: Path) -> None:
    level = next(level for level in fleet_with(tmp_path / "before").levels if level.name == "client")
    stacks = ", ".join(f"{name}: {{enabled: true}}" for name in level.stacks)
    fleet = fleet_with(
        tmp_path / "fleet",
        acme=f"{ACME}stacks: {{{stacks}}}\n".replace("trial", "prod-use1"),
        globex=ACME.replace("10.64.32.0", "10.64.48.0"),
    )

    assert fleet.diagnostics == ()
    assert switched_on(fleet, "client/acme") == set(level.stacks)
    assert switched_on(fleet, "client/globex") == {"foundation", "storage", "app"}


def test_what_other_providers_make_is_off_until_asked_for(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path / "fleet")
    for client in ("initech", "umbrella", "northwind"):
        assert not switched_on(fleet, f"client/{client}") & FOREIGN


def test_every_unit_is_tagged_with_what_it_is(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path / "fleet", acme=ACME)
    for address, unit in fleet.units.items():
        tags = unit.inputs["tags"].value
        assert isinstance(tags, dict), address
        assert set(tags) >= TAGS, address
        assert (tags["Level"], tags["Cell"], tags["Stack"]) == (address.level, address.cell, address.stack)
        assert (tags["Fleet"], tags["ManagedBy"]) == ("medloop", "cellwright")
        assert tags["Client"] == (address.cell if address.level == "client" else "shared")


def test_what_holds_a_clients_data_is_backed_up(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path / "fleet")
    for stack in ("storage", "database"):
        tags = inputs(fleet, f"client/umbrella/{stack}")["tags"]
        assert isinstance(tags, dict)
        assert tags["Backup"] == "daily"


def test_every_unit_takes_the_narrowest_role_that_is_enough(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path / "fleet", acme=ACME)
    use1 = "arn:aws:iam::111122223333:role/OrganizationAccountAccessRole"
    assert inputs(fleet, "base/prod-use1/account")["role_arn"] == use1
    for address, unit in fleet.units.items():
        if address.cell == "trial" or address.level not in {"base", "utility", "client"}:
            continue
        role = unit.inputs["role_arn"].value if "role_arn" in unit.inputs else None
        if address.stack == "account" or address.stack in FOREIGN or address.cell == "acme":
            continue
        assert isinstance(role, OutputReference), address
        if address.level == "client" and address.stack == "peering":
            assert str(role.unit) == "base/tools/account", "the way back from the tools lies in their account"
        elif address.level == "client" and address.stack not in {"foundation", "names"}:
            assert str(role.unit) == f"client/{address.cell}/foundation", address
        else:
            assert (role.unit.level, role.unit.stack) == ("base", "account"), address
        assert role.output == "deployer_role_arn", address


def test_an_account_on_trial_is_deployed_with_the_credentials_at_hand(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path / "fleet", acme=ACME)
    assert inputs(fleet, "base/trial/network")["role_arn"] is None
    given = inputs(fleet, "client/acme/foundation")
    assert (given["role_arn"], given["deployer_boundary_arn"]) == (None, None)


def test_no_client_takes_an_output_of_another(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path / "fleet", acme=ACME)
    for address, unit in fleet.units.items():
        if address.level == "client":
            taken = {item.unit.cell for item in unit.references() if item.unit.level == "client"}
            assert taken <= {address.cell}, address


def test_the_app_takes_what_the_levels_below_and_its_foundation_give(tmp_path: Path) -> None:
    given = inputs(fleet_with(tmp_path / "fleet"), "client/umbrella/app")
    taken = {str(item.unit) for item in given.values() if isinstance(item, OutputReference)}
    assert taken == {
        "base/prod-use1/account",
        "base/prod-use1/network",
        "utility/prod-use1/ecs",
        "client/umbrella/foundation",
    }


def test_names_of_a_clients_own_domains_reach_the_listener_and_the_app(tmp_path: Path) -> None:
    own = """
    account: prod-use1
    addresses: {clients: 10.64.64.0/22}
    stacks:
      names: {enabled: true, names: {portal.hospital.org: {}, book.acme.org: {zone_id: Z0123456789}}}
      app: {hosts: "${output.names.hosts}"}
    """
    fleet = fleet_with(tmp_path / "fleet", acme=own)
    assert fleet.diagnostics == ()
    assert str(inputs(fleet, "client/acme/app")["hosts"]) == "output.client/acme/names.hosts"
    role = inputs(fleet, "client/acme/names")["role_arn"]
    assert isinstance(role, OutputReference)
    assert str(role.unit) == "base/prod-use1/account", "the listener is everybody's"


def test_one_network_asks_and_the_other_accepts(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path / "fleet")
    asking, accepting = (UnitAddress("base", name, "peering") for name in ("prod-use1", "prod-euw1"))
    assert asking in fleet.units[accepting].upstreams()
    assert accepting not in fleet.units[asking].upstreams()


def test_a_tier_makes_the_difference_that_it_says(tmp_path: Path) -> None:
    standard = ACME.replace("gold", "standard").replace("10.64.32.0/20", "10.64.8.0/22")
    fleet = fleet_with(tmp_path / "fleet", plain=standard, fine=ACME)

    plain, fine = inputs(fleet, "client/plain/app"), inputs(fleet, "client/fine/app")

    assert (plain["replicas"], fine["replicas"]) == (2, 4)
    assert "size" not in plain
    assert fine["size"] == {"cpu": 512, "memory": 1024}


@pytest.mark.parametrize("line", [".cellwright/"])
def test_the_scaffold_keeps_what_cellwright_makes_out_of_git(tmp_path: Path, line: str) -> None:
    assert line in (scaffold(tmp_path / "fleet") / ".gitignore").read_text().split()
