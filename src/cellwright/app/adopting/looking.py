"""Looks which units that the ledger does not know have a state already; changes nothing."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from packaging.version import InvalidVersion, Version

from cellwright.app.adopting.found import Adoption, FoundUnit, Standing
from cellwright.app.by_hand.place import looking_terraform
from cellwright.app.runs.guards.shared_states import recorded_places
from cellwright.app.runs.toolchains import check_toolchains
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.adapter.run_terraform import RunTerraform
from cellwright.engine.dispatch.capacity import suggested_parallel
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.states.state_place import place_digest, state_place
from cellwright.model.unit import Unit
from cellwright.planning.binding import NotRecordedError
from cellwright.planning.graph import Graph
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import select
from cellwright.terraform.output.states.state_reader import StateSnapshot


def look_for_states(
    session: FleetSession, selectors: Sequence[str], parallel: int | None, told: Callable[[int, int], None]
) -> Adoption:
    """Read the state of each chosen unit that the ledger does not know, where the settings say it lies.

    `told` is called with how many were read, and of how many.

    Raises:
        DiagnosticError: the fleet has errors, a selector matches nothing, or no Terraform can be used.
    """
    fleet = session.open(writing=True, scope=scope_of(selectors))
    return look(fleet, selectors, parallel, told)


def look(
    fleet: OpenFleet, selectors: Sequence[str], parallel: int | None, told: Callable[[int, int], None]
) -> Adoption:
    """Do so in a fleet that is open."""
    units = fleet.fleet.units
    chosen = [unit for unit in sorted(select(units, selectors)) if units[unit].enabled]
    known = fleet.ledger.reader.heads()
    unknown = [unit for unit in chosen if unit not in known]
    check_toolchains(fleet, unknown)
    looking = _Looking(fleet)
    found: list[FoundUnit] = []
    with ThreadPoolExecutor(parallel_units(fleet, parallel), "adopt") as threads:
        for item in threads.map(looking.unit, unknown):
            found.append(item)
            told(len(found), len(unknown))
    graph = Graph.of(units[unit] for unit in unknown)
    settled = _waiting(tuple(_without_copies(found)), graph, frozenset(looking.unreadable))
    return Adoption(settled, recorded=len(chosen) - len(unknown))


def _waiting(
    found: Sequence[FoundUnit], graph: Graph, unreadable: Collection[UnitAddress]
) -> tuple[FoundUnit, ...]:
    """Let those wait that lack nothing but outputs of units which are to be adopted before them."""
    known = {item.unit: item for item in found}
    for unit in graph.ordered():
        upstreams = sorted(graph.upstreams[unit])
        ready = all(known[one].standing in (Standing.FOUND, Standing.WAITS) for one in upstreams)
        if unit in unreadable and upstreams and ready:
            known[unit] = replace(known[unit], standing=Standing.WAITS, why=(), after=tuple(upstreams))
    return tuple(known.values())


def look_again(fleet: OpenFleet, unit: UnitAddress) -> FoundUnit:
    """Read the state of a unit whose upstreams are on record by now."""
    return _Looking(fleet).unit(unit)


def parallel_units(fleet: OpenFleet, wanted: int | None) -> int:
    """So many units at once."""
    return wanted or fleet.fleet.terraform.parallel or suggested_parallel()


class _Looking:
    """Reads states, apart from the working folders."""

    def __init__(self, fleet: OpenFleet) -> None:
        self._fleet = fleet
        self._terraform: RunTerraform = looking_terraform(fleet)
        recorded = fleet.ledger.reader.applied(None)
        self.unreadable: set[UnitAddress] = set()
        """Those that lack an output of another one."""
        self._places: Mapping[str, Sequence[UnitAddress]] = recorded_places(recorded)

    def unit(self, address: UnitAddress) -> FoundUnit:
        unit = self._fleet.fleet.units[address]
        place = str(state_place(unit.backend, address, self._fleet.session.root))
        nothing = FoundUnit(unit=address, place=place, standing=Standing.NONE)
        try:
            state = self._terraform.state_at_place(address)
        except (DiagnosticError, OSError) as fault:
            if isinstance(fault, NotRecordedError):
                self.unreadable.add(address)
            why = fault.diagnostics if isinstance(fault, DiagnosticError) else (error(str(fault)),)
            return replace(nothing, standing=Standing.REFUSED, why=why)
        if state is None:
            return nothing
        why = tuple(self._faults(unit, state))
        return replace(
            nothing,
            standing=Standing.REFUSED if why else Standing.FOUND,
            resources=state.resources,
            outputs=len(state.outputs),
            written_by=state.terraform_version,
            mark=state.mark,
            why=why,
        )

    def _faults(self, unit: Unit, state: StateSnapshot) -> Iterable[Diagnostic]:
        address = unit.address
        there = self._places.get(place_digest(unit.backend, address), ())
        if not unit.backend.config and unit.backend.kind == "local":
            there = ()
        others = {*there, *self._fleet.ledger.reader.units_at(state.mark)} - {address}
        if others:
            yield belongs_to(address, min(others))
        toolchains = self._fleet.session.toolchains
        binary = toolchains.find(self._fleet.fleet.terraform, unit.stack.binary).binary
        if fault := newer_than(address, state, binary.identity):
            yield fault


def newer_than(address: UnitAddress, state: StateSnapshot, now: BinaryVersion) -> Diagnostic | None:
    """Say that a state was written by a newer release than the one that is to run now."""
    try:
        wrote, runs = Version(state.terraform_version), Version(now.version)
    except InvalidVersion:
        return None
    if wrote.release[:2] <= runs.release[:2]:
        return None
    if state.writer is not None and (state.writer.product, now.product) == ("terraform", "tofu"):
        return None  # they number their releases apart, and this is the way that OpenTofu is made for
    by = state.writer or BinaryVersion(None, str(wrote))
    return error(
        f"the state of {address} was written by {by}, which is newer than {now}",
        "an older program may not understand it: let `terraform: {product, version}` in fleet.yaml, or "
        "in the cell, choose what wrote it",
    )


def belongs_to(address: UnitAddress, other: UnitAddress) -> Diagnostic:
    """Say that a state is recorded, or was found, for another unit."""
    return error(
        f"the state of {address} is that of {other}",
        f"two units must not have one state: give one of them another place; if {other} was renamed: "
        f"cellwright apply --all {address}",
    )


def _without_copies(found: Sequence[FoundUnit]) -> Iterable[FoundUnit]:
    """Refuse units that have the very same state: one of them is a copy, and nobody knows which."""
    seen: dict[StateMark, list[UnitAddress]] = {}
    for item in found:
        if item.mark is not None:
            seen.setdefault(item.mark, []).append(item.unit)
    for item in found:
        others = [unit for unit in seen.get(item.mark, ()) if unit != item.unit] if item.mark else []
        if not others:
            yield item
            continue
        fault = belongs_to(item.unit, others[0])
        yield replace(item, standing=Standing.REFUSED, why=(*item.why, fault))
