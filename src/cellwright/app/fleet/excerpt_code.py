"""The line of a stack's code that a finding speaks of, without what may be secret in it."""

import re
from collections.abc import Iterator, Sequence

from cellwright.app.fleet.excerpt_secrets import SecretNames, cut, no_text
from cellwright.model.position import Position
from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import SyntaxFault

_WORD = re.compile(r"[^\W\d][\w-]*")
_SET = re.compile(r"(?<![=!<>])[=:](?![=>:])\s*")
"""What stands between a name and its value."""
_FRAME = re.compile(r'\s*(?:[\w-]+(?:\s+"[\w./-]*")*\s*\{|[\s{}\[\]()]*)\s*\Z')
"""The first line of a block, or brackets alone."""
_OF_VARIABLE = re.compile(r"\s*(?:type|sensitive|ephemeral|nullable|deprecated)\s*=")
"""Arguments of a variable that hold no value of it."""


def is_code(text: str) -> bool:
    """Tell whether a text can be read as a stack's code."""
    try:
        parse_native(text)
    except SyntaxFault:
        return False
    return True


def code_line(lines: Sequence[str], place: Position, names: SecretNames, *, is_read: bool) -> str | None:
    """Leave out the value of an argument that is secret: by its name, or by what it stands in.

    In a file that can't be read a text may stand anywhere, so only names and frames are shown.
    """
    text = lines[place.line - 1]
    if _FRAME.match(text):
        return text
    in_secret = names.any(_names_above(lines, place.line - 1))
    if is_read and in_secret and _OF_VARIABLE.match(text):
        return text
    # What stands within quotes is no name, but a key in quotes is: all words of the line are looked at.
    secret = in_secret or not is_read or names.any(_WORD.findall(text))
    if not secret:
        return text
    found = _SET.search(text)
    if found is None:
        return None
    if no_text(text[found.end() :]):
        return text
    return cut(text, found.start() + 1, place)


def _names_above(lines: Sequence[str], index: int) -> Iterator[str]:
    """Yield the words of the lines that a line stands in, by its indent."""
    depth = _depth(lines[index])
    for text in reversed(lines[:index]):
        if text.strip() and not text.lstrip().startswith(("#", "//")) and _depth(text) < depth:
            depth = _depth(text)
            yield from _WORD.findall(text)
        if depth == 0:
            return


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())
