r"""Regular expressions as OPA has them: RE2's, with the results of Go's `regexp`.

The evaluator's own library takes another dialect: there `\w` and `\d` match those of every script.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol, cast

import re2

_KEPT = 512


class _Match(Protocol):
    def span(self) -> tuple[int, int]: ...
    def group(self, index: int | str) -> str | None: ...
    def groups(self, default: str) -> tuple[str, ...]: ...


class _Pattern(Protocol):
    groups: int
    groupindex: dict[str, int]

    def search(self, text: str, pos: int) -> _Match | None: ...


class ExpressionError(ValueError):
    """A text is no regular expression."""


@lru_cache(_KEPT)
def compiled(pattern: str) -> _Pattern:
    """Compile a regular expression.

    Raises:
        ExpressionError: it is none.
    """
    options = re2.Options()
    options.log_errors = False
    try:
        found = re2.compile(pattern, options)
    except re2.error as fault:
        raise ExpressionError("invalid regular expression") from fault
    if r"\C" in pattern.replace("\\\\", ""):
        raise ExpressionError(r"invalid regular expression: there is no \C")
    return cast("_Pattern", found)


def is_valid(pattern: object) -> bool:
    """`regex.is_valid`."""
    try:
        compiled(_text(pattern))
    except ValueError:
        return False
    return True


def matches(pattern: object, value: object) -> bool:
    """`regex.match`."""
    return compiled(_text(pattern)).search(_text(value), 0) is not None


def find_n(pattern: object, value: object, number: object) -> list[str]:
    """`regex.find_n`."""
    text = _text(value)
    found = _found(compiled(_text(pattern)), text, _count(number))
    return [text[slice(*match.span())] for match in found]


def find_all_string_submatch_n(pattern: object, value: object, number: object) -> list[list[str]]:
    """`regex.find_all_string_submatch_n`."""
    text = _text(value)
    found = _found(compiled(_text(pattern)), text, _count(number))
    return [[text[slice(*match.span())], *match.groups("")] for match in found]


def replace(value: object, pattern: object, replacement: object) -> str:
    """`regex.replace`: `$1`, `${name}` and `$$` in the replacement mean what they mean in Go."""
    text, template, expression = _text(value), _text(replacement), compiled(_text(pattern))
    parts: list[str] = []
    end = position = 0
    while position <= len(text) and (match := expression.search(text, position)) is not None:
        first, last = match.span()
        parts.append(text[end:first])
        # None for an empty match right behind another match.
        if last > end or first == 0:
            parts.append("".join(_expanded(template, match, expression)))
        end = last
        position = max(position + 1, last)
    return "".join((*parts, text[end:]))


def split(pattern: object, value: object) -> list[str]:
    """`regex.split`."""
    text, expression = _text(value), compiled(_text(pattern))
    if _text(pattern) and not text:
        return [""]
    parts: list[str] = []
    begin = end = 0
    for match in _found(expression, text, -1):
        end, following = match.span()
        if following != 0:
            parts.append(text[begin:end])
        begin = following
    return parts if end == len(text) else [*parts, text[begin:]]


def template_match(template: object, value: object, start: object, end: object) -> bool:
    """`regex.template_match`: what lies between the delimiters is a regular expression, all else is text."""
    return compiled(_template(_text(template), _text(start), _text(end))).search(_text(value), 0) is not None


def _template(template: str, start: str, end: str) -> str:
    if len(start) != 1 or len(end) != 1:
        raise ValueError("a delimiter is one character")
    depth, begin = 0, 0
    parts: list[str] = []
    for index, character in enumerate(template):
        if character == start:
            if depth == 0:
                parts.append(re2.escape(template[begin:index]))
                begin = index + 1
            depth += 1
        elif character == end:
            depth -= 1
            if depth == 0:
                parts.append(f"({template[begin:index]})")
                begin = index + 1
        if depth < 0:
            break
    if depth:
        raise ValueError("unbalanced delimiters")
    return f"^{''.join(parts)}{re2.escape(template[begin:])}$"


def _found(expression: _Pattern, text: str, number: int) -> Iterator[_Match]:
    """Yield the matches one after another, as Go's `FindAll` does: no empty one right behind another."""
    position, given, last = 0, 0, -1
    while position <= len(text) and given != number:
        match = expression.search(text, position)
        if match is None:
            return
        first, following = match.span()
        empty = following == position
        accepted = not (empty and first == last)
        position = position + 1 if empty else following
        last = following
        if accepted:
            given += 1
            yield match


def _expanded(template: str, match: _Match, expression: _Pattern) -> Iterator[str]:
    rest = template
    while True:
        before, dollar, rest = rest.partition("$")
        yield before
        if not dollar:
            return
        if rest.startswith("$"):
            yield "$"
            rest = rest[1:]
            continue
        name, following = _reference(rest)
        if not name:
            yield "$"
            continue
        rest = following
        yield _group(name, match, expression)


def _reference(text: str) -> tuple[str, str]:
    """Read `name` or `{name}`; the name is empty if there is none."""
    braced = text.startswith("{")
    body = text[braced:]
    length = next(
        (index for index, item in enumerate(body) if not (item.isalpha() or item.isdecimal() or item == "_")),
        len(body),
    )
    name, following = body[:length], body[length:]
    if braced:
        return (name, following[1:]) if following.startswith("}") else ("", text)
    return name, following


def _group(name: str, match: _Match, expression: _Pattern) -> str:
    if name.isdigit():
        index = int(name)
        return (match.group(index) or "") if index <= expression.groups else ""
    return (match.group(name) or "") if name in expression.groupindex else ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a regular expression and what it is applied to are texts")  # noqa: TRY004  one kind of fault
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("the number of matches is a whole number")  # noqa: TRY004  as above
    return value


FUNCTIONS: dict[str, tuple[int, Any]] = {
    "regex.is_valid": (1, is_valid),
    "regex.match": (2, matches),
    "regex.find_n": (3, find_n),
    "regex.find_all_string_submatch_n": (3, find_all_string_submatch_n),
    "regex.replace": (3, replace),
    "regex.split": (2, split),
    "regex.template_match": (4, template_match),
}
"""By name: the number of arguments, and the function."""
