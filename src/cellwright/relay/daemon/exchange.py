"""What goes to and fro on one call to a provider, and the calls that the relay makes itself."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from cellwright.relay.http2 import grpc
from cellwright.relay.http2.frames import ErrorCode
from cellwright.relay.http2.headers import HeaderError


class ProviderError(Exception):
    """A provider that did not start, or does not speak as it should."""


class RefusedError(ProviderError):
    """The provider answered with an error status."""

    def __init__(self, status: int | None) -> None:
        super().__init__(f"it answered with status {status}")
        self.status = status


class Sink(Protocol):
    """Takes what a provider answers on one stream."""

    def answer_headers(self, block: bytes, *, end: bool) -> None:
        """A header block, or with `end` the trailers."""

    def answer_data(self, payload: bytes, *, end: bool) -> None:
        """A piece of a message."""

    def request_taken(self, size: int) -> None:
        """`size` bytes of the request have left."""

    def broken_off(self, code: int | None) -> None:
        """The stream ended early: with an HTTP/2 error code, or None if the provider is gone."""


class Answer:
    """Collects the answer to a call of the relay's own."""

    def __init__(self, result: asyncio.Future[bytes]) -> None:
        self.result = result
        self.take: Callable[[int], None] = _ignore
        self._received = bytearray()

    def answer_headers(self, block: bytes, *, end: bool) -> None:
        """Read every block, so that a provider whose blocks lean on each other is found out."""
        if self.result.done():
            return
        try:
            status = grpc.status_of(block)
        except HeaderError as fault:
            self.result.set_exception(ProviderError(str(fault)))
            return
        if end:
            self._decide(status)

    def answer_data(self, payload: bytes, *, end: bool) -> None:
        """Keep a piece."""
        self._received += payload
        self.take(len(payload))
        if end:
            self.broken_off(ErrorCode.PROTOCOL_ERROR)

    def request_taken(self, size: int) -> None:
        """Nothing waits for room."""

    def broken_off(self, code: int | None) -> None:
        """Fail the call."""
        if not self.result.done():
            self.result.set_exception(
                ProviderError("it is gone" if code is None else f"it broke off ({code})")
            )

    def _decide(self, status: int | None) -> None:
        message = grpc.unpack(bytes(self._received))
        if status == grpc.Status.OK and message is not None:
            self.result.set_result(message)
        else:
            self.result.set_exception(RefusedError(status))


def _ignore(_size: int) -> None:
    pass
