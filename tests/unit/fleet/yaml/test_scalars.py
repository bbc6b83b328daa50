"""What plain scalars mean."""

from decimal import Decimal

import pytest

from cellwright.fleet.yaml.scalars import ScalarError, TagError, plain_scalar, tagged_scalar
from cellwright.model.value import Scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("0", 0),
        ("-12", -12),
        ("1.5", Decimal("1.5")),
        ("-0.25", Decimal("-0.25")),
        ("1e3", 1000),
        ("2.0", 2),
        ("1e23", 10**23),
        ("0.00001", Decimal("0.00001")),
        ("2E-2", Decimal("0.02")),
    ],
)
def test_core_scalars(text: str, value: Scalar) -> None:
    found = plain_scalar(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "no", "on", "off", "y", "n", "No", "NO"),
        *("0123", "012345678901", "0o17", "0x1F", "0b1", "1_000", "+1", "+49301234", "-", "-01"),
        *("12:30", "12:30:45", "1:1", "2026-11-22", "2026-11-22T10:00:00Z"),
        *(".5", "1.", ".inf", "-.inf", ".nan", "1.2.3", "1e", "e5", "nUll", "tRue", "="),
    ],
)
def test_what_other_readers_take_for_something_else_stays_text(text: str) -> None:
    assert plain_scalar(text) == text


def test_numbers_beyond_terraform_are_refused() -> None:
    assert plain_scalar("9" * 154) == int("9" * 154)
    with pytest.raises(ScalarError, match="154 digits"):
        plain_scalar("9" * 155)
    with pytest.raises(ScalarError, match="too large"):
        plain_scalar("1e1001")
    with pytest.raises(ScalarError, match="too small"):
        plain_scalar("1e-" + "9" * 99)
    with pytest.raises(ScalarError, match="154 digits"):
        plain_scalar("0." + "1" * 160)


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("!", "12", "12"),
        ("tag:yaml.org,2002:str", "true", "true"),
        ("tag:yaml.org,2002:int", "12", 12),
        ("tag:yaml.org,2002:float", "12", 12),
        ("tag:yaml.org,2002:bool", "true", True),
        ("tag:yaml.org,2002:null", "", None),
    ],
)
def test_core_tags(tag: str, text: str, value: Scalar) -> None:
    assert tagged_scalar(tag, text) == value


def test_a_tag_that_lies() -> None:
    with pytest.raises(ScalarError, match="'!!int' says"):
        tagged_scalar("tag:yaml.org,2002:int", "secret")
    with pytest.raises(ScalarError, match="'!!int' says"):
        tagged_scalar("tag:yaml.org,2002:int", "true")


@pytest.mark.parametrize("tag", ["!mine", "tag:yaml.org,2002:binary", "tag:yaml.org,2002:timestamp"])
def test_unknown_tags(tag: str) -> None:
    with pytest.raises(TagError, match="unknown tag"):
        tagged_scalar(tag, "x")


def test_messages_never_repeat_the_value() -> None:
    with pytest.raises(ScalarError) as caught:
        tagged_scalar("tag:yaml.org,2002:int", "canary")
    assert "canary" not in str(caught.value)
