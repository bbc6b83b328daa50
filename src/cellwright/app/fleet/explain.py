"""Explain: where the value of an input comes from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from cellwright.app.fleet.explain_more import (
    Found,
    explained_otherwise,
    shown_origins,
    stack_defaults,
    taken_outputs,
)
from cellwright.app.fleet.taken_outputs import TakenOutput
from cellwright.app.session.session import FleetSession
from cellwright.fleet.explain import BINARY_PATHS, Origins
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.shown_value import shown_value
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.binary import KEYS
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.unit import Unit
from cellwright.model.value import Json, Value
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import select

_TERRAFORM = "terraform"
"""Which program runs the unit; explained like an input, unless the stack has an input of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainRequest:
    """Which input of which unit."""

    unit: str
    input: str | None = None
    """May reach into a value: `settings.logging.level`. None takes every input."""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One layer that set an input."""

    layer: str
    position: Position
    value: Json


@dataclass(frozen=True, slots=True)
class FollowedReference:
    """A line that says what a reference within a value stands for."""

    reference: str
    """As it is written: `${cell.tier}`."""
    position: Position
    value: Json


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where an input's value comes from, the winner last."""

    unit: UnitAddress
    input: str
    value: Json
    chain: tuple[ChainLink, ...]
    taken: tuple[TakenOutput, ...] = ()
    """The outputs of other units that it takes, as they are recorded; asked for one input only."""
    followed: tuple[FollowedReference, ...] = ()
    """The lines that the references within it lead to; where the value is one reference, they are links."""


def explain(session: FleetSession, request: ExplainRequest) -> tuple[Explanation, ...]:
    """Say where an input's value comes from; without a name every input's, and the stack's defaults.

    Raises:
        DiagnosticError: the fleet has errors, or has no such unit or input.
    """
    snapshot = session.usable(scope_of([request.unit]))
    unit = _unit(snapshot.fleet, request.unit)
    sensitive = snapshot.stacks.facts(unit.stack).sensitive | unit.secret_inputs
    names = [request.input] if request.input else sorted(unit.inputs)
    if request.input == _TERRAFORM and _TERRAFORM not in unit.inputs:
        origins = Origins(snapshot.fleet, (unit.address.of_cell,))
        programs = (_explained(origins, unit, name, hidden=False) for name in BINARY_PATHS)
        default = Explanation(unit.address, "terraform.binary", unit.stack.binary.program, ())
        return tuple(item for item in programs if item.chain) or (default,)
    if request.input and (others := explained_otherwise(snapshot, unit, request.input)):
        return tuple(_otherwise(unit, item) for item in others)
    origins = Origins(snapshot.fleet, (unit.address.of_cell,))
    hidden = {name for name in names if name.split(".")[0] in sensitive}
    variables = snapshot.stacks.catalogue.contract(unit.stack).variables if request.input else ()
    found = [_explained(origins, unit, name, variables, hidden=name in hidden) for name in names]
    if request.input is None:
        return (*found, *(_otherwise(unit, item) for item in stack_defaults(snapshot, unit)))
    return tuple(
        replace(item, taken=taken_outputs(session, unit, item.input, hidden=item.input in hidden))
        for item in found
    )


def _otherwise(unit: Unit, found: Found) -> Explanation:
    chain = tuple(ChainLink(*link) for link in shown_origins(found))
    return Explanation(unit.address, found.name, shown_value(found.value, sensitive=found.hidden), chain)


def _unit(fleet: Fleet, text: str) -> Unit:
    try:
        address = UnitAddress.parse(text)
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "name one unit, such as client/acme/app")) from None
    select(fleet.units, [text])
    return fleet.units[address]


def _explained(
    origins: Origins, unit: Unit, name: str, also: Collection[str] = (), *, hidden: bool
) -> Explanation:
    found = _without_followed(origins, unit, name, also, hidden=hidden)
    known = {link.position for link in found.chain}
    followed = (
        FollowedReference(reference, origin.position, shown_value(origin.value, sensitive=hidden))
        for reference, origin in origins.followed(unit.address, name)
        if origin.position not in known
    )
    return replace(found, followed=tuple(followed))


def _without_followed(
    origins: Origins, unit: Unit, name: str, also: Collection[str], *, hidden: bool
) -> Explanation:
    chain = origins.of(unit.address, name, also)
    links = tuple(
        ChainLink(link.layer, link.position, shown_value(link.value, sensitive=hidden)) for link in chain
    )
    if hidden or not links:
        return Explanation(unit.address, name, shown_value(None, sensitive=hidden), links)
    steps = name.split(".")
    if name in BINARY_PATHS and steps[0] not in unit.inputs:
        chosen = unit.stack.binary
        value: Value = dict(zip(KEYS, chosen, strict=True))[BINARY_PATHS[name]]
        return Explanation(unit.address, name, shown_value(value), links)
    if steps[0] not in unit.inputs:
        return Explanation(unit.address, name, shown_value(chain[-1].value), links)
    value = value_inside(unit.inputs[steps[0]].value, steps[1:])
    return Explanation(unit.address, name, shown_value(value), links)


def value_inside(value: Value, steps: Sequence[str]) -> Value:
    """Follow steps into a value; a key may hold dots, then it is several of them."""
    if not steps:
        return value
    if isinstance(value, Mapping):
        for count in range(1, len(steps) + 1):
            key = ".".join(steps[:count])
            if key in value:
                return value_inside(value[key], steps[count:])
        return None
    return value_inside(_item(value, steps[0]), steps[1:])


def _item(value: Value, step: str) -> Value:
    if (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and step.isdigit()
        and int(step) < len(value)
    ):
        return value[int(step)]
    return None
