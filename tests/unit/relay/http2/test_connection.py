import asyncio

import pytest
from cellwright.relay.http2.frames import FrameReader, FrameType

from cellwright.relay.http2 import frames
from cellwright.relay.http2.connection import STREAM_WINDOW
from unit.relay.http2_pair import Side, join, play, settle


def first_frames(side: Side) -> list[frames.Frame]:
    written = bytes(side.wire.written).removeprefix(frames.PREFACE)
    return list(FrameReader().feed(written))


@play
async def test_a_call_goes_there_and_back() -> None:
    client, server = join()
    stream = client.connection.start_stream(b"request", end=False)
    client.connection.send_data(stream, b"question", end=True)
    await settle()
    server.connection.send_headers(stream, b"response", end=False)
    server.connection.send_data(stream, b"answer", end=False)
    server.connection.send_headers(stream, b"trailers", end=True)
    await settle()

    assert server.recorder.told("headers") == [("headers", 1, b"request", False)]
    assert server.recorder.received[1] == b"question"
    assert client.recorder.told("headers") == [
        ("headers", 1, b"response", False),
        ("headers", 1, b"trailers", True),
    ]
    assert client.recorder.received[1] == b"answer"
    assert client.recorder.told("finished") == server.recorder.told("finished") == [("finished", 1)]
    assert client.recorder.told("opened")
    assert server.recorder.told("opened")


@play
async def test_a_receiver_that_takes_nothing_stops_the_sender_and_only_on_that_stream() -> None:
    client, server = join()
    await settle()
    server.recorder.replenishes = False
    slow = client.connection.start_stream(b"slow", end=False)
    quick = client.connection.start_stream(b"quick", end=False)
    client.connection.send_data(slow, bytes(3 * STREAM_WINDOW), end=True)
    client.connection.send_data(quick, b"quick", end=True)
    await settle()

    assert len(server.recorder.received[slow]) == STREAM_WINDOW
    assert server.recorder.received[quick] == b"quick"

    server.recorder.replenishes = True
    server.connection.replenish(slow, STREAM_WINDOW)
    for _ in range(5):
        await settle()

    assert len(server.recorder.received[slow]) == 3 * STREAM_WINDOW
    assert (
        sum(int(str(entry[2])) for entry in client.recorder.told("drained") if entry[1] == slow)
        == 3 * STREAM_WINDOW
    )
    assert ("ended", slow) in server.recorder.seen


@play
async def test_trailers_wait_for_the_data_before_them() -> None:
    client, server = join()
    await settle()
    client.recorder.replenishes = False
    stream = client.connection.start_stream(b"request", end=True)
    await settle()
    server.connection.send_headers(stream, b"response", end=False)
    server.connection.send_data(stream, bytes(STREAM_WINDOW + 1), end=False)
    server.connection.send_headers(stream, b"trailers", end=True)
    await settle()

    assert [entry[2] for entry in client.recorder.told("headers")] == [b"response"]
    client.recorder.replenishes = True
    client.connection.replenish(stream, STREAM_WINDOW)
    await settle()
    assert [entry[2] for entry in client.recorder.told("headers")] == [b"response", b"trailers"]


@play
async def test_nothing_is_sent_while_the_socket_takes_nothing() -> None:
    client, server = join()
    await settle()
    stream = client.connection.start_stream(b"request", end=False)
    client.connection.pause_writing()
    client.connection.send_data(stream, b"later", end=True)
    await settle()
    assert stream not in server.recorder.received

    client.connection.resume_writing()
    await settle()
    assert server.recorder.received[stream] == b"later"


@play
async def test_a_reset_reaches_the_other_side_and_ends_the_stream_here() -> None:
    client, server = join()
    stream = client.connection.start_stream(b"request", end=False)
    await settle()
    client.connection.reset(stream, 8)
    client.connection.send_data(stream, b"too late", end=True)
    await settle()

    assert server.recorder.told("reset") == [("reset", stream, 8)]
    assert stream not in server.recorder.received


