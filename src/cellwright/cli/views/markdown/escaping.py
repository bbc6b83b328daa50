"""Foreign text in Markdown: it can't become a link, a mention, HTML, a cell of a table or a line of its own.

GitHub and GitLab read a comment twice: the Markdown, and then what it shows, where they look for mentions
(`@ada`), references (`#12`, `!12`, `~label`) and addresses. So each character with a meaning is written as
its number, and one that begins a reference is parted from what follows by a character without width.
"""

import re
from collections.abc import Iterable

from cellwright.model.text.visible import visible

_SAFE = frozenset(" ,-./=+();?'\"")
"""ASCII signs that mean nothing inside a line, whatever is beside them."""
_JOINER = "&#8288;"
"""Without width, and no place to break a line at."""
_BEGINS_REFERENCE = frozenset("@#!~%$&^:")
_RUNS = re.compile("`+")
_SHORTEST_FENCE = 3


def prose(text: str) -> str:
    """Write a text as words between others, in one line."""
    line = visible(" ".join(text.split()))
    return ": ".join("".join(map(_told, part)) for part in line.split(": ")).replace("www.", f"www{_JOINER}.")


def code(text: str) -> str:
    """Write a text as code, in one line; nothing in it is looked at for references."""
    return f"<code>{''.join(map(_numbered, visible(text)))}</code>"


def fenced(lines: Iterable[str], language: str = "") -> str:
    """Write lines as a block of code. Each is one line, whatever it holds, and none can end the block.

    One that begins with a slash is put behind a bar: GitLab carries such lines out as commands.
    """
    shown = [f"| {line}" if line.lstrip().startswith("/") else line for line in map(visible, lines)]
    longest = max((len(run) for line in shown for run in _RUNS.findall(line)), default=0)
    fence = "`" * max(_SHORTEST_FENCE, longest + 1)
    return "\n".join([f"{fence}{language}", *shown, fence])


def _numbered(letter: str) -> str:
    plain = letter.isalnum() or not letter.isascii() or letter in _SAFE
    return letter if plain else f"&#{ord(letter)};"


def _told(letter: str) -> str:
    written = _numbered(letter)
    return f"{written}{_JOINER}" if letter in _BEGINS_REFERENCE else written
