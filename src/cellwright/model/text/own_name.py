"""A text without a cell's own name: two cells' texts are then equal if they differ in their names alone."""

import re
from functools import lru_cache

_MARK = "\0"


def without_name(text: str, name: str) -> str:
    """Put one mark in the place of a name, wherever it stands between signs: `acme-files`, `/acme/`.

    A name inside a word, or encoded, is left. The mark is a NUL and a word; a NUL of the text is doubled, so
    that no text can pass for one from which a name was taken.
    """
    return _pattern(name).sub(f"{_MARK}cell", text.replace(_MARK, _MARK * 2))


@lru_cache(maxsize=1_000)
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")
