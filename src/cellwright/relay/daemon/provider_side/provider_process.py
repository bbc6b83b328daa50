"""One provider process: start it, connect to it, make calls, end it."""

import asyncio
from contextlib import suppress
from pathlib import Path

from cellwright.relay.daemon.provider_side.handshake import Handshake
from cellwright.relay.daemon.provider_side.methods import SHUTDOWN_METHOD
from cellwright.relay.daemon.provider_side.response import ProviderError, ResponseCollector, ResponseHandler
from cellwright.relay.daemon.provider_side.spawner_client import (
    Program,
    ProgramStarter,
    ProgramStartError,
    SpawnedProgram,
)
from cellwright.relay.http2 import grpc
from cellwright.relay.http2.connection import Http2Connection
from cellwright.relay.http2.handler import CANCEL, Headers

_START_SECONDS = 60.0
"""How long go-plugin waits for a provider's handshake."""
_SHUTDOWN_SECONDS = 2.0
"""How long Terraform waits for a provider to end by itself."""


class ProviderProcess:
    """A provider process and the one connection to it. Its owner takes care that it is configured once."""

    def __init__(self, starter: ProgramStarter, program: Program) -> None:
        self._starter = starter
        self._program = program
        self._spawned: SpawnedProgram | None = None
        self._handshake: Handshake | None = None
        self._connection: Http2Connection | None = None
        self._handlers: dict[int, ResponseHandler] = {}
        self._ready = asyncio.Event()

    async def start(self) -> "ProviderProcess":
        """Start it and connect; returns itself, ready for calls.

        Raises:
            ProviderError: it did not start, print a handshake or listen; it has been ended then.
        """
        try:
            self._spawned = self._starter.start(self._program)
            line = await asyncio.wait_for(asyncio.shield(self._spawned.first_line), _START_SECONDS)
            self._handshake = Handshake.parse(line)
            await asyncio.wait_for(self._connect(self._handshake), _START_SECONDS)
        except TimeoutError as fault:
            self.kill()
            raise ProviderError("it did not start: no handshake in time") from fault
        except (ProgramStartError, OSError) as fault:
            self.kill()
            raise ProviderError(f"it did not start: {fault}") from fault
        except BaseException:
            self.kill()
            raise
        return self

    @property
    def protocol(self) -> int:
        """The protocol version that it speaks."""
        return self._handshake.protocol if self._handshake else 0

    @property
    def alive(self) -> bool:
        """Whether it takes new calls."""
        return self._connection is not None and self._connection.open

    @property
    def busy(self) -> bool:
        """Whether a call is in progress."""
        return bool(self._handlers)

    def begin(self, headers: Headers, handler: ResponseHandler) -> int:
        """Begin a call and return its stream.

        Raises:
            ProviderError: the process is gone, or takes no more calls.
        """
        if self._connection is None or not self._connection.open:
            raise ProviderError("it is gone")
        try:
            stream = self._connection.start_stream(headers, end=False)
        except ConnectionError as fault:
            raise ProviderError(f"it takes no more calls: {fault}") from fault
        self._handlers[stream] = handler
        return stream

    def send(self, stream: int, payload: bytes, *, end: bool) -> None:
        """Send a piece of a request."""
        if self._connection is not None:
            self._connection.send_data(stream, payload, end=end)

    def acknowledge(self, stream: int, size: int) -> None:
        """Let the provider send `size` more bytes of an answer."""
        if self._connection is not None:
            self._connection.acknowledge(stream, size)

    def cancel(self, stream: int) -> None:
        """Cancel one call."""
        if self._handlers.pop(stream, None) is not None and self._connection is not None:
            self._connection.reset_stream(stream, CANCEL)

    async def call(self, method: str, message: bytes) -> bytes:
        """Make a call of the relay's own and return the answer.

        Raises:
            ProviderError: the provider is gone or answers with an error; the text names the status.
        """
        collector = ResponseCollector(asyncio.get_running_loop().create_future())
        stream = self.begin(grpc.request_headers(method), collector)
        collector.acknowledge = lambda size: self.acknowledge(stream, size)
        self.send(stream, grpc.pack(message), end=True)
        return await collector.result

    async def end(self) -> None:
        """Let it shut down as Terraform would, then kill what is left."""
        if self.alive:
            with suppress(ProviderError, TimeoutError):
                await asyncio.wait_for(self.call(SHUTDOWN_METHOD, b""), _SHUTDOWN_SECONDS)
        if self._spawned is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._spawned.ended.wait(), _SHUTDOWN_SECONDS)
        self.kill()

    def kill(self) -> None:
        """Kill it, with everything that it started, and remove its socket."""
        if self._spawned is not None:
            with suppress(ProgramStartError):
                self._starter.kill(self._spawned)
        if self._connection is not None:
            self._connection.close()
        if self._handshake is not None and self._handshake.network == "unix":
            Path(self._handshake.address).unlink(missing_ok=True)

    async def _connect(self, handshake: Handshake) -> None:
        loop = asyncio.get_running_loop()
        connection = self._connection = Http2Connection(self, client=True)
        if handshake.network == "unix":
            await loop.create_unix_connection(lambda: connection, handshake.address)
        elif handshake.network == "tcp":
            host, _, port = handshake.address.rpartition(":")
            await loop.create_connection(lambda: connection, host, int(port))
        else:
            raise ProviderError(f"it listens on {handshake.network}")
        await self._ready.wait()
        if not connection.open:
            raise ProviderError("it closed the connection")

    # What the connection reports (http2.handler.ConnectionHandler).

    def opened(self) -> None:
        """The provider speaks HTTP/2."""
        self._ready.set()

    def headers(self, stream: int, headers: Headers, *, end: bool) -> None:
        """Hand headers or trailers to the stream's handler."""
        if handler := self._handlers.pop(stream, None) if end else self._handlers.get(stream):
            handler.response_headers(headers, end=end)

    def data(self, stream: int, payload: bytes, *, end: bool) -> None:
        """Hand a piece of an answer to the stream's handler."""
        if handler := self._handlers.pop(stream, None) if end else self._handlers.get(stream):
            handler.response_data(payload, end=end)

    def sent(self, stream: int, size: int) -> None:
        """Tell the handler how much of its request has been sent."""
        if handler := self._handlers.get(stream):
            handler.request_sent(size)

    def reset(self, stream: int, code: int) -> None:
        """Tell the handler that the provider ended the call early."""
        if handler := self._handlers.pop(stream, None):
            handler.response_aborted(code)

    def finished(self, stream: int) -> None:
        """The call is over; its handler was dropped with the end of the answer."""

    def lost(self) -> None:
        """The process is gone, and every call with it."""
        self._ready.set()
        self._connection = None
        handlers, self._handlers = self._handlers, {}
        for handler in handlers.values():
            handler.response_aborted(None)
