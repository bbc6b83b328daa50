"""The result of loading one cell."""

from dataclasses import dataclass

from cellwright.fleet.cache.cell_cache import Record
from cellwright.fleet.resolve.cell_summary import CellFacts
from cellwright.model.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class CellOutcome:
    """The result of loading one cell."""

    facts: CellFacts | None
    """None if its own documents can't be read."""
    layers: tuple[str, ...]
    faults: tuple[Diagnostic, ...]
    findings: tuple[Diagnostic, ...]
    record: Record | None = None
    """To be recalled by; None if its resolution can't be told by content."""
    recalled: bool = False
