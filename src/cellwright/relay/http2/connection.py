"""One HTTP/2 connection, client or server side, as an asyncio protocol.

`h2` does the protocol: frames, header compression, stream states, flow control windows. This module adds
what a sans-IO library leaves to its user: the socket, and a queue for data that the receiver has no room for
yet. Room is given back to a sender only when its data has been used, so that a slow receiver at the far end
slows the sender down and the relay never holds more than one window of a stream.
"""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

from h2 import events
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings

from cellwright.relay.http2.handler import ConnectionHandler, Headers

STREAM_WINDOW = 1 << 20
"""How many bytes of one stream the relay holds before the receiver must take some."""
_CONNECTION_WINDOW = 1 << 30
_DEFAULT_WINDOW = 65535
_WRITE_BUFFER = 1 << 20
_SETTINGS = {
    SettingCodes.ENABLE_PUSH: 0,
    SettingCodes.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
    # As much as gRPC for Go takes itself: the relay must not refuse what a provider would have accepted.
    SettingCodes.MAX_CONCURRENT_STREAMS: 2**31 - 1,
    SettingCodes.MAX_HEADER_LIST_SIZE: 16 << 20,
}


@dataclass(slots=True)
class _Stream:
    """What this side keeps of one stream."""

    queue: deque[memoryview] = field(default_factory=deque)
    """Data that waits for room at the receiver."""
    trailers: Headers | None = None
    """Sent after the queue; they end this side of the stream."""
    ending: bool = False
    """No more may be added to the queue."""
    ended: bool = False
    """This side has ended the stream."""
    remote_ended: bool = False


