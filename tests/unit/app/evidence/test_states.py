"""Inventory, network map and picture are made from the states where they lie."""

import json
from pathlib import Path
from typing import Any

import pytest

from cellwright.app.evidence.making import EvidenceReport, EvidenceRequest, make_evidence
from cellwright.app.evidence.pages.network_picture import MOST, draw_network
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.evidence.network import NetworkMap
from cellwright.model.value import Json
from unit.app.evidence.kit import DAY
from unit.app.evidence.stated import BETA, make_stated, put_state
from unit.app.kit import ADA, NOBODY

VPC: Json = {
    "mode": "managed",
    "type": "aws_vpc",
    "name": "this",
    "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
    "instances": [{"attributes": {"id": "vpc-1", "cidr_block": "10.0.0.0/16", "tags": {"Name": "<main>"}}}],
}


def made(root: Path, target: Path, *, states: bool = True) -> EvidenceReport:
    with FleetSession(Location(fleet=root, environment=NOBODY)) as session:
        request = EvidenceRequest(since=session.now() - DAY, until=None, target=target, states=states)
        return make_evidence(session, ADA, request)


def read(path: Path) -> Any:  # noqa: ANN401  any JSON
    return json.loads(path.read_text())


def test_every_units_resources_are_listed_and_drawn(tmp_path: Path) -> None:
    root = make_stated(tmp_path / "fleet", [VPC])
    found = made(root, out := tmp_path / "out")
    assert not any("states" in gap.what for gap in found.gaps)
    assert [row["unit"] for row in read(out / "inventory.json")] == ["client/acme/app", "client/beta/app"]
    assert read(out / "network.json")[0]["block"] == "10.0.0.0/16"
    page = (out / "topic-network.html").read_text()
    assert "<svg" in page
    assert "&lt;main&gt;" in page
    assert "<main>" not in page


def test_a_state_that_can_not_be_read_is_a_gap(tmp_path: Path) -> None:
    root = make_stated(tmp_path / "fleet", [VPC])
    put_state(root, BETA, "no state")
    gaps = [gap.what for gap in made(root, tmp_path / "out").gaps]
    assert "states that are not in the inventory (1): client/beta/app: it is no state" in gaps


def test_an_encrypted_state_that_can_not_be_opened_is_a_gap_of_its_own(tmp_path: Path) -> None:
    root = make_stated(tmp_path / "fleet", [VPC])
    put_state(root, BETA, '{"serial": 2, "lineage": "lineage-beta", "meta": {}, "encrypted_data": "x"}')
    (gap,) = (gap for gap in made(root, tmp_path / "out").gaps if "inventory" in gap.what)
    assert gap.what.startswith("encrypted states that are not in the inventory (1): client/beta/app: ")
    assert "none is fetched" in gap.what
    assert "cellwright terraform UNIT -- state list" in gap.advice


def test_states_may_be_left_out_which_is_a_gap(tmp_path: Path) -> None:
    root = make_stated(tmp_path / "fleet", [VPC])
    found = made(root, tmp_path / "out", states=False)
    assert read(tmp_path / "out" / "inventory.json") == []
    assert "the states were left out: there is no inventory" in {gap.what for gap in found.gaps}


def test_settings_with_errors_do_not_keep_states_from_being_read(tmp_path: Path) -> None:
    root = make_stated(tmp_path / "fleet", [VPC])
    (root / "clients" / "acme.yaml").write_text("{nonsense: [}")
    found = made(root, tmp_path / "out")
    assert len(read(tmp_path / "out" / "inventory.json")) == 2
    assert any("the fleet's settings have errors" in gap.what for gap in found.gaps)


@pytest.mark.parametrize("count", [1, MOST, MOST + 1])
def test_many_networks_are_drawn_by_account(count: int) -> None:
    found = NetworkMap()
    for number in range(count):
        found.networks[f"vpc-{number}"] = (f"account {number % 3}", f"net {number}", "10.0.0.0/16")
    found.peerings = {("vpc-0", "vpc-1"), ("vpc-0", "vpc-3"), ("vpc-0", "elsewhere")}
    picture = draw_network(found)
    assert picture == draw_network(found)
    assert picture.count('fill="#ffffff"') == (count if count <= MOST else 3)
    assert draw_network(NetworkMap()) == ""
