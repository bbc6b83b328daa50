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

_ADDRESSES = "addresses"


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
        files: tuple[str, ...],
    ) -> None:
        """Take the cell's files; the first one is that whose text is tried, the others are as they are."""
        self._files = FleetFiles(root.absolute())
        self._path = files[0]
        self._files.put(self._path, b"{}\n")
        self._source = CellSource(address.cell, self._path, tuple(sorted(files)))
        selection = CellSelection(frozenset(), frozenset((address.cell,)))
        load = FleetLoad(self._files, contracts, cache, selection)
        self.counted = load.counts
        """Whether the fleet says anything of capacity."""
        self._pools = load.pools_for(address.level)
        self._context = load.context_for_new(address.level)

    def with_text(self, text: str) -> AsWritten | None:
        """Resolve the cell with this text; None if that can't be read as a cell's."""
        from cellwright.fleet.yaml.editor import with_key  # noqa: PLC0415  most commands write no settings

        if self._context is None:
            return None
        resolved = self._resolved(text)
        if resolved.cell is None:
            return None
        # What its blocks of addresses are does not matter here, but that it will have some does.
        named = resolved.cell.settings.get(_ADDRESSES, {})
        missing = [pool for pool in self._pools if isinstance(named, Mapping) and pool.name not in named]
        given = text
        for pool in missing:
            given = with_key(given, f"{_ADDRESSES}.{pool.name}", str(pool.network), self._path)
        return _as_written(self._resolved(given) if missing else resolved, resolved.cell)

    def _resolved(self, text: str) -> ResolvedCell:
        from cellwright.fleet.resolve.cell import resolve_cell  # noqa: PLC0415  most commands resolve nothing

        if self._context is None:
            raise TypeError("there is no such level")
        self._files.put(self._path, text.encode())
        return resolve_cell(self._source, self._context)


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
