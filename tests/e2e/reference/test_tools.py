"""One Jenkins, Vault and Consul serve all accounts of the reference fleet, and traffic finds its way."""

import pytest

from cellwright.fleet.fleet import Fleet
from cellwright.model.address import UnitAddress
from cellwright.model.value import OutputReference
from e2e.reference.fleet import fleet_with

TOOLS = {"vault", "consul", "jenkins"}
SERVED = ("prod-use1", "prod-euw1")
TAKES_VAULT = """\
account: prod-euw1
addresses: {clients: 10.64.32.0/22}
stacks: {secrets: {enabled: true}, discovery: {enabled: true}}
"""


@pytest.fixture(name="fleet", scope="module")
def fleet_fixture(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    return fleet_with(tmp_path_factory.mktemp("tools") / "fleet", acme=TAKES_VAULT)


def inputs(fleet: Fleet, address: str) -> dict[str, object]:
    unit = fleet.units[UnitAddress.parse(address)]
    return {name: given.value for name, given in unit.inputs.items()}


def test_the_tools_run_once(fleet: Fleet) -> None:
    assert fleet.diagnostics == ()
    running = {
        (unit.address.cell, unit.address.stack)
        for unit in fleet.units.values()
        if unit.enabled and unit.address.level == "utility" and unit.address.stack in TOOLS
    }
    assert running == {("tools", stack) for stack in TOOLS}


def test_a_client_of_another_account_takes_its_secrets_from_there(fleet: Fleet) -> None:
    for stack, tool in (("secrets", "vault"), ("discovery", "consul")):
        address = inputs(fleet, f"client/acme/{stack}")["address"]
        assert isinstance(address, OutputReference)
        assert str(address.unit) == f"utility/tools/{tool}"


@pytest.mark.parametrize("account", SERVED)
def test_an_account_is_peered_with_the_tools_and_knows_their_names(fleet: Fleet, account: str) -> None:
    asking, accepting = inputs(fleet, f"base/{account}/peering"), inputs(fleet, "base/tools/peering")
    reading, sharing = inputs(fleet, f"utility/{account}/ecs"), inputs(fleet, "utility/tools/ecs")

    assert "tools" in mapping(asking["requests"])
    assert account in mapping(accepting["accepts"])
    assert "tools" in mapping(reading["foreign_zone_ids"])
    assert account in mapping(sharing["shared_with"])


@pytest.mark.parametrize("account", SERVED)
def test_vault_may_ask_the_account_who_signs_in(fleet: Fleet, account: str) -> None:
    asked = inputs(fleet, "utility/tools/vault")["login_role_arns"]
    own = str(inputs(fleet, f"base/{account}/account")["role_arn"]).split(":")[4]

    assert isinstance(asked, list)
    assert f"arn:aws:iam::{own}:role/medloop/shared/{account}-vault-login" in asked
    assert fleet.units[UnitAddress("utility", account, "login")].enabled


def test_a_client_has_a_way_to_the_tools_and_they_have_one_back(fleet: Fleet) -> None:
    there, back = inputs(fleet, "client/acme/foundation"), inputs(fleet, "client/acme/peering")

    assert str(there["peer_routes"]) == "output.base/prod-euw1/peering.routes"
    assert back["cidr"] == "10.64.32.0/22"
    for name in ("role_arn", "region", "route_table_ids"):
        given = back[name]
        assert isinstance(given, OutputReference)
        assert (given.unit.level, given.unit.cell) == ("base", "tools")


def test_every_network_lets_in_all_the_others_and_all_clients(fleet: Fleet) -> None:
    for account in (*SERVED, "tools"):
        assert inputs(fleet, f"base/{account}/network")["internal_cidrs"] == ["10.64.0.0/10", "10.16.0.0/12"]


def test_an_account_whose_client_has_sftp_lets_partners_in(fleet: Fleet) -> None:
    placed = {
        unit.address.cell for unit in fleet.units.values() if unit.enabled and unit.address.stack == "sftp"
    }

    assert placed
    for client in placed:
        ports = inputs(fleet, f"client/{client}/sftp")["public_ports"]
        assert isinstance(ports, OutputReference)
        assert 22 in sequence(inputs(fleet, f"{ports.unit.of_cell}/network")["public_ports"])


def mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def sequence(value: object) -> list[object]:
    assert isinstance(value, list)
    return value
