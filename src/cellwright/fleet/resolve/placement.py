"""Finds the lower cells of a cell, and its placement among them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cellwright.fleet.capacity import PlacementRule
from cellwright.fleet.fleet import Level, levels_below, place_levels
from cellwright.fleet.resolve.layering import FoldedLayers, selecting_node
from cellwright.fleet.resolve.placement_rule import read_rule, undecided
from cellwright.fleet.yaml.node import MergeTag, Node
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.model.text.suggestion import advice, nearest


@dataclass(frozen=True, slots=True)
class Directory:
    """The levels, cells and stacks of a fleet by name."""

    fleet: str
    levels: tuple[Level, ...]
    """Lowest first."""
    cells: Mapping[str, Collection[str]]
    """The cells' names by level, those that could not be read included."""
    sensitive_keys: Collection[str] = ()
    """Keys of cells that hold secrets, as fleet.yaml says."""
    public_keys: Collection[str] = ("name", "level")
    """Keys that hold none: as fleet.yaml says, and those that names of files, or addresses, come from."""
    secrets: Mapping[str, SecretSettings] = field(default_factory=dict)
    """The sources of secrets, by name."""

    def level(self, name: str) -> Level | None:
        """Find a level by its name."""
        return next((level for level in self.levels if level.name == name), None)

    def below(self, level: str) -> tuple[Level, ...]:
        """Give the levels below one, lowest first."""
        return levels_below(self.levels, level)

    def holds(self, cell: CellAddress) -> bool:
        """Tell whether there is such a cell."""
        return cell.cell in self.cells.get(cell.level, ())


def _lower_cells(
    directory: Directory, level: str, name: str, known: Mapping[CellAddress, Mapping[str, CellAddress]]
) -> dict[str, CellAddress]:
    """Find a cell's lower cell of each level; a level without one is left out.

    They are the cells called `name`. Where a lower level has none, the lower cells of those that were found
    (`known`) are taken.
    """
    found: dict[str, CellAddress] = {}
    lower = directory.below(level)
    for item in reversed(lower):
        address = CellAddress(item.name, name)
        if directory.holds(address):
            found[item.name] = address
    for address in tuple(found.values()):
        for below, further in known.get(address, {}).items():
            found.setdefault(below, further)
    return {item.name: found[item.name] for item in lower if item.name in found}


@dataclass(frozen=True, slots=True)
class PlacementResult:
    """A cell's lower cells and placement."""

    lower_cells: Mapping[str, CellAddress]
    """By level."""
    placement: CellAddress | None = None
    """Of those that its placement key names: the nearest, or the lowest that is made of the same files."""
    fault: Diagnostic | None = None
    """Why it can't be placed."""
    rule: PlacementRule | None = None
    """The rule that is to place it, not decided yet."""


class LowerCellFinder:
    """Finds the lower cells of a level's cells, once for all cells that look up the same name."""

    def __init__(
        self, directory: Directory, level: str, below: Mapping[CellAddress, Mapping[str, CellAddress]]
    ) -> None:
        self._directory = directory
        self._level = level
        self._below = below
        self._known: dict[str, Mapping[str, CellAddress]] = {}

    def find(self, name: str) -> Mapping[str, CellAddress]:
        """Give the lower cells of a cell that looks up `name`: its placement, or its own name."""
        if name not in self._known:
            self._known[name] = _lower_cells(self._directory, self._level, name, self._below)
        return self._known[name]

    def place(self, name: str, key: str | None, own: Sequence[Node], base: FoldedLayers) -> PlacementResult:
        """Place the cell `name`: by its placement `key`, or by its own name if its level has no such key."""
        if key is None:
            return PlacementResult(self.find(name))
        node = selecting_node((key,), own, base)
        if node is None:
            written = [name for root in own for name in root.entries or ()]
            near = nearest(key, written)
            detail = f"did you mean '{key}' by '{near}'?" if near else advice("", self._names_below())
            fault = error(f"the cell has no '{key}', which says where it is placed", detail, own[0].position)
            return PlacementResult({}, None, fault if base.complete else None)
        if node.merge_tag is MergeTag.PLACE:
            return self._by_rule(name, node, own, base)
        if not isinstance(node.value, str) or not node.plain:
            is_number = isinstance(node.value, int | Decimal)
            detail = "quote it" if is_number else advice("", self._names_below())
            fault = error(f"'{key}' must be the plain name of a cell", detail, node.position)
            return PlacementResult({}, None, fault)
        return self._place_in(node.value, key, node.position)

    def _by_rule(self, name: str, node: Node, own: Sequence[Node], base: FoldedLayers) -> PlacementResult:
        rule = read_rule(node, lambda path: selecting_node(path, own, base))
        if isinstance(rule, Diagnostic):
            return PlacementResult({}, None, rule)
        return PlacementResult({}, None, undecided(rule, self._level, name), rule)

    def _place_in(self, wanted: str, key: str, place: Position) -> PlacementResult:
        found = self.find(wanted)
        placement = self._nearest(found, wanted)
        if placement is None:
            fault = error(
                f"'{key}' names an unknown cell '{wanted}'", advice(wanted, self._names_below()), place
            )
            return PlacementResult({}, None, fault)
        return PlacementResult(found, placement)

    def _nearest(self, found: Mapping[str, CellAddress], wanted: str) -> CellAddress | None:
        """Choose the placement among the lower cells: of the nearest that have this name the lowest."""
        levels = [item for item in self._directory.below(self._level) if item.name in found]
        nearest = place_levels([item for item in levels if found[item.name].cell == wanted])
        return found[nearest[0].name] if nearest else None

    def _names_below(self) -> set[str]:
        """Give the names of all cells of lower levels."""
        below = self._directory.below(self._level)
        return {name for level in below for name in self._directory.cells.get(level.name, ())}
