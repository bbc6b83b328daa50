"""Functions on texts that the evaluator's library answers otherwise than OPA does."""

from typing import Any

from cellwright.rego.formatting import sprintf


def count(search: object, wanted: object) -> int:
    """`strings.count`: occurrences that don't overlap."""
    return _text(search).count(_text(wanted))


def replace_n(patterns: object, value: object) -> str:
    """`strings.replace_n`: at each place the first pattern that fits, in the order of their names."""
    text = _text(value)
    if not isinstance(patterns, dict):
        raise ValueError("the patterns are an object")  # noqa: TRY004  one kind of fault
    pairs = sorted((_text(old), _text(new)) for old, new in patterns.items())
    parts: list[str] = []
    position, was_empty = 0, False
    while position <= len(text):
        fitting = next(
            (pair for pair in pairs if text.startswith(pair[0], position) and (pair[0] or not was_empty)),
            None,
        )
        # An empty pattern fits before each character and at the end; then the others are tried.
        was_empty = fitting is not None and not fitting[0]
        if fitting is not None:
            parts.append(fitting[1])
            position += len(fitting[0])
        else:
            parts.append(text[position : position + 1])
            position += 1
    return "".join(parts)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is expected")  # noqa: TRY004  one kind of fault
    return value


FUNCTIONS: dict[str, tuple[int, Any]] = {
    "sprintf": (2, sprintf),
    "strings.count": (2, count),
    "strings.replace_n": (2, replace_n),
}
"""By name: the number of arguments, and the function."""
