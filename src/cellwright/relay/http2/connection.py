"""One HTTP/2 connection, either side of it, as an asyncio protocol: streams and their flow control."""

import asyncio
import socket
from typing import cast

from cellwright.relay.http2.events import Events
from cellwright.relay.http2.frames import (
    ACK,
    END_HEADERS,
    END_STREAM,
    PREFACE,
    ErrorCode,
    Frame,
    FrameReader,
    FrameType,
    ProtocolError,
    Setting,
    frame,
    header_frames,
    read_number,
    read_settings,
    reset_frame,
    settings_frame,
    window_frame,
)
from cellwright.relay.http2.outgoing import LARGEST_WINDOW, Outgoing

_DEFAULT_WINDOW = 65535
STREAM_WINDOW = 1 << 20
"""How much of one stream the relay holds before the receiver must take some."""
_REPLENISH = STREAM_WINDOW // 2
_CONNECTION_WINDOW = 1 << 30
_WRITE_BUFFER = 1 << 20
_OUR_SETTINGS = {
    # No dynamic table: see headers.py.
    Setting.HEADER_TABLE_SIZE: 0,
    Setting.ENABLE_PUSH: 0,
    Setting.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
}


class Http2Connection(asyncio.Protocol):
    """Frames in and out of one socket. A client opens streams, a server answers them."""

    def __init__(self, events: Events, *, client: bool) -> None:
        self._events = events
        self._client = client
        self._reader = FrameReader()
        self._preface = b"" if client else PREFACE
        self._transport: asyncio.Transport | None = None
        self._writes: list[bytes] = []
        self._blocked = False
        self._window = self._peer_initial = _DEFAULT_WINDOW
        self._received = 0
        self._out: dict[int, Outgoing] = {}
        self._credit: dict[int, int] = {}
        self._block: tuple[int, bytearray, bool] | None = None
        self._next_stream = 1
        self.going_away = False
        """The other side takes no new streams."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say which settings hold for this side (asyncio calls this)."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(_WRITE_BUFFER)
        if self._client:
            self._write(PREFACE)
        self._write(settings_frame(_OUR_SETTINGS))
        self._write(window_frame(0, _CONNECTION_WINDOW - _DEFAULT_WINDOW))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Tell the owner (asyncio calls this)."""
        self._transport = None
        self._events.lost()

    def pause_writing(self) -> None:
        """Queue what is sent until the socket takes more (asyncio calls this)."""
        self._blocked = True

    def resume_writing(self) -> None:
        """Go on sending (asyncio calls this)."""
        self._blocked = False
        self._flush_all()

    def data_received(self, data: bytes) -> None:
        """Take what arrived (asyncio calls this); anything that is not HTTP/2 ends the connection."""
        try:
            data = self._after_preface(data)
            for received in self._reader.feed(data):
                self._take(received)
        except ProtocolError as fault:
            self._write(frame(FrameType.GOAWAY, 0, 0, _goaway(ErrorCode.PROTOCOL_ERROR, str(fault))))
            self.close()

    @property
    def socket(self) -> socket.socket:
        """The socket underneath.

        Raises:
            ConnectionError: the connection is over.
        """
        if self._transport is None:
            raise ConnectionError("no connection")
        return cast("socket.socket", self._transport.get_extra_info("socket"))

    @property
    def open(self) -> bool:
        """Whether new streams make sense."""
        return self._transport is not None and not self.going_away

    def start_stream(self, block: bytes, *, end: bool) -> int:
        """Open a stream as a client and return its number."""
        stream = self._next_stream
        self._next_stream += 2
        outgoing = self._begin(stream)
        outgoing.ending = outgoing.closed = end
        self._write(header_frames(stream, block, end=end))
        return stream

    def send_headers(self, stream: int, block: bytes, *, end: bool) -> None:
        """Send a header block; with `end`, after all data that still waits."""
        outgoing = self._out.get(stream)
        if outgoing is None or outgoing.ending:
            return
        if end:
            outgoing.add_trailers(block)
            self._flush(outgoing)
        else:
            self._write(header_frames(stream, block, end=False))

    def send_data(self, stream: int, payload: bytes, *, end: bool) -> None:
        """Send a piece of a message as soon as the receiver has room; `drained` tells when."""
        outgoing = self._out.get(stream)
        if outgoing is None or outgoing.ending:
            return
        outgoing.add(payload, end=end)
        self._flush(outgoing)

    def reset(self, stream: int, code: int) -> None:
        """End a stream at once; what still waits is dropped."""
        if stream in self._out:
            self._forget(stream)
            self._write(reset_frame(stream, code))

    def replenish(self, stream: int, size: int) -> None:
        """Let the sender of a stream send `size` more: what it had sent has been used."""
        if stream not in self._credit:
            return
        self._credit[stream] += size
        if self._credit[stream] >= _REPLENISH:
            self._write(window_frame(stream, self._credit[stream]))
            self._credit[stream] = 0

    def close(self) -> None:
        """Write what can be written now and close."""
        self._write_out()
        if self._transport is not None:
            self._transport.close()

    def _after_preface(self, data: bytes) -> bytes:
        if not self._preface:
            return data
        known = min(len(data), len(self._preface))
        if data[:known] != self._preface[:known]:
            raise ProtocolError("no HTTP/2 preface")
        self._preface = self._preface[known:]
        if not self._preface:
            self._events.opened()
        return data[known:]

    def _take(self, received: Frame) -> None:
        if self._block is not None and received.type != FrameType.CONTINUATION:
            raise ProtocolError("a header block interrupted")
        match received.type:
            case FrameType.DATA:
                self._take_data(received)
            case FrameType.HEADERS:
                self._begin_block(received)
            case FrameType.CONTINUATION:
                self._continue_block(received)
            case FrameType.RST_STREAM:
                self._take_reset(received)
            case FrameType.WINDOW_UPDATE:
                self._take_window(received)
            case FrameType.PUSH_PROMISE:
                raise ProtocolError("a push that nobody asked for")
            case _:
                self._take_control(received)

    def _take_control(self, received: Frame) -> None:
        """Frames that concern the whole connection; PRIORITY and unknown ones are passed over."""
        if received.type == FrameType.PING and not received.flags & ACK:
            self._write(frame(FrameType.PING, ACK, 0, received.payload))
        elif received.type == FrameType.GOAWAY:
            self.going_away = True
        elif received.type == FrameType.SETTINGS and not received.flags & ACK:
            settings = read_settings(received.payload)
            self._resize(settings.get(Setting.INITIAL_WINDOW_SIZE, self._peer_initial))
            self._write(frame(FrameType.SETTINGS, ACK, 0))
            if self._client:
                self._events.opened()

    def _resize(self, initial: int) -> None:
        change, self._peer_initial = initial - self._peer_initial, initial
        if change:
            for outgoing in self._out.values():
                outgoing.widen(change)
            self._flush_all()

    def _take_data(self, received: Frame) -> None:
        self._received += len(received.payload)
        if self._received >= _CONNECTION_WINDOW // 2:
            self._write(window_frame(0, self._received))
            self._received = 0
        if received.stream not in self._credit:
            return
        body = received.body
        self.replenish(received.stream, len(received.payload) - len(body))
        end = bool(received.flags & END_STREAM)
        self._events.data(received.stream, body, end=end)
        if end:
            self._finish_receiving(received.stream)

    def _begin_block(self, received: Frame) -> None:
        end = bool(received.flags & END_STREAM)
        self._block = received.stream, bytearray(received.body), end
        self._end_block(received)

    def _continue_block(self, received: Frame) -> None:
        if self._block is None or self._block[0] != received.stream:
            raise ProtocolError("a continuation of nothing")
        self._block[1].extend(received.payload)
        self._end_block(received)

    def _end_block(self, received: Frame) -> None:
        if self._block is None or not received.flags & END_HEADERS:
            return
        stream, block, end = self._block
        self._block = None
        if stream not in self._credit:
            if self._client or stream in self._out:
                return
            self._begin(stream)
        self._events.headers(stream, bytes(block), end=end)
        if end:
            self._finish_receiving(stream)

    def _take_reset(self, received: Frame) -> None:
        code = read_number(received.payload)
        if received.stream in self._out or received.stream in self._credit:
            self._forget(received.stream)
            self._events.reset(received.stream, code)

    def _take_window(self, received: Frame) -> None:
        increment = read_number(received.payload)
        if not received.stream:
            self._window += increment
            if self._window > LARGEST_WINDOW:
                raise ProtocolError(f"a connection window of {self._window} bytes")
            self._flush_all()
        elif outgoing := self._out.get(received.stream):
            outgoing.widen(increment)
            self._flush(outgoing)

    def _begin(self, stream: int) -> Outgoing:
        self._credit[stream] = 0
        return self._out.setdefault(stream, Outgoing(stream, self._peer_initial))

    def _forget(self, stream: int) -> None:
        self._out.pop(stream, None)
        self._credit.pop(stream, None)

    def _finish(self, stream: int) -> None:
        if self._out.pop(stream, None) is not None:
            self._events.finished(stream)

    def _finish_receiving(self, stream: int) -> None:
        self._credit.pop(stream, None)
        outgoing = self._out.get(stream)
        if outgoing is not None and outgoing.closed:
            self._finish(stream)

    def _flush(self, outgoing: Outgoing) -> None:
        if self._blocked:
            return
        for written, size in outgoing.take(self._window):
            self._window -= size
            self._write(written)
            if size:
                self._events.drained(outgoing.stream, size)
        if outgoing.closed and outgoing.stream not in self._credit:
            self._finish(outgoing.stream)

    def _flush_all(self) -> None:
        for outgoing in tuple(self._out.values()):
            if outgoing.queue or outgoing.ending:
                self._flush(outgoing)

    def _write(self, data: bytes) -> None:
        """Collect what one turn of the event loop writes: a reply is one system call, not three."""
        if not self._writes:
            asyncio.get_running_loop().call_soon(self._write_out)
        self._writes.append(data)

    def _write_out(self) -> None:
        if self._writes and self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(self._writes))
        self._writes.clear()


def _goaway(code: ErrorCode, reason: str) -> bytes:
    return b"\0\0\0\0" + int(code).to_bytes(4) + reason.encode()[:200]
