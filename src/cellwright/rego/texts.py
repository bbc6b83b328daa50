"""Functions on texts that the evaluator's library answers otherwise than OPA does."""

from collections.abc import Iterable
from typing import Any

from cellwright.rego import globs
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
    _refuse_empty(text, (old for old, _ in pairs))
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


def replace(value: object, old: object, new: object) -> str:
    """`replace`."""
    text = _text(value)
    _refuse_empty(text, (_text(old),))
    return text.replace(_text(old), _text(new))


def indexof(value: object, wanted: object) -> int:
    """`indexof`."""
    if not _text(wanted):
        raise ValueError("indexof: what is looked for is empty")
    return _text(value).find(_text(wanted))


def indexof_n(value: object, wanted: object) -> list[int]:
    """`indexof_n`: every place, also those that overlap."""
    text, part = _text(value), _text(wanted)
    if not part:
        raise ValueError("indexof_n: what is looked for is empty")
    return [place for place in range(len(text)) if text.startswith(part, place)]


def lower(value: object) -> str:
    """`lower`: each character by itself."""
    return "".join("i" if item == "\u0130" else _single(item, item.lower()) for item in _text(value))


def upper(value: object) -> str:
    """`upper`: each character by itself; one that has no single counterpart stays."""
    return "".join(_single(item, item.upper()) for item in _text(value))


def _single(item: str, changed: str) -> str:
    return changed if len(changed) == 1 else item


def _refuse_empty(text: str, patterns: Iterable[str]) -> None:
    """OPA cuts characters outside ASCII into bytes there."""
    if not text.isascii() and not all(patterns):
        raise ValueError("an empty text can't be replaced in one with characters outside ASCII")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is expected")  # noqa: TRY004  one kind of fault
    return value


FUNCTIONS: dict[str, tuple[int, Any]] = {
    "indexof": (2, indexof),
    "indexof_n": (2, indexof_n),
    "lower": (1, lower),
    "upper": (1, upper),
    "replace": (3, replace),
    "glob.match": (3, globs.match),
    "sprintf": (2, sprintf),
    "strings.count": (2, count),
    "strings.replace_n": (2, replace_n),
}
"""By name: the number of arguments, and the function."""
