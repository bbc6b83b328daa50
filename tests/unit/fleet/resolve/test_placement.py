"""In which cells of the lower levels a cell is placed."""

from pathlib import Path

import pytest

from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.value import OutputReference
from unit.fleet.workbench import THREE_LEVELS, briefly, load, told, unit, values

FILES: dict[str, str | bytes] = {
    "fleet.yaml": THREE_LEVELS,
    "defaults/client.yaml": "tier: x",
    "tiers/x.yaml": "{}",
    "accounts/prod-use1.yaml": "environment: {AWS_REGION: us-east-1, KEEP: '1'}",
    "accounts/prod-euw1.yaml": "{}",
}


def test_a_placed_cell_knows_its_place(tmp_path: Path) -> None:
    fleet = load(tmp_path, {**FILES, "clients/acme.yaml": "account: prod-use1"})
    assert not told(fleet)
    assert fleet.cells[CellAddress("client", "acme")].placement == CellAddress("base", "prod-use1")
    assert fleet.cells[CellAddress("utility", "prod-use1")].placement is None
    assert unit(fleet, "client/acme/app").labels == {"account": "prod-use1", "tier": "x"}


def test_a_cell_of_the_same_name_below_is_not_its_place(tmp_path: Path) -> None:
    below = "levels:\n      - {name: bootstrap, cells: bootstrap, stacks: {}}\n"
    files = {
        **FILES,
        "fleet.yaml": THREE_LEVELS.replace("levels:\n", below),
        "bootstrap/prod-use1.yaml": "environment: {AWS_REGION: eu-west-1}",
        "clients/acme.yaml": "account: prod-use1",
    }
    fleet = load(tmp_path, files)
    assert not told(fleet)
    assert fleet.cells[CellAddress("client", "acme")].placement == CellAddress("base", "prod-use1")
    assert unit(fleet, "client/acme/app").environment == {"AWS_REGION": "us-east-1", "KEEP": "1"}


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("tier: x", "1:1: error: the cell has no 'account', which says where it is placed (client/acme)"),
        ("account: null", "1:10: error: 'account' must be the plain name of a cell (client/acme)"),
        ("account: [prod-use1]", "1:10: error: 'account' must be the plain name of a cell (client/acme)"),
        ("account: 3", "1:10: error: 'account' must be the plain name of a cell (client/acme)"),
        ("account: '${cell.tier}'", "1:10: error: 'account' must be the plain name of a cell (client/acme)"),
        ("account: prod-use2", "1:10: error: 'account' names an unknown cell 'prod-use2' (client/acme)"),
        ("account: ../x", "1:10: error: 'account' names an unknown cell '../x' (client/acme)"),
    ],
)
def test_without_a_placement_nothing_else_is_told(tmp_path: Path, own: str, expected: str) -> None:
    text = f"{own}\nstacks: {{app: {{a: '${{account.region}}', b: '${{output.base.network.id}}'}}}}"
    found = briefly(load(tmp_path, {**FILES, "clients/acme.yaml": text}))
    assert found == [f"clients/acme.yaml:{expected}"]


def test_near_names(tmp_path: Path) -> None:
    files = {**FILES, "clients/a.yaml": "account: prod-use2", "clients/b.yaml": "acount: prod-use1"}
    details = [item.detail for item in load(tmp_path, files).diagnostics]
    assert details == ["did you mean 'prod-use1'?", "did you mean 'account' by 'acount'?"]


def test_the_placement_s_environment_holds_in_the_cell(tmp_path: Path) -> None:
    added = "{AWS_REGION: eu-west-1, X: '${account.name}', Y: '${cell.port}'}"
    own = f"{{account: prod-use1, environment: {added}, port: 80}}"
    fleet = load(tmp_path, {**FILES, "clients/a.yaml": own, "clients/b.yaml": "{account: prod-use1}"})
    assert unit(fleet, "client/a/app").environment == {
        "AWS_REGION": "eu-west-1",
        "KEEP": "1",
        "X": "prod-use1",
        "Y": "80",
    }
    assert unit(fleet, "client/b/app").environment == {"AWS_REGION": "us-east-1", "KEEP": "1"}
    assert unit(fleet, "utility/prod-use1/ecs").environment == {"AWS_REGION": "us-east-1", "KEEP": "1"}


def test_a_variable_of_the_placement_can_be_unset(tmp_path: Path) -> None:
    own = "{account: prod-use1, environment: {KEEP: !unset }}"
    fleet = load(tmp_path, {**FILES, "clients/a.yaml": own})
    assert unit(fleet, "client/a/app").environment == {"AWS_REGION": "us-east-1"}


def test_what_can_not_be_in_an_environment(tmp_path: Path) -> None:
    own = "list: [1]\naccount: prod-use1\nenvironment:\n  A: '${cell.list}'\n"
    assert briefly(load(tmp_path, {**FILES, "clients/a.yaml": own})) == [
        "clients/a.yaml:4:6: error: environment variable 'A' must be a string, not a list (client/a)"
    ]


CHAIN = """
    fleet: test
    levels:
      - {name: base, cells: accounts, stacks: {network: {source: any}}}
      - {name: cluster, cells: clusters, placement: account, stacks: {ecs: {source: any}}}
      - name: client
        cells: clients
        placement: cluster
        stacks: {app: {source: any, needs: [base.network]}}
    """


def test_a_chain_of_placements(tmp_path: Path) -> None:
    own = "{cluster: blue, stacks: {app: {a: '${output.base.network.id}', b: '${output.cluster.ecs.id}'}}}"
    files: dict[str, str | bytes] = {
        "fleet.yaml": CHAIN,
        "accounts/prod.yaml": "environment: {A: '1'}",
        "clusters/blue.yaml": "{account: prod, environment: {B: '2'}}",
        "clients/acme.yaml": own,
    }
    fleet = load(tmp_path, files)
    assert not told(fleet)
    network = UnitAddress("base", "prod", "network")
    assert values(fleet, "client/acme/app") == {
        "a": OutputReference(network, "id"),
        "b": OutputReference(UnitAddress("cluster", "blue", "ecs"), "id"),
    }
    assert unit(fleet, "client/acme/app").needs == (network,)
    assert unit(fleet, "client/acme/app").environment == {"A": "1", "B": "2"}
    assert fleet.cells[CellAddress("client", "acme")].placement == CellAddress("cluster", "blue")


def test_a_cell_that_stands_on_nothing(tmp_path: Path) -> None:
    text = """
        fleet: test
        levels:
          - {name: base, cells: accounts, stacks: {network: {source: any}}}
          - {name: global, cells: global, stacks: {dns: {source: any, needs: [base.network]}}}
        """
    files: dict[str, str | bytes] = {
        "fleet.yaml": text,
        "accounts/prod.yaml": "{}",
        "global/main.yaml": "stacks: {dns: {a: '${output.base.network.id}'}}",
    }
    assert briefly(load(tmp_path, files)) == [
        "fleet.yaml:4:58: error: the cell stands on no cell of level 'base' (global/main)",
        "global/main.yaml:1:19: error: the cell stands on no cell of level 'base' (global/main)",
    ]


def test_a_placement_that_can_not_be_read(tmp_path: Path) -> None:
    files = {
        **FILES,
        "accounts/prod-use1.yaml": "x: {",
        "clients/a.yaml": "{account: prod-use1, stacks: {app: {a: '${account.x}'}}}",
    }
    assert [line.split(":")[0] for line in told(load(tmp_path, files))] == ["accounts/prod-use1.yaml"]
