"""What an HTTP/2 connection tells its owner."""

from typing import Protocol


class Events(Protocol):
    """What the other side does, told to the connection's owner. None of them may raise."""

    def opened(self) -> None:
        """The other side speaks HTTP/2."""

    def headers(self, stream: int, block: bytes, *, end: bool) -> None:
        """A whole header block: the start of a stream, or its trailers."""

    def data(self, stream: int, payload: bytes, *, end: bool) -> None:
        """A piece of a message; give it back with `replenish` when it is used."""

    def drained(self, stream: int, size: int) -> None:
        """`size` bytes given to `send_data` have left."""

    def reset(self, stream: int, code: int) -> None:
        """The other side ended one stream at once."""

    def finished(self, stream: int) -> None:
        """Both halves of a stream have ended well; nothing more is told of it."""

    def lost(self) -> None:
        """The connection is over; every stream with it."""
