"""What differs between two revisions of the fleet, as JSON."""

from collections.abc import Mapping

from cellwright.api.diagnostics import diagnostic
from cellwright.api.document import Document
from cellwright.app.fleet.comparing.change import Change, FleetDiff, Side
from cellwright.model.address import CellAddress
from cellwright.model.value import Json


def diff(found: FleetDiff) -> Document:
    """`diff`: cells that came or went, and groups of units for which the same differs."""
    return {
        "fleet": found.fleet,
        "before": found.before,
        "after": found.after,
        "new_cells": _cells(found.new_cells),
        "gone_cells": _cells(found.gone_cells),
        "cells": [
            {
                "cells": [str(cell) for cell in group.cells],
                "changes": [_change(item) for item in group.changes],
            }
            for group in found.cells
        ],
        "units": [
            {
                "kind": group.kind.value,
                "units": [str(unit) for unit in group.units],
                "changes": [_change(item) for item in group.changes],
            }
            for group in found.groups
        ],
        "policies": list(found.policies),
        "unchanged": found.unchanged,
        "new_findings": [diagnostic(item) for item in found.new_findings],
        "not_compared": [diagnostic(item) for item in found.not_compared],
    }


def _cells(found: Mapping[CellAddress, int]) -> list[Json]:
    return [{"cell": str(cell), "units": units} for cell, units in found.items()]


def _change(item: Change) -> dict[str, Json]:
    return {
        "about": item.subject.value,
        "path": item.path,
        "before": _side(item.before),
        "after": _side(item.after),
        "position": None if item.position is None else str(item.position),
    }


def _side(side: Side | None) -> Json:
    return None if side is None else {"value": side.value}
