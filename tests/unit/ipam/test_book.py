"""The address book: who is given what next, what waits, and every finding about what is held."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cellwright.fleet.pools import Addressing, Network, Pool
from cellwright.ipam.book import AddressBook, BlockIndex, address_findings, block_conflicts
from cellwright.ipam.holdings import HeldBlock
from cellwright.ipam.releases import Release
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.position import Position
from examples import examples

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAYS = 30
SMALL = ip_network("10.64.0.0/28")


def pool(cidr: str = "10.64.0.0/10", name: str = "clients", size: int | None = None) -> Pool:
    return Pool(
        name=name,
        network=ip_network(cidr),
        sizes={"standard": 22, "gold": 20},
        size=size,
        key="tier",
        level="client",
        position=Position("fleet.yaml"),
    )


def holding(cell: str, block: str, tier: str | None = "standard", of: str = "clients") -> HeldBlock:
    return HeldBlock(
        pool=of,
        block=ip_network(block),
        cells=(CellAddress("client", cell),),
        path=f"clients/{cell}.yaml",
        choice=tier,
    )


def release(block: str, cell: str = "client/gone", days_ago: float = 1) -> Release:
    return Release(
        block=ip_network(block), pool="clients", cell=cell, released=NOW - timedelta(days=days_ago)
    )


def book(held: list[HeldBlock], given_back: list[Release] | None = None, *pools: Pool) -> AddressBook:
    known = {item.name: item for item in pools or (pool(),)}
    return AddressBook.at(NOW, Addressing(known, DAYS), tuple(held), tuple(given_back or ()))


def findings(found: AddressBook) -> list[str]:
    return [str(item) for item in (*overlaps(found), *address_findings(found, place))]


def place(item: HeldBlock) -> Position:
    return Position(item.path, 2, 3)


def overlaps(found: AddressBook, beside: tuple[HeldBlock, ...] = ()) -> list[Diagnostic]:
    return [item.finding for item in block_conflicts(found, place, beside)]


def test_a_fleet_in_order_has_no_findings() -> None:
    assert findings(book([holding("a", "10.64.0.0/22"), holding("b", "10.64.16.0/20", "gold")])) == []


@pytest.mark.parametrize("other", ["10.64.0.0/22", "10.64.1.0/24", "10.64.0.0/20"])
def test_blocks_that_overlap_are_told_with_both_places(other: str) -> None:
    found = [
        item for item in findings(book([holding("a", "10.64.0.0/22"), holding("b", other)])) if "over" in item
    ]
    assert len(found) == 1
    for part in ("clients/a.yaml:2:3", "clients/b.yaml:2:3", "10.64.0.0/22", other, "client/a", "client/b"):
        assert part in found[0]


def test_overlaps_over_pools_and_within_a_large_block_are_all_told() -> None:
    held = [
        holding("a", "10.64.0.0/20", "gold"),
        holding("b", "10.64.0.0/22"),
        holding("c", "10.64.8.0/22"),
        holding("d", "10.64.16.0/22"),
        holding("a", "10.64.18.0/24", None, "other"),
    ]
    found = book(held, None, pool(), pool("10.64.18.0/23", "other", 24))
    told = [item for item in findings(found) if "overlaps" in item]
    assert [item.split("client/")[1].split()[0] for item in told] == ["b", "c", "a"]


def test_a_block_outside_its_pool_is_told() -> None:
    (told,) = findings(book([holding("a", "10.0.0.0/22")]))
    assert "client/a holds 10.0.0.0/22, which is outside the pool 'clients'" in told
    assert any("outside" in item for item in findings(book([holding("a", "10.0.0.0/8")])))
    assert any("outside" in item for item in findings(book([holding("a", "fd00::/22")])))


def test_a_size_that_is_not_the_tiers_is_a_warning() -> None:
    (told,) = findings(book([holding("a", "10.64.0.0/22", "gold")]))
    assert "warning: client/a holds a /22, but tier 'gold' gets a /20; plan a move" in told


def test_a_tier_without_a_size_is_told_unless_the_pool_has_one_for_all_others() -> None:
    (told,) = findings(book([holding("a", "10.64.0.0/22", "platinum")]))
    assert "error: the pool 'clients' has no size for tier 'platinum' of client/a; its sizes" in told
    assert findings(book([holding("a", "10.64.0.0/22", "platinum")], None, pool(size=22))) == []
    assert findings(book([holding("a", "10.64.0.0/22", None)], None, pool(size=22))) == []


def test_a_block_that_is_held_in_its_quarantine_is_a_warning_but_not_to_who_comes_back() -> None:
    (told,) = findings(book([holding("a", "10.64.0.0/22")], [release("10.64.0.0/21")]))
    assert "warning: client/a holds 10.64.0.0/22, in quarantine since client/gone gave it back" in told
    assert "2026-12-21" in told
    assert findings(book([holding("a", "10.64.0.0/22")], [release("10.64.0.0/22", "client/a")])) == []
    assert findings(book([holding("a", "10.64.0.0/22")], [release("10.64.0.0/22", days_ago=DAYS)])) == []


def test_the_next_block_is_the_lowest_that_nobody_has_or_waits_for() -> None:
    found = book(
        [holding("a", "10.64.0.0/22")], [release("10.64.4.0/22"), release("10.64.8.0/22", days_ago=31)]
    )
    assert found.next_block(pool(), 22) == ip_network("10.64.8.0/22")
    assert found.next_block(pool(), 20) == ip_network("10.64.16.0/20")


def test_a_full_pool_gives_nothing() -> None:
    small = pool("10.64.0.0/22", size=22)
    assert book([holding("a", "10.64.0.0/22")], None, small).next_block(small, 22) is None


def test_an_error_and_a_warning_are_what_they_are() -> None:
    held = [holding("a", "10.0.0.0/22"), holding("b", "10.64.0.0/20")]
    kinds = [item.severity for item in address_findings(book(held), lambda _: Position("x"))]
    assert kinds == [Severity.ERROR, Severity.WARNING]


@dataclass
class Model:
    """What is slow and obvious: for every single address, who has it or until which day nobody may."""

    held: dict[str, Network] = field(default_factory=dict)
    given_back: list[tuple[Network, int]] = field(default_factory=list)

    def blocked(self, day: int, days: int) -> set[int]:
        waiting = [block for block, since in self.given_back if day < since + days]
        return {int(address) for block in [*self.held.values(), *waiting] for address in block}


steps = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.integers(28, 32)),
        st.tuples(st.just("go"), st.integers(0, 5)),
        st.tuples(st.just("wait"), st.integers(1, 4)),
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=examples(40))
@given(steps, st.integers(0, 5))
def test_coming_going_and_waiting_never_give_what_is_held_or_waits(
    what: list[tuple[str, int]], days: int
) -> None:
    model = Model()
    small = Pool(
        name="p", network=SMALL, sizes={}, size=30, key="tier", level=None, position=Position("fleet.yaml")
    )
    day = 0
    for number, (verb, amount) in enumerate(what):
        if verb == "wait":
            day += amount
        elif verb == "go" and model.held:
            cell = sorted(model.held)[amount % len(model.held)]
            model.given_back.append((model.held.pop(cell), day))
        elif verb == "come":
            held = [holding(cell, str(block), None, "p") for cell, block in model.held.items()]
            waiting = [
                Release(block=block, pool="p", cell="client/x", released=NOW + timedelta(days=since))
                for block, since in model.given_back
            ]
            now = NOW + timedelta(days=day)
            found = AddressBook.at(now, Addressing({"p": small}, days), tuple(held), tuple(waiting))
            block = found.next_block(small, amount)
            blocked = model.blocked(day, days)
            possible = [
                item for item in SMALL.subnets(new_prefix=amount) if not blocked & set(map(int, item))
            ]
            assert (block in possible) if block else not possible
            if block:
                model.held[f"c{number}"] = block


networks = st.builds(
    lambda prefix, place: list(SMALL.subnets(new_prefix=prefix))[place % (1 << (prefix - 28))],
    st.integers(28, 32),
    st.integers(0, 15),
)


@settings(deadline=None)
@given(st.lists(networks, max_size=12), networks)
def test_the_index_finds_what_looking_at_each_finds(blocks: list[Network], wanted: Network) -> None:
    items = [*enumerate(blocks), (99, ip_network("fd00::/28"))]
    found = BlockIndex(items, lambda item: item[1]).touching(wanted)
    assert sorted(number for number, _ in found) == [
        number for number, block in enumerate(blocks) if block.overlaps(wanted)
    ]


def test_of_blocks_beside_only_what_overlaps_ones_own_is_told() -> None:
    own = book([holding("acme", "10.64.0.0/22"), holding("loose", "10.65.0.0/22")])
    beside = (
        holding("wide", "10.64.0.0/16"),
        holding("inside", "10.64.8.0/22"),
        holding("apart", "10.66.0.0/22"),
        holding("same", "10.66.0.0/22"),
        holding("outside", "192.168.0.0/22"),
    )
    told = [str(item) for item in overlaps(own, beside)]
    assert len(told) == 1
    assert "client/acme holds 10.64.0.0/22, which overlaps 10.64.0.0/16 of client/wide" in told[0]
