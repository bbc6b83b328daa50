"""`glob.match` as OPA has it, by way of regular expressions."""

from functools import lru_cache

import re2

from cellwright.rego.regular_expressions import compiled

_KEPT = 512
_DEFAULT = (".",)
"""The delimiters if none are listed; with null there are none."""


def match(pattern: object, delimiters: object, value: object) -> bool:
    """Tell whether a text matches a pattern.

    Raises:
        ValueError: the pattern is none, or may mean several things.
    """
    if not isinstance(pattern, str) or not isinstance(value, str):
        raise ValueError("glob.match expects texts")  # noqa: TRY004  one kind of fault
    if delimiters is not None and not isinstance(delimiters, list):
        raise ValueError("glob.match expects an array of delimiters, or null")
    known = () if delimiters is None else tuple(map(_delimiter, delimiters)) or _DEFAULT
    return compiled(_expression(pattern, known)).search(value, 0) is not None


def _delimiter(item: object) -> str:
    if not isinstance(item, str) or len(item) != 1:
        raise ValueError("a delimiter is one character")
    return item


@lru_cache(_KEPT)
def _expression(pattern: str, delimiters: tuple[str, ...]) -> str:
    one = f"[^{''.join(map(_in_class, delimiters))}]" if delimiters else "."
    parts: list[str] = []
    depth, position = 0, 0
    while position < len(pattern):
        character = pattern[position]
        position += 1
        if character == "[":
            text, position = _listed(pattern, position)
        elif character == "\\" and position < len(pattern):
            text, position = re2.escape(pattern[position]), position + 1
        elif character == "*":
            stars = len(pattern) - position - len(pattern[position:].lstrip("*"))
            text, position = (".*" if stars else f"{one}*"), position + stars
        elif character == "{" or (depth and character in "},"):
            text = {"{": "(?:", "}": ")", ",": "|"}[character]
            depth += {"{": 1, "}": -1, ",": 0}[character]
        else:
            text = one if character == "?" else re2.escape(character)
        parts.append(text)
    if depth:
        raise ValueError("glob.match: a brace is not closed")
    return f"(?s)\\A{''.join(parts)}\\z"


def _listed(pattern: str, position: int) -> tuple[str, int]:
    """Read `[abc]`, `[a-z]` or one of these behind `!`; what it is and where it ends."""
    end = pattern.find("]", position)
    inside = pattern[position:end]
    negated = inside.startswith("!")
    listed = inside[negated:]
    if end < 0 or not listed or any(item in listed for item in "[\\") or (negated and listed[0] == "^"):
        raise ValueError(
            "glob.match: brackets that are not closed, empty, or of a form that is not supported"
        )
    is_range = len(listed) == len("a-z") and listed[1] == "-"
    if not is_range and "-" in listed:
        raise ValueError("glob.match: a list in brackets is either a range or single characters")
    body = f"{_in_class(listed[0])}-{_in_class(listed[2])}" if is_range else "".join(map(_in_class, listed))
    return f"[{'^' if negated else ''}{body}]", end + 1


def _in_class(character: str) -> str:
    return f"\\{character}" if character in "\\]^-[" else character