class Http2Connection(asyncio.Protocol):
    """A client opens streams, a server answers them."""

    def __init__(self, handler: ConnectionHandler, *, client: bool) -> None:
        self._handler = handler
        # Headers are passed on as they came, so they are neither checked nor changed.
        self._h2 = H2Connection(
            H2Configuration(
                client_side=client,
                validate_inbound_headers=False,
                normalize_inbound_headers=False,
                validate_outbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        self._h2.local_settings = Settings(client=client, initial_values=_SETTINGS)
        self._h2.decoder.max_header_list_size = _SETTINGS[SettingCodes.MAX_HEADER_LIST_SIZE]
        self._transport: asyncio.Transport | None = None
        self._streams: dict[int, _Stream] = {}
        self._opened = self._paused = self._scheduled = self._over = False
        self._on_event: dict[type[Any], Callable[[Any], None]] = {
            events.RequestReceived: self._on_request,
            events.ResponseReceived: self._on_headers,
            events.TrailersReceived: self._on_headers,
            events.DataReceived: self._on_data,
            events.StreamEnded: self._on_stream_ended,
            events.StreamReset: self._on_reset,
            events.WindowUpdated: self._on_window,
            events.RemoteSettingsChanged: self._on_settings,
            events.ConnectionTerminated: self._on_terminated,
        }

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
        """Whether new streams can be started."""
        return self._transport is not None and not self._over

    # Called by asyncio.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send this side's settings."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(_WRITE_BUFFER)
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(_CONNECTION_WINDOW - _DEFAULT_WINDOW)
        self._schedule_write()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Tell the handler."""
        self._transport = None
        self._handler.lost()

    def pause_writing(self) -> None:
        """Queue data until the socket takes more."""
        self._paused = True

    def resume_writing(self) -> None:
        """Go on sending."""
        self._paused = False
        self._send_queued()

    def data_received(self, data: bytes) -> None:
        """Process what arrived; anything that is not valid HTTP/2 ends the connection."""
        if self._over:
            return
        try:
            for event in self._h2.receive_data(data):
                if handle := self._on_event.get(type(event)):
                    handle(event)
        except ProtocolError:
            # h2 has put the error code for the other side into its output already.
            self._over = True
            self.close()
        else:
            self._schedule_write()

    # Called by the owner.

    def start_stream(self, headers: Headers, *, end: bool) -> int:
        """Open a stream as a client and return its number.

        Raises:
            ConnectionError: the other side allows no more streams.
        """
        number = self._h2.get_next_available_stream_id()
        try:
            self._h2.send_headers(number, headers, end_stream=end)
        except ProtocolError as fault:
            raise ConnectionError(str(fault)) from fault
        self._streams[number] = _Stream(ending=end, ended=end)
        self._schedule_write()
        return number

    def send_headers(self, number: int, headers: Headers, *, end: bool) -> None:
        """Send headers; with `end`, after all data that still waits."""
        stream = self._streams.get(number)
        if stream is None or stream.ending or self._over:
            return
        if end:
            stream.trailers, stream.ending = headers, True
            self._send(number, stream)
        else:
            with suppress(ProtocolError):
                self._h2.send_headers(number, headers)
            self._schedule_write()

    def send_data(self, number: int, payload: bytes, *, end: bool) -> None:
        """Send a piece of a message as soon as the receiver has room; `sent` reports when."""
        stream = self._streams.get(number)
        if stream is None or stream.ending or self._over:
            return
        if payload:
            stream.queue.append(memoryview(payload))
        stream.ending = end
        self._send(number, stream)

    def reset_stream(self, number: int, code: int) -> None:
        """End a stream at once; data that still waits is dropped."""
        if self._streams.pop(number, None) is not None and not self._over:
            with suppress(ProtocolError):
                self._h2.reset_stream(number, code)
            self._schedule_write()

    def acknowledge(self, number: int, size: int) -> None:
        """Let the sender of a stream send `size` more bytes: what it had sent has been used."""
        if not self._over:
            with suppress(ProtocolError):
                self._h2.acknowledge_received_data(size, number)
            self._schedule_write()

    def close(self) -> None:
        """Write what can be written now and close."""
        self._write()
        if self._transport is not None:
            self._transport.close()

    # What h2 reports.

    def _on_request(self, event: events.RequestReceived) -> None:
        self._streams[event.stream_id] = _Stream()
        self._on_headers(event)

    def _on_headers(
        self, event: events.RequestReceived | events.ResponseReceived | events.TrailersReceived
    ) -> None:
        if event.stream_id in self._streams:
            end = event.stream_ended is not None
            self._handler.headers(event.stream_id, cast("Headers", event.headers), end=end)

    def _on_data(self, event: events.DataReceived) -> None:
        if event.stream_id not in self._streams:
            self.acknowledge(event.stream_id, event.flow_controlled_length)
            return
        if padding := event.flow_controlled_length - len(event.data):
            self.acknowledge(event.stream_id, padding)
        self._handler.data(event.stream_id, event.data, end=event.stream_ended is not None)

    def _on_stream_ended(self, event: events.StreamEnded) -> None:
        if stream := self._streams.get(event.stream_id):
            stream.remote_ended = True
            self._finish(event.stream_id, stream)

    def _on_reset(self, event: events.StreamReset) -> None:
        if self._streams.pop(event.stream_id, None) is not None:
            self._handler.reset(event.stream_id, int(event.error_code))

    def _on_window(self, event: events.WindowUpdated) -> None:
        if not event.stream_id:
            self._send_queued()
        elif stream := self._streams.get(event.stream_id):
            self._send(event.stream_id, stream)

    def _on_settings(self, _event: events.RemoteSettingsChanged) -> None:
        if not self._opened:
            self._opened = True
            self._handler.opened()
        self._send_queued()

    def _on_terminated(self, _event: events.ConnectionTerminated) -> None:
        # h2 takes no more frames after this one, so the streams that are open end here too.
        self._over = True
        self.close()

    # Sending. h2 may know already that a stream is over while the event that says so is still to be handled:
    # what it refuses then would not have been delivered.

    def _send(self, number: int, stream: _Stream) -> None:
        """Send of one stream what the receiver has room for."""
        with suppress(ProtocolError):
            while stream.queue and not self._paused and self._send_piece(number, stream):
                pass
            if stream.ending and not stream.ended and not stream.queue:
                self._send_end(number, stream)
        self._schedule_write()
        self._finish(number, stream)

    def _send_piece(self, number: int, stream: _Stream) -> bool:
        """Send one frame; False if the receiver has no room, or the stream is over."""
        room = min(self._h2.local_flow_control_window(number), self._h2.max_outbound_frame_size)
        if room <= 0:
            return False
        piece = stream.queue.popleft()
        if len(piece) > room:
            stream.queue.appendleft(piece[room:])
            piece = piece[:room]
        last = stream.ending and not stream.queue and stream.trailers is None
        self._h2.send_data(number, piece, end_stream=last)
        stream.ended = last
        self._handler.sent(number, len(piece))
        return number in self._streams

    def _send_end(self, number: int, stream: _Stream) -> None:
        if stream.trailers is None:
            self._h2.end_stream(number)
        else:
            self._h2.send_headers(number, stream.trailers, end_stream=True)
        stream.ended = True

    def _send_queued(self) -> None:
        for number, stream in tuple(self._streams.items()):
            if stream.queue:
                self._send(number, stream)

    def _finish(self, number: int, stream: _Stream) -> None:
        if stream.ended and stream.remote_ended and self._streams.pop(number, None) is not None:
            self._handler.finished(number)

    def _schedule_write(self) -> None:
        """Collect what one round of the event loop writes: an answer is one system call, not three."""
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._write)

    def _write(self) -> None:
        self._scheduled = False
        if self._transport is None or self._transport.is_closing():
            return
        if data := self._h2.data_to_send():
            self._transport.write(data)
