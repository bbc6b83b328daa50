"""A cell's tags: what filters find it by, and what grants may be limited to."""

from collections.abc import Mapping, Sequence

from cellwright.fleet.fleet import Cell
from cellwright.model.hidden_keys import overlaps

TAGS = "tags"
"""The key of a cell's settings that holds them."""


def tags_of(cell: Cell) -> tuple[str, ...]:
    """Give a cell's tags: those of its setting `tags`, a list, or a mapping, whose pairs are `key=value`.

    If they are sensitive, it has none: what shows them, or limits a role to them, would tell them.
    """
    if any(overlaps(path, (TAGS,)) for path in cell.sensitive):
        return ()
    given = cell.settings.get(TAGS)
    if isinstance(given, Mapping):
        return tuple(f"{key}={value}" for key, value in given.items() if isinstance(value, (str, int)))
    if isinstance(given, Sequence) and not isinstance(given, str):
        return tuple(item for item in given if isinstance(item, str))
    return ()
