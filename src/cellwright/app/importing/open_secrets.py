"""Keeps secrets of the environment and of a tree out of a fleet's files: a fleet is committed.

A variable of the environment whose name means a secret is never read: it stays a reference. Others are read.
An input that is a secret is taken from a second reading of the tree, in which all variables stay references.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from cellwright.foreign.expressions.values import why_late
from cellwright.foreign.secrets import closed, is_secret_name
from cellwright.foreign.tree import (
    ForeignTree,
    ForeignUnit,
    ForeignValue,
    FromEnvironment,
    Late,
    Unreadable,
    leaves,
)
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.names import means_secret
from cellwright.stacks.contract import Contract

Reading = Callable[[Callable[[str], bool]], ForeignTree]
"""Reads a tree; what it is given tells the variables of the environment that are kept as references."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What inputs are where no variable of the environment is read."""

    inputs: Mapping[str, Mapping[str, ForeignValue]] = field(default_factory=dict, repr=False)
    """By unit. Empty: none was read."""
    any_read: bool = False

    def without(self, unit: ForeignUnit, contract: Contract | None) -> dict[str, ForeignValue]:
        """Give a unit's inputs without secrets: what the stack marks as one, and what is one by its name."""
        own = self.inputs.get(unit.key, {})
        found = {}
        for name, value in unit.inputs.items():
            variable = contract.variables.get(name) if contract is not None else None
            marked = variable is not None and (variable.sensitive or variable.ephemeral)
            if self.any_read:
                value = _chosen(name, value, own.get(name, _lost(name, unit)), secret=marked)  # noqa: PLW2901  the same
            found[name] = closed(value, name, secret=marked)
        return found


def read_closed(reading: Reading, environment: Mapping[str, str]) -> tuple[ForeignTree, Secrets]:
    """Read a tree, and again if a variable of the environment was read.

    Raises:
        DiagnosticError: it can't be read.
    """
    tree = reading(means_secret)
    tree = replace(tree, units=tuple(map(_placed, tree.units)))
    if not tree.from_environment:
        return tree, Secrets()
    try:
        again = reading(lambda name: name in environment or means_secret(name))
    except DiagnosticError:  # without their values there is not even a unit
        return tree, Secrets(any_read=True)
    return tree, Secrets({unit.key: unit.inputs for unit in again.units}, any_read=True)


def _lost(name: str, unit: ForeignUnit) -> Unreadable:
    return Unreadable(name, unit.position, "it is a secret, and the environment is a part of it")


def _chosen(name: str, value: ForeignValue, without: ForeignValue, *, secret: bool) -> ForeignValue:
    """Give a value, its secret parts from a reading without the environment."""
    if secret or is_secret_name(name):
        return without
    if isinstance(value, Mapping):
        others = without if isinstance(without, Mapping) else {}
        return {
            key: _chosen(str(key), item, others.get(key, without), secret=False)
            for key, item in value.items()
        }
    if isinstance(value, list) and isinstance(without, list) and len(value) == len(without):
        return [_chosen("", *pair, secret=False) for pair in zip(value, without, strict=True)]
    return value


def _placed(unit: ForeignUnit) -> ForeignUnit:
    """Give a unit whose state and source have their values before it runs: no output, no secret."""
    config = {name: _told(value, unit) for name, value in unit.backend.config.items()}
    source = _told(unit.source, unit)
    return replace(unit, source=source, backend=replace(unit.backend, config=config))


def _told(value: ForeignValue, unit: ForeignUnit) -> ForeignValue:
    late = next((item for item in leaves(value) if isinstance(item, Late)), None)
    if late is None:
        return value
    text = late.variable if isinstance(late, FromEnvironment) else "an output"
    return Unreadable(text, unit.backend.position, why_late(value))
