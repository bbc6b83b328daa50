"""Where in a YAML text the cursor is, also while the text is no valid YAML yet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s"'{}\[\],:#][^{}\[\],:#]*?)\s*:(?=\s|$)""")
_WORD = re.compile(r"[\w.!/-]*\Z")
_REFERENCE = re.compile(r"(?<!\$)\$\{([^{}]*)\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """The keys that lead to the cursor."""

    path: tuple[str, ...]
    """Down to the key that the cursor is on, or whose value it is in."""
    in_value: bool
    """It is behind the colon of the last key; else it is on the last key, or where a key may be written."""
    word: str = ""
    """What is typed before the cursor."""
    reference: str | None = None
    """What stands between `${` and the cursor, if that is in a reference."""

    @property
    def above(self) -> tuple[str, ...]:
        """The mapping in which a key is written here."""
        return self.path if self.in_value else self.path[:-1]


def place_at(text: str, line: int, column: int) -> Place:
    """Find a place by its line and column, counted from 0."""
    lines = text.split("\n")
    current = lines[line] if line < len(lines) else ""
    before = current[:column]
    opened = _REFERENCE.search(before)
    above = _above(lines, line, current)
    keys, in_value = _in_line(before, current, column)
    return Place(
        path=(*above, *keys),
        in_value=in_value and bool(keys),
        word=(_WORD.search(before) or [""])[0],
        reference=opened[1] if opened else None,
    )


def reference_at(text: str, line: int, column: int) -> str | None:
    """Give the content of the `${...}` that the cursor is in."""
    lines = text.split("\n")
    current = lines[line] if line < len(lines) else ""
    for found in re.finditer(r"(?<!\$)\$\{([^{}]*)\}", current):
        if found.start() <= column <= found.end():
            return found[1].strip()
    return None


def _above(lines: Sequence[str], line: int, current: str) -> tuple[str, ...]:
    """Give the keys of the blocks that a line is in, by its indent."""
    depth = _depth(current) if current.strip() else len(current)
    keys: list[str] = []
    for text in reversed(lines[:line]):
        if not text.strip() or text.lstrip().startswith("#") or _depth(text) >= depth:
            continue
        content = text.lstrip(" -")
        beside = len(text) - len(content) >= depth  # a key of the same item of a list
        depth = _depth(text)
        if not beside and (found := _KEY.match(content)):
            keys.append(_bare(found[1]))
        if depth == 0:
            break
    return tuple(reversed(keys))


def _in_line(before: str, current: str, column: int) -> tuple[tuple[str, ...], bool]:
    """Give the keys of the line that lead to the cursor, through `{` and `}`; whether it is in a value."""
    stack: list[str] = []
    last: str | None = None
    index = len(before) - len(before.lstrip(" -"))
    while index < len(before):
        letter = before[index]
        if letter == "{" and not before.startswith("${", index - 1):
            stack.append(last or "")
            last = None
        elif letter == "}" and stack and "${" not in before[before.rfind("{", 0, index) - 1 : index]:
            last = stack.pop()
        elif letter == ",":
            last = None
        elif last is None and (found := _KEY.match(current, index)):
            if found.end() > column:
                return (*filter(None, stack), _bare(found[1])), False
            last = _bare(found[1])
            index = found.end()
            continue
        index += 1
    if last is not None:
        return (*filter(None, stack), last), True
    word = _WORD.search(before)
    here = _KEY.match(current, len(before))
    named = _bare(here[1]) if here and not (word and word[0]) else (word[0] if word else "")
    return (*filter(None, stack), named), False


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _bare(key: str) -> str:
    return key.strip().strip("\"'")
