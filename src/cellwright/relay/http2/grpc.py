"""gRPC on top of HTTP/2 streams: message framing, the headers of an answer, its status."""

from enum import IntEnum
from functools import lru_cache
from urllib.parse import quote

from cellwright.relay.http2 import headers

_HEAD_BYTES = 5
_ANSWER_HEADERS = headers.encode(((b":status", b"200"), (b"content-type", b"application/grpc")))
_CLEAN_TRAILERS = headers.encode(((b"grpc-status", b"0"), (b"grpc-message", b"")))


class Status(IntEnum):
    """The gRPC status codes that the relay gives or looks for."""

    OK = 0
    CANCELLED = 1
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14


@lru_cache(maxsize=1024)
def method_of(block: bytes) -> str:
    """Read the method, `/package.Service/Method`, from a request's header block.

    Raises:
        HeaderError: the block cannot be read.
    """
    return next((value.decode("latin-1") for name, value in headers.decode(block) if name == b":path"), "")


def status_of(block: bytes) -> int | None:
    """Read the status from trailers; None if they carry none.

    Raises:
        HeaderError: the block cannot be read.
    """
    text = dict(headers.decode(block)).get(b"grpc-status", b"")
    return int(text) if text.isdigit() else None


def request_headers(method: str) -> bytes:
    """The header block of a request of the relay's own."""
    return headers.encode(
        (
            (b":method", b"POST"),
            (b":scheme", b"http"),
            (b":path", method.encode()),
            (b":authority", b"localhost"),
            (b"content-type", b"application/grpc"),
            (b"te", b"trailers"),
        )
    )


def answer_headers() -> bytes:
    """The header block that begins an answer."""
    return _ANSWER_HEADERS


def clean_trailers() -> bytes:
    """The header block that ends a good answer."""
    return _CLEAN_TRAILERS


def error_block(status: Status, message: str) -> bytes:
    """The single header block of an answer that is only an error."""
    return headers.encode(
        (
            (b":status", b"200"),
            (b"content-type", b"application/grpc"),
            (b"grpc-status", str(int(status)).encode()),
            (b"grpc-message", quote(message, safe=" :;,.'()/=-_").encode()),
        )
    )


def error_trailers(status: Status, message: str) -> bytes:
    """The header block that ends an answer that had begun well."""
    return headers.encode(
        (
            (b"grpc-status", str(int(status)).encode()),
            (b"grpc-message", quote(message, safe=" :;,.'()/=-_").encode()),
        )
    )


def pack(message: bytes) -> bytes:
    """Frame one message, uncompressed."""
    return b"\0" + len(message).to_bytes(4) + message


def unpack(framed: bytes) -> bytes | None:
    """Read the one message of a unary call; None if it is compressed, cut off or not alone."""
    if len(framed) < _HEAD_BYTES or framed[0] or int.from_bytes(framed[1:5]) != len(framed) - _HEAD_BYTES:
        return None
    return framed[_HEAD_BYTES:]
