"""One provider process: started, greeted, connected to, ended."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.relay.daemon.exchange import Answer, ProviderError, Sink
from cellwright.relay.daemon.methods import SERVICES, SHUTDOWN_METHOD
from cellwright.relay.daemon.spawning import Child, Program, Starter, StartError
from cellwright.relay.http2 import grpc
from cellwright.relay.http2.connection import Http2Connection
from cellwright.relay.http2.frames import ErrorCode

# What Terraform itself tells a provider; the cookie is no secret, it only says "you are not run by hand".
_GREETING_ENVIRONMENT = {
    b"TF_PLUGIN_MAGIC_COOKIE": b"d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    b"PLUGIN_MIN_PORT": b"10000",
    b"PLUGIN_MAX_PORT": b"25000",
    b"PLUGIN_PROTOCOL_VERSIONS": b"5,6",
}
# Most of what a provider process allocates, it allocates once, while it starts: collecting garbage less often
# saves a fifth of its CPU time and costs some megabytes. It changes nothing else, and gives way to any choice
# that the environment makes.
_TUNING = {b"GOGC": b"400"}
_NEVER_PASSED = frozenset((b"TF_REATTACH_PROVIDERS", b"PLUGIN_CLIENT_CERT"))
_GREETING_PARTS = 4
_START_SECONDS = 60.0
"""What go-plugin gives a provider to greet."""
_SHUTDOWN_SECONDS = 2.0
"""What Terraform gives a provider to end by itself."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a provider says when it is ready: protocol version and where it listens."""

    protocol: int
    network: str
    address: str

    @classmethod
    def parse(cls, line: str) -> "Greeting":
        """Read `1|5|unix|/tmp/plugin123|grpc|`.

        Raises:
            ProviderError: it is another greeting, or of a protocol that the relay does not know.
        """
        parts = line.strip().split("|")
        if len(parts) < _GREETING_PARTS or parts[0] != "1" or not parts[1].isdigit():
            raise ProviderError("it greets in a way that is not go-plugin's")
        if int(parts[1]) not in SERVICES:
            raise ProviderError(f"it speaks protocol {parts[1]}")
        if parts[4:5] not in ([], ["grpc"]) or any(len(part) > 0 for part in parts[5:6]):
            raise ProviderError("it does not speak plain gRPC")
        if parts[2] == "unix" and not parts[3].startswith("/"):
            raise ProviderError("it listens on a relative path")
        return cls(int(parts[1]), parts[2], parts[3])


