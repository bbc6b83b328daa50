"""One call of Terraform's: answered by the relay itself, or passed to a provider and back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from cellwright.relay.daemon.exchange import ProviderError
from cellwright.relay.daemon.provider import ProviderProcess
from cellwright.relay.http2 import grpc
from cellwright.relay.http2.connection import Http2Connection

Source = Callable[[], Awaitable[ProviderProcess]]
GONE = "the provider process is gone"


class Call(Protocol):
    """Takes what Terraform does on one stream."""

    def data(self, payload: bytes, *, end: bool) -> None:
        """A piece of the request; `end` after the last."""

    def drained(self, size: int) -> None:
        """`size` bytes of the answer have left."""

    def dropped(self) -> None:
        """Terraform gave the call up, or is gone."""


class LocalCall:
    """Answered by the relay itself, once the request is whole."""

    def __init__(self, front: Http2Connection, stream: int, answer: Callable[[], bytes]) -> None:
        self._front = front
        self._stream = stream
        self._answer = answer

    def data(self, payload: bytes, *, end: bool) -> None:
        """Wait for the end, then answer."""
        self._front.replenish(self._stream, len(payload))
        if end:
            answer(self._front, self._stream, self._answer())

    def drained(self, size: int) -> None:
        """The answer leaves by itself."""

    def dropped(self) -> None:
        """Nothing is under way."""


class HeldCall:
    """A stream on which nothing more happens: held open and silent, or refused already."""

    def data(self, payload: bytes, *, end: bool) -> None:
        """What Terraform says on it concerns nobody."""

    def drained(self, size: int) -> None:
        """Nothing is sent."""

    def dropped(self) -> None:
        """Nothing is under way."""


class PassedCall:
    """Passed to a provider process and back, byte for byte; waits if the process is still starting."""

    def __init__(self, front: Http2Connection, stream: int, block: bytes, source: Source) -> None:
        self._front = front
        self._stream = stream
        self._block = block
        self._waiting: list[tuple[bytes, bool]] = []
        self._provider: ProviderProcess | None = None
        self._back = 0
        self._answering = False
        self._begun = asyncio.create_task(self._begin(source))

    async def _begin(self, source: Source) -> None:
        try:
            provider = await source()
            self._back = provider.begin(self._block, self, end=False)
        except ProviderError:
            # Terraform makes of it what it makes of any provider that died: "Plugin did not respond".
            refuse(self._front, self._stream, grpc.Status.UNAVAILABLE, GONE)
            return
        self._provider = provider
        for payload, end in self._waiting:
            provider.send(self._back, payload, end=end)
        self._waiting.clear()

    # What Terraform does (Call).

    def data(self, payload: bytes, *, end: bool) -> None:
        """Pass a piece of the request on, or keep it for the process that is starting."""
        if self._provider is None:
            self._waiting.append((payload, end))
        else:
            self._provider.send(self._back, payload, end=end)

    def drained(self, size: int) -> None:
        """Terraform has taken `size` bytes of the answer: the provider may send as many more."""
        if self._provider is not None:
            self._provider.used(self._back, size)

    def dropped(self) -> None:
        """Give the call up at the provider too."""
        self._begun.cancel()
        if self._provider is not None:
            self._provider.cancel(self._back)

    # What the provider does (provider.Sink).

    def answer_headers(self, block: bytes, *, end: bool) -> None:
        """Pass on the beginning or the end of the answer."""
        self._answering = True
        self._front.send_headers(self._stream, block, end=end)

    def answer_data(self, payload: bytes, *, end: bool) -> None:
        """Pass on a piece of the answer."""
        self._front.send_data(self._stream, payload, end=end)

    def request_taken(self, size: int) -> None:
        """The provider has taken `size` bytes of the request: Terraform may send as many more."""
        self._front.replenish(self._stream, size)

    def broken_off(self, code: int | None) -> None:
        """The provider gave the call up, or is gone."""
        if code is not None:
            self._front.reset(self._stream, code)
        elif self._answering:
            trailers = grpc.error_trailers(grpc.Status.UNAVAILABLE, GONE)
            self._front.send_headers(self._stream, trailers, end=True)
        else:
            refuse(self._front, self._stream, grpc.Status.UNAVAILABLE, GONE)


def answer(front: Http2Connection, stream: int, message: bytes) -> None:
    """Send a whole, good answer."""
    front.send_headers(stream, grpc.answer_headers(), end=False)
    front.send_data(stream, grpc.pack(message), end=False)
    front.send_headers(stream, grpc.clean_trailers(), end=True)


def refuse(front: Http2Connection, stream: int, status: grpc.Status, message: str) -> None:
    """Send an answer that is only an error."""
    front.send_headers(stream, grpc.error_block(status, message), end=True)
