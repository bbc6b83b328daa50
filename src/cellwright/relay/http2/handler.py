"""What an HTTP/2 connection reports to its owner."""

from collections.abc import Sequence
from typing import Protocol

from h2.errors import ErrorCodes

Headers = Sequence[tuple[bytes, bytes]]
CANCEL = int(ErrorCodes.CANCEL)
"""Ends a stream whose answer is no longer wanted."""
PROTOCOL_ERROR = int(ErrorCodes.PROTOCOL_ERROR)
"""Ends a stream that broke the rules."""


class ConnectionHandler(Protocol):
    """Gets reports of what the other side does. None of the methods may raise."""

    def opened(self) -> None:
        """The other side speaks HTTP/2 and has sent its settings."""

    def headers(self, stream: int, headers: Headers, *, end: bool) -> None:
        """The headers that begin a stream, or its trailers."""

    def data(self, stream: int, payload: bytes, *, end: bool) -> None:
        """A piece of a message; call `acknowledge` when it has been used."""

    def sent(self, stream: int, size: int) -> None:
        """`size` bytes given to `send_data` have been sent."""

    def reset(self, stream: int, code: int) -> None:
        """The stream was ended early."""

    def finished(self, stream: int) -> None:
        """Both sides have ended the stream normally; no more reports on it follow."""

    def lost(self) -> None:
        """The connection is over, and every stream with it."""
