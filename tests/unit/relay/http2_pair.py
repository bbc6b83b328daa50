"""Two HTTP/2 connections joined in memory, and a handler that records what it is told."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from hyperframe.frame import Frame

from cellwright.relay.http2.connection import Http2Connection
from cellwright.relay.http2.handler import Headers

AsyncTest = Callable[[], Coroutine[Any, Any, None]]


def in_event_loop(test: AsyncTest) -> Callable[[], None]:
    """Run an asynchronous test."""

    def run() -> None:
        asyncio.run(test())

    run.__name__ = test.__name__
    return run


class MemoryTransport(asyncio.Transport):
    """One end: what is written here arrives at the other end, in small pieces."""

    def __init__(self) -> None:
        super().__init__()
        self.target: asyncio.Protocol | None = None
        self.open = True
        self.written = bytearray()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data
        if self.target is not None:
            for at in range(0, len(data), 1000):
                asyncio.get_running_loop().call_soon(self.target.data_received, bytes(data[at : at + 1000]))

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def is_closing(self) -> bool:
        return not self.open

    def close(self) -> None:
        self.open = False


@dataclass
class RecordingHandler:
    """A connection's handler; `acknowledges` says whether it uses at once what arrives."""

    connection: Http2Connection | None = None
    acknowledges: bool = True
    seen: list[tuple[object, ...]] = field(default_factory=list)
    received: dict[int, bytearray] = field(default_factory=dict)

    def opened(self) -> None:
        self.seen.append(("opened",))

    def headers(self, stream: int, headers: Headers, *, end: bool) -> None:
        self.seen.append(("headers", stream, tuple(headers), end))

    def data(self, stream: int, payload: bytes, *, end: bool) -> None:
        self.received.setdefault(stream, bytearray()).extend(payload)
        if self.acknowledges and self.connection is not None:
            self.connection.acknowledge(stream, len(payload))
        if end:
            self.seen.append(("ended", stream))

    def sent(self, stream: int, size: int) -> None:
        self.seen.append(("sent", stream, size))

    def reset(self, stream: int, code: int) -> None:
        self.seen.append(("reset", stream, code))

    def finished(self, stream: int) -> None:
        self.seen.append(("finished", stream))

    def lost(self) -> None:
        self.seen.append(("lost",))

    def told(self, what: str) -> list[tuple[object, ...]]:
        return [entry for entry in self.seen if entry[0] == what]


@dataclass
class Side:
    recorder: RecordingHandler
    connection: Http2Connection
    transport: MemoryTransport

    @classmethod
    def make(cls, *, client: bool) -> "Side":
        recorder = RecordingHandler()
        connection = recorder.connection = Http2Connection(recorder, client=client)
        return cls(recorder, connection, MemoryTransport())


def join() -> tuple[Side, Side]:
    """A client and a server, connected."""
    client, server = Side.make(client=True), Side.make(client=False)
    client.transport.target, server.transport.target = server.connection, client.connection
    server.connection.connection_made(server.transport)
    client.connection.connection_made(client.transport)
    return client, server


async def settle() -> None:
    """Let everything arrive that was sent."""
    for _ in range(2000):
        await asyncio.sleep(0)


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
REQUEST = ((b":method", b"POST"), (b":path", b"/service/Method"), (b"te", b"trailers"))
RESPONSE = ((b":status", b"200"), (b"content-type", b"application/grpc"))
TRAILERS = ((b"grpc-status", b"0"),)
BIGGEST_MESSAGE = 5 << 20


def frames_in(side: Side) -> list[Frame]:
    """What a side has written, preface left out."""
    data = memoryview(bytes(side.transport.written).removeprefix(PREFACE))
    found = []
    while data:
        frame, size = Frame.parse_frame_header(data[:9])
        frame.parse_body(data[9 : 9 + size])
        found.append(frame)
        data = data[9 + size :]
    return found


def sent_headers(side: Side) -> list[object]:
    return [entry[2] for entry in side.recorder.told("headers")]
