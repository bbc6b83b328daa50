"""Units that only the ledger knows and whose states other units have now: they were renamed."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from cellwright.app.session.session import OpenFleet
from cellwright.engine.unit.orphan import backend_of
from cellwright.fleet.load.unit_table import unit_table
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import Operation
from cellwright.model.states.state_place import place_digest
from cellwright.planning.choice import Choice
from cellwright.planning.graph import Graph


def recorded_places(known: Mapping[UnitAddress, AppliedUnit]) -> dict[str, list[UnitAddress]]:
    """The recorded units by the digest of where their states lie."""
    found: dict[str, list[UnitAddress]] = {}
    for address, applied in known.items():
        if "backend" in applied.recipe:
            found.setdefault(place_digest(backend_of(applied), address), []).append(address)
    return found


def without_taken_over(fleet: OpenFleet, choice: Choice) -> Choice:
    """Leave out what is not to be destroyed, as a unit that the run applies has its state now.

    Raises:
        DiagnosticError: a unit has its state that the run does not apply.
    """
    doomed = {part.address for part in choice.parts if part.operation is Operation.DESTROY}
    if not doomed:
        return choice
    known = fleet.ledger.reader.applied(None)
    places = recorded_places({address: known[address] for address in doomed if address in known})
    owners = _owners(fleet, places, known)
    applied = {part.address for part in choice.parts if part.operation is Operation.APPLY}
    faults = [
        error(
            f"{old} can't be destroyed: its state is that of {new} now",
            f"if it was renamed: cellwright apply --all {new}; else give {new} another place for its state",
        )
        for old, new in sorted(owners.items())
        if new not in applied
    ]
    if faults:
        raise DiagnosticError(*faults)
    return _without(choice, owners)


def taken_over(fleet: OpenFleet, units: Collection[UnitAddress]) -> frozenset[UnitAddress]:
    """Give those of some units that the fleet has no more whose states are those of other units now."""
    if not units:
        return frozenset()
    known = fleet.ledger.reader.applied(None)
    places = recorded_places({address: known[address] for address in units if address in known})
    return frozenset(_owners(fleet, places, known))


def _owners(
    fleet: OpenFleet, places: Mapping[str, list[UnitAddress]], known: Mapping[UnitAddress, AppliedUnit]
) -> dict[UnitAddress, UnitAddress]:
    """For each unit that is to be destroyed: the unit of the fleet that has its state, if one has."""
    doomed = {unit for units in places.values() for unit in units}
    whole = fleet.fleet if fleet.fleet.within is None else fleet.session.snapshot().fleet
    found: dict[UnitAddress, UnitAddress] = {}
    for cell in unit_table(whole).summaries.values():
        for unit, digest in zip(cell.units, cell.backends, strict=True):
            if digest is None or digest not in places or not unit.enabled:
                continue
            address = UnitAddress(cell.address.level, cell.address.cell, unit.stack)
            if address not in doomed:
                found |= dict.fromkeys(places[digest], address)
    for digest, addresses in recorded_places(known).items():
        for address in addresses if digest in places else ():
            if address not in doomed and whole.units.is_enabled(address):
                found |= {old: address for old in places[digest] if old not in found}
    return found


def _without(choice: Choice, left: Mapping[UnitAddress, UnitAddress]) -> Choice:
    upstreams = choice.graph.upstreams
    return replace(
        choice,
        parts=tuple(part for part in choice.parts if part.address not in left),
        graph=Graph({unit: needs - left.keys() for unit, needs in upstreams.items() if unit not in left}),
    )
