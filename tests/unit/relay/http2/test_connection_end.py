import asyncio
from collections.abc import Callable

import pytest
from h2.errors import ErrorCodes
from hyperframe.frame import (
    ContinuationFrame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PriorityFrame,
    PushPromiseFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

from unit.relay.http2_pair import (
    REQUEST,
    RESPONSE,
    TRAILERS,
    Side,
    frames_in,
    in_event_loop,
    join,
    sent_headers,
    settle,
)


@in_event_loop
async def test_a_goaway_ends_the_connection() -> None:
    client, _ = join()
    await settle()
    stream = client.connection.start_stream(REQUEST, end=False)
    states = [client.connection.open]
    client.connection.data_received(GoAwayFrame(0).serialize())
    states.append(client.connection.open)

    assert states == [True, False]
    assert not client.transport.open
    client.connection.send_data(stream, b"too late", end=True)
    client.connection.acknowledge(stream, 1)
    client.connection.reset_stream(stream, ErrorCodes.CANCEL)
    client.connection.data_received(PingFrame(0, b"12345678").serialize())


@in_event_loop
async def test_what_comes_together_with_a_goaway_is_still_told() -> None:
    client, server = join()
    stream = client.connection.start_stream(REQUEST, end=True)
    await settle()
    server.transport.target = None
    server.transport.written.clear()
    server.connection.send_headers(stream, RESPONSE, end=False)
    server.connection.send_headers(stream, TRAILERS, end=True)
    await settle()
    client.connection.data_received(bytes(server.transport.written) + GoAwayFrame(0).serialize())

    assert sent_headers(client) == [RESPONSE, TRAILERS]


@in_event_loop
async def test_no_stream_is_started_beyond_what_the_other_side_allows() -> None:
    client, _ = join()
    await settle()
    settings = SettingsFrame(0, {SettingsFrame.MAX_CONCURRENT_STREAMS: 1})
    client.connection.data_received(settings.serialize())
    client.connection.start_stream(REQUEST, end=False)

    with pytest.raises(ConnectionError):
        client.connection.start_stream(REQUEST, end=False)


@in_event_loop
async def test_a_lost_connection_is_told() -> None:
    client, _ = join()
    await settle()
    client.connection.connection_lost(None)

    assert client.recorder.told("lost")
    assert not client.connection.open
    with pytest.raises(ConnectionError):
        _ = client.connection.socket


@in_event_loop
async def test_unknown_frames_and_finished_streams_are_ignored() -> None:
    client, server = join()
    stream = client.connection.start_stream(REQUEST, end=True)
    await settle()
    server.connection.send_headers(stream, RESPONSE, end=True)
    await settle()
    before = list(server.recorder.seen)
    for raw in (
        PriorityFrame(1).serialize(),
        b"\0\0\0\x63\0\0\0\0\0",
        WindowUpdateFrame(stream, 1).serialize(),
        RstStreamFrame(stream, 1).serialize(),
    ):
        server.connection.data_received(raw)
    await settle()

    assert server.recorder.seen == before
    assert server.connection.open


NOT_HTTP2: dict[str, Callable[[], bytes]] = {
    "a frame that is too large": lambda: b"\x00\x40\x01" + bytes(6),
    "a push": lambda: PushPromiseFrame(1, 2, flags=["END_HEADERS"]).serialize(),
    "a continuation of nothing": lambda: ContinuationFrame(1, b"x").serialize(),
    "interrupted headers": lambda: HeadersFrame(1, b"x").serialize() + PingFrame(0, bytes(8)).serialize(),
    "headers that can't be decoded": lambda: HeadersFrame(1, b"\xbe\xbe", flags=["END_HEADERS"]).serialize(),
    "settings of an odd size": lambda: b"\0\0\x03\x04\0\0\0\0\0odd",
    "a window that is too large": lambda: WindowUpdateFrame(0, 2**31 - 1).serialize(),
    "more padding than frame": lambda: b"\0\0\x01\0\x08\0\0\0\x01\xff",
}


@pytest.mark.parametrize("raw", NOT_HTTP2.values(), ids=NOT_HTTP2)
def test_what_is_not_http2_ends_the_connection(raw: Callable[[], bytes]) -> None:
    async def scene() -> None:
        _, server = join()
        await settle()
        server.transport.written.clear()
        server.connection.data_received(raw())
        await settle()

        assert not server.transport.open
        assert isinstance(frames_in(server)[-1], GoAwayFrame)

    asyncio.run(scene())


@in_event_loop
async def test_a_server_wants_the_preface_first() -> None:
    server = Side.make(client=False)
    server.connection.connection_made(server.transport)
    server.connection.data_received(b"GET / HTTP/1.1\r\n")

    assert not server.transport.open
    assert not server.recorder.told("opened")
