"""Versions: which version of its stack each unit has, and which program runs it; applied and wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cellwright.app.session.session import FleetSession
from cellwright.app.status.binaries import binaries_of
from cellwright.app.status.stack_versions import StackVersion, stack_versions
from cellwright.ledger.quick_opening import open_for_units
from cellwright.model.address import UnitAddress
from cellwright.model.binary import UnitBinaries
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsRequest:
    """Which units."""

    selectors: Sequence[str] = ()
    relatives: Relatives = field(default_factory=Relatives)


@dataclass(frozen=True, slots=True)
class VersionGroup:
    """Units with the same programs."""

    binaries: UnitBinaries
    units: tuple[UnitAddress, ...]


@dataclass(frozen=True, slots=True)
class Versions:
    """Every chosen unit, in groups."""

    fleet: str
    groups: tuple[VersionGroup, ...]
    """By program; the largest group first."""
    stacks: tuple[StackVersion, ...] = ()
    """By stack, in the order of the fleet; the largest group of each first."""


def versions(session: FleetSession, request: VersionsRequest) -> Versions:
    """Group the chosen units by what was applied and by what their settings want now; starts no Terraform.

    Raises:
        DiagnosticError: the fleet has errors, the ledger can't be read, or a selector matches nothing.
    """
    snapshot = session.usable(scope_of(request.selectors, request.relatives))
    fleet = snapshot.fleet
    groups: dict[UnitBinaries, list[UnitAddress]] = {}
    chosen = select(fleet.units, request.selectors, request.relatives)
    for address, binaries in binaries_of(session, fleet, sorted(chosen)):
        groups.setdefault(binaries, []).append(address)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[1]))
    with open_for_units(session.ledger_url, session.ledger) as ledger:
        applied = ledger.sources(fleet.within)
    return Versions(
        fleet.name,
        tuple(VersionGroup(binaries, tuple(units)) for binaries, units in ordered),
        stack_versions(snapshot, chosen, applied),
    )
