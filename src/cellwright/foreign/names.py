"""Names of cells and stacks, made of names that another tool allows."""

import re
from collections.abc import Iterable

from cellwright.model.names import MAX_LENGTH

_OTHER = re.compile(r"[^a-z0-9]+")


def name_of(text: str) -> str:
    """Give a text as a name of a cell or stack."""
    return _OTHER.sub("-", text.lower()).strip("-")[:MAX_LENGTH].strip("-") or "main"


def parts_left_out(paths: Iterable[tuple[str, ...]]) -> int:
    """Tell how many parts all paths begin with, such that something is left of each."""
    given = [path for path in paths if path]
    return min(_common_parts(given), min(map(len, given)) - 1) if given else 0


def _common_parts(paths: Iterable[tuple[str, ...]]) -> int:
    found: tuple[str, ...] | None = None
    for path in paths:
        if found is None:
            found = path
        same = 0
        while same < min(len(found), len(path)) and found[same] == path[same]:
            same += 1
        found = found[:same]
    return len(found or ())
