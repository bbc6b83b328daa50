"""The names in a fleet, kept for completion at a prompt: read in milliseconds, with nothing else loaded.

The file goes by no stamp of the settings: names that are slightly old complete as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.cache_file import cache_stamp, read_cache, write_cache

_FILE = "names"
_STAMP = cache_stamp("names 1")
_MOST_VALUES = 50
"""A key of cells with more values than this is no tag that somebody selects by."""


@dataclass(frozen=True, slots=True)
class KeptNames:
    """What can be named."""

    cells: Mapping[str, tuple[str, ...]]
    """By a cell's address, its stacks."""
    inputs: Mapping[str, tuple[str, ...]]
    """By level and stack (`client/app`), the names of the stack's variables."""
    tags: tuple[str, ...]
    """Labels of cells: `tier=gold`."""


NOTHING = KeptNames({}, {}, ())


def read_names(cache: Path) -> KeptNames:
    """Give the names that the last load of the whole fleet has kept; none if there was none."""
    found = read_cache(cache / _FILE, _STAMP)
    if not isinstance(found, tuple):
        return NOTHING
    stacks, cells, inputs, tags = found
    return KeptNames({cell: stacks[index] for cell, index in cells.items()}, inputs, tags)


def has_names(cache: Path) -> bool:
    """Tell whether names were kept."""
    return (cache / _FILE).exists()


def write_names(
    cache: Path,
    cells: Mapping[str, tuple[str, ...]],
    inputs: Mapping[str, tuple[str, ...]],
    labels: Iterable[Mapping[str, str]],
) -> None:
    """Keep the names of a whole fleet."""
    stacks: dict[tuple[str, ...], int] = {}
    kept = {cell: stacks.setdefault(names, len(stacks)) for cell, names in sorted(cells.items())}
    write_cache(cache / _FILE, _STAMP, (tuple(stacks), kept, dict(inputs), tuple(_tags(labels))))


def _tags(labels: Iterable[Mapping[str, str]]) -> Iterable[str]:
    values: dict[str, set[str]] = {}
    for found in labels:
        for key, value in found.items():
            known = values.setdefault(key, set())
            if len(known) <= _MOST_VALUES:
                known.add(value)
    for key, known in sorted(values.items()):
        if len(known) <= _MOST_VALUES:
            yield from (f"{key}={value}" for value in sorted(known))
