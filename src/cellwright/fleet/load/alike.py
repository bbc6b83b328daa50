"""Cells whose units change in the same way when layers do: one of them is resolved, and says it for all.

Cells of one class have equal dependencies and equal summaries of the changed units, and their own files say
nothing of the inputs that layers set otherwise. So an input that changes has the same setting in all of them,
before and after; where that holds no reference, it has the same value too. Everything else that makes up the
units is as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cellwright.fleet.cache.cell_cache import CachedCell
from cellwright.fleet.cache.changed_inputs import ChangedInputs, names_any
from cellwright.fleet.cache.dependencies import Dependencies, DependencyChange
from cellwright.fleet.config.cells import CellSource
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import Level
from cellwright.fleet.resolve.cell_summary import CellSummary, UnitSummaries
from cellwright.model.unit import Unit
from cellwright.model.value import Value

CellClass: TypeAlias = tuple[int, UnitSummaries]
"""The identity of the dependencies that its cells had, which the cache keeps alive; the changed units."""

_REFERENCE = "${"


@dataclass(frozen=True, slots=True)
class AlikeCells:
    """The classes of one level's cells."""

    level: Level
    files: FleetFiles
    _found: dict[CellClass, Dependencies | None] = field(default_factory=dict)
    _units: dict[tuple[int, frozenset[str]], UnitSummaries] = field(default_factory=dict)
    """By the identity of a cell's unit summaries: those of the changed stacks."""

    def class_of(self, source: CellSource, cached: CachedCell, change: DependencyChange) -> CellClass | None:
        """Give a cell's class; None if it has to be resolved by itself."""
        summary = cached.summary
        if change.inputs is None or summary.faults or summary.findings or self._decide(change.inputs):
            return None
        contents = map(self.files.keep, source.files)
        if names_any(contents, cached.outlines, change.inputs):
            return None
        key = (id(summary.units), change.stacks)
        if key not in self._units:
            self._units[key] = tuple(unit for unit in summary.units if unit.stack in change.stacks)
        return id(cached.dependencies), self._units[key]

    def known(self, found: CellClass) -> Dependencies | None:
        """Give what cells of a class depend on now, if their summaries stay as they were; else None."""
        return self._found.get(found)

    def learn(
        self,
        found: CellClass,
        change: DependencyChange,
        units: tuple[Unit, ...],
        before: CellSummary,
        after: CachedCell,
    ) -> None:
        """Take what was found of a cell of the class, with its changed units, for all of its cells."""
        if found not in self._found:
            same = before.units == after.summary.units and before.backends == after.summary.backends
            inputs = change.inputs or {}
            self._found[found] = after.dependencies if same and are_plain(units, inputs) else None

    def _decide(self, inputs: ChangedInputs) -> bool:
        """Tell whether one of these inputs decides how much a unit uses of what places have."""
        stacks = ((self.level.stacks.get(stack), names) for stack, names in inputs.items())
        uses = ((use, names) for stack, names in stacks if stack is not None for use in stack.uses)
        return any(use.when in names or use.each in names for use, names in uses)


def are_plain(units: tuple[Unit, ...], inputs: ChangedInputs) -> bool:
    """Tell whether no layer of a cell has a reference in one of these inputs of its units."""
    given = (
        unit.inputs[name]
        for unit in units
        for name in inputs.get(unit.address.stack, ())
        if name in unit.inputs
    )
    return not any(_has_reference(origin.value) for item in given for origin in item.origin.chain())


def _has_reference(value: Value) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_reference, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_reference, value))
    return isinstance(value, str) and _REFERENCE in value
