import pytest

from cellwright.relay.http2 import grpc


def test_a_message_is_framed_and_read_back() -> None:
    assert grpc.pack(b"abc") == b"\0\0\0\0\x03abc"
    assert grpc.unpack(grpc.pack(b"abc")) == b"abc"
    assert grpc.unpack(grpc.pack(b"")) == b""


@pytest.mark.parametrize(
    "framed", [b"", b"\0\0\0\0", b"\x01\0\0\0\0", b"\0\0\0\0\x03ab", grpc.pack(b"a") + grpc.pack(b"b")]
)
def test_anything_but_one_plain_message_is_not_read(framed: bytes) -> None:
    assert grpc.unpack(framed) is None


def test_the_method_of_a_request() -> None:
    assert grpc.method_of(grpc.request_headers("/a.B/C")) == "/a.B/C"
    assert grpc.method_of(()) == ""


def test_the_status_of_trailers() -> None:
    assert grpc.status_of(grpc.OK_TRAILERS) == grpc.StatusCode.OK
    assert grpc.status_of(grpc.error_trailers(grpc.StatusCode.INTERNAL, "x")) == grpc.StatusCode.INTERNAL
    assert grpc.status_of(grpc.ANSWER_HEADERS) is None
    assert grpc.status_of(((b"grpc-status", b"odd"),)) is None


def test_an_error_message_is_escaped() -> None:
    headers = dict(grpc.error_headers(grpc.StatusCode.UNAVAILABLE, "it's gone: 100 %\n"))

    assert headers[b":status"] == b"200"
    assert headers[b"grpc-message"] == b"it's gone: 100 %25%0A"
