"""Relocate: a cell is placed elsewhere. What Terraform can't do is said, and allowed only if it is meant."""

from dataclasses import dataclass

from cellwright.app.moves.checking import refuse_busy
from cellwright.app.runs.guards.relocation import accepted_relocation, relocation
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.model.actor import Actor
from cellwright.model.address import AddressError, CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import CELL_RELOCATED
from cellwright.model.text.suggestion import advice
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Relocation:
    """Where a cell was applied, and where its settings place it now."""

    cell: CellAddress
    before: str
    now: str
    units: tuple[UnitAddress, ...]
    """Those that have resources in the former place."""
    resources: int
    allowed: bool = False
    """Whether somebody has allowed it already, between these places."""


def look_at_relocation(session: FleetSession, name: str) -> Relocation:
    """Tell what it means that a cell is placed elsewhere.

    Raises:
        DiagnosticError: there is no such cell, or it is placed where it was applied.
    """
    return _relocation(session.open(), name)


def relocate(session: FleetSession, actor: Actor, seen: Relocation, reason: str) -> Relocation:
    """Record that a cell is to be made anew where its settings place it, as was seen; applies nothing.

    Raises:
        DiagnosticError: as `look_at_relocation`; it is another place by now, or somebody is at work with the
            cell.
    """
    fleet = session.open(writing=True)
    found = _relocation(fleet, str(seen.cell))
    if (found.before, found.now) != (seen.before, seen.now):
        raise DiagnosticError(
            error(f"{found.cell} goes from '{found.before}' to '{found.now}' by now", "look at it again")
        )
    refuse_busy(fleet, [found.cell])
    detail: dict[str, Json] = {"from": found.before, "to": found.now, "resources": found.resources}
    fleet.ledger.recorder.append_event(actor, CELL_RELOCATED, str(found.cell), reason, detail)
    return found


def _relocation(fleet: OpenFleet, name: str) -> Relocation:
    try:
        cell = CellAddress.parse(name)
    except AddressError as fault:
        raise DiagnosticError(
            error(str(fault), "write it as level/name, as `cellwright status` does")
        ) from None
    if cell not in fleet.fleet.cells:
        known = [str(item) for item in fleet.fleet.cells]
        detail = advice(name, known) or "`cellwright status` lists them"
        raise DiagnosticError(error(f"there is no cell '{name}'", detail))
    units = [unit for unit in fleet.ledger.reader.heads([f"{cell}/"]) if unit in fleet.fleet.units]
    applied = fleet.ledger.reader.applied(units) if units else {}
    found = {
        address: places
        for address, item in sorted(applied.items())
        if (places := relocation(fleet, fleet.fleet.units[address], item)) is not None
    }
    if not found:
        raise DiagnosticError(
            error(
                f"{cell} is placed where it was applied, or in a place that differs in its name alone",
                f"`cellwright plan {cell}` shows what an apply would do",
            )
        )
    before, now = next(iter(found.values()))
    resources = sum(applied[address].resources or 0 for address in found)
    allowed = accepted_relocation(fleet, cell) == (before, now)
    return Relocation(
        cell=cell, before=before, now=now, units=tuple(found), resources=resources, allowed=allowed
    )
