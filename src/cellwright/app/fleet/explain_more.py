"""Explains what no layer sets as an input: a stack's defaults, the cell's keys, outputs that are taken."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from cellwright.app.fleet.taken_outputs import TakenOutput, references_of, taken
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot
from cellwright.fleet.explain import Origins
from cellwright.fleet.fleet import FLEET_FILE
from cellwright.fleet.shown_value import shown_value
from cellwright.ledger.quick_opening import open_for_units
from cellwright.model.names import means_secret
from cellwright.model.position import Position
from cellwright.model.unit import Origin, Unit
from cellwright.model.value import Json

ENVIRONMENT = "environment"
DEFAULT = "the stack's default"
"""The layer of a value that no layer sets."""
_OWN = ("enabled", "version")


@dataclass(frozen=True, slots=True)
class Found:
    """A value, and the places that set it, the winner last."""

    name: str
    value: Json
    origins: tuple[Origin, ...]
    hidden: bool = False


def explained_otherwise(snapshot: Snapshot, unit: Unit, name: str) -> tuple[Found, ...]:
    """Explain a name that is no input which a layer sets; () if it is nothing that is known.

    Raises:
        DiagnosticError: the cell's files can no longer be read.
    """
    first = name.split(".", maxsplit=1)[0]
    if first in unit.inputs:
        return ()
    if name in snapshot.stacks.catalogue.contract(unit.stack).variables:
        return tuple(item for item in stack_defaults(snapshot, unit) if item.name == name)
    if first == ENVIRONMENT:
        return tuple(_environment(snapshot, unit, name))
    return (_own(snapshot, unit, name),) if name in _OWN else ()


def stack_defaults(snapshot: Snapshot, unit: Unit) -> Iterator[Found]:
    """Yield the variables of a unit's stack that no layer sets, with their defaults."""
    cell = unit.address.of_cell
    origins = Origins(snapshot.fleet, (cell,))
    for name, variable in sorted(snapshot.stacks.catalogue.contract(unit.stack).variables.items()):
        if variable.required or name in unit.inputs:
            continue
        default = json.loads(variable.default) if variable.default else "(not constant)"
        # Layers may have set it, and the last of them has taken it away with !unset.
        layers = origins.of_cell(cell, f"stacks.{unit.address.stack}.{name}")
        origin = Origin(DEFAULT, variable.position, default, layers[-1] if layers else None)
        yield Found(name, default, origin.chain(), variable.sensitive)


def taken_outputs(
    session: FleetSession, unit: Unit, name: str, *, hidden: bool = False
) -> tuple[TakenOutput, ...]:
    """Give the outputs that an input takes, as they are recorded; masked where the input is sensitive.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    first = name.split(".", maxsplit=1)[0]
    wanted = references_of(unit, [first] if first in unit.inputs else [])
    if not wanted:
        return ()
    with open_for_units(session.ledger_url, session.ledger) as ledger:
        known = ledger.outputs({reference.unit for reference in wanted})
    return taken(wanted, known, wanted if hidden else ())


def _environment(snapshot: Snapshot, unit: Unit, name: str) -> Iterator[Found]:
    cell = unit.address.of_cell
    origins = Origins(snapshot.fleet, (cell,))
    wanted = name.partition(".")[2]
    if name == ENVIRONMENT and not unit.environment:
        yield Found(name, {}, ())
    for key, text in sorted(unit.environment.items()):
        if wanted in ("", key):
            chain = origins.of_cell(cell, f"{ENVIRONMENT}.{key}")
            yield Found(f"{ENVIRONMENT}.{key}", text, chain, means_secret(key))


def _own(snapshot: Snapshot, unit: Unit, name: str) -> Found:
    """Explain `enabled` or `version`, which no layer sets: fleet.yaml decides, where it names the stack."""
    level = next(item for item in snapshot.fleet.levels if item.name == unit.address.level)
    place: Position = level.stacks[unit.address.stack].position
    value: Json = unit.enabled if name == "enabled" else unit.stack.version
    told = value if name == "enabled" else unit.stack.shown_source
    return Found(name, value, (Origin(FLEET_FILE, place, told),))


def shown_origins(found: Found) -> Iterator[tuple[str, Position, Json]]:
    """Yield each place with what stands there; secrets masked."""
    for origin in found.origins:
        yield origin.layer, origin.position, shown_value(origin.value, sensitive=found.hidden)
