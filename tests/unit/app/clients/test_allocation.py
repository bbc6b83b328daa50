"""Giving a new cell its blocks and taking them back; the cell's file is what remembers."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from cellwright.app.clients.allocation import choose_blocks, release_blocks
from cellwright.fleet.fleet import Fleet
from cellwright.ipam.claims import BlockClaim
from cellwright.ipam.fleet_book import with_address_findings
from cellwright.ipam.releases import RELEASES_FILE, Release, add_releases, read_releases
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json
from unit.fleet.workbench import load, told

NEW = CellAddress("client", "new")
FILE = "clients/new.yaml"
NOW = datetime(2026, 11, 22, 21, 48, 12, 500, tzinfo=UTC)


def fleet(tmp_path: Path, pools: str, cells: dict[str, str | bytes]) -> Fleet:
    text = (
        "fleet: test\nlevels:\n  - {name: client, cells: clients, stacks: {one: {source: any}}}\n"
        f"addresses: {{pools: {pools}}}\n"
    )
    found = load(tmp_path, {"fleet.yaml": text, "defaults/client.yaml": "tier: standard\n", **cells})
    assert told(found) == []
    return found


POOLS = "{clients: {cidr: 10.64.0.0/16, sizes: {standard: 22, gold: 20}}}"


def given(
    tmp_path: Path, pools: str, settings: dict[str, Json], *claims: BlockClaim, **cells: str
) -> dict[str, str]:
    """The blocks that the new cell is given, by pool."""
    (tmp_path / "clients").mkdir(exist_ok=True)
    own = "".join(f"{key}: {value}\n" for key, value in settings.items()) or "{}\n"
    found = fleet(
        tmp_path, pools, {FILE: own, **{f"clients/{name}.yaml": text for name, text in cells.items()}}
    )
    wanted = found.addresses.pools_for("client")
    chosen = choose_blocks(found, found.cells[NEW], wanted, claims, datetime.now(UTC))
    return {pool: str(block) for pool, block in chosen.items()}


def claim(block: str, cell: str, days_ago: float | None = None) -> BlockClaim:
    released = None if days_ago is None else datetime.now(UTC) - timedelta(days=days_ago)
    return BlockClaim(block=ip_network(block), pool="clients", cell=cell, released=released)


def test_the_size_is_that_of_the_merged_tier(tmp_path: Path) -> None:
    assert given(tmp_path, POOLS, {}) == {"clients": "10.64.0.0/22"}
    assert given(tmp_path, POOLS, {"tier": "gold"}) == {"clients": "10.64.0.0/20"}


def test_what_others_hold_or_what_waits_is_not_given(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for block, days in (("10.64.4.0/22", 29), ("10.64.8.0/22", 31)):
        released = now - timedelta(days=days)
        gone = Release(block=ip_network(block), pool="clients", cell="client/x", released=released)
        add_releases(tmp_path, [gone])
    other = "addresses: {clients: 10.64.0.0/22}\n"
    assert given(tmp_path, POOLS, {}, other=other) == {"clients": "10.64.8.0/22"}


def test_what_other_clones_claimed_or_released_is_not_given(tmp_path: Path) -> None:
    elsewhere = (claim("10.64.0.0/22", "client/far"), claim("10.64.4.0/22", "client/left", 3))
    assert given(tmp_path, POOLS, {}, *elsewhere) == {"clients": "10.64.8.0/22"}


def test_what_a_killed_onboarding_of_the_cell_has_claimed_is_given_to_it(tmp_path: Path) -> None:
    assert given(tmp_path, POOLS, {}, claim("10.64.8.0/22", str(NEW))) == {"clients": "10.64.8.0/22"}
    taken = "addresses: {clients: 10.64.8.0/21}\n"
    own = claim("10.64.8.0/22", str(NEW))
    assert given(tmp_path, POOLS, {}, own, other=taken) == {"clients": "10.64.0.0/22"}


def test_every_pool_of_the_level_gives_one(tmp_path: Path) -> None:
    pools = "{clients: {cidr: 10.64.0.0/16, size: 22}, six: {cidr: 'fd00:64::/48', size: 56, level: client}}"
    assert given(tmp_path, pools, {}) == {"clients": "10.64.0.0/22", "six": "fd00:64::/56"}


@pytest.mark.parametrize(
    ("pools", "settings", "expected"),
    [
        (
            POOLS,
            {"tier": "platinum"},
            "the pool 'clients' has no size for tier 'platinum'; its sizes: standard",
        ),
        (
            "{clients: {cidr: 10.64.0.0/16, sizes: {a: 22}, key: plan}}",
            {},
            "the pool 'clients' has no size for no plan; its sizes: a",
        ),
        (
            "{clients: {cidr: 10.64.0.0/24, size: 24}}",
            {},
            "fleet.yaml:4:30: error: the pool 'clients' (10.64.0.0/24) has no /24 left",
        ),
    ],
)
def test_a_cell_that_can_not_be_given_a_block_is_told_why(
    tmp_path: Path, pools: str, settings: dict[str, Json], expected: str
) -> None:
    with pytest.raises(DiagnosticError) as caught:
        given(tmp_path, pools, settings, other="addresses: {clients: 10.64.0.0/24}\n")
    assert expected in str(caught.value)


def test_a_full_pool_tells_when_a_block_comes_out_of_quarantine(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    gone = Release(block=ip_network("10.64.0.0/24"), pool="clients", cell="client/x", released=now)
    add_releases(tmp_path, [gone])
    with pytest.raises(DiagnosticError, match=r"1 released, the first to be free from 2126-10-29\)"):
        given(tmp_path, "{clients: {cidr: 10.64.0.0/24, size: 24}}, quarantine_days: 36500", {})


def test_nothing_is_given_while_it_is_not_known_what_is_taken(tmp_path: Path) -> None:
    (tmp_path / RELEASES_FILE).write_text("- 3\n")
    with pytest.raises(DiagnosticError, match="this is no release of a block"):
        given(tmp_path, POOLS, {})


def test_a_cell_that_goes_leaves_a_line_for_each_of_its_blocks(tmp_path: Path) -> None:
    found = fleet(tmp_path, POOLS, {FILE: "addresses: {clients: 10.64.0.0/22}\n"})
    assert release_blocks(found, NEW, NOW) == (tmp_path / RELEASES_FILE,)
    (release,) = read_releases(tmp_path).given
    assert (str(release.block), release.pool, release.cell) == ("10.64.0.0/22", "clients", "client/new")
    assert release.released == NOW.replace(microsecond=0)


def test_a_block_that_another_cell_has_too_is_not_noted_as_free(tmp_path: Path) -> None:
    same = "addresses: {clients: 10.64.0.0/22}\n"
    assert release_blocks(fleet(tmp_path, POOLS, {FILE: same, "clients/old.yaml": same}), NEW, NOW) == ()


def test_a_cell_without_blocks_leaves_nothing(tmp_path: Path) -> None:
    assert release_blocks(fleet(tmp_path, POOLS, {FILE: "{}\n"}), NEW, NOW) == ()
    assert not (tmp_path / RELEASES_FILE).exists()


def test_address_findings_are_findings_of_the_fleet(tmp_path: Path) -> None:
    same = "addresses: {clients: 10.64.0.0/22}\n"
    found = fleet(tmp_path, POOLS, {FILE: same, "clients/old.yaml": same})
    (told_once,) = told(with_address_findings(found))
    assert told_once.startswith("clients/old.yaml:1:22: error: client/old holds 10.64.0.0/22, which overlaps")
