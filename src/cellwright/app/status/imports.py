"""Units whose cells declare imports that no apply has done: they are changed, whatever else they say."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias

from cellwright.fleet.fleet import Cell
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.planning.imports import IMPORTS, declared_imports, import_reasons, pending_imports
from cellwright.planning.secret_digests import with_reasons

Applied: TypeAlias = Callable[[Collection[UnitAddress]], Mapping[UnitAddress, AppliedUnit]]


def with_imports(
    cells: Mapping[CellAddress, Cell], applied: Applied, statuses: Sequence[UnitStatus]
) -> tuple[UnitStatus, ...]:
    """Make the units changed that are up to date but for imports."""
    declared = {
        item.address: found
        for item in statuses
        if item.status is Status.UP_TO_DATE
        and (cell := cells.get(item.address.of_cell)) is not None
        and IMPORTS in cell.settings
        and (found := declared_imports(cell.settings, item.address.stack))
    }
    if not declared:
        return tuple(statuses)
    known = applied(list(declared))
    reasons = {
        unit: import_reasons(pending_imports(found, known.get(unit))) for unit, found in declared.items()
    }
    return tuple(with_reasons(item, reasons.get(item.address, ())) for item in statuses)