@play
async def test_a_long_header_block_is_put_together() -> None:
    client, server = join()
    block = bytes(range(256)) * 200
    client.connection.start_stream(block, end=True)
    await settle()

    assert server.recorder.told("headers") == [("headers", 1, block, True)]


@play
async def test_neither_side_may_use_a_dynamic_table() -> None:
    client, server = join()
    await settle()

    for side in (client, server):
        settings = next(item for item in first_frames(side) if item.type == FrameType.SETTINGS)
        assert frames.read_settings(settings.payload)[frames.Setting.HEADER_TABLE_SIZE] == 0


@play
async def test_pings_and_settings_are_answered() -> None:
    _, server = join()
    await settle()
    server.wire.written.clear()
    server.connection.data_received(frames.frame(FrameType.PING, 0, 0, b"12345678"))
    server.connection.data_received(frames.settings_frame({frames.Setting.MAX_FRAME_SIZE: 20000}))
    await settle()

    found = [(item.type, item.flags, item.payload) for item in first_frames(server)]
    assert found == [(FrameType.PING, frames.ACK, b"12345678"), (FrameType.SETTINGS, frames.ACK, b"")]


@play
async def test_a_smaller_initial_window_counts_for_streams_that_are_open() -> None:
    client, server = join()
    await settle()
    stream = client.connection.start_stream(b"request", end=False)
    client.connection.data_received(frames.settings_frame({frames.Setting.INITIAL_WINDOW_SIZE: 10}))
    client.connection.send_data(stream, bytes(100), end=True)
    await settle()

    assert len(server.recorder.received[stream]) == 10


@play
async def test_after_a_goaway_no_new_streams_make_sense() -> None:
    client, _ = join()
    await settle()
    assert client.connection.open
    client.connection.data_received(frames.frame(FrameType.GOAWAY, 0, 0, bytes(8)))
    assert not client.connection.open


@play
async def test_a_lost_connection_is_told() -> None:
    client, _ = join()
    await settle()
    client.connection.connection_lost(None)

    assert client.recorder.told("lost")
    assert not client.connection.open


@play
async def test_unknown_frames_and_streams_are_passed_over() -> None:
    client, _ = join()
    await settle()
    before = list(client.recorder.seen)
    for raw in (
        frames.frame(FrameType.PRIORITY, 0, 1, bytes(5)),
        b"\0\0\0\x63\0\0\0\0\0",
        frames.data_frames(77, b"nobody", end=True),
        frames.header_frames(77, b"nobody", end=True),
        frames.window_frame(77, 1),
        frames.reset_frame(77, 1),
    ):
        client.connection.data_received(raw)
    await settle()

    assert client.recorder.seen == before
    assert client.connection.open


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x40\x01" + bytes(6),
        frames.frame(FrameType.PUSH_PROMISE, 0, 1, bytes(8)),
        frames.frame(FrameType.CONTINUATION, 0, 1, b"x"),
        frames.frame(FrameType.HEADERS, 0, 1, b"x") + frames.frame(FrameType.PING, 0, 0, bytes(8)),
        frames.frame(FrameType.SETTINGS, 0, 0, b"odd"),
        frames.window_frame(0, 2**31 - 1),
    ],
)
def test_what_is_no_http2_ends_the_connection(raw: bytes) -> None:
    async def scene() -> None:
        _, server = join()
        await settle()
        server.wire.written.clear()
        server.connection.data_received(raw)
        await settle()

        assert not server.wire.open
        assert first_frames(server)[-1].type == FrameType.GOAWAY

    asyncio.run(scene())


@play
async def test_a_server_wants_the_preface_first() -> None:
    server = Side.make(client=False)
    server.connection.connection_made(server.wire)
    server.connection.data_received(b"GET / HTTP/1.1\r\n")

    assert not server.wire.open
    assert not server.recorder.told("opened")
