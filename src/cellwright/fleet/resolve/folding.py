"""All layers of one cell folded: named layers, its placement's section, its own files."""

from dataclasses import dataclass

from cellwright.fleet.config.documents import OwnDocuments
from cellwright.fleet.resolve.layering import Base, Layering
from cellwright.fleet.resolve.merge import Faults, Setting, merge
from cellwright.model.address import CellAddress


@dataclass(frozen=True, slots=True)
class CellLayers:
    """A cell's layers, folded."""

    base: Base
    """Everything below the cell's own files; shared by the cells that take the same."""
    root: Setting
    faults: Faults


def fold_cell(
    own: OwnDocuments,
    named: Base,
    placement: CellAddress | None,
    sections: Setting | None,
    layering: Layering,
) -> CellLayers:
    """Lay the section of the placement's `levels` for this level, and the cell's own files, upon `named`.

    `own` must have been readable.
    """
    section = sections.get(layering.level) if sections is not None else None
    base = named
    if placement is not None and section is not None:
        base = layering.with_section(named, placement, section)
    faults: Faults = [*own.faults, *base.faults]
    first, *rest = own.roots
    root = merge(base.root, first, faults)
    for node in rest:
        root = merge(root, node, faults)
    return CellLayers(base, root, faults)
