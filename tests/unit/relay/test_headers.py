import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.relay.http2 import headers

FIELDS = st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=400)), max_size=8)


@given(FIELDS)
def test_what_is_encoded_is_decoded(fields: list[headers.Header]) -> None:
    assert list(headers.decode(headers.encode(fields))) == fields


@pytest.mark.parametrize(
    ("block", "fields"),
    [  # RFC 7541, appendix C.2 and the first request of C.4
        ("040c2f73616d706c652f70617468", [(b":path", b"/sample/path")]),
        ("100870617373776f726406736563726574", [(b"password", b"secret")]),
        ("82", [(b":method", b"GET")]),
        (
            "828684418cf1e3c2e5f23a6ba0ab90f4ff",
            [
                (b":method", b"GET"),
                (b":scheme", b"http"),
                (b":path", b"/"),
                (b":authority", b"www.example.com"),
            ],
        ),
    ],
)
def test_decodes_the_examples_of_the_standard(block: str, fields: list[headers.Header]) -> None:
    assert list(headers.decode(bytes.fromhex(block))) == fields


def test_a_change_of_table_size_is_passed_over() -> None:
    assert list(headers.decode(bytes.fromhex("2082"))) == [(b":method", b"GET")]


@pytest.mark.parametrize(
    "block",
    [
        "be",  # the first entry of a dynamic table: there is none
        "80",  # index 0
        "04",  # a literal that is cut off
        "040c2f",  # a string that is cut off
        "7fffffffffffff7f",  # an integer without end
        "0481ff",  # no Huffman code
    ],
)
def test_refuses_what_cannot_be_read(block: str) -> None:
    with pytest.raises(headers.HeaderError):
        list(headers.decode(bytes.fromhex(block)))


@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(block: bytes) -> None:
    try:
        found = list(headers.decode(block))
    except headers.HeaderError:
        return
    assert list(headers.decode(headers.encode(found))) == found
