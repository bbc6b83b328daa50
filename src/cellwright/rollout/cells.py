"""Cells as a rollout sees them, and the selectors that choose among them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.text.suggestion import advice

_OWN_KEYS = ("level", "cell", "name")
_PARTS = 2


@dataclass(frozen=True, slots=True)
class KnownCell:
    """A cell that may be changed: what selectors and orders see of it."""

    address: CellAddress
    labels: Mapping[str, str] = field(default_factory=dict)
    """Its own keys with a single value."""
    needs: frozenset[CellAddress] = frozenset()
    """Cells whose outputs its units take."""

    def label(self, key: str) -> str | None:
        """Give the value of a key; None if the cell has no such key."""
        if key in ("cell", "name"):
            return self.address.cell
        return self.address.level if key == "level" else self.labels.get(key)


def chosen(cells: Iterable[KnownCell], selectors: Sequence[str]) -> list[KnownCell]:
    """Give the cells that any selector matches, in their order."""
    return [cell for cell in cells if any(matches(cell, selector) for selector in selectors)]


def matches(cell: KnownCell, selector: str) -> bool:
    """Tell whether a selector matches: all its parts, joined by commas, must (`client/eu-*,tier=gold`)."""
    return all(_part_matches(cell, part.strip()) for part in selector.split(","))


def selector_faults(
    selectors: Sequence[str], cells: Iterable[KnownCell], position: Position
) -> tuple[Diagnostic, ...]:
    """Tell of selectors with a key that no cell has, or with an address that none can have."""
    keys: dict[str, None] = dict.fromkeys(_OWN_KEYS)
    levels: dict[str, None] = {}
    for cell in cells:
        keys.update(dict.fromkeys(cell.labels))
        levels[cell.address.level] = None
    parts = [(selector, part.strip()) for selector in selectors for part in selector.split(",")]
    return tuple(
        fault
        for selector, part in parts
        if levels and (fault := _fault(selector, part, list(keys), list(levels), position)) is not None
    )


def _fault(
    selector: str, part: str, keys: list[str], levels: list[str], position: Position
) -> Diagnostic | None:
    key, equals, _ = part.partition("=")
    if equals:
        if key in keys:
            return None
        return error(f"'{selector}' chooses no cell: none has the key '{key}'", advice(key, keys), position)
    steps = part.rstrip("/").split("/")
    if len(steps) > _PARTS and steps != [*steps[:_PARTS], "**"]:
        detail = "write a level and a cell, as in client/acme: a rollout changes whole cells"
        return error(f"'{selector}' chooses no cell", detail, position)
    if any(fnmatchcase(level, steps[0]) for level in levels) or steps[0] == "**":
        return None
    detail = advice(steps[0], levels) or f"the levels are {', '.join(levels)}"
    return error(f"'{selector}' chooses no cell: there is no level '{steps[0]}' with cells", detail, position)


def _part_matches(cell: KnownCell, part: str) -> bool:
    key, equals, wanted = part.partition("=")
    if equals:
        return fnmatchcase(cell.label(key) or "", wanted)
    steps = [step for step in part.rstrip("/").split("/") if step != "**"]
    if len(steps) > _PARTS:
        return False
    level, name = [*steps, "*", "*"][:_PARTS]
    return fnmatchcase(cell.address.cell, name) and fnmatchcase(cell.address.level, level)
