import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.terraform.protobuf import ProtobufError, entry_key, fields
from contract.relay.provider.wire import blob, number, varint


@given(st.lists(st.tuples(st.integers(1, 5000), st.binary(max_size=300)), max_size=8))
def test_fields_are_found(items: list[tuple[int, bytes]]) -> None:
    message = b"".join(blob(tag, content) for tag, content in items)

    found = [(item.number, message[item.body : item.end]) for item in fields(message)]

    assert found == items


def test_numbers_and_fixed_fields_are_skipped() -> None:
    message = number(1, 300) + varint(2 << 3 | 1) + bytes(8) + varint(3 << 3 | 5) + bytes(4) + blob(4, "x")

    assert [item.number for item in fields(message)] == [1, 2, 3, 4]
    assert [message[item.start : item.end] for item in fields(message)][3] == blob(4, "x")


@pytest.mark.parametrize("message", [b"\x0a\x05abc", b"\x0a", b"\x0b", b"\xff" * 11, b"\x09abc"])
def test_what_is_not_a_message_is_refused(message: bytes) -> None:
    with pytest.raises(ProtobufError):
        list(fields(message))


def test_the_key_of_a_map_entry() -> None:
    (entry,) = fields(blob(2, blob(1, "aws_vpc") + blob(2, b"schema")))
    message = blob(2, blob(1, "aws_vpc") + blob(2, b"schema"))

    assert entry_key(message, entry) == "aws_vpc"


def test_a_key_that_is_not_text_is_refused() -> None:
    message = blob(2, blob(1, b"\xff"))
    (entry,) = fields(message)
    with pytest.raises(ProtobufError):
        entry_key(message, entry)


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(message: bytes) -> None:
    try:
        found = [(item, entry_key(message, item)) for item in fields(message)]
    except ProtobufError:
        return
    assert all(item.start < item.body <= item.end <= len(message) for item, _ in found)
    assert [item.start for item, _ in found] == [0, *(item.end for item, _ in found)][: len(found)]
