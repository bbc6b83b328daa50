"""Names the variables of the environment that secrets are taken from which stand in a tree in clear."""

import re
from collections.abc import Sequence
from dataclasses import replace

from cellwright.foreign.tree import ForeignUnit, ForeignValue, FromEnvironment, Joined, leaves
from cellwright.model.diagnostic import Diagnostic, warning

_OTHER = re.compile(r"\W+")


def with_names(units: Sequence[ForeignUnit]) -> tuple[tuple[ForeignUnit, ...], tuple[Diagnostic, ...]]:
    """Give secrets of one name that differ by unit names of their own, and tell of each once."""
    values: dict[str, set[str]] = {}
    for unit in units:
        for secret in _secrets(unit):
            values.setdefault(secret.variable, set()).add(secret.clear)
    several = {name for name, found in values.items() if len(found) > 1}
    named = tuple(
        replace(unit, inputs={name: _named(value, unit, several) for name, value in unit.inputs.items()})
        for unit in units
    )
    notes: dict[str, Diagnostic] = {}
    for unit in named:
        for secret in _secrets(unit):
            if secret.clear:
                notes.setdefault(secret.variable, _told(secret, unit))
    return named, tuple(notes.values())


def _told(secret: FromEnvironment, unit: ForeignUnit) -> Diagnostic:
    return warning(
        f"a secret of {unit.cell}/{unit.stack} stands in the tree in clear: it is not written, and the "
        f"environment variable {secret.variable} is taken",
        "set that where Cellwright runs, or name another source: docs/secrets.md",
        unit.position,
    )


def _secrets(unit: ForeignUnit) -> list[FromEnvironment]:
    return [item for item in leaves(unit.inputs) if isinstance(item, FromEnvironment)]


def _named(value: ForeignValue, unit: ForeignUnit, several: set[str]) -> ForeignValue:
    match value:
        case FromEnvironment(variable, clear) if clear and variable in several:
            return FromEnvironment(_OTHER.sub("_", f"{variable}_{unit.cell}_{unit.stack}"), clear)
        case Joined(parts=parts):
            return replace(value, parts=tuple(_named(part, unit, several) for part in parts))
        case dict():
            return {name: _named(item, unit, several) for name, item in value.items()}
        case list():
            return [_named(item, unit, several) for item in value]
        case _:
            return value
