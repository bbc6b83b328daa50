from ipaddress import IPv4Network, IPv6Network, ip_network

from hypothesis import given
from hypothesis import strategies as st

from cellwright.fleet.cache.address_ranges import AddressRanges, address_ranges
from cellwright.fleet.pools import Network
from cellwright.model.value import Value


def networks() -> st.SearchStrategy[Network]:
    """Give blocks that are near each other."""
    four = st.tuples(st.integers(0, 63), st.integers(24, 32)).map(
        lambda pair: IPv4Network((pair[0] << 4, pair[1]), strict=False)
    )
    six = st.tuples(st.integers(0, 63), st.integers(118, 128)).map(
        lambda pair: IPv6Network((pair[0] << 4, pair[1]), strict=False)
    )
    return four | six


def ranges(*found: Network) -> tuple[tuple[int, int], ...]:
    settings: dict[str, Value] = {"addresses": {str(index): str(block) for index, block in enumerate(found)}}
    return address_ranges(settings, {str(index) for index in range(len(found))})


@given(st.lists(networks(), max_size=6), networks())
def test_ranges_overlap_as_blocks_do(held: list[Network], block: Network) -> None:
    overlap = any(block.version == item.version and block.overlaps(item) for item in held)
    (block_range,) = ranges(block)
    assert AddressRanges(ranges(*held)).overlap(block_range) is overlap


def test_only_what_is_a_block_of_a_pool_counts() -> None:
    settings: dict[str, Value] = {
        "addresses": {"a": "10.0.0.0/30", "b": "10.0.0.1/30", "c": 7, "d": "10.1.0.0/30"}
    }
    start = int(ip_network("10.0.0.0/30").network_address)
    assert address_ranges(settings, {"a", "b", "c"}) == ((start, start + 3),)
    assert address_ranges(settings, ()) == ()
    assert address_ranges({"addresses": "10.0.0.0/30"}, {"a"}) == ()
    assert address_ranges({}, {"a"}) == ()


def test_no_ranges_overlap_nothing() -> None:
    assert not AddressRanges(())
    assert not AddressRanges(()).overlap((0, 5))
