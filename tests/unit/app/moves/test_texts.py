"""What a new name changes in files: every place that means the cell, and no other."""

from dataclasses import replace
from pathlib import Path

from cellwright.app.moves.names import Names
from cellwright.app.moves.texts import file_changes
from cellwright.fleet.fleet import Level
from cellwright.model.address import CellAddress
from cellwright.model.position import Position

BASE, CLIENT = (
    Level(
        name=name,
        cells=cells,
        placement=placement,
        layers=layers,
        stacks={},
        position=Position("fleet.yaml"),
    )
    for name, cells, placement, layers in (
        ("base", "accounts", None, ()),
        ("client", "clients", "account", ("defaults.yaml", "own/${cell.name}.yaml")),
    )
)


def written(root: Path, **files: str) -> None:
    for path, text in files.items():
        file = root / f"{path.replace('__', '/')}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def test_what_means_the_cell_is_changed_and_nothing_else(tmp_path: Path) -> None:
    written(
        tmp_path,
        fleet="rollouts: {canary: client/acme, all: [client/acme-2, 'base/acme']} # client/acme\n",
        defaults='note: "acme of client/acme"\n',
        clients__acme="account: acme\nurl: ${output.client/acme/app.url}\n",
        clients__globex="account: one\nother: acme\nof: '${output.client/acme/app.url}'\n",
        own__acme="size: 3\n",
        accounts__acme="region: r\n",
    )
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "own.rego").write_text('package a\ndeny if input.cell == "acme"\n')
    (policies / "own_test.rego").write_text('test_it if deny with input.cell as "acme"\n')
    names = Names({CellAddress("client", "acme"): CellAddress("client", "beta")})

    found = file_changes(tmp_path, (BASE, CLIENT), "clients/acme.yaml", names)

    assert found.moved == {"clients/acme.yaml": "clients/beta.yaml", "own/acme.yaml": "own/beta.yaml"}
    assert found.texts == {
        "fleet.yaml": "rollouts: {canary: client/beta, all: [client/acme-2, 'base/acme']} # client/acme\n",
        "defaults.yaml": 'note: "acme of client/beta"\n',
        "clients/beta.yaml": "account: acme\nurl: ${output.client/beta/app.url}\n",
        "clients/globex.yaml": "account: one\nother: acme\nof: '${output.client/beta/app.url}'\n",
        "own/beta.yaml": "size: 3\n",
    }
    assert found.mentions == (Position("policies/own.rego", 2, 24),)
    assert found.mentioning == ("policies/own.rego:2:24",)
    twice = replace(found, mentions=(*found.mentions, Position("policies/own.rego", 7, 1)))
    assert twice.mentioning == ("policies/own.rego:2:24 and 1 more",)


def test_a_renamed_account_is_renamed_where_clients_are_placed(tmp_path: Path) -> None:
    written(
        tmp_path,
        fleet="fleet: x\n",
        defaults="account: acme\n",
        accounts__acme="region: r\n",
        clients__globex="account: acme # the account acme\nname: acme\n",
    )
    names = Names({CellAddress("base", "acme"): CellAddress("base", "two")})

    found = file_changes(tmp_path, (BASE, CLIENT), "accounts/acme.yaml", names)

    assert found.texts == {
        "accounts/two.yaml": "region: r\n",
        "defaults.yaml": "account: two\n",
        "clients/globex.yaml": "account: two # the account acme\nname: acme\n",
    }
    assert found.edited == ("defaults.yaml", "clients/globex.yaml")
