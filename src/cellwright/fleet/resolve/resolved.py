"""What resolving a cell takes and gives.

Apart from the resolving itself, which takes long to import: most loads take every cell from the cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cellwright.fleet.capacity import Resources
from cellwright.fleet.fleet import Cell, Level, OpenUse, OutputUse
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.unit import Unit

if TYPE_CHECKING:
    from cellwright.fleet.config.documents import Documents
    from cellwright.fleet.resolve.contracts import Contracts
    from cellwright.fleet.resolve.layering import Layering
    from cellwright.fleet.resolve.merge import Setting
    from cellwright.fleet.resolve.placement import Directory, LowerCellFinder
    from cellwright.fleet.resolve.shared_inputs import SharedInputs
    from cellwright.fleet.resolve.state_backend import StateBackend
    from cellwright.fleet.yaml.outline import Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedCell:
    """A cell with its settings and units. Holds values only, so it can be stored and compared."""

    address: CellAddress
    cell: Cell | None
    """None if its own documents can't be read."""
    complete: bool
    """All its documents could be read and all references resolved, so a missing key was never written."""
    units: tuple[Unit, ...] = ()
    uses: tuple[OutputUse, ...] = ()
    open_uses: tuple[OpenUse, ...] = ()
    """Outputs that go where nothing sensitive may go."""
    takers: frozenset[UnitAddress] = frozenset()
    """The units that take secrets."""
    resources: Mapping[UnitAddress, Resources] = field(default_factory=dict)
    """What enabled units use of the resources that places have; those that use none are left out."""
    unresolved_backends: tuple[UnitAddress, ...] = ()
    """Units whose backend could not be resolved."""
    lower_cells: Mapping[str, CellAddress] = field(default_factory=dict)
    """The cell of each lower level that it depends on."""
    layers: tuple[str, ...] = ()
    """The paths of its named layers, lowest first."""
    named_cells: Mapping[CellAddress, bool] = field(default_factory=dict)
    """Cells that its references name by their addresses, and whether they exist."""
    sections: Setting | None = None
    """Its settings for cells that are placed in it, by level."""
    faults: tuple[Diagnostic, ...] = ()
    """Findings about its documents and layers; other cells may have the same."""
    findings: tuple[Diagnostic, ...] = ()
    """Findings about this cell."""
    outlines: tuple[Outline | None, ...] = ()
    """Of each of its own files; empty if only an excerpt was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelContext:
    """The context in which the cells of one level are resolved."""

    level: Level
    directory: Directory
    documents: Documents
    layering: Layering
    contracts: Contracts
    state: StateBackend
    lower_cells: LowerCellFinder
    below: Mapping[CellAddress, ResolvedCell]
    """The cells of the lower levels."""
    sharing_levels: tuple[Level, ...]
    """The levels with the same folder of cells."""
    shared_inputs: dict[int, SharedInputs] = field(default_factory=dict)
    """By identity of the layers that cells share."""
