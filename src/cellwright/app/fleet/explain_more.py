"""Explains what no layer sets as an input: a stack's defaults, the cell's keys, outputs that are taken."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot
from cellwright.fleet.explain import Origins
from cellwright.fleet.fleet import FLEET_FILE
from cellwright.fleet.shown_value import shown_value
from cellwright.ledger.quick_opening import open_for_units
from cellwright.model.names import means_secret
from cellwright.model.position import Position
from cellwright.model.unit import Origin, Unit
from cellwright.model.value import Json, OutputReference, references_in

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


@dataclass(frozen=True, slots=True)
class TakenOutput:
    """An output that a value takes, as it was recorded last."""

    reference: OutputReference
    known: bool
    """Its unit was applied, and had it."""
    sensitive: bool = False
    value: Json = None
    """None where it is sensitive, or not known."""


def explained_otherwise(snapshot: Snapshot, unit: Unit, name: str) -> tuple[Found, ...]:
    """Explain a name that is no input which a layer sets; () if it is nothing that is known.

    Raises:
        DiagnosticError: the cell's files can no longer be read.
    """
    first = name.split(".", maxsplit=1)[0]
    if first in unit.inputs:
        return ()
    variables = snapshot.stacks.catalogue.contract(unit.stack).variables
    if name in variables:
        found = variables[name]
        if found.required:
            return ()
        place = found.position
        default = json.loads(found.default) if found.default else "(not constant)"
        cell = unit.address.of_cell
        # Layers may have set it, and the last of them has taken it away with !unset.
        layers = Origins(snapshot.fleet, (cell,)).of_cell(cell, f"stacks.{unit.address.stack}.{name}")
        origin = Origin(DEFAULT, place, default, layers[-1] if layers else None)
        return (Found(name, default, origin.chain(), found.sensitive),)
    if first == ENVIRONMENT:
        return tuple(_environment(snapshot, unit, name))
    return (_own(snapshot, unit, name),) if name in _OWN else ()


def taken_outputs(session: FleetSession, unit: Unit, name: str) -> tuple[TakenOutput, ...]:
    """Give the outputs that an input takes, as they are recorded.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    item = unit.inputs.get(name.split(".", maxsplit=1)[0])
    wanted = tuple(dict.fromkeys(references_in(item.value))) if item is not None else ()
    if not wanted:
        return ()
    with open_for_units(session.ledger_url, session.ledger) as ledger:
        known = ledger.outputs({reference.unit for reference in wanted})
    taken = []
    for reference in wanted:
        found = known.get(reference.unit, {}).get(reference.output)
        if found is None:
            taken.append(TakenOutput(reference, known=False))
        else:
            taken.append(TakenOutput(reference, known=True, sensitive=found.sensitive, value=found.value))
    return tuple(taken)


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
    told = value if name == "enabled" else unit.stack.source
    return Found(name, value, (Origin(FLEET_FILE, place, told),))


def shown_origins(found: Found) -> Iterator[tuple[str, Position, Json]]:
    """Yield each place with what stands there; secrets masked."""
    for origin in found.origins:
        yield origin.layer, origin.position, shown_value(origin.value, sensitive=found.hidden)
