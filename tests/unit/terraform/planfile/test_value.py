from decimal import Decimal

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.planfile.value import ElementSet, Unknown, decode_key, decode_value
from cellwright.terraform.planfile.value_type import DYNAMIC, Kind, ValueType, parse_type
from unit.terraform.planfile.plan_bytes import outcome, packed, typed

UNKNOWN = msgpack.ExtType(0, b"\0")
REFINED = msgpack.ExtType(12, b"\x81\x01\xc2")


def of(text: str) -> ValueType:
    return parse_type(text.encode())


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ('"string"', "0.1", "0.1"),
        ('"number"', "0.1", Decimal("0.1")),
        ('"number"', 7, 7),
        ('"number"', 0.5, Decimal("0.5")),
        ('"number"', 1e30, 10**30),
        ('"number"', -(2.0**100), -1267650600228229400000000000000),
        ('"number"', "123456789012345678901234567890", 123456789012345678901234567890),
        ('"bool"', False, False),
        ('"string"', None, None),
        ('["list","number"]', [1, "0.1"], [1, Decimal("0.1")]),
        ('["set","string"]', ["a"], ["a"]),
        ('["map","bool"]', {"a": True}, {"a": True}),
        ('["tuple",["string","number"]]', ["1", "1.1"], ["1", Decimal("1.1")]),
        ('["object",{"a":"string","b":["list","string"]}]', {"a": "x", "b": None}, {"a": "x", "b": None}),
        ('"dynamic"', typed("number", "0.1"), Decimal("0.1")),
        ('"dynamic"', typed(["object", {"a": "dynamic"}], {"a": None}), {"a": None}),
        ('"dynamic"', UNKNOWN, Unknown(Kind.DYNAMIC)),
        ('"dynamic"', typed(["map", "string"], UNKNOWN), Unknown(Kind.MAP)),
        ('["list","string"]', REFINED, Unknown(Kind.LIST)),
    ],
)
def test_a_value_is_read_by_its_type(type_: str, raw: object, value: object) -> None:
    read = decode_value(packed(raw), of(type_))
    assert (read, type(read)) == (value, type(read) if type_.startswith('["set') else type(value))


def test_the_elements_of_a_set_are_told_from_those_of_a_list() -> None:
    assert isinstance(decode_value(packed(["a"]), of('["set","string"]')), ElementSet)
    assert not isinstance(decode_value(packed(["a"]), of('["list","string"]')), ElementSet)


def test_no_content_is_null() -> None:
    assert decode_value(b"", DYNAMIC) is None


@pytest.mark.parametrize(
    ("type_", "raw"),
    [
        ('"string"', 1),
        ('"number"', True),
        ('"number"', "1e5"),
        ('"number"', "x"),
        ('"number"', float("inf")),
        ('"number"', float("nan")),
        ('"bool"', 1),
        ('"bool"', "true"),
        ('["list","string"]', {"a": "b"}),
        ('["map","string"]', ["a"]),
        ('["tuple",["string"]]', ["a", "b"]),
        ('["object",{"a":"string"}]', {"a": "x", "b": "y"}),
        ('["object",{"a":"string"}]', {}),
        ('"dynamic"', "x"),
        ('"dynamic"', ["string", "x"]),
        ('"dynamic"', [b'"capsule"', "x"]),
        ('"string"', msgpack.ExtType(5, b"")),
        ('"string"', b"bytes"),
    ],
)
def test_a_value_of_another_type_is_left_to_the_binary(type_: str, raw: object) -> None:
    with pytest.raises(UnreadablePlanError):
        decode_value(packed(raw), of(type_))


def test_a_value_that_is_nested_too_deep_is_left_to_the_binary() -> None:
    depth = 3000
    type_ = b'["list",' * depth + b'"string"' + b"]" * depth
    with pytest.raises(UnreadablePlanError):
        parse_type(type_)
    with pytest.raises(UnreadablePlanError):
        decode_value(b"\x91" * depth + b"\xc0", DYNAMIC)


@pytest.mark.parametrize(
    "form",
    ["", "1", '"other"', '"list"', '["list"]', '["list","x"]', '["object",[]]', '["object",{},["a"]]', "{}"],
)
def test_a_type_that_is_not_known_is_left_to_the_binary(form: str) -> None:
    with pytest.raises(UnreadablePlanError):
        parse_type(form.encode())


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_left_to_the_binary(content: bytes) -> None:
    assert outcome(lambda: [decode_value(content, DYNAMIC)])


@pytest.mark.parametrize(("raw", "key"), [("a", "a"), (3, 3)])
def test_a_step_of_a_path_is_a_name_or_an_index(raw: object, key: object) -> None:
    assert decode_key(packed(raw)) == key


@pytest.mark.parametrize("raw", [True, None, 0.5, ["a"], {"a": 1}])
def test_a_path_into_a_set_is_left_to_the_binary(raw: object) -> None:
    with pytest.raises(UnreadablePlanError):
        decode_key(packed(raw))
