import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.relay.http2.frames import END_STREAM, FrameReader, FrameType, ProtocolError
from cellwright.relay.http2.outgoing import LARGEST_WINDOW, Outgoing


@given(
    st.lists(st.binary(max_size=50), max_size=6),
    st.lists(st.integers(0, 60), min_size=1, max_size=30),
    st.sampled_from((b"", b"trailers")),
)
def test_everything_leaves_in_order_and_never_more_than_there_is_room(
    pieces: list[bytes], rooms: list[int], trailers: bytes
) -> None:
    outgoing = Outgoing(1, 0)
    for number, piece in enumerate(pieces):
        outgoing.add(piece, end=not trailers and number == len(pieces) - 1)
    if trailers:
        outgoing.add_trailers(trailers)
    elif not pieces:
        outgoing.add(b"", end=True)
    sent = b""
    for room in [*rooms, 10_000]:
        outgoing.widen(room)
        written = list(outgoing.take(LARGEST_WINDOW))
        assert sum(size for _, size in written) <= room + outgoing.window + 10_000
        sent += b"".join(raw for raw, _ in written)

    found = list(FrameReader().feed(sent))

    assert outgoing.closed
    assert b"".join(item.payload for item in found if item.type == FrameType.DATA) == b"".join(pieces)
    assert [bool(item.flags & END_STREAM) for item in found] == [False] * (len(found) - 1) + [True]
    assert (found[-1].type == FrameType.HEADERS) == bool(trailers)


def test_the_connection_limits_it_too() -> None:
    outgoing = Outgoing(1, 100)
    outgoing.add(b"x" * 50, end=True)

    assert [size for _, size in outgoing.take(20)] == [20]
    assert not outgoing.closed
    assert [size for _, size in outgoing.take(1000)] == [30]
    assert outgoing.closed


def test_a_window_may_shrink_below_nothing() -> None:
    outgoing = Outgoing(1, 10)
    outgoing.widen(-30)
    outgoing.add(b"x", end=True)

    assert not list(outgoing.take(100))
    outgoing.widen(21)
    assert [size for _, size in outgoing.take(100)] == [1]


def test_a_window_may_not_grow_beyond_the_standard() -> None:
    with pytest.raises(ProtocolError):
        Outgoing(1, LARGEST_WINDOW).widen(1)
