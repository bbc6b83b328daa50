"""Collects findings; those that many cells share are reported once."""

from collections.abc import Iterable

from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.position import Position

_NOWHERE = Position("")


class Findings:
    """Collects findings. One that several cells have (a fault in a layer, for example) is reported once."""

    def __init__(self) -> None:
        self._cells: dict[Diagnostic, dict[CellAddress, None]] = {}

    def add(self, findings: Iterable[Diagnostic], cell: CellAddress | None = None) -> None:
        """Add findings of a cell, or without one."""
        for finding in findings:
            cells = self._cells.setdefault(finding, {})
            if cell is not None:
                cells[cell] = None

    def result(self) -> tuple[Diagnostic, ...]:
        """Give every finding once, sorted by file, line and column."""
        reported = {_with_cells(finding, list(cells)) for finding, cells in self._cells.items()}
        return tuple(sorted(reported, key=_order))


def _with_cells(finding: Diagnostic, cells: list[CellAddress]) -> Diagnostic:
    if not cells:
        return finding
    more = len(cells) - 1
    rest = f" and {more} more cell{'s' if more > 1 else ''}" if more else ""
    summary = f"{finding.summary} ({cells[0]}{rest})"
    return Diagnostic(finding.severity, summary, finding.detail, finding.position)


def _order(finding: Diagnostic) -> tuple[Position, str, str, str]:
    return finding.position or _NOWHERE, finding.severity.value, finding.summary, finding.detail
