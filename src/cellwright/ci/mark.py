"""The last line of each file that is written here: a digest, by which a change by hand is noticed."""

import hashlib
import re
from enum import Enum
from pathlib import PurePosixPath

_SAID = "Written by `cellwright ci`, which leaves the file alone once this digest does not fit:"
_LINE = re.compile(rf"(?:#|//|<!--) {re.escape(_SAID)} ([0-9a-f]{{64}})(?: -->)?\n\Z")
_SIGNS = {".groovy": ("// ", ""), ".md": ("<!-- ", " -->"), ".xml": ("<!-- ", " -->")}
_COMMENT = ("# ", "")


class Standing(Enum):
    """What becomes of a file."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CHANGED_BY_HAND = "changed by hand"
    """It is not as it was written, or was never written here."""


def marked(path: str, text: str) -> str:
    """Give a file's text with the line."""
    opening, closing = _SIGNS.get(PurePosixPath(path).suffix, _COMMENT)
    body = text if text.endswith("\n") else f"{text}\n"
    return f"{body}{opening}{_SAID} {_digest(body)}{closing}\n"


def standing(found: str | None, wanted: str) -> Standing:
    """Compare what is there with what is to be there."""
    if found is None:
        return Standing.NEW
    if found == wanted:
        return Standing.UNCHANGED
    line = _LINE.search(found)
    ours = line is not None and line[1] == _digest(found[: line.start()])
    return Standing.UPDATED if ours else Standing.CHANGED_BY_HAND


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
