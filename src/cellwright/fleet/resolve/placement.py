"""In which cell of the lower levels a cell is placed."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cellwright.fleet.resolve.directory import Directory, ground
from cellwright.fleet.resolve.layering import Base, choosing_node
from cellwright.fleet.yaml.node import Node
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.suggestion import advice


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a cell stands."""

    ground: Mapping[str, CellAddress]
    """The cell of each lower level on which it stands."""
    placement: CellAddress | None = None
    """The lowest of them that its placement key names; None without such a key."""
    fault: Diagnostic | None = None
    """Why it can't be placed."""


class Grounds:
    """Finds the ground of a level's cells, once for all cells that look for the same name below."""

    def __init__(
        self, directory: Directory, level: str, below: Mapping[CellAddress, Mapping[str, CellAddress]]
    ) -> None:
        self._directory = directory
        self._level = level
        self._below = below
        self._known: dict[str, Mapping[str, CellAddress]] = {}

    def of(self, anchor: str) -> Mapping[str, CellAddress]:
        """Give the cells below for a cell that looks for `anchor` there."""
        if anchor not in self._known:
            self._known[anchor] = ground(self._directory, self._level, anchor, self._below)
        return self._known[anchor]

    def place(self, name: str, key: str | None, own: Sequence[Node], base: Base) -> Placing:
        """Place the cell `name`: by its settings' `key`, or by its own name if its level has no such key."""
        if key is None:
            return Placing(self.of(name))
        node = choosing_node((key,), own, base)
        if node is None:
            written = [name for root in own for name in root.entries or ()]
            near = difflib.get_close_matches(key, written, n=1)
            detail = f"did you mean '{key}' by '{near[0]}'?" if near else advice("", self._anchors())
            fault = error(f"the cell has no '{key}', which says where it is placed", detail, own[0].position)
            return Placing({}, None, fault if base.whole else None)
        if not isinstance(node.value, str) or not node.plain:
            fault = error(
                f"'{key}' must be the plain name of a cell", advice("", self._anchors()), node.position
            )
            return Placing({}, None, fault)
        return self._place_in(node.value, key, node.position)

    def _place_in(self, anchor: str, key: str, place: Position) -> Placing:
        found = self.of(anchor)
        placement = next((address for address in found.values() if address.cell == anchor), None)
        if placement is None:
            fault = error(f"'{key}' names an unknown cell '{anchor}'", advice(anchor, self._anchors()), place)
            return Placing({}, None, fault)
        return Placing(found, placement)

    def _anchors(self) -> set[str]:
        """Give the names of all cells below."""
        below = self._directory.below(self._level)
        return {name for level in below for name in self._directory.cells.get(level.name, ())}
