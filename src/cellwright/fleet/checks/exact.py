"""Checks that concern several cells: used outputs, cycles, shared states."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from cellwright.fleet.checks.cycles import find_cycles
from cellwright.fleet.checks.findings import Findings
from cellwright.fleet.fleet import OpenUse, OutputUse
from cellwright.fleet.resolve.contracts import Contracts
from cellwright.fleet.resolve.inputs import unmarked_input
from cellwright.fleet.resolve.resolved import ResolvedCell
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.states.state_place import place_digest
from cellwright.model.text.suggestion import advice
from cellwright.model.unit import Unit

_LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetCells:
    """All resolved cells and units of a fleet."""

    cells: Mapping[CellAddress, ResolvedCell]
    units: Mapping[UnitAddress, Unit]
    uses: tuple[OutputUse, ...]
    open_uses: tuple[OpenUse, ...] = ()
    others: tuple[ResolvedCell, ...] = ()
    """Cells that were not loaded, whose states may be the same."""


def check_fleet(
    fleet: FleetCells, contracts: Contracts, state_position: Position, findings: Findings
) -> None:
    """Check what concerns several cells at once."""
    _check_uses(fleet, contracts, findings)
    _check_open_uses(fleet, contracts, findings)
    _check_needs(fleet, findings)
    findings.add(_cycle_findings(fleet))
    findings.add(_shared_states(fleet, state_position))


def _check_uses(fleet: FleetCells, contracts: Contracts, findings: Findings) -> None:
    """Check that every output that is used exists, and that its unit is enabled."""
    known: dict[tuple[UnitAddress, str], tuple[str, str] | None] = {}
    for use in fleet.uses:
        key = (use.reference.unit, use.reference.output)
        if key not in known:
            known[key] = _output_fault(use, fleet, contracts)
        fault = known[key]
        if fault is not None:
            findings.add((error(*fault, use.position),), use.unit.of_cell)


def _output_fault(use: OutputUse, fleet: FleetCells, contracts: Contracts) -> tuple[str, str] | None:
    """Give the summary and the advice of a finding about an output; None if there is none."""
    unit = fleet.units.get(use.reference.unit)
    if unit is None:
        # Its cell could not be read; that is reported elsewhere.
        return None
    if not unit.enabled:
        detail = "switch it on, or switch off what takes its outputs"
        return f"an output of {unit.address} is used, which is switched off", detail
    known = contracts.known(unit.stack)
    if known is None or use.reference.output in known.contract.outputs:
        return None
    output = use.reference.output
    return f"stack '{unit.address.stack}' has no output '{output}'", advice(output, known.contract.outputs)


def _check_open_uses(fleet: FleetCells, contracts: Contracts, findings: Findings) -> None:
    """Check that no sensitive output goes into a variable that is not marked: there it would be in clear."""
    for use in fleet.open_uses:
        unit = fleet.units.get(use.reference.unit)
        known = contracts.known(unit.stack) if unit is not None else None
        output = known.contract.outputs.get(use.reference.output) if known is not None else None
        if unit is not None and unit.enabled and output is not None and output.sensitive:
            taken = f"'${{{use.reference}}}', which is a sensitive output"
            finding = unmarked_input(use.unit.stack, use.input, taken, use.position)
            findings.add((finding,), use.unit.of_cell)


def _check_needs(fleet: FleetCells, findings: Findings) -> None:
    for unit in fleet.units.values():
        for need in unit.needs if unit.enabled else ():
            needed = fleet.units.get(need)
            if needed is not None and not needed.enabled:
                summary = f"{unit.address} needs {need}, which is switched off"
                detail = f"switch {need.stack} on, or {unit.address.stack} off"
                findings.add((error(summary, detail, unit.position),))


def _cycle_findings(fleet: FleetCells) -> Iterator[Diagnostic]:
    """Report every cycle; cycles of the same stacks in several cells are one finding."""
    edges: dict[UnitAddress, list[UnitAddress]] = {}
    for use in fleet.uses:
        edges.setdefault(use.unit, []).append(use.reference.unit)
    for unit in fleet.units.values():
        if unit.enabled and unit.needs:
            edges.setdefault(unit.address, []).extend(unit.needs)
    similar: dict[tuple[tuple[str, str], ...], list[tuple[UnitAddress, ...]]] = {}
    for cycle in find_cycles(edges):
        similar.setdefault(tuple((unit.level, unit.stack) for unit in cycle), []).append(cycle)
    for cycles in similar.values():
        yield _cycle_finding(cycles[0], len(cycles) - 1, fleet)


def _cycle_finding(cycle: tuple[UnitAddress, ...], more: int, fleet: FleetCells) -> Diagnostic:
    shown = " -> ".join(str(unit) for unit in cycle)
    rest = f" (and the same in {more} more cell{'s' if more > 1 else ''})" if more else ""
    links = set(pairwise(cycle))
    places = [use.position for use in fleet.uses if (use.unit, use.reference.unit) in links]
    place = min(places, default=fleet.units[cycle[0]].position)
    if len(set(cycle)) == 1:
        summary = f"a unit refers to itself: {shown}{rest}"
        return error(summary, "a unit can't wait for its own outputs", place)
    return error(f"units wait for each other: {shown}{rest}", "remove one of these dependencies", place)


def _shared_states(fleet: FleetCells, position: Position) -> Iterator[Diagnostic]:
    """Find units with the same state."""
    owners: dict[str, list[UnitAddress]] = {}
    cells = (*fleet.cells.values(), *fleet.others)
    unresolved = {address for cell in cells for address in cell.unresolved_backends}
    for unit in (*fleet.units.values(), *(unit for cell in fleet.others for unit in cell.units)):
        backend = unit.backend
        if (backend.kind == _LOCAL and not backend.config) or unit.address in unresolved:
            continue
        owners.setdefault(place_digest(backend, unit.address), []).append(unit.address)
    shared = [units for units in owners.values() if len(units) > 1 and units[0] in fleet.units]
    if shared:
        first, second = shared[0][:2]
        more = sum(len(units) for units in shared) - 2
        rest = f" (and {more} more unit{'s' if more > 1 else ''})" if more else ""
        detail = "use ${unit.address} in the state's config, as in `key: ${unit.address}.tfstate`"
        yield error(f"{first} and {second} have one state{rest}", detail, position)
