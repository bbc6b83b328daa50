"""Which cell holds which block, and the file of blocks that were given back."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from cellwright.fleet.fleet import Fleet
from cellwright.ipam.holdings import HeldBlocks, holding_position, read_holdings
from cellwright.ipam.releases import RELEASES_FILE, Release, add_releases, read_releases
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from unit.fleet.workbench import load, write

FLEET = """
    fleet: test
    addresses:
      pools:
        clients: {cidr: 10.64.0.0/10, sizes: {gold: 20}, size: 22}
        accounts: {cidr: 10.0.0.0/16, size: 24}
    levels:
      - {name: base, cells: accounts, stacks: {one: {source: any}}}
      - {name: utility, cells: accounts, stacks: {two: {source: any}}}
      - {name: client, cells: clients, stacks: {three: {source: any}}}
    """


def holdings(tmp_path: Path, cells: dict[str, str | bytes]) -> HeldBlocks:
    return read_holdings(fleet_of(tmp_path, cells))


def fleet_of(tmp_path: Path, cells: dict[str, str | bytes]) -> Fleet:
    return load(tmp_path, {"fleet.yaml": FLEET, **cells})


def test_a_holding_says_who_where_and_what_chose_its_size(tmp_path: Path) -> None:
    found = holdings(
        tmp_path, {"clients/acme/client.yaml": "tier: gold\naddresses: {clients: 10.64.16.0/20}\n"}
    )
    (item,) = found.held
    assert (item.pool, item.block, str(item.cell)) == ("clients", ip_network("10.64.16.0/20"), "client/acme")
    assert (item.path, item.choice) == ("clients/acme", "gold")
    assert holding_position(tmp_path, item.path, "clients") == Position("clients/acme/client.yaml", 2, 22)


def test_levels_that_share_a_file_hold_its_block_together(tmp_path: Path) -> None:
    found = holdings(tmp_path, {"accounts/prod.yaml": "addresses: {accounts: 10.0.1.0/24}\n"})
    (item,) = found.held
    assert [str(cell) for cell in item.cells] == ["base/prod", "utility/prod"]
    assert str(item.cell) == "utility/prod"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "addresses: 10.64.0.0/22",
            "clients/a.yaml:1:12: error: 'addresses' must be a mapping, not a string",
        ),
        (
            "addresses: {client: 10.64.0.0/22}",
            "clients/a.yaml:1:21: error: unknown pool 'client'; did you mean",
        ),
        ("addresses: {clients: 10.64.0.0}", "clients/a.yaml:1:22: error: '10.64.0.0' can't be the block of"),
        ("addresses: {clients: 10.64.0.1/22}", "host bits set; write 10.64.0.0/22"),
        ("addresses: {clients: 22}", "error: a number can't be the block of pool 'clients'; write a block"),
        ("addresses: {clients: null}", "error: null can't be the block of pool 'clients'"),
    ],
)
def test_what_is_no_block_is_told_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    found = holdings(tmp_path, {"clients/a.yaml": f"{text}\n"})
    assert found.held == ()
    (finding,) = found.findings
    assert expected in str(finding)


def test_a_fault_of_a_shared_file_is_told_once(tmp_path: Path) -> None:
    assert len(holdings(tmp_path, {"accounts/a.yaml": "addresses: {accounts: x}\n"}).findings) == 1


def test_without_pools_addresses_is_a_key_like_any_other(tmp_path: Path) -> None:
    plain = "fleet: test\nlevels:\n  - {name: client, cells: clients, stacks: {three: {source: any}}}\n"
    fleet = load(tmp_path, {"fleet.yaml": plain, "clients/a.yaml": "addresses: whatever\n"})
    assert read_holdings(fleet) == HeldBlocks((), ())


def test_a_block_that_a_layer_gave_is_placed_at_the_cells_file(tmp_path: Path) -> None:
    write(tmp_path, {"clients/b/a.yaml": "x: 1\n", "clients/b/c.yaml": "broken: [\n"})
    assert holding_position(tmp_path, "clients/b", "clients") == Position("clients/b/a.yaml")


NOW = datetime(2026, 11, 22, 23, 13, 20, tzinfo=UTC)


def release(block: str, cell: str = "client/acme") -> Release:
    return Release(block=ip_network(block), pool="clients", cell=cell, released=NOW)


def test_releases_are_read_as_they_were_written_and_only_added_to(tmp_path: Path) -> None:
    first, second = release("10.64.0.0/22"), release("fd00:64::/56", "client/globex")
    assert add_releases(tmp_path, [first]) == tmp_path / RELEASES_FILE
    before = (tmp_path / RELEASES_FILE).read_text()
    add_releases(tmp_path, [second])
    assert (tmp_path / RELEASES_FILE).read_text().startswith(before)
    assert read_releases(tmp_path).given == (first, second)
    assert read_releases(tmp_path).findings == ()
    assert first.free_from(30) == NOW + timedelta(days=30)


def test_a_fleet_that_nobody_left_has_no_releases(tmp_path: Path) -> None:
    assert read_releases(tmp_path).given == ()


def test_a_line_that_lost_its_end_is_not_run_into_the_next(tmp_path: Path) -> None:
    add_releases(tmp_path, [release("10.64.0.0/22")])
    file = tmp_path / RELEASES_FILE
    file.write_text(file.read_text().rstrip("\n"))
    add_releases(tmp_path, [release("10.64.4.0/22")])
    assert len(read_releases(tmp_path).given) == 2


GOOD = '{block: 10.64.0.0/22, pool: clients, cell: client/a, released: "2026-11-22T23:13:20Z"}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", "must be a list, not a mapping"),
        ("- 3", "this is no release of a block; write a mapping of texts with the keys block, pool"),
        (f"- {GOOD.replace('pool: clients, ', '')}", "this is no release of a block"),
        (f"- {GOOD.replace('10.64.0.0/22', 'x')}", "'x' can't be read"),
        (f"- {GOOD.replace('2026-11-22T23:13:20Z', 'yesterday')}", "'yesterday' can't be read; write a time"),
        (f"- {GOOD.replace('20Z', '20')}", "can't be read; write a time as in 2026-11-22T23:13:20Z"),
        ("- [", f"{RELEASES_FILE}:"),
        ("", "the document is empty"),
    ],
)
def test_a_damaged_file_of_releases_is_told_and_never_written_over(
    tmp_path: Path, text: str, expected: str
) -> None:
    file = tmp_path / RELEASES_FILE
    file.write_text(f"{text}\n")
    assert expected in " ".join(str(item) for item in read_releases(tmp_path).findings)
    with pytest.raises(DiagnosticError):
        add_releases(tmp_path, [release("10.64.0.0/22")])
    assert file.read_text() == f"{text}\n"
