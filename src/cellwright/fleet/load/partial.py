"""Loads some cells of the last level without reading the other cells' documents.

What must hold between cells is checked with the file of neighbours (`fleet/cache/neighbours.py`). Where that
is not enough, everything is loaded.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.cache.neighbourhood import Neighbourhood
from cellwright.fleet.cache.neighbours import state_digests
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.settings import Configuration
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.fleet_load import CellSelection, FleetLoad
from cellwright.fleet.resolve.resolved import ResolvedCell
from cellwright.fleet.scope import Scope
from cellwright.model.address import CellAddress
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract

MOST_CHANGED = 100
"""Up to so many changed cells are read one by one; if there are more, everything is loaded."""

_MOST_SELECTED = 500
"""For more cells than this, loading everything is faster: the cache helps there."""


def load_partial(
    files: FleetFiles, contracts: Callable[[StackPin], Contract], cache: Path, scope: Scope
) -> Fleet | None:
    """Load the cells of `scope` and all lower levels; None where everything has to be loaded."""
    configuration, _ = read_configured(files, cache)
    neighbourhood = Neighbourhood.of(files, configuration, cache)
    selection = _selection(configuration, neighbourhood, scope) if neighbourhood is not None else None
    if neighbourhood is None or selection is None:
        return None
    changed = _changed(neighbourhood, selection)
    if len(changed) > MOST_CHANGED or neighbourhood.known is None:
        # Everything is loaded to write the file of neighbours. Findings elsewhere are left out of the result
        # all the same: they must not depend on whether the file was there.
        fleet = FleetLoad(files, contracts, cache).fleet()
        neighbourhood = Neighbourhood.of(files, configuration, cache)
        changed = _changed(neighbourhood, selection) if neighbourhood is not None else []
        if neighbourhood is None or neighbourhood.known is None or len(changed) > MOST_CHANGED:
            return fleet
    return _load(FleetLoad(files, contracts, cache, selection), neighbourhood, selection, changed)


def _selection(
    configuration: Configuration, neighbourhood: Neighbourhood, scope: Scope
) -> CellSelection | None:
    """Give the cells of the last level in the scope; None if all may be, or one does not exist."""
    *below, last = (level.name for level in configuration.levels)
    if not scope.levels <= set(below) or not {cell.level for cell in scope.cells} <= {*below, last}:
        return None
    cells = frozenset(cell.cell for cell in scope.cells if cell.level == last)
    names = neighbourhood.stamps.keys()
    return CellSelection(cells, frozenset(names)) if len(cells) < _MOST_SELECTED and cells <= names else None


def _changed(neighbourhood: Neighbourhood, selection: CellSelection) -> list[str]:
    return [name for name in neighbourhood.changed if name not in selection.cells]


def _load(
    load: FleetLoad, neighbourhood: Neighbourhood, selection: CellSelection, changed: Collection[str]
) -> Fleet | None:
    load.load()
    own = [CellAddress(neighbourhood.level, name) for name in selection.cells]
    if not all(address in load.loaded for address in own) or _names_unloaded(load, own):
        return None
    others = load.resolve_others(changed)
    # Written first, then compared: of two cells loaded at the same time, at least one sees the other.
    known = neighbourhood.update(load.loaded, selection.cells, others)
    if known is None:
        return None
    summaries = load.summaries.values()
    states = frozenset(digest for item in summaries for digest in state_digests(item.backends))
    conflicting = known.conflicting(states, neighbourhood.blocks(summaries), selection.cells)
    return load.check(_as_now(load, others, conflicting))


def _names_unloaded(load: FleetLoad, own: Collection[CellAddress]) -> bool:
    """Tell whether a cell names another one of its level that was not loaded."""
    return any(
        named.level == address.level and named not in load.loaded
        for address in own
        for named in load.named_cells(address)
    )


def _as_now(
    load: FleetLoad, others: dict[str, ResolvedCell], names: Collection[str]
) -> dict[str, ResolvedCell]:
    """Give some cells as they are now; `others` have been resolved already."""
    return {name: others[name] for name in names if name in others} | load.resolve_others(
        [name for name in names if name not in others]
    )
