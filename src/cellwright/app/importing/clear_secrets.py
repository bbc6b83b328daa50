"""Names the variables of the environment that secrets are taken from which stand in a tree in clear."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import count

from cellwright.foreign.tree import ForeignUnit, ForeignValue, FromEnvironment, Joined, leaves
from cellwright.model.diagnostic import Diagnostic, warning

_OTHER = re.compile(r"\W+")


def with_names(units: Sequence[ForeignUnit]) -> tuple[tuple[ForeignUnit, ...], tuple[Diagnostic, ...]]:
    """Give secrets of one name that differ by unit names of their own, and tell of each once."""
    values: dict[str, set[str]] = {}
    for unit in units:
        for secret in _secrets(unit):
            values.setdefault(secret.variable, set()).add(secret.clear)
    names = _Names({name for name, found in values.items() if len(found) > 1}, values)
    named = tuple(
        replace(unit, inputs={name: names.named(value, unit) for name, value in unit.inputs.items()})
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


@dataclass(slots=True)
class _Names:
    """Names of variables for secrets that have one in common; no two secrets get the same."""

    several: Collection[str]
    """Names that several secrets have."""
    values: dict[str, set[str]]
    """By name, the secrets that have it."""

    def named(self, value: ForeignValue, unit: ForeignUnit) -> ForeignValue:
        """Give a value with names of its unit's own."""
        match value:
            case FromEnvironment(variable, clear) if clear and variable in self.several:
                wanted = _OTHER.sub("_", f"{variable}_{unit.cell}_{unit.stack}")
                return FromEnvironment(self._free(wanted, clear), clear)
            case Joined(parts=parts):
                return replace(value, parts=tuple(self.named(part, unit) for part in parts))
            case dict():
                return {name: self.named(item, unit) for name, item in value.items()}
            case list():
                return [self.named(item, unit) for item in value]
            case _:
                return value

    def _free(self, wanted: str, clear: str) -> str:
        """Give a name that no other secret has: `a-b/c` and `a/b-c` make the same one."""
        tried = (wanted if number == 1 else f"{wanted}_{number}" for number in count(1))
        return next(name for name in tried if self.values.setdefault(name, {clear}) == {clear})
