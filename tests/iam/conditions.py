"""The operators of conditions that our policies use; another one is an error, never silently true."""

from collections.abc import Callable, Mapping

from iam.patterns import Context, filled_in, look_up, matches, matches_arn
from iam.policy import PolicyError

Test = Callable[[str, str], bool]
"""Whether what the policy wants is what the request has."""


def _equal(wanted: str, given: str) -> bool:
    return wanted == given.replace("*", "\0star\0").replace("?", "\0mark\0") or wanted == given


def _like(wanted: str, given: str) -> bool:
    return matches(wanted, given)


def _same_case_aside(wanted: str, given: str) -> bool:
    return _equal(wanted.lower(), given.lower())


def _less(wanted: str, given: str) -> bool:
    return float(given) < float(wanted)


def _less_or_same(wanted: str, given: str) -> bool:
    return float(given) <= float(wanted)


_TESTS: Mapping[str, Test] = {
    "StringEquals": _equal,
    "StringEqualsIgnoreCase": _same_case_aside,
    "StringLike": _like,
    "ArnEquals": matches_arn,
    "ArnLike": matches_arn,
    "Bool": _same_case_aside,
    "NumericEquals": _equal,
    "NumericLessThan": _less,
    "NumericLessThanEquals": _less_or_same,
}
_NEGATED: Mapping[str, Test] = {
    "StringNotEquals": _equal,
    "StringNotEqualsIgnoreCase": _same_case_aside,
    "StringNotLike": _like,
    "ArnNotEquals": matches_arn,
    "ArnNotLike": matches_arn,
    "NumericGreaterThanEquals": _less,
    "NumericGreaterThan": _less_or_same,
}
_SETS = ("ForAllValues", "ForAnyValue")


def hold(conditions: Mapping[str, Mapping[str, tuple[str, ...]]], context: Context) -> bool:
    """Whether all operators hold for all their keys.

    Raises:
        PolicyError: an operator is not known here.
    """
    return all(
        _holds(operator, look_up(context, key), values, context)
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def _holds(
    operator: str, given: str | tuple[str, ...] | None, wanted: tuple[str, ...], context: Context
) -> bool:
    if operator == "Null":
        return (given is None) == (wanted == ("true",))
    kind, name = _of_set(operator)
    name, or_missing = (name.removesuffix("IfExists"), name.endswith("IfExists"))
    if name not in _TESTS and name not in _NEGATED:
        raise PolicyError(f"unknown operator: {operator}")
    negated = name in _NEGATED and name.startswith(("StringNot", "ArnNot"))
    if given is None:
        return or_missing or kind == "ForAllValues" or (negated and kind is None)
    texts = (given,) if isinstance(given, str) else given
    test = {**_TESTS, **_NEGATED}[name]
    filled = [text for item in wanted if (text := filled_in(item, context)) is not None]
    hits = [any(test(want, text) for want in filled) != (name in _NEGATED) for text in texts]
    return all(hits) if kind == "ForAllValues" or (negated and kind is None) else any(hits)


def _of_set(operator: str) -> tuple[str | None, str]:
    head, colon, name = operator.partition(":")
    if not colon:
        return None, operator
    if head not in _SETS:
        raise PolicyError(f"unknown operator: {operator}")
    return head, name
