"""A cell's tags: what filters find it by, and what grants may be limited to."""

from collections.abc import Mapping, Sequence

from cellwright.fleet.fleet import Cell

TAGS = "tags"
"""The key of a cell's settings that holds them."""


def tags_of(cell: Cell) -> tuple[str, ...]:
    """Give a cell's tags: those of its setting `tags`, a list, or a mapping, whose pairs are `key=value`."""
    given = cell.settings.get(TAGS)
    if isinstance(given, Mapping):
        return tuple(f"{key}={value}" for key, value in given.items() if isinstance(value, (str, int)))
    if isinstance(given, Sequence) and not isinstance(given, str):
        return tuple(item for item in given if isinstance(item, str))
    return ()
