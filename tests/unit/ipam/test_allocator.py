"""The allocator's arithmetic, against a model that is slow and obvious: a list of single addresses."""

from collections.abc import Sequence
from ipaddress import IPv4Network, ip_network
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cellwright.fleet.pools import Network
from cellwright.ipam.allocator import best_fits, capacity, fitting, free_blocks
from examples import examples

POOL = IPv4Network("10.0.0.32/27")
SIX = ip_network("fd00:64::/120")

prefixes = st.integers(27, 32)
blocks = st.builds(
    lambda prefix, place: list(POOL.subnets(new_prefix=prefix))[place % (1 << (prefix - 27))],
    prefixes,
    st.integers(0, 31),
)
patient = settings(deadline=None, max_examples=examples(30))
"""The model is slow by design."""

some_blocks = st.lists(blocks, max_size=6)


def free_addresses(taken: Sequence[Network]) -> set[int]:
    everything = {int(address) for address in POOL}
    return everything - {int(address) for block in taken for address in block}


def places(taken: Sequence[Network], size: int) -> list[Network]:
    """Every block of a size that is wholly free, in order: each is looked at."""
    free = free_addresses(taken)
    return [block for block in POOL.subnets(new_prefix=size) if {int(item) for item in block} <= free]


def surroundings(block: Network, taken: Sequence[Network]) -> int:
    """The prefix of the largest free block around this one."""
    free = free_addresses(taken)
    around = [block.supernet(new_prefix=size) for size in range(27, block.prefixlen + 1)]
    return next(item.prefixlen for item in around if {int(address) for address in item} <= free)


def obvious_best_fit(taken: Sequence[Network], size: int) -> Network | None:
    """The place in the smallest free block, the lowest of these."""
    return min(places(taken, size), key=lambda block: -surroundings(block, taken), default=None)


def first_fits(taken: Sequence[Network], sizes: Sequence[int]) -> list[Network]:
    held = list(taken)
    for size in sizes:
        held += places(held, size)[:1]
    return held


@patient
@given(some_blocks, prefixes)
def test_the_choice_is_that_of_the_obvious_model(taken: list[Network], size: int) -> None:
    assert best_fits(POOL, taken, (size,))[0] == obvious_best_fit(taken, size)


@patient
@given(some_blocks, st.lists(prefixes, max_size=8))
def test_many_at_once_are_as_one_after_the_other(taken: list[Network], sizes: list[int]) -> None:
    held = list(taken)
    one_by_one = []
    for size in sizes:
        one_by_one.append(obvious_best_fit(held, size))
        held += [block for block in one_by_one[-1:] if block]
    assert best_fits(POOL, taken, sizes) == tuple(one_by_one)


@patient
@given(some_blocks, st.lists(prefixes, max_size=12))
def test_blocks_never_overlap_and_never_leave_the_pool(taken: list[Network], sizes: list[int]) -> None:
    chosen = [block for block in best_fits(POOL, taken, sizes) if block is not None]
    for index, block in enumerate(chosen):
        assert isinstance(block, IPv4Network)
        assert block.subnet_of(POOL)
        assert not any(block.overlaps(other) for other in [*taken, *chosen[:index]])


@patient
@given(some_blocks, st.lists(prefixes, max_size=8), st.randoms())
def test_the_answer_depends_on_what_is_taken_not_on_its_order(
    taken: list[Network], sizes: list[int], random: Random
) -> None:
    shuffled = list(taken)
    random.shuffle(shuffled)
    assert best_fits(POOL, taken, sizes) == best_fits(POOL, shuffled, sizes)


@patient
@given(some_blocks)
def test_free_blocks_are_exactly_what_is_not_taken(taken: list[Network]) -> None:
    found = free_blocks(POOL, taken)
    addresses = [int(address) for block in found for address in block]
    assert sorted(addresses) == sorted(free_addresses(taken))
    assert list(found) == sorted(found)
    for block in found:
        # None could be larger.
        assert block == POOL or not set(map(int, block.supernet())) <= free_addresses(taken)


@patient
@given(some_blocks, prefixes, st.data())
def test_no_other_place_leaves_more_room_for_any_size(
    taken: list[Network], size: int, data: st.DataObject
) -> None:
    found = best_fits(POOL, taken, (size,))[0]
    if found is None:
        assert not places(taken, size)
        return
    other = data.draw(st.sampled_from(places(taken, size)))
    for wanted in range(27, 33):
        ours = capacity(free_blocks(POOL, [*taken, found]), wanted)
        assert ours >= capacity(free_blocks(POOL, [*taken, other]), wanted)


@patient
@given(st.lists(prefixes, max_size=12))
def test_in_an_empty_pool_best_fit_never_fragments_worse_than_first_fit(sizes: list[int]) -> None:
    theirs = first_fits((), sizes)
    ours = best_fits(POOL, (), sizes)
    for index, block in enumerate(ours):
        held = [item for item in ours[:index] if item]
        # Nothing is refused but what no arrangement of what is held could have left room for.
        free = POOL.num_addresses - sum(item.num_addresses for item in held)
        assert block is not None or free < 1 << (32 - sizes[index])
    if None not in ours and len(theirs) == len(sizes):
        for wanted in range(27, 33):
            kept = capacity(free_blocks(POOL, [item for item in ours if item]), wanted)
            assert kept >= capacity(free_blocks(POOL, theirs), wanted)


@patient
@given(some_blocks, prefixes)
def test_what_fits_is_listed_next_first_and_counted(taken: list[Network], size: int) -> None:
    free = free_blocks(POOL, taken)
    listed = list(fitting(free, size))
    assert sorted(listed) == places(taken, size)
    assert len(listed) == capacity(free, size)
    assert listed[:1] == [block for block in best_fits(POOL, taken, (size,)) if block]


def test_both_families_go_by_the_same_rules() -> None:
    taken = [ip_network("fd00:64::/126"), ip_network("10.0.0.0/8")]
    assert best_fits(SIX, taken, (126, 121)) == (ip_network("fd00:64::4/126"), ip_network("fd00:64::80/121"))
    assert capacity(free_blocks(ip_network("fd00::/32"), ()), 56) == 1 << 24


@pytest.mark.parametrize("size", [-1, 26, 33])
def test_a_size_that_the_pool_can_not_have_is_never_chosen(size: int) -> None:
    assert best_fits(POOL, (), (size,)) == (None,)


def test_the_whole_address_space_may_be_a_pool() -> None:
    whole = ip_network("0.0.0.0/0")
    assert free_blocks(whole, ()) == (whole,)
    assert best_fits(whole, (), (0,)) == (whole,)


def test_ten_thousand_clients_are_each_given_their_own() -> None:
    sizes = [22 if number % 4 else 20 for number in range(10_000)]
    pool = ip_network("10.0.0.0/7")
    chosen = best_fits(pool, (), sizes)
    assert None not in chosen
    assert len(set(chosen)) == 10_000
    assert best_fits(pool, [block for block in chosen if block], (22,))[0] is not None
