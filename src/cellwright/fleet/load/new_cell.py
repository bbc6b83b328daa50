"""A cell of which there is no file yet, resolved as it would be with one text or another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.fleet.capacity import PlacementRule, Resources, added
from cellwright.fleet.config.cells import CellSource
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import Cell
from cellwright.fleet.load.fleet_load import CellSelection, FleetLoad
from cellwright.fleet.resolve.resolved import ResolvedCell
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Severity
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class AsWritten:
    """What a text makes of a cell."""

    cell: Cell
    uses: Resources
    """What its units use of the resources that places have."""
    needs: Mapping[UnitAddress, None]
    """The units of lower levels that its enabled units need, in their order."""
    faults: tuple[str, ...]
    """The errors that were found."""

    @property
    def rule(self) -> PlacementRule | None:
        """The rule that is to place it."""
        return self.cell.rule

    @property
    def placement(self) -> str | None:
        """The cell in which it is placed; None if it is not, or not yet."""
        return self.cell.placement.cell if self.cell.placement is not None else None


class NewCell:
    """Loads the levels below once, for all texts."""

    def __init__(
        self,
        root: Path,
        contracts: Callable[[StackPin], Contract],
        cache: Path | None,
        address: CellAddress,
        path: str,
    ) -> None:
        self._files = FleetFiles(root.absolute())
        self._files.put(path, b"{}\n")
        self._source = CellSource(address.cell, path, (path,))
        selection = CellSelection(frozenset(), frozenset((address.cell,)))
        load = FleetLoad(self._files, contracts, cache, selection)
        self.counted = load.counts
        """Whether the fleet says anything of capacity."""
        self._context = load.context_for_new(address.level)

    def with_text(self, text: str) -> AsWritten | None:
        """Resolve the cell with this text; None if that can't be read as a cell's."""
        from cellwright.fleet.resolve.cell import resolve_cell  # noqa: PLC0415  most commands resolve nothing

        if self._context is None:
            return None
        self._files.put(self._source.path, text.encode())
        resolved = resolve_cell(self._source, self._context)
        return None if resolved.cell is None else _as_written(resolved, resolved.cell)


def _as_written(resolved: ResolvedCell, cell: Cell) -> AsWritten:
    level = resolved.address.level
    enabled = [unit for unit in resolved.units if unit.enabled]
    needed = [item for unit in enabled for item in sorted(unit.upstreams()) if item.level != level]
    found = (*resolved.faults, *resolved.findings)
    return AsWritten(
        cell=cell,
        uses=added(resolved.resources.values()),
        needs=dict.fromkeys(needed),
        faults=tuple(dict.fromkeys(item.summary for item in found if item.severity is Severity.ERROR)),
    )
