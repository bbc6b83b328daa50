"""One gRPC call that Terraform makes: answered by the relay itself, or forwarded to a provider."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.http2 import grpc
from cellwright.relay.http2.connection import Http2Connection
from cellwright.relay.http2.handler import Headers

ProviderSource = Callable[[], Awaitable[ProviderProcess]]
"""Gives the process that a call is forwarded to, once it has started."""
GONE = "the provider process is gone"


class Call(Protocol):
    """Takes what Terraform does on one stream."""

    def data(self, payload: bytes, *, end: bool) -> None:
        """A piece of the request; `end` with the last."""

    def sent(self, size: int) -> None:
        """`size` bytes of the answer have been sent."""

    def cancelled(self) -> None:
        """Terraform has cancelled the call, or is gone."""


class LocalCall:
    """A call that the relay answers itself, once the request is complete."""

    def __init__(self, connection: Http2Connection, stream: int, answer: Callable[[], bytes]) -> None:
        self._connection = connection
        self._stream = stream
        self._answer = answer

    def data(self, payload: bytes, *, end: bool) -> None:
        """Wait for the end, then answer."""
        self._connection.acknowledge(self._stream, len(payload))
        if end:
            send_answer(self._connection, self._stream, self._answer())

    def sent(self, size: int) -> None:
        """Nothing depends on it."""

    def cancelled(self) -> None:
        """Nothing is in progress."""


class SilentCall:
    """A call on which nothing more happens: kept open without an answer, or already refused."""

    def data(self, payload: bytes, *, end: bool) -> None:
        """Ignored."""

    def sent(self, size: int) -> None:
        """Nothing is sent."""

    def cancelled(self) -> None:
        """Nothing is in progress."""


class ForwardedCall:
    """A call that is forwarded to a provider process; it waits if the process is still starting.

    Each piece of a message is passed on as it comes, and acknowledged to its sender when it has been sent on.
    """

    def __init__(
        self, connection: Http2Connection, stream: int, headers: Headers, source: ProviderSource
    ) -> None:
        self._connection = connection
        self._stream = stream
        self._headers = headers
        self._waiting: list[tuple[bytes, bool]] = []
        self._provider: ProviderProcess | None = None
        self._provider_stream = 0
        self._answering = False
        self._begun = asyncio.create_task(self._begin(source))

    async def _begin(self, source: ProviderSource) -> None:
        try:
            provider = await source()
            self._provider_stream = provider.begin(self._headers, self)
        except ProviderError:
            # Terraform reports it as it reports any provider that died: "Plugin did not respond".
            send_error(self._connection, self._stream, grpc.StatusCode.UNAVAILABLE, GONE)
            return
        self._provider = provider
        for payload, end in self._waiting:
            provider.send(self._provider_stream, payload, end=end)
        self._waiting.clear()

    # What Terraform does (Call).

    def data(self, payload: bytes, *, end: bool) -> None:
        """Forward a piece of the request, or keep it for the process that is starting."""
        if self._provider is None:
            self._waiting.append((payload, end))
        else:
            self._provider.send(self._provider_stream, payload, end=end)

    def sent(self, size: int) -> None:
        """Let the provider send as much more of the answer as was sent to Terraform."""
        if self._provider is not None:
            self._provider.acknowledge(self._provider_stream, size)

    def cancelled(self) -> None:
        """Cancel the call at the provider too."""
        self._begun.cancel()
        if self._provider is not None:
            self._provider.cancel(self._provider_stream)

    # What the provider does (response.ResponseHandler).

    def response_headers(self, headers: Headers, *, end: bool) -> None:
        """Forward the headers or the trailers of the answer."""
        self._answering = True
        self._connection.send_headers(self._stream, headers, end=end)

    def response_data(self, payload: bytes, *, end: bool) -> None:
        """Forward a piece of the answer."""
        self._connection.send_data(self._stream, payload, end=end)

    def request_sent(self, size: int) -> None:
        """Let Terraform send as much more of the request as was sent to the provider."""
        self._connection.acknowledge(self._stream, size)

    def response_aborted(self, code: int | None) -> None:
        """End the call as the provider ended it, or with an error if the provider is gone."""
        if code is not None:
            self._connection.reset_stream(self._stream, code)
        elif self._answering:
            trailers = grpc.error_trailers(grpc.StatusCode.UNAVAILABLE, GONE)
            self._connection.send_headers(self._stream, trailers, end=True)
        else:
            send_error(self._connection, self._stream, grpc.StatusCode.UNAVAILABLE, GONE)


def send_answer(connection: Http2Connection, stream: int, message: bytes) -> None:
    """Send a complete answer without error."""
    connection.send_headers(stream, grpc.ANSWER_HEADERS, end=False)
    connection.send_data(stream, grpc.pack(message), end=False)
    connection.send_headers(stream, grpc.OK_TRAILERS, end=True)


def send_error(connection: Http2Connection, stream: int, status: grpc.StatusCode, message: str) -> None:
    """Send an answer that is only an error."""
    connection.send_headers(stream, grpc.error_headers(status, message), end=True)
