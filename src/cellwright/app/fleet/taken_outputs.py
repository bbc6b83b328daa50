"""The outputs that values take, as they are recorded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cellwright.model.address import UnitAddress
from cellwright.model.applied import RecordedOutput
from cellwright.model.unit import Unit
from cellwright.model.value import Json, OutputReference, references_in

Recorded: TypeAlias = Mapping[UnitAddress, Mapping[str, RecordedOutput]]
"""Every output of some units."""


@dataclass(frozen=True, slots=True)
class TakenOutput:
    """An output that a value takes, as it was recorded last."""

    reference: OutputReference
    known: bool
    """Its unit was applied, and had it."""
    sensitive: bool = False
    value: Json = None
    """None where it is sensitive, or not known."""


def references_of(unit: Unit, names: Collection[str]) -> tuple[OutputReference, ...]:
    """Give the references to outputs in some of a unit's inputs, each once."""
    found = (item for name in names for item in references_in(unit.inputs[name].value))
    return tuple(dict.fromkeys(found))


def taken(
    references: Sequence[OutputReference], recorded: Recorded, hidden: Collection[OutputReference] = ()
) -> tuple[TakenOutput, ...]:
    """Say of each reference what it stands for; those that a sensitive input takes are `hidden`."""
    return tuple(_taken(item, recorded, hidden=item in hidden) for item in references)


def _taken(reference: OutputReference, recorded: Recorded, *, hidden: bool) -> TakenOutput:
    found = recorded.get(reference.unit, {}).get(reference.output)
    if found is None:
        return TakenOutput(reference, known=False)
    if found.sensitive or hidden:
        return TakenOutput(reference, known=True, sensitive=True)
    return TakenOutput(reference, known=True, value=_inside(found.value, reference.path))


def _inside(value: Json, path: Sequence[str]) -> Json:
    """Follow the steps behind an output's name; what is not there is null, as a plan would say why."""
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
