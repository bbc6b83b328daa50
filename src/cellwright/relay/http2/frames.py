"""HTTP/2 frames (RFC 9113, section 4 and 6): bytes to frames and back."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MAX_PAYLOAD = 16384
"""What either side may send in one frame as long as nobody has announced more."""

END_STREAM = 0x1
ACK = 0x1
END_HEADERS = 0x4
PADDED = 0x8
PRIORITY = 0x20

_HEAD = struct.Struct(">HBBBI")
_HEAD_BYTES = 9
_PRIORITY_BYTES = 5
_STREAM_MASK = 0x7FFFFFFF


class FrameType(IntEnum):
    """The frames that exist; an unknown type must be ignored."""

    DATA = 0
    HEADERS = 1
    PRIORITY = 2
    RST_STREAM = 3
    SETTINGS = 4
    PUSH_PROMISE = 5
    PING = 6
    GOAWAY = 7
    WINDOW_UPDATE = 8
    CONTINUATION = 9


class Setting(IntEnum):
    """The settings that the relay gives or heeds."""

    HEADER_TABLE_SIZE = 1
    ENABLE_PUSH = 2
    INITIAL_WINDOW_SIZE = 4
    MAX_FRAME_SIZE = 5


class ErrorCode(IntEnum):
    """Why a stream or a connection ends."""

    NO_ERROR = 0
    PROTOCOL_ERROR = 1
    INTERNAL_ERROR = 2
    FRAME_SIZE_ERROR = 6
    CANCEL = 8
    COMPRESSION_ERROR = 9


class ProtocolError(Exception):
    """The other side said something that HTTP/2 does not allow; the connection must end."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, padding still inside."""

    type: int
    flags: int
    stream: int
    payload: bytes

    @property
    def body(self) -> bytes:
        """The payload of DATA or HEADERS without padding and priority.

        Raises:
            ProtocolError: the padding is longer than the frame.
        """
        start, end = 0, len(self.payload)
        if self.flags & PADDED:
            if not self.payload:
                raise ProtocolError("a padded frame without a padding length")
            start, end = 1, end - self.payload[0]
        if self.type == FrameType.HEADERS and self.flags & PRIORITY:
            start += _PRIORITY_BYTES
        if start > end:
            raise ProtocolError("more padding than frame")
        return self.payload[start:end]


class FrameReader:
    """Cuts a byte stream into frames; keeps what is not whole yet."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that `data` completes.

        Raises:
            ProtocolError: a frame is larger than the relay has allowed.
        """
        data = self._pending + data if self._pending else data
        at = 0
        while len(data) - at >= _HEAD_BYTES:
            high, low, kind, flags, stream = _HEAD.unpack_from(data, at)
            size = high << 8 | low
            if size > MAX_PAYLOAD:
                raise ProtocolError(f"a frame of {size} bytes")
            if len(data) - at - _HEAD_BYTES < size:
                break
            at += _HEAD_BYTES
            self._pending = b""
            yield Frame(kind, flags, stream & _STREAM_MASK, data[at : at + size])
            at += size
        self._pending = data[at:]


def frame(kind: FrameType, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """Write one frame; the payload must fit."""
    size = len(payload)
    return _HEAD.pack(size >> 8, size & 0xFF, kind, flags, stream) + payload


def data_frames(stream: int, payload: bytes, *, end: bool) -> bytes:
    """Write a message's bytes as DATA frames; `end` closes our half of the stream."""
    if not payload:
        return frame(FrameType.DATA, END_STREAM if end else 0, stream)
    starts = range(0, len(payload), MAX_PAYLOAD)
    return b"".join(
        frame(
            FrameType.DATA,
            END_STREAM if end and at == starts[-1] else 0,
            stream,
            payload[at : at + MAX_PAYLOAD],
        )
        for at in starts
    )


def header_frames(stream: int, block: bytes, *, end: bool) -> bytes:
    """Write a header block as HEADERS and, if it is long, CONTINUATION frames."""
    pieces = [block[at : at + MAX_PAYLOAD] for at in range(0, len(block), MAX_PAYLOAD)] or [b""]
    written = []
    for number, piece in enumerate(pieces):
        kind = FrameType.CONTINUATION if number else FrameType.HEADERS
        flags = END_STREAM if end and not number else 0
        if number == len(pieces) - 1:
            flags |= END_HEADERS
        written.append(frame(kind, flags, stream, piece))
    return b"".join(written)


def settings_frame(settings: dict[Setting, int]) -> bytes:
    """Write our settings."""
    return frame(FrameType.SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in settings.items()))


def read_settings(payload: bytes) -> dict[int, int]:
    """Read the other side's settings, known or not.

    Raises:
        ProtocolError: the frame has no whole number of settings.
    """
    if len(payload) % 6:
        raise ProtocolError("a SETTINGS frame of odd size")
    return dict(struct.iter_unpack(">HI", payload))


def window_frame(stream: int, increment: int) -> bytes:
    """Let the other side send `increment` more bytes; stream 0 is the whole connection."""
    return frame(FrameType.WINDOW_UPDATE, 0, stream, struct.pack(">I", increment))


def reset_frame(stream: int, code: int) -> bytes:
    """End one stream at once."""
    return frame(FrameType.RST_STREAM, 0, stream, struct.pack(">I", code))


def read_number(payload: bytes) -> int:
    """Read the number that RST_STREAM or WINDOW_UPDATE carries.

    Raises:
        ProtocolError: the frame has another size.
    """
    if len(payload) != 4:  # noqa: PLR2004 - RFC 9113, 6.4 and 6.9
        raise ProtocolError("a frame that should hold one number")
    return int.from_bytes(payload) & _STREAM_MASK
