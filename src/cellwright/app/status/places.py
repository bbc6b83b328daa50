"""Names the line that decides a changed setting, as `explain` does, where that takes the cell's documents."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from cellwright.fleet.fleet import Fleet
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.change import Reason, UnitStatus
from cellwright.model.unit import Origin

if TYPE_CHECKING:
    from cellwright.fleet.explain import Origins

_OF_CELL = "${cell."
"""How the setting of a reason begins that is a key of the cell itself."""


def with_places(fleet: Fleet, statuses: tuple[UnitStatus, ...]) -> tuple[UnitStatus, ...]:
    """Follow the settings that make a difference through references and layers to the lines that decide."""
    cells = {item.address.of_cell for item in statuses if any(reason.setting for reason in item.reasons)}
    if not cells:
        return statuses
    # What reads documents takes long to import, and is not needed where cells come from the cache.
    from cellwright.fleet.explain import Origins  # noqa: PLC0415

    try:
        origins = _origins_in(Origins(fleet, cells))
    except DiagnosticError:
        return statuses
    return tuple(_placed(item, origins) for item in statuses)


def _origins_in(found: "Origins") -> Callable[[UnitAddress, str], tuple[Origin, ...]]:
    def of(unit: UnitAddress, setting: str) -> tuple[Origin, ...]:
        if setting.startswith(_OF_CELL):
            return found.of_cell(unit.of_cell, setting.removeprefix(_OF_CELL).removesuffix("}"))
        return found.of(unit, setting)

    return of


def _placed(status: UnitStatus, origins: Callable[[UnitAddress, str], tuple[Origin, ...]]) -> UnitStatus:
    reasons = tuple(_decided(status.address, item, origins) for item in status.reasons)
    return replace(status, reasons=reasons) if reasons else status


def _decided(
    unit: UnitAddress, reason: Reason, origins: Callable[[UnitAddress, str], tuple[Origin, ...]]
) -> Reason:
    if not reason.setting:
        return reason
    try:
        # The files may have changed since they were loaded: then the setting's own place is told.
        found = origins(unit, reason.setting)
    except DiagnosticError:
        return reason
    return replace(reason, place=found[-1].position) if found else reason
