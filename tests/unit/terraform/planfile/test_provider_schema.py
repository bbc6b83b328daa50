"""Schemas in a provider's answer; that all of AWS read as Terraform prints them was tried once by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.terraform.planfile.provider_schema import resource_schema
from cellwright.terraform.planfile.resource_schema import Nested, Nesting, ResourceSchema, sensitive_paths
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.planfile.value_type import STRING, Kind, ValueType, object_type
from cellwright.terraform.type_schemas import TypeSchemas
from contract.relay.provider.wire import blob, number
from unit.terraform.planfile.plan_bytes import outcome

TEXT, SECRET = blob(2, '"string"'), blob(2, '"string"') + number(7, 1)
SINGLE, LIST, SET, MAP, GROUP = 1, 2, 3, 4, 5


def attribute(name: str, content: bytes = TEXT, field: int = 2) -> bytes:
    return blob(field, blob(1, name) + content)


def block(name: str, nesting: int, *content: bytes) -> bytes:
    return blob(3, blob(1, name) + blob(2, b"".join(content)) + number(3, nesting))


def nested(name: str, nesting: int, *content: bytes) -> bytes:
    return attribute(name, blob(10, b"".join(content) + number(3, nesting)))


def answer(*content: bytes, name: str = "kind") -> bytes:
    return blob(2, blob(1, name) + blob(2, number(1, 3) + blob(2, b"".join(content))))


def identity(*content: bytes, name: str = "kind") -> bytes:
    return blob(1, blob(1, name) + blob(2, number(1, 3) + b"".join(content)))


def read(schemas: bytes, identities: bytes | None = None) -> ResourceSchema:
    return resource_schema(TypeSchemas(schemas, identities), "kind")


def test_types_and_secrets() -> None:
    found = read(
        answer(name="other")
        + answer(
            attribute("id"),
            attribute("password", SECRET),
            block("one", SINGLE, attribute("inner")),
            block("some", LIST, attribute("key", SECRET), attribute("id")),
            nested("by_name", MAP, attribute("token", SECRET, 1)),
            nested("plain", SET, attribute("inner", field=1)),
        ),
    )
    some, named, inner = (
        object_type(key=STRING, id=STRING),
        object_type(token=STRING),
        object_type(inner=STRING),
    )
    assert found.type == object_type(
        id=STRING,
        password=STRING,
        one=inner,
        some=ValueType(Kind.LIST, element=some),
        by_name=ValueType(Kind.MAP, element=named),
        plain=ValueType(Kind.SET, element=inner),
    )
    assert found.secrets == {
        "password": None,
        "some": Nested(Nesting.LIST, {"key": None}),
        "by_name": Nested(Nesting.MAP, {"token": None}),
    }
    value = {"password": None, "some": [{"key": "x"}, {"key": "y"}], "by_name": {"a": {"token": "t"}}}
    assert set(sensitive_paths(value, found.secrets)) == {
        ("password",),
        ("some", 0, "key"),
        ("some", 1, "key"),
        ("by_name", "a", "token"),
    }
    assert not list(sensitive_paths(None, found.secrets))
    assert list(sensitive_paths({"some": None, "by_name": None}, found.secrets)) == [("password",)]


def test_a_secret_in_a_set_is_left_to_the_binary() -> None:
    secrets = read(answer(block("some", SET, attribute("key", SECRET)))).secrets
    assert not list(sensitive_paths({"some": []}, secrets))
    with pytest.raises(UnreadablePlanError, match="sensitive part of a set"):
        list(sensitive_paths({"some": [{"key": "x"}]}, secrets))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        answer(name="other"),
        answer(block("b", 6)),
        answer(attribute("a", blob(2, '"any"'))),
        answer(attribute("a", blob(2, '["object",{"x":"string"},["x"]]'))),
        answer(block("b", LIST, attribute("a", blob(2, '"dynamic"')))),
        answer(blob(9, b"new")),
        answer(attribute("a"))[:-1],
    ],
    ids=["empty", "another type", "nesting", "type", "optional", "any in a list", "field", "cut off"],
)
def test_what_is_not_known_is_left_to_the_binary(content: bytes) -> None:
    with pytest.raises(UnreadablePlanError):
        read(content)


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 255))
def test_a_damaged_answer_is_read_or_refused(place: float, octet: int) -> None:
    content = bytearray(answer(attribute("a", SECRET), block("b", GROUP, attribute("c"))))
    content[int(place * len(content))] = octet
    assert outcome(lambda: read(bytes(content)))


PLAIN = answer(attribute("a"))
NAMED = attribute("name", TEXT + number(3, 1) + blob(5, "The name."))


def test_the_schema_of_an_identity() -> None:
    zones = attribute("zones", blob(2, '["list","number"]') + number(4, 1))
    found = read(PLAIN, identity(name="other") + identity(NAMED, zones))
    assert found.type == object_type(a=STRING)
    assert found.identity == object_type(
        name=STRING, zones=ValueType(Kind.LIST, element=ValueType(Kind.NUMBER))
    )


@pytest.mark.parametrize(
    "identities",
    [
        None,
        b"",
        identity(NAMED, name="other"),
        identity(attribute("name", blob(2, '"any"'))),
        identity(attribute("name", b"")),
        identity(attribute("name", blob(2, '"dynamic"'))),
        identity(attribute("name", blob(2, '["list",["object",{"a":"dynamic"}]]'))),
        identity(attribute("name", TEXT + number(6, 1))),
        identity(NAMED, blob(3, "new")),
        identity(NAMED)[:-1],
    ],
    ids=[
        "none",
        "empty",
        "another type",
        "type",
        "no type",
        "any",
        "any inside",
        "of it",
        "field",
        "cut off",
    ],
)
def test_an_identity_whose_schema_is_not_known_leaves_the_rest(identities: bytes | None) -> None:
    assert read(PLAIN, identities) == ResourceSchema(object_type(a=STRING))


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 255))
def test_a_damaged_schema_of_an_identity_is_read_or_left_out(place: float, octet: int) -> None:
    content = bytearray(identity(NAMED))
    content[int(place * len(content))] = octet
    assert read(PLAIN, bytes(content)).type == object_type(a=STRING)
