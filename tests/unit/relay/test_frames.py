import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.relay.http2 import frames
from cellwright.relay.http2.frames import Frame, FrameReader, FrameType, ProtocolError


@given(st.lists(st.binary(max_size=40), max_size=5), st.integers(1, 13))
def test_frames_survive_any_cutting(payloads: list[bytes], step: int) -> None:
    raw = b"".join(frames.frame(FrameType.DATA, 1, 3, payload) for payload in payloads)
    reader = FrameReader()

    found = [item for at in range(0, len(raw), step) for item in reader.feed(raw[at : at + step])]

    assert found == [Frame(FrameType.DATA, 1, 3, payload) for payload in payloads]


def test_a_frame_that_is_too_large_is_refused() -> None:
    with pytest.raises(ProtocolError, match="16385"):
        list(FrameReader().feed(b"\x00\x40\x01" + bytes(6)))


def test_padding_and_priority_are_taken_off() -> None:
    padded = Frame(
        FrameType.HEADERS, frames.PADDED | frames.PRIORITY, 1, b"\x02" + b"prior" + b"block" + b"\0\0"
    )

    assert padded.body == b"block"


@pytest.mark.parametrize("payload", [b"", b"\x05abc"])
def test_more_padding_than_frame_is_refused(payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        _ = Frame(FrameType.DATA, frames.PADDED, 1, payload).body


@pytest.mark.parametrize("size", [0, 1, frames.MAX_PAYLOAD, frames.MAX_PAYLOAD + 1, 3 * frames.MAX_PAYLOAD])
def test_long_messages_and_blocks_are_cut(size: int) -> None:
    content = bytes(size)

    data = list(FrameReader().feed(frames.data_frames(1, content, end=True)))
    block = list(FrameReader().feed(frames.header_frames(1, content, end=True)))

    assert b"".join(item.payload for item in data) == content
    assert [item.flags for item in data] == [0] * (len(data) - 1) + [frames.END_STREAM]
    assert b"".join(item.payload for item in block) == content
    assert [item.type for item in block] == [FrameType.HEADERS] + [FrameType.CONTINUATION] * (len(block) - 1)
    assert block[0].flags & frames.END_STREAM
    assert [bool(item.flags & frames.END_HEADERS) for item in block] == [False] * (len(block) - 1) + [True]


def test_settings_are_read_and_written() -> None:
    (found,) = FrameReader().feed(frames.settings_frame({frames.Setting.INITIAL_WINDOW_SIZE: 7}))

    assert frames.read_settings(found.payload) == {4: 7}
    with pytest.raises(ProtocolError):
        frames.read_settings(b"12345")


def test_numbers_are_read() -> None:
    (found,) = FrameReader().feed(frames.window_frame(1, 9))

    assert frames.read_number(found.payload) == 9
    with pytest.raises(ProtocolError):
        frames.read_number(b"123")
