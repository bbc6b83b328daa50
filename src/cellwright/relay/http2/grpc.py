"""gRPC on top of HTTP/2 streams: message framing, the headers and trailers of an answer, its status."""

from enum import IntEnum
from urllib.parse import quote

from cellwright.relay.http2.handler import Headers

_PREFIX_BYTES = 5
ANSWER_HEADERS: Headers = ((b":status", b"200"), (b"content-type", b"application/grpc"))
OK_TRAILERS: Headers = ((b"grpc-status", b"0"), (b"grpc-message", b""))


class StatusCode(IntEnum):
    """The gRPC status codes that the relay sends or looks for."""

    OK = 0
    CANCELLED = 1
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14


def method_of(headers: Headers) -> str:
    """The method, `/package.ControlServer/Method`, that a request's headers name."""
    return next((value.decode("latin-1") for name, value in headers if name == b":path"), "")


def status_of(headers: Headers) -> int | None:
    """The status in trailers; None if they carry none."""
    text = next((value for name, value in headers if name == b"grpc-status"), b"")
    return int(text) if text.isdigit() else None


def request_headers(method: str) -> Headers:
    """The headers of a request of the relay's own."""
    return (
        (b":method", b"POST"),
        (b":scheme", b"http"),
        (b":path", method.encode()),
        (b":authority", b"localhost"),
        (b"content-type", b"application/grpc"),
        (b"te", b"trailers"),
    )


def error_trailers(status: StatusCode, message: str) -> Headers:
    """The trailers that end an answer with an error after it had begun."""
    text = quote(message, safe=" :;,.'()/=-_")
    return ((b"grpc-status", str(int(status)).encode()), (b"grpc-message", text.encode()))


def error_headers(status: StatusCode, message: str) -> Headers:
    """The only headers of an answer that is an error and nothing else."""
    return (*ANSWER_HEADERS, *error_trailers(status, message))


def pack(message: bytes) -> bytes:
    """Frame one message, uncompressed."""
    return b"\0" + len(message).to_bytes(4) + message


def unpack(framed: bytes) -> bytes | None:
    """The one message of a unary call; None if it is compressed, cut off or not alone."""
    if len(framed) < _PREFIX_BYTES or framed[0] or int.from_bytes(framed[1:5]) != len(framed) - _PREFIX_BYTES:
        return None
    return framed[_PREFIX_BYTES:]
