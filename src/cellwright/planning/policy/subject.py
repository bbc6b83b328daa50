"""`input.cellwright`: the unit, as policies see it beside Terraform's plan."""

from collections.abc import Mapping
from datetime import date

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.run import Operation
from cellwright.model.unit import Unit
from cellwright.model.value import Json, Value
from cellwright.planning.binding import substitute

EXCEPTIONS = "exceptions"
"""The key of a cell's settings with its exceptions from policies."""


def exception_faults(settings: Mapping[str, Value], position: Position | None) -> tuple[Diagnostic, ...]:
    """Find exceptions whose `until` is no date; one without it has no end, and policies may refuse it."""
    given = settings.get(EXCEPTIONS)
    found = (
        [item.get("until") for item in given if isinstance(item, Mapping)]
        if isinstance(given, list | tuple)
        else []
    )
    detail = "write a day that there is, as YYYY-MM-DD"
    return tuple(
        error(f"an exception's `until` is no date: {until}", detail, position)
        for until in found
        if until is not None and not _is_date(until)
    )


def _is_date(value: Value) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def describe(
    fleet: str, unit: Unit, operation: Operation, settings: Mapping[str, Value], today: date
) -> Mapping[str, Json]:
    """Describe a unit for policies; `settings` are its cell's own, with output references as text.

    Raises:
        DiagnosticError: an exception ends on a day that there is not: as text, it may never have passed.
    """
    address = unit.address
    if faults := exception_faults(settings, None):
        raise DiagnosticError(*faults)
    known = {name: substitute(value, str) for name, value in settings.items()}
    return {
        "fleet": fleet,
        "unit": str(address),
        "level": address.level,
        "cell": address.cell,
        "stack": address.stack,
        "operation": operation.value,
        "labels": dict(unit.labels),
        "settings": known,
        "exceptions": known.get(EXCEPTIONS) or [],
        "references": sorted(str(upstream) for upstream in unit.upstreams()),
        "today": today.isoformat(),
    }
