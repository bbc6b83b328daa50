"""What one stream still has to send, as far as the receiver's window lets it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from cellwright.relay.http2.frames import ProtocolError, data_frames, header_frames

LARGEST_WINDOW = 2**31 - 1


@dataclass(slots=True)
class Outgoing:
    """The sending half of one stream: a queue of bytes, then at most one block of trailers."""

    stream: int
    window: int
    queue: deque[bytes] = field(default_factory=deque)
    trailers: bytes | None = None
    ending: bool = False
    """Nothing may be added any more."""
    closed: bool = False
    """The end has been written."""

    def widen(self, increment: int) -> None:
        """Take more room from the receiver; it may be negative when the receiver shrinks its windows.

        Raises:
            ProtocolError: the window would be larger than HTTP/2 allows.
        """
        self.window += increment
        if self.window > LARGEST_WINDOW:
            raise ProtocolError(f"a window of {self.window} bytes")

    def add(self, payload: bytes, *, end: bool) -> None:
        """Queue a piece of a message."""
        if payload:
            self.queue.append(payload)
        self.ending |= end

    def add_trailers(self, block: bytes) -> None:
        """Queue the end of the stream."""
        self.trailers, self.ending = block, True

    def take(self, room: int) -> Iterator[tuple[bytes, int]]:
        """Yield frames to write and the bytes of window that each uses, within `room` of the connection."""
        while self.queue and (size := min(room, self.window)) > 0:
            piece = self._cut(size)
            self.window -= len(piece)
            room -= len(piece)
            self.closed = self.ending and not self.queue and self.trailers is None
            yield data_frames(self.stream, piece, end=self.closed), len(piece)
        if self.ending and not self.queue and not self.closed:
            self.closed = True
            yield self._last(), 0

    def _cut(self, size: int) -> bytes:
        piece = self.queue.popleft()
        if len(piece) > size:
            self.queue.appendleft(piece[size:])
            piece = piece[:size]
        return piece

    def _last(self) -> bytes:
        if self.trailers is None:
            return data_frames(self.stream, b"", end=True)
        return header_frames(self.stream, self.trailers, end=True)
