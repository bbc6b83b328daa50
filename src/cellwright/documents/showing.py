"""Text from elsewhere as the fonts of documents can show it: what they can't stands there as its escape.

Characters that are not seen, turn the direction of text or are in no embedded font would be a gap or a
deception in a document that somebody has to trust.
"""

import re

_SHOWN = (
    (0xA0, 0xAC),
    (0xAE, 0x17F),
    (0x391, 0x3A1),
    (0x3A3, 0x3CE),
    (0x400, 0x45F),
    (0x2010, 0x2014),
    (0x2018, 0x201E),
    (0x2026, 0x2026),
    (0x20AC, 0x20AC),
)
"""Latin, Greek and Cyrillic letters with their signs; ASCII is not escaped in the first place."""

_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|(.))")
_HIDDEN = frozenset("bfr")


def showable(document: str) -> str:
    r"""Let each escape of a JSON text in ASCII stand for itself if its character can't be shown.

    A document with the string "a\u202eb" gives one with "a\\u202eb".
    """
    return _ESCAPE.sub(_shown, document)


def _shown(found: re.Match[str]) -> str:
    code, short = found.groups()
    hidden = short in _HIDDEN if code is None else not _is_shown(int(code, 16))
    return f"\\{found[0]}" if hidden else found[0]


def _is_shown(code: int) -> bool:
    return any(first <= code <= last for first, last in _SHOWN)
