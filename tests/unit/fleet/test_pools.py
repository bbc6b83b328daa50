"""`addresses:` of fleet.yaml: every way to get a pool wrong, and what a right one means."""

from pathlib import Path

import pytest

from unit.fleet.workbench import load, told, write

LEVELS = """
levels:
  - {name: base, cells: accounts, stacks: {one: {source: any}}}
  - {name: client, cells: clients, stacks: {two: {source: any}}}
"""


def pools_of(tmp_path: Path, pools: str) -> list[str]:
    text = f"fleet: test\n{LEVELS.strip()}\naddresses:\n  pools: {pools}\n"
    return told(load(tmp_path, {"fleet.yaml": text}))


def test_a_pool_serves_the_level_whose_cells_it_is_called_after_or_the_one_it_names(tmp_path: Path) -> None:
    text = """
        fleet: test
        levels:
          - {name: base, cells: accounts, stacks: {one: {source: any}}}
          - {name: client, cells: clients, stacks: {two: {source: any}}}
        addresses:
          quarantine_days: 7
          pools:
            clients: {cidr: 10.64.0.0/10, sizes: {standard: 22, gold: 20}, size: 24, key: plan}
            six: {cidr: "fd00:64::/48", size: 56, level: base}
            spare: {cidr: 10.0.0.0/16, size: 24}
        """
    fleet = load(tmp_path, {"fleet.yaml": text})
    assert told(fleet) == []
    clients, six, spare = fleet.addresses.pools.values()
    assert (clients.level, six.level, spare.level) == ("client", "base", None)
    assert fleet.addresses.quarantine_days == 7
    assert (clients.key, clients.size_for("gold"), clients.size_for("other"), clients.size_for(None)) == (
        "plan",
        20,
        24,
        24,
    )
    assert fleet.addresses.pools_for("client") == (clients,)


def test_without_pools_there_is_nothing(tmp_path: Path) -> None:
    fleet = load(tmp_path, {"fleet.yaml": "fleet: test" + LEVELS})
    assert (dict(fleet.addresses.pools), fleet.addresses.quarantine_days) == ({}, 30)


@pytest.mark.parametrize(
    ("pools", "expected"),
    [
        ("{clients: {size: 22}}", "fleet.yaml:6:20: error: 'cidr' is missing; set aside a block"),
        (
            "{clients: {cidr: ten, size: 22}}",
            "error: 'ten' can't be the CIDR of a pool; write a block with its",
        ),
        ("{clients: {cidr: 10.64.0.0, size: 22}}", "write a block with its prefix length"),
        ("{clients: {cidr: 10.64.0.0/255.192.0.0, size: 22}}", "write a block with its prefix length"),
        ("{clients: {cidr: 10.64.0.0/, size: 22}}", "write a block with its prefix length"),
        ("{clients: {cidr: 10.64.0.0/33, size: 22}}", "write a block as in 10.64.0.0/22"),
        ("{clients: {cidr: 10.64.1.0/10, size: 22}}", "host bits set; write 10.64.0.0/10"),
        (
            "{clients: {cidr: 10.64.0.0/10}}",
            "error: pool 'clients' has no `size` or `sizes`; give `size: 22`",
        ),
        ("{clients: {cidr: 10.64.0.0/10, size: 9}}", "error: a /9 is no part of the pool 'clients'"),
        ("{clients: {cidr: 10.64.0.0/10, sizes: {a: 33}}}", "sizes are prefix lengths from 10 to 32"),
        ("{six: {cidr: 'fd00::/48', size: 129}}", "sizes are prefix lengths from 48 to 128"),
        ("{clients: {cidr: 10.64.0.0/10, sizes: {a: x}}}", "'a' must be a whole number, not a string"),
        ("{clients: {cidr: 10.64.0.0/10, sise: 22}}", "unknown key 'sise'; did you mean 'size'?"),
        ("{clients: {cidr: 10.64.0.0/10, size: 22, level: clint}}", "did you mean 'client'?"),
        ("{Clients: {cidr: 10.64.0.0/10, size: 22}}", "'Clients' can't be a name"),
        (
            "{a: {cidr: 10.64.0.0/10, size: 22}, b: {cidr: 10.65.0.0/16, size: 22}}",
            "the pools 'a' (10.64.0.0/10) and 'b' (10.65.0.0/16) overlap; give each pool space of its own",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, pools: str, expected: str) -> None:
    found = pools_of(tmp_path, pools)
    assert len(found) == 1
    assert found[0].startswith("fleet.yaml:6:")
    assert expected in found[0]


@pytest.mark.parametrize("days", ["-1", "x", "1.5"])
def test_a_quarantine_is_a_number_of_days(tmp_path: Path, days: str) -> None:
    text = f"fleet: test{LEVELS}addresses: {{quarantine_days: {days}}}\n"
    found = told(load(tmp_path, {"fleet.yaml": text}))
    assert len(found) == 1
    assert "'quarantine_days'" in found[0]


def test_the_block_of_a_cell_is_an_input_like_any_other(tmp_path: Path) -> None:
    write(tmp_path, {"clients/acme.yaml": "addresses: {clients: 10.64.0.0/22}\n"})
    text = f"fleet: test{LEVELS}addresses: {{pools: {{clients: {{cidr: 10.64.0.0/10, size: 22}}}}}}\n"
    defaults = 'stacks: {two: {a: "${cell.addresses.clients}"}}\n'
    fleet = load(tmp_path, {"fleet.yaml": text, "defaults/client.yaml": defaults})
    assert told(fleet) == []
    unit = next(unit for unit in fleet.units.values() if unit.address.stack == "two")
    assert unit.inputs["a"].value == "10.64.0.0/22"
