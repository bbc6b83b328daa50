"""Show: the resolved inputs of units."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cellwright.app.fleet.shown_value import shown_value
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot, Stacks
from cellwright.app.status.binaries import recorded_binaries
from cellwright.app.status.paging import WHOLE, Page
from cellwright.ledger.quick_opening import open_for_units
from cellwright.model.address import UnitAddress
from cellwright.model.binary import BinarySettings, BinaryVersion
from cellwright.model.fetched_module import FetchedModule
from cellwright.model.unit import Unit
from cellwright.model.value import Json
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRequest:
    """Which units."""

    selectors: Sequence[str] = ()
    relatives: Relatives = field(default_factory=Relatives)
    page: Page = WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownUnit:
    """A unit's resolved settings; references are written as `${output...}`, secrets masked."""

    address: UnitAddress
    enabled: bool
    source: str
    version: str | None
    binary: BinarySettings
    """Which program runs it, as the settings choose it."""
    last_binary: BinaryVersion | None
    """What ran it last; None if it was never applied."""
    modules: tuple[FetchedModule, ...] = ()
    """The modules that were downloaded for it when it was applied last."""
    needs: tuple[UnitAddress, ...]
    inputs: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ShownUnits:
    """Units one by one, each made when it is taken; and the last of them where a next page follows."""

    units: Iterator[ShownUnit]
    next: UnitAddress | None = None


def show(session: FleetSession, request: ShowRequest) -> ShownUnits:
    """Resolve the chosen units as they are taken; references stay visible, secrets are masked.

    Raises:
        DiagnosticError: the fleet has errors, or a selector matches nothing.
    """
    scope = scope_of(request.selectors, request.relatives)
    snapshot = session.usable(scope)
    units = snapshot.fleet.units
    addresses, following = request.page.of(select(units, request.selectors, request.relatives))
    last = recorded_binaries(session, snapshot.fleet, addresses)
    modules = _recorded_modules(session, snapshot, addresses)
    return ShownUnits(
        (
            _shown(units[address], snapshot.stacks, last.get(address), modules.get(str(address), ()))
            for address in addresses
        ),
        following,
    )


def _recorded_modules(
    session: FleetSession, snapshot: Snapshot, addresses: Iterable[UnitAddress]
) -> Mapping[str, tuple[FetchedModule, ...]]:
    units = snapshot.fleet.units
    if not any(snapshot.stacks.facts(pin).fetches for pin in {units[address].stack for address in addresses}):
        return {}
    with open_for_units(session.ledger_url, session.ledger) as ledger:
        return {record.unit: record.modules for record in ledger.fetched_modules()}


def _shown(
    unit: Unit, stacks: Stacks, last: BinaryVersion | None, modules: tuple[FetchedModule, ...]
) -> ShownUnit:
    sensitive = stacks.facts(unit.stack).sensitive
    return ShownUnit(
        address=unit.address,
        enabled=unit.enabled,
        source=unit.stack.source,
        version=unit.stack.version,
        binary=unit.stack.binary,
        last_binary=last,
        modules=modules,
        needs=tuple(sorted(unit.upstreams())),
        inputs={
            name: shown_value(item.value, sensitive=name in sensitive) for name, item in unit.inputs.items()
        },
    )
