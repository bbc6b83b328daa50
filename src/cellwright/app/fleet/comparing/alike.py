"""Cells between whose two sides the same differs: what is found of one of them holds for all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cellwright.app.fleet.comparing.change import Change, ChangeKind
from cellwright.fleet.cache.changed_inputs import ChangedInputs, changed_inputs, names_any
from cellwright.fleet.cache.dependencies import Dependencies
from cellwright.fleet.load.alike import are_plain
from cellwright.fleet.load.unit_table import UnitTable
from cellwright.fleet.resolve.cell_summary import CellSummary, UnitSummaries
from cellwright.model.unit import Unit

ChangesByStack: TypeAlias = Mapping[str, tuple[ChangeKind, tuple[Change, ...]]]
"""What became of the units that differ."""
UnitsByStack: TypeAlias = Mapping[str, Unit]


@dataclass(frozen=True, slots=True)
class CellClass:
    """Cells with the same files of their own on both sides, equal layers, and equal changed units."""

    pair: tuple[int, int]
    """The identities of what they were made from on both sides, which the loaded fleets keep alive."""
    units: UnitSummaries
    inputs: ChangedInputs = field(compare=False)
    """What layers set otherwise; the cells' own files say nothing of it."""


@dataclass(frozen=True, slots=True)
class AlikeChanges:
    """What differs, by class of cells; the reasons why it is the same are those of `fleet/load/alike.py`."""

    before: UnitTable
    after: UnitTable
    _inputs: dict[tuple[int, int], ChangedInputs | None] = field(default_factory=dict)
    _found: dict[CellClass, ChangesByStack] = field(default_factory=dict)

    def class_of(self, old: CellSummary, new: CellSummary, stacks: frozenset[str]) -> CellClass | None:
        """Give the class of a cell whose units of some stacks may have changed; None if it is its own."""
        if not old.key or old.key != new.key or old.backends != new.backends:
            return None
        units = tuple(unit for unit in new.units if unit.stack in stacks)
        if units != tuple(unit for unit in old.units if unit.stack in stacks):
            return None
        then, now = self.before.made_from(old.address), self.after.made_from(new.address)
        if then is None or now is None:
            return None
        pair = id(then.dependencies), id(now.dependencies)
        if pair not in self._inputs:
            self._inputs[pair] = _changed_inputs(then.dependencies, now.dependencies)
        inputs = self._inputs[pair]
        if inputs is None or not stacks <= inputs.keys():
            return None
        if names_any(self.after.own_files(new.address), now.outlines, inputs):
            return None
        return CellClass(pair, units, inputs)

    def known(self, found: CellClass) -> ChangesByStack | None:
        """Give what differs for the cells of a class, by stack; None if it is not known for all of them."""
        return self._found.get(found)

    def learn(
        self, found: CellClass, before: UnitsByStack, after: UnitsByStack, changes: ChangesByStack
    ) -> None:
        """Take what was found of one cell for all of its class, if its values are the same for all."""
        units = (*before.values(), *after.values())
        if are_plain(units, found.inputs):
            self._found[found] = changes


def _changed_inputs(before: Dependencies, after: Dependencies) -> ChangedInputs | None:
    same = before._replace(layers=()) == after._replace(layers=())
    paths = [layer[0] for layer in before.layers] == [layer[0] for layer in after.layers]
    return changed_inputs(before.layers, after.layers) if same and paths else None
