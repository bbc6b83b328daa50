"""Show: the resolved inputs of units; of those that are to be destroyed, what they were applied with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from cellwright.app.fleet.taken_outputs import TakenOutput, references_of, taken
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot, Stacks
from cellwright.app.status.lives import notable_clients
from cellwright.app.status.paging import WHOLE, Page
from cellwright.engine.unit.orphan import Recipe, modules_of, recorded_inputs, secret_inputs_of, upstreams_of
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.shown_value import shown_value
from cellwright.ledger.ownership import refuse_other_fleet
from cellwright.ledger.quick_opening import open_for_units, shown
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit, RecordedOutput
from cellwright.model.binary import DEFAULT_BINARY, BinarySettings, BinaryVersion
from cellwright.model.client_life import ClientState
from cellwright.model.fetched_module import FetchedModule
from cellwright.model.text.url_credentials import shown_address
from cellwright.model.unit import Unit
from cellwright.model.value import Json, OutputReference
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select

_SHOWN_DIGITS = 12
_UNITS_AT_ONCE = 500
"""Units whose outputs are read at once."""


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
    destroyed_from: str | None = None
    """Given for a unit that is switched off or gone: which apply its source and inputs are those of."""
    client: ClientState | None = None
    """The state of its client, if that is suspended or being offboarded."""
    taken: tuple[TakenOutput, ...] = ()
    """The outputs of other units that its inputs take, as they are recorded."""
    outputs: Mapping[str, RecordedOutput] = field(default_factory=dict)
    """Its own, as its last apply left them."""


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
    fleet = snapshot.fleet
    with open_for_units(session.ledger_url, session.ledger) as ledger:
        refuse_other_fleet(ledger.bindings(), fleet.name, lambda: shown(session.ledger_url))
        chosen = select(units, request.selectors, request.relatives, ledger.heads(fleet.within))
        addresses, following = request.page.of(chosen)
        last = ledger.binaries(addresses)
        off = [address for address in addresses if not units.is_enabled(address)]
        recorded = ledger.applied(off) if off else {}
        clients = notable_clients(fleet, ledger, {address.of_cell for address in addresses})
    modules = _recorded_modules(session, snapshot, [item for item in addresses if item not in recorded])
    shown_units = (
        replace(
            _recorded(recorded[address], fleet)
            if address in recorded
            else _shown(units[address], snapshot.stacks, last.get(address), modules.get(str(address), ())),
            client=clients.get(address.of_cell),
        )
        for address in addresses
    )
    return ShownUnits(_with_outputs(session, snapshot, shown_units), following)


def _with_outputs(
    session: FleetSession, snapshot: Snapshot, shown_units: Iterable[ShownUnit]
) -> Iterator[ShownUnit]:
    """Add what is recorded of outputs, read for so many units at once that no fleet is kept in memory."""
    left = iter(shown_units)
    while some := list(islice(left, _UNITS_AT_ONCE)):
        taking = {item.address: _references(snapshot, item) for item in some}
        wanted = {item.address for item in some}
        wanted.update(reference.unit for found in taking.values() for reference in found)
        with open_for_units(session.ledger_url, session.ledger) as ledger:
            recorded = ledger.outputs(wanted)
        for item in some:
            references = taking[item.address]
            hidden = [reference for reference, masked in references.items() if masked]
            yield replace(
                item,
                taken=taken(tuple(references), recorded, hidden),
                outputs=dict(sorted(recorded.get(item.address, {}).items())),
            )


def _references(snapshot: Snapshot, shown_unit: ShownUnit) -> dict[OutputReference, bool]:
    """Give the references of a unit's inputs, and whether a sensitive input takes each."""
    if shown_unit.destroyed_from is not None or shown_unit.address not in snapshot.fleet.units:
        return {}  # its inputs are those that were applied
    unit = snapshot.fleet.units[shown_unit.address]
    sensitive = snapshot.stacks.facts(unit.stack).sensitive | unit.secret_inputs
    masked = {*references_of(unit, [name for name in unit.inputs if name in sensitive])}
    return {item: item in masked for item in references_of(unit, unit.inputs)}


def _recorded(applied: AppliedUnit, fleet: Fleet) -> ShownUnit:
    """Show what a destroy runs with: what was applied."""
    address, recipe, secrets = applied.head.address, Recipe.of(applied), secret_inputs_of(applied)
    cell = fleet.cells.get(address.of_cell)
    commit = f", commit {recipe.commit[:_SHOWN_DIGITS]}" if recipe.commit else ""
    return ShownUnit(
        address=address,
        enabled=False,
        source=shown_address(recipe.source),
        version=recipe.version,
        binary=cell.binary if cell is not None else recipe.binary or DEFAULT_BINARY,
        last_binary=applied.binary if applied.binary.version else None,
        needs=tuple(sorted(upstreams_of(applied))),
        inputs={
            name: shown_value(
                secrets[name].value if name in secrets else item.value, sensitive=item.sensitive
            )
            for name, item in sorted(recorded_inputs(applied).items())
        },
        modules=modules_of(applied),
        destroyed_from=f"run {applied.run}{commit}",
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
    sensitive = stacks.facts(unit.stack).sensitive | unit.secret_inputs
    return ShownUnit(
        address=unit.address,
        enabled=unit.enabled,
        source=unit.stack.shown_source,
        version=unit.stack.version,
        binary=unit.stack.binary,
        last_binary=last,
        modules=modules,
        needs=tuple(sorted(unit.upstreams())),
        inputs={
            name: shown_value(item.value, sensitive=name in sensitive) for name, item in unit.inputs.items()
        },
    )
