"""Versions: which programs ran the units last, and which ones run them now, grouped."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cellwright.app.session.session import FleetSession
from cellwright.app.status.binaries import binaries_of
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
    """Every chosen unit, in groups; the largest group first."""

    fleet: str
    groups: tuple[VersionGroup, ...]


def versions(session: FleetSession, request: VersionsRequest) -> Versions:
    """Group the chosen units by what ran them last and what runs them now; starts no Terraform.

    Raises:
        DiagnosticError: the fleet has errors, the ledger can't be read, or a selector matches nothing.
    """
    fleet = session.usable(scope_of(request.selectors, request.relatives)).fleet
    groups: dict[UnitBinaries, list[UnitAddress]] = {}
    chosen = select(fleet.units, request.selectors, request.relatives)
    for address, binaries in binaries_of(session, fleet, sorted(chosen)):
        groups.setdefault(binaries, []).append(address)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[1]))
    return Versions(fleet.name, tuple(VersionGroup(binaries, tuple(units)) for binaries, units in ordered))
