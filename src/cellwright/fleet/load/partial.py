"""A fleet loaded for some cells of its last level only: the others' documents are not read.

What must hold between cells is told from what is known of the others (`neighbours.py`). Whatever that does
not settle is left to a load of everything.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.cache.neighbourhood import Neighbourhood
from cellwright.fleet.cache.neighbours import state_marks
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.settings import Configuration
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.fleet_load import Loading
from cellwright.fleet.resolve.cell import ResolvedCell
from cellwright.fleet.scope import Part, Scope
from cellwright.model.address import CellAddress
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract

AT_ONCE = 100
"""So many cells that others may have changed are looked at one by one; more are left to a whole load."""

_MANY = 500
"""From so many cells on a load of everything is quicker: it recalls what it resolved before."""


def load_narrow(
    files: FleetFiles, contracts: Callable[[StackPin], Contract], cache: Path, scope: Scope
) -> Fleet | None:
    """Load the cells of `scope` and all below; None where only a load of everything can tell."""
    configuration, _ = read_configured(files, cache)
    around = Neighbourhood.of(files, configuration, cache)
    part = _part(configuration, around, scope) if around is not None else None
    if around is None or part is None:
        return None
    strange = _strange(around, part)
    if len(strange) > AT_ONCE or around.known is None:
        # Loaded to be known. What is wrong elsewhere is not told here, whatever was known before.
        fleet = Loading(files, contracts, cache).fleet()
        around = Neighbourhood.of(files, configuration, cache)
        strange = _strange(around, part) if around is not None else []
        if around is None or around.known is None or len(strange) > AT_ONCE:
            return fleet
    return _loaded(Loading(files, contracts, cache, part), around, part, strange)


def _part(configuration: Configuration, around: Neighbourhood, scope: Scope) -> Part | None:
    """Give the cells of the last level that are meant; None if all may be, or one is not there."""
    *below, last = (level.name for level in configuration.levels)
    if not scope.levels <= set(below) or not {cell.level for cell in scope.cells} <= {*below, last}:
        return None
    cells = frozenset(cell.cell for cell in scope.cells if cell.level == last)
    there = len(cells) < _MANY and cells <= around.marks.keys()
    return Part(cells, frozenset(around.marks)) if there else None


def _strange(around: Neighbourhood, part: Part) -> list[str]:
    return [name for name in around.strange if name not in part.cells]


def _loaded(loading: Loading, around: Neighbourhood, part: Part, strange: Collection[str]) -> Fleet | None:
    loading.load()
    own = [CellAddress(around.level, name) for name in part.cells]
    if not all(address in loading.outcomes for address in own) or _reaches_out(loading, own):
        return None
    beside = loading.beside(strange)
    # Known first, then compared: of two cells that are loaded at once, at least one sees the other.
    known = around.learn(loading.outcomes, beside, part.cells)
    if known is None:
        return None
    facts = loading.facts.values()
    states = frozenset(mark for item in facts for mark in state_marks(item.backends))
    suspects = known.suspects(states, around.spans(facts), part.cells)
    return loading.checked(_looked_at(loading, beside, suspects))


def _reaches_out(loading: Loading, own: Collection[CellAddress]) -> bool:
    """Tell whether a cell names another one of its level that was not loaded."""
    loaded = loading.outcomes.keys()
    return any(
        asked.level == address.level and asked not in loaded
        for address in own
        for asked in loading.asked(address)
    )


def _looked_at(
    loading: Loading, beside: dict[str, ResolvedCell], suspects: Collection[str]
) -> dict[str, ResolvedCell]:
    """Give the suspects as they are now."""
    return {name: beside[name] for name in suspects if name in beside} | loading.beside(
        [name for name in suspects if name not in beside]
    )
