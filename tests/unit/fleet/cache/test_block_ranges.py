from ipaddress import IPv4Network, IPv6Network, ip_network

from hypothesis import given
from hypothesis import strategies as st

from cellwright.fleet.cache.block_ranges import Spans, spans_of
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


def spans(*found: Network) -> tuple[tuple[int, int], ...]:
    settings: dict[str, Value] = {"addresses": {str(index): str(block) for index, block in enumerate(found)}}
    return spans_of(settings, {str(index) for index in range(len(found))})


@given(st.lists(networks(), max_size=6), networks())
def test_spans_touch_as_blocks_overlap(held: list[Network], block: Network) -> None:
    overlap = any(block.version == item.version and block.overlaps(item) for item in held)
    (span,) = spans(block)
    assert Spans(spans(*held)).touch(span) is overlap


def test_only_what_is_a_block_of_a_pool_counts() -> None:
    settings: dict[str, Value] = {
        "addresses": {"a": "10.0.0.0/30", "b": "10.0.0.1/30", "c": 7, "d": "10.1.0.0/30"}
    }
    start = int(ip_network("10.0.0.0/30").network_address)
    assert spans_of(settings, {"a", "b", "c"}) == ((start, start + 3),)
    assert spans_of(settings, ()) == ()
    assert spans_of({"addresses": "10.0.0.0/30"}, {"a"}) == ()
    assert spans_of({}, {"a"}) == ()


def test_no_spans_touch_nothing() -> None:
    assert not Spans(())
    assert not Spans(()).touch((0, 5))
