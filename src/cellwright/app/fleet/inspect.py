"""Looking at a fleet's settings: resolved inputs, where values come from, who depends on whom."""

from collections.abc import Mapping, Sequence

from cellwright.app.results import SENSITIVE, ChainLink, Explanation, GraphView, ShownUnit, ShownUnits
from cellwright.app.session.location import Location
from cellwright.app.session.reading import Stacks, read_fleet, refuse_errors
from cellwright.app.status.paging import WHOLE, Page
from cellwright.fleet.explain import explain as origins_of
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.scope import Scope
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.unit import Unit
from cellwright.model.value import Json, OutputReference, Template, Value
from cellwright.planning.graph import edges_of
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select


def show(
    location: Location,
    selectors: Sequence[str] = (),
    relatives: Relatives | None = None,
    page: Page = WHOLE,
) -> ShownUnits:
    """Resolve the chosen units as they are taken; references stay visible, secrets are masked.

    Raises:
        DiagnosticError: the fleet has errors, or a selector matches nothing.
    """
    fleet, stacks = _sound(location, scope_of(selectors, relatives))
    addresses, following = page.of(select(fleet.units, selectors, relatives))
    return ShownUnits((_shown(fleet.units[address], stacks) for address in addresses), following)


def explain(location: Location, unit: str, input_name: str | None = None) -> tuple[Explanation, ...]:
    """Say where an input's value comes from; every input's without a name.

    A name may reach into a value: `settings.logging.level`.

    Raises:
        DiagnosticError: the fleet has errors, or has no such unit or input.
    """
    fleet, stacks = _sound(location, scope_of([unit]))
    found = _unit(fleet, unit)
    sensitive = stacks.facts(found.stack).sensitive
    names = [input_name] if input_name else sorted(found.inputs)
    return tuple(_explained(fleet, found, name, hidden=name.split(".")[0] in sensitive) for name in names)


def graph(location: Location, selectors: Sequence[str] = (), relatives: Relatives | None = None) -> GraphView:
    """Show the chosen enabled units and what they depend on among themselves.

    Raises:
        DiagnosticError: the fleet has errors, or a selector matches nothing.
    """
    fleet, _ = _sound(location, scope_of(selectors, relatives))
    chosen = select(fleet.units, selectors, relatives)
    nodes = tuple(address for address in sorted(chosen) if fleet.units.is_enabled(address))
    inside = frozenset(nodes)
    edges = edges_of(fleet.units[address] for address in nodes)
    return GraphView(nodes, tuple(edge for edge in edges if edge.target in inside))


def as_written(value: Value) -> Json:
    """Write references back as `${output...}`."""
    if isinstance(value, OutputReference):
        return f"${{{value}}}"
    if isinstance(value, Template):
        return "".join(part if isinstance(part, str) else f"${{{part}}}" for part in value.parts)
    if isinstance(value, Mapping):
        return {key: as_written(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_written(item) for item in value]
    return value


def _sound(location: Location, scope: Scope | None) -> tuple[Fleet, Stacks]:
    _, fleet, stacks = read_fleet(location, scope)
    refuse_errors(fleet)
    return fleet, stacks


def _shown(unit: Unit, stacks: Stacks) -> ShownUnit:
    sensitive = stacks.facts(unit.stack).sensitive
    return ShownUnit(
        address=unit.address,
        enabled=unit.enabled,
        source=unit.stack.source,
        version=unit.stack.version,
        needs=tuple(sorted(unit.upstreams())),
        inputs={
            name: SENSITIVE if name in sensitive else as_written(item.value)
            for name, item in unit.inputs.items()
        },
    )


def _unit(fleet: Fleet, text: str) -> Unit:
    try:
        address = UnitAddress.parse(text)
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "name one unit, such as client/acme/app")) from None
    select(fleet.units, [text])
    return fleet.units[address]


def _explained(fleet: Fleet, unit: Unit, name: str, *, hidden: bool) -> Explanation:
    chain = origins_of(fleet, unit.address, name)
    links = tuple(
        ChainLink(link.layer, link.position, SENSITIVE if hidden else as_written(link.value))
        for link in chain
    )
    if hidden or not links:
        return Explanation(unit.address, name, SENSITIVE if hidden else None, links)
    steps = name.split(".")
    value = unit.inputs[steps[0]].value if steps[0] in unit.inputs else chain[-1].value
    for step in steps[1:]:
        value = _part(value, step)
    return Explanation(unit.address, name, as_written(value), links)


def _part(value: Value, step: str) -> Value:
    if isinstance(value, Mapping):
        return value.get(step)
    if (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and step.isdigit()
        and int(step) < len(value)
    ):
        return value[int(step)]
    return None