class ProviderProcess:
    """A provider process and the one connection to it. Whoever holds it sees that it is configured once."""

    def __init__(self, spawner: Starter, program: Program) -> None:
        self._spawner = spawner
        self._program = program
        self._child: Child | None = None
        self._greeting: Greeting | None = None
        self._connection: Http2Connection | None = None
        self._sinks: dict[int, Sink] = {}
        self._ready = asyncio.Event()

    async def start(self) -> "ProviderProcess":
        """Start it and connect; returns itself, ready for calls.

        Raises:
            ProviderError: it did not start, greet or listen; it has been ended then.
        """
        try:
            self._child = self._spawner.start(self._program)
            line = await asyncio.wait_for(asyncio.shield(self._child.greeting), _START_SECONDS)
            self._greeting = Greeting.parse(line)
            await asyncio.wait_for(self._connect(self._greeting), _START_SECONDS)
        except TimeoutError as fault:
            self.kill()
            raise ProviderError("it did not start: no greeting in time") from fault
        except (StartError, OSError) as fault:
            self.kill()
            raise ProviderError(f"it did not start: {fault}") from fault
        except BaseException:
            self.kill()
            raise
        return self

    @property
    def protocol(self) -> int:
        """The protocol version that it speaks."""
        return self._greeting.protocol if self._greeting else 0

    @property
    def pid(self) -> int | None:
        """Its process number, once it has greeted."""
        return self._child.pid if self._child else None

    @property
    def alive(self) -> bool:
        """Whether it takes new calls."""
        return self._connection is not None and self._connection.open

    @property
    def busy(self) -> bool:
        """Whether a call is under way."""
        return bool(self._sinks)

    def begin(self, block: bytes, sink: Sink, *, end: bool) -> int:
        """Pass on the beginning of a call and return its stream.

        Raises:
            ProviderError: the process is gone.
        """
        if self._connection is None or not self._connection.open:
            raise ProviderError("it is gone")
        stream = self._connection.start_stream(block, end=end)
        self._sinks[stream] = sink
        return stream

    def send(self, stream: int, payload: bytes, *, end: bool) -> None:
        """Pass on a piece of a request."""
        if self._connection is not None:
            self._connection.send_data(stream, payload, end=end)

    def used(self, stream: int, size: int) -> None:
        """Say that `size` bytes of an answer have been taken."""
        if self._connection is not None:
            self._connection.replenish(stream, size)

    def cancel(self, stream: int, code: int = ErrorCode.CANCEL) -> None:
        """Give up one call."""
        if self._sinks.pop(stream, None) is not None and self._connection is not None:
            self._connection.reset(stream, code)

    async def call(self, method: str, message: bytes) -> bytes:
        """Make a call of the relay's own and return the answer.

        Raises:
            ProviderError: the provider is gone or answers with an error; the text names the status.
        """
        answer = Answer(asyncio.get_running_loop().create_future())
        stream = self.begin(grpc.request_headers(method), answer, end=False)
        answer.take = lambda size: self.used(stream, size)
        self.send(stream, grpc.pack(message), end=True)
        return await answer.result

    async def end(self) -> None:
        """Let it shut down as Terraform would, then see that it is gone."""
        if self.alive:
            with suppress(ProviderError, TimeoutError):
                await asyncio.wait_for(self.call(SHUTDOWN_METHOD, b""), _SHUTDOWN_SECONDS)
        if self._child is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._child.ended.wait(), _SHUTDOWN_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it at once, with everything that it started, and remove its socket."""
        if self._child is not None:
            with suppress(StartError):
                self._spawner.kill(self._child)
        if self._connection is not None:
            self._connection.close()
        if self._greeting is not None and self._greeting.network == "unix":
            Path(self._greeting.address).unlink(missing_ok=True)

    async def _connect(self, greeting: Greeting) -> None:
        loop = asyncio.get_running_loop()
        connection = self._connection = Http2Connection(self, client=True)
        if greeting.network == "unix":
            await loop.create_unix_connection(lambda: connection, greeting.address)
        elif greeting.network == "tcp":
            host, _, port = greeting.address.rpartition(":")
            await loop.create_connection(lambda: connection, host, int(port))
        else:
            raise ProviderError(f"it listens on {greeting.network}")
        await self._ready.wait()
        if not connection.open:
            raise ProviderError("it hung up")

    # What the connection tells (http2.connection.Events).

    def opened(self) -> None:
        """The provider speaks HTTP/2: its windows are known."""
        self._ready.set()

    def headers(self, stream: int, block: bytes, *, end: bool) -> None:
        """Hand a header block to the stream's sink."""
        if sink := self._sinks.pop(stream, None) if end else self._sinks.get(stream):
            sink.answer_headers(block, end=end)

    def data(self, stream: int, payload: bytes, *, end: bool) -> None:
        """Hand a piece of an answer to the stream's sink."""
        if sink := self._sinks.pop(stream, None) if end else self._sinks.get(stream):
            sink.answer_data(payload, end=end)

    def drained(self, stream: int, size: int) -> None:
        """Tell the sink that its request has moved on."""
        if sink := self._sinks.get(stream):
            sink.request_taken(size)

    def reset(self, stream: int, code: int) -> None:
        """Tell the sink that the provider broke the call off."""
        if sink := self._sinks.pop(stream, None):
            sink.broken_off(code)

    def finished(self, stream: int) -> None:
        """A call is over; its sink went with the end of the answer."""

    def lost(self) -> None:
        """The process is gone, and every call with it."""
        self._ready.set()
        self._connection = None
        sinks, self._sinks = self._sinks, {}
        for sink in sinks.values():
            sink.broken_off(None)


def provider_environment(environment: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """What a provider gets of its Terraform's environment: all of it, but for how to reach the relay."""
    passed = {name: value for name, value in environment.items() if name not in _NEVER_PASSED}
    return _TUNING | passed | _GREETING_ENVIRONMENT
