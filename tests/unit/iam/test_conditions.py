"""Conditions hold when AWS's documentation says that they do."""

import pytest

from iam.conditions import hold
from iam.patterns import Context
from iam.policy import PolicyError

TAGS = "aws:TagKeys"


def holds(operator: str, key: str, wanted: str | list[str], context: Context) -> bool:
    values = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    return hold({operator: {key: values}}, context)


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a", None, False),
        ("StringEquals", "a*", "ab", False),
        ("StringEqualsIgnoreCase", "a", "A", True),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", "a", None, True),
        ("StringLike", "home/*", "home/ada", True),
        ("StringLike", ["x", "home/?"], "home/ada", False),
        ("StringNotLike", "home/*", "home/ada", False),
        ("StringNotLike", "home/*", None, True),
        ("ArnLike", "arn:aws:iam::1:policy/*-boundary", "arn:aws:iam::1:policy/x-boundary", True),
        ("ArnLike", "arn:aws:iam::1:policy/*-boundary", "arn:aws:iam::2:policy/x-boundary", False),
        ("ArnNotEquals", "arn:aws:iam::1:role/x", "arn:aws:iam::1:role/y", True),
        ("Bool", "true", "true", True),
        ("Bool", "true", None, False),
        ("BoolIfExists", "true", None, True),
        ("Null", "true", None, True),
        ("Null", "false", None, False),
        ("Null", "false", "x", True),
        ("NumericLessThan", "7", "6", True),
        ("NumericLessThan", "7", "7", False),
        ("NumericLessThan", "7", None, False),
        ("NumericLessThanEquals", "7", "7", True),
        ("NumericGreaterThanEquals", "7", "7", True),
        ("NumericGreaterThan", "7", "7", False),
        ("NumericGreaterThan", "7", None, False),
        ("StringEqualsIfExists", "a", None, True),
        ("StringEqualsIfExists", "a", "b", False),
    ],
)
def test_an_operator_compares(
    operator: str,
    wanted: str | list[str],
    given: str | None,
    expected: bool,  # noqa: FBT001 - a case
) -> None:
    assert holds(operator, "x:Key", wanted, {} if given is None else {"x:Key": given}) is expected


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        # As in AWS's table on keys with several values.
        ("ForAllValues:StringEquals", ("environment", "webserver"), True),
        ("ForAllValues:StringEquals", ("environment", "test"), False),
        ("ForAllValues:StringEquals", (), True),
        ("ForAllValues:StringEquals", None, True),
        ("ForAnyValue:StringEquals", ("environment", "test"), True),
        ("ForAnyValue:StringEquals", ("test",), False),
        ("ForAnyValue:StringEquals", (), False),
        ("ForAnyValue:StringEquals", None, False),
        ("ForAnyValue:StringNotEquals", None, False),
    ],
)
def test_several_values_are_judged_all_or_any(
    operator: str,
    given: tuple[str, ...] | None,
    expected: bool,  # noqa: FBT001 - a case
) -> None:
    context = {} if given is None else {TAGS: given}
    assert holds(operator, TAGS, ["environment", "webserver"], context) is expected


def test_all_operators_and_all_keys_have_to_hold() -> None:
    both = {"StringEquals": {"a:K": ("1",), "a:L": ("2",)}, "Null": {"a:M": ("true",)}}
    assert hold(both, {"a:K": "1", "a:L": "2"})
    assert not hold(both, {"a:K": "1", "a:L": "3"})
    assert not hold(both, {"a:K": "1", "a:L": "2", "a:M": "x"})


def test_a_key_has_no_case_but_a_tags_name_has() -> None:
    assert holds("StringEquals", "AWS:SourceAccount", "1", {"aws:sourceaccount": "1"})
    assert not holds("StringEquals", "aws:ResourceTag/client", "1", {"aws:ResourceTag/Client": "1"})


def test_a_value_may_be_a_variable_and_a_missing_one_equals_nothing() -> None:
    own = "${aws:PrincipalTag/Client}"
    assert holds("StringEquals", "x:K", own, {"x:K": "acme", "aws:PrincipalTag/Client": "acme"})
    assert not holds("StringEquals", "x:K", own, {"x:K": "acme"})
    assert holds("StringNotEquals", "x:K", own, {"x:K": "acme"})


@pytest.mark.parametrize("operator", ["IpAddress", "ForSomeValues:StringEquals", "BinaryEquals"])
def test_an_operator_that_is_not_known_is_an_error(operator: str) -> None:
    with pytest.raises(PolicyError):
        holds(operator, "x:K", "a", {"x:K": "a"})
