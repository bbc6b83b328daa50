"""What a provider answers on one stream: who takes it, and how it fails."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from cellwright.relay.http2 import grpc
from cellwright.relay.http2.handler import PROTOCOL_ERROR, Headers


class ProviderError(Exception):
    """A provider that did not start, or does not answer as it should."""


class StatusError(ProviderError):
    """The provider answered with an error status."""

    def __init__(self, status: int | None) -> None:
        super().__init__(f"it answered with status {status}")
        self.status = status


class ResponseHandler(Protocol):
    """Takes what a provider answers on one stream."""

    def response_headers(self, headers: Headers, *, end: bool) -> None:
        """The headers that begin the answer, or with `end` its trailers."""

    def response_data(self, payload: bytes, *, end: bool) -> None:
        """A piece of a message."""

    def request_sent(self, size: int) -> None:
        """`size` bytes of the request have been sent."""

    def response_aborted(self, code: int | None) -> None:
        """The stream ended early: with an HTTP/2 error code, or None if the provider is gone."""


class ResponseCollector:
    """Collects the answer to a call that the relay makes itself."""

    def __init__(self, result: asyncio.Future[bytes]) -> None:
        self.result = result
        self.acknowledge: Callable[[int], None] = _ignore
        self._received = bytearray()

    def response_headers(self, headers: Headers, *, end: bool) -> None:
        """Decide with the trailers."""
        if end and not self.result.done():
            self._decide(grpc.status_of(headers))

    def response_data(self, payload: bytes, *, end: bool) -> None:
        """Keep a piece."""
        self._received += payload
        self.acknowledge(len(payload))
        if end:
            self.response_aborted(PROTOCOL_ERROR)

    def request_sent(self, size: int) -> None:
        """Nothing waits for room."""

    def response_aborted(self, code: int | None) -> None:
        """Fail the call."""
        if not self.result.done():
            why = "it is gone" if code is None else f"it ended the call with HTTP/2 error {code}"
            self.result.set_exception(ProviderError(why))

    def _decide(self, status: int | None) -> None:
        message = grpc.unpack(bytes(self._received))
        if status == grpc.StatusCode.OK and message is not None:
            self.result.set_result(message)
        else:
            self.result.set_exception(StatusError(status))


def _ignore(_size: int) -> None:
    pass
