"""Which stack follows which one, as far as a fleet can say it: in every cell, or by an output."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.foreign.files import shown
from cellwright.foreign.tree import ForeignUnit, outputs_in
from cellwright.model.diagnostic import Diagnostic, warning

LEVEL = "env"
"""The one level of an imported fleet."""


@dataclass
class Order:
    """The order without data of a tree's units."""

    units: Sequence[ForeignUnit]
    stacks: Mapping[str, str]
    """Names of stacks by key of unit."""
    cells: Mapping[str, str]
    enabled: Mapping[str, bool]
    folder: Path | None = None
    """Where the tree lies."""
    notes: list[Diagnostic] = field(default_factory=list)

    def needs(self) -> dict[str, list[str]]:
        """Give what each stack follows; what can't be said is told in `notes`."""
        found: dict[str, set[str]] = {}
        for unit in self.units:
            for key in unit.needs:
                if any(item.unit == key for item in outputs_in(unit.inputs)):
                    continue  # an output makes the order by itself
                if key not in self.cells:
                    named = shown(Path(key), self.folder) if self.folder is not None else key
                    summary = f"{self._address(unit.key)} is no longer made to wait for '{named}'"
                    self.notes.append(warning(summary, "it is no unit of the tree", unit.position))
                elif key == unit.key:
                    summary = f"{self._address(key)} is no longer made to wait for itself"
                    self.notes.append(warning(summary, "nothing changes by it", unit.position))
                elif self._everywhere(unit.key, key):
                    found.setdefault(self.stacks[unit.key], set()).add(self.stacks[key])
                else:
                    self._without(unit, key)
        return {stack: sorted(needed) for stack, needed in found.items()}

    def _everywhere(self, key: str, needed: str) -> bool:
        """Whether both are in one cell, and every cell that has the one has the other."""
        with_stack = self._cells_with(self.stacks[key])
        return self.cells[key] == self.cells[needed] and with_stack <= self._cells_with(self.stacks[needed])

    def _cells_with(self, stack: str) -> set[str]:
        return {
            self.cells[key] for key, enabled in self.enabled.items() if enabled and self.stacks[key] == stack
        }

    def _address(self, key: str) -> str:
        return f"{LEVEL}/{self.cells[key]}/{self.stacks[key]}"

    def _without(self, unit: ForeignUnit, key: str) -> None:
        self.notes.append(
            warning(
                f"{self._address(unit.key)} is no longer made to wait for {self._address(key)}",
                "`needs` holds in every cell that has the stack; elsewhere only an output makes the order",
                unit.position,
            )
        )
