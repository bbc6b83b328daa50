"""The status of units as JSON."""

from collections import Counter

from cellwright.api.document import Document
from cellwright.api.fleet.versions import binaries
from cellwright.app.status.status import FleetStatus
from cellwright.model.binary import UnitBinaries
from cellwright.model.runs.change import Reason, Status, UnitStatus
from cellwright.model.value import Json


def status(found: FleetStatus) -> Document:
    """`status`: every unit with its reasons, and how many of these units have each status.

    `clients` are those that are suspended or being offboarded; `stopped` says why an offboarding
    stands still. A status that no unit has is counted as 0;
    `next` is null on the last page. The units' programs are given where they were asked for. `levels` is
    the order in which people read levels and stacks.
    """
    counts = Counter(unit.status for unit in found.units)
    return {
        "fleet": found.fleet,
        "units": (unit_status(unit, found.binaries.get(unit.address)) for unit in found.units),
        "clients": {str(cell): state.value for cell, state in found.clients.items()},
        "stopped": {str(cell): why for cell, why in found.stopped.items()},
        "counts": {status.value: counts[status] for status in Status},
        "next": None if found.next is None else str(found.next),
        "levels": [{"level": level, "stacks": list(stacks)} for level, stacks in found.order.items()],
    }


def unit_status(unit: UnitStatus, programs: UnitBinaries | None) -> Json:
    """How a unit stands, and its programs where these were asked for."""
    return {
        "address": str(unit.address),
        "status": unit.status.value,
        "new": unit.never_applied,
        "reasons": [_reason(item) for item in unit.reasons],
        **(binaries(programs) if programs is not None else {}),
    }


def _reason(reason: Reason) -> Json:
    waits_for = {"unit": str(reason.unit)} if reason.unit is not None else {}
    return {"kind": reason.kind.value, "summary": reason.summary, **waits_for}
