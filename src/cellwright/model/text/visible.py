"""Characters that nobody can see, or that change how others are seen, shown as escapes.

A text from elsewhere could else look like another one: by marks that turn the direction of writing, by
characters without width, by commands to the terminal.
"""

import re

_BLANK = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters that count as printable and leave no ink: fillers, joiners, selectors of variants."""

_BASIC_PLANE = 0xFFFF


def is_visible(text: str) -> bool:
    """Tell whether every character of a text can be seen; one with a line break or tab is not."""
    return text.isprintable() and (text.isascii() or not _BLANK.search(text))


def visible(text: str, keep: str = "") -> str:
    """Write every character that can't be seen as an escape, apart from those in `keep`."""
    if is_visible(text):
        return text
    return "".join(item if item in keep or is_visible(item) else escaped(item) for item in text)


def escaped(character: str) -> str:
    """Write a character as JSON and Python write it."""
    code = ord(character)
    return f"\\u{code:04x}" if code <= _BASIC_PLANE else f"\\U{code:08x}"
