from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.value import Json
from cellwright.planning.digest import Digester, canonical, renewed, within_scope

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_the_order_of_keys_does_not_matter(value: Json) -> None:
    turned = dict(reversed(list(value.items()))) if isinstance(value, dict) else value
    assert canonical(turned) == canonical(value)


def test_a_whole_float_is_the_same_number_as_the_integer(digester: Digester) -> None:
    assert digester.plain({"a": [1.0]}) == digester.plain({"a": [1]})
    assert digester.plain(1.5) != digester.plain(1)


def test_true_is_not_one_and_text_is_not_number(digester: Digester) -> None:
    values: list[Json] = [True, 1, "1", "true", None, [], {}, ""]
    assert len({digester.plain(value) for value in values}) == len(values)


def test_a_secret_needs_the_key() -> None:
    one, other = Digester(b"a" * 32), Digester(b"b" * 32)
    assert one.keyed("hunter2") != other.keyed("hunter2")
    assert one.keyed("hunter2") != one.plain("hunter2")
    assert one.keyed("hunter2") == Digester(b"a" * 32).keyed("hunter2")


def test_the_key_is_not_shown() -> None:
    assert "aaaa" not in repr(Digester(b"a" * 32))


@pytest.mark.parametrize("text", ["0.1", "1.5", "1e-05", "1e-300", "123456.789"])
def test_a_decimal_has_the_digest_that_its_float_had(digester: Digester, text: str) -> None:
    assert digester.plain([Decimal(text)]) == digester.plain([float(text)])
    assert canonical(Decimal(text)) == text.encode()


def test_digits_that_a_float_would_lose_count(digester: Digester) -> None:
    more = Decimal("0.1000000000000000000001")
    assert digester.plain(more) != digester.plain(Decimal("0.1"))
    assert canonical({"a": more}) == b'{"a":0.1000000000000000000001}'


def test_equal_secrets_in_two_places_have_different_digests() -> None:
    digester = Digester(b"a" * 32)
    places = [("client/acme/app", "a"), ("client/globex/app", "a"), ("client/acme/app", "b")]
    assert len({digester.keyed("hunter2", "input", *place) for place in places}) == 3


def test_a_digest_is_renewed_without_its_value() -> None:
    before, secret = Digester(b"a" * 32), b"b" * 32
    known = before.keyed("hunter2", "input", "x")
    assert renewed(known, secret) == before.with_key(secret).keyed("hunter2", "input", "x") != known
    assert renewed(f"{known}+{known}", secret) == "+".join([renewed(known, secret)] * 2)


def test_a_digest_of_an_older_version_gets_its_place_without_its_value() -> None:
    before = Digester(b"a" * 32, scoped=False)
    known = before.keyed("hunter2", "input", "x")
    assert known == before.keyed("hunter2", "input", "y")
    assert within_scope(known, before.key, ("input", "x")) == Digester(before.key).keyed(
        "hunter2", "input", "x"
    )
