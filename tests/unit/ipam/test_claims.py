"""Claims: no two cells ever have a part of the same block, whatever is asked for in whatever order."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from cellwright.ipam.book import overlapping
from cellwright.ipam.claims import BlockClaim, settle
from examples import examples

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def claim(block: str, cell: str, released: datetime | None = None) -> BlockClaim:
    return BlockClaim(block=ip_network(block), pool="clients", cell=cell, released=released)


def test_a_free_block_is_claimed_and_claiming_it_again_changes_nothing() -> None:
    mine = claim("10.0.0.0/24", "client/a")
    first = settle((), [mine])
    assert first.claims == (mine,)
    assert settle(first.claims, [mine]) == first


def test_a_part_of_what_another_cell_has_is_refused_with_its_name() -> None:
    other = claim("10.0.0.0/22", "client/a")
    for block in ("10.0.0.0/22", "10.0.1.0/24", "10.0.0.0/16"):
        settled = settle((other,), [claim(block, "client/b")])
        assert settled.claims == (other,)
        (refusal,) = settled.refused
        assert refusal.other == other
        assert str(refusal.wanted.block) == block


def test_the_first_of_two_who_ask_gets_it() -> None:
    one, two = claim("10.0.0.0/24", "client/a"), claim("10.0.0.0/25", "client/b")
    assert settle((), [one, two]).claims == (one,)
    assert settle((), [two, one]).claims == (two,)


def test_a_cell_may_change_its_own_claim_and_take_a_released_one() -> None:
    before = (claim("10.0.0.0/24", "client/a"), claim("10.0.1.0/24", "client/gone", NOW))
    wider = claim("10.0.0.0/23", "client/a")
    assert settle(before, [wider]).claims == (wider,)


def test_an_outdated_claim_is_released_and_gives_way() -> None:
    old, other = claim("10.0.0.0/24", "client/a"), claim("10.0.4.0/24", "client/c")
    assert settle((old, other), (), [old], NOW).claims == (claim("10.0.0.0/24", "client/a", NOW), other)
    mine = claim("10.0.0.0/24", "client/b")
    assert settle((old, other), [mine], [old], NOW).claims == (mine, other)


blocks = st.builds(
    lambda start, bits: ip_network((start >> bits << bits, 32 - bits)),
    st.integers(0, 63),
    st.integers(0, 6),
)
cells = st.sampled_from(["client/a", "client/b", "client/c"])
asked = st.lists(
    st.tuples(st.sampled_from(["claim", "release", "outdated"]), cells, blocks, st.integers(0, 9)),
    max_size=40,
)


@settings(deadline=None, max_examples=examples(60))
@given(asked)
def test_no_two_claims_ever_overlap_and_only_the_holder_loses_by_a_release(
    steps: list[tuple[str, str, object, int]],
) -> None:
    claims: tuple[BlockClaim, ...] = ()
    now = NOW
    for kind, cell, block, at in steps:
        now += timedelta(days=1)
        before = {item for item in claims if item.released is None}
        if kind == "claim":
            wanted = BlockClaim(block=block, pool="clients", cell=cell)  # type: ignore[arg-type]
            settled = settle(claims, [wanted])
            refused = [item for item in before if overlapping(item.block, wanted.block) and item.cell != cell]
            assert bool(settled.refused) == bool(refused)
            assert (wanted in settled.claims) != bool(refused)
            lost = before - set(settled.claims)
        else:
            chosen = (
                [item for item in claims if item.cell == cell] if kind == "release" else claims[at : at + 1]
            )
            settled = settle(claims, (), chosen, now)
            lost = before - set(settled.claims)
            assert lost <= set(chosen)
        assert all(item.cell == cell for item in lost) or kind == "outdated"
        claims = settled.claims
        ordered = sorted(claims, key=lambda item: int(item.block.network_address))
        assert list(claims) == ordered
        for one, other in pairwise(ordered):
            assert not overlapping(one.block, other.block)
