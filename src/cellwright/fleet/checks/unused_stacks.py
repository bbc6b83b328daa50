"""Faults of stacks that no cell has switched on: nothing runs them, so they are warnings."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from cellwright.fleet.resolve.cell_summary import CellSummary
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.unit import StackPin


def stack_faults(
    faults: Mapping[StackPin, Collection[Diagnostic]], summaries: Mapping[CellAddress, CellSummary]
) -> Iterator[Diagnostic]:
    """Yield the faults of stacks; those of a stack that cells have, but none of them on, as warnings."""
    if not faults:
        return
    used: dict[StackPin, bool] = {}
    for units in {id(cell.units): cell.units for cell in summaries.values()}.values():
        for unit in units:
            pin = _plain(unit.pin)
            used[pin] = used.get(pin, False) or unit.enabled
    for pin, found in faults.items():
        off = used.get(_plain(pin)) is False
        yield from (_of_unused(item) if off else item for item in found)


def _plain(pin: StackPin) -> StackPin:
    """Give a pin without what the inputs of its units choose."""
    return replace(pin, constants=())


def _of_unused(fault: Diagnostic) -> Diagnostic:
    if fault.severity is not Severity.ERROR:
        return fault
    detail = f"the stack is switched off everywhere; before it is switched on: {fault.detail}"
    return replace(fault, severity=Severity.WARNING, detail=detail)
