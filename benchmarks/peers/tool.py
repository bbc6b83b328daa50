"""What is measured: a program with the fleet in its own layout, and its commands for each piece of work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.model.unit import Unit

Command = tuple[str, ...]

PARALLEL = 2
"""Units at once, said to every program."""

BASE = "before"
"""The branch that a tree's repository had before the change that is looked for."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a tree is written from."""

    units: Sequence[Unit]
    fleet: Path
    """The fleet in Cellwright's own layout."""
    binary: Path
    """The Terraform or OpenTofu that runs them."""

    @property
    def modules(self) -> Path:
        """The stacks, as `LEVEL/STACK`; each tree gets a copy."""
        return self.fleet / "stacks"


@dataclass(frozen=True, slots=True)
class Tool:
    """A program and what it is asked. Several commands for one piece of work run one after the other."""

    name: str
    program: Path
    version: str
    write: Callable[[Layout, Path], Path]
    """Write the tree of a fleet into a folder that may exist, and say where it is."""
    prepare: tuple[Command, ...]
    """What makes the tree ready, once, unmeasured: code that the program generates from it."""
    apply: Callable[[Path], tuple[Command, ...]]
    """Bring up all units that are new, with the Terraform or OpenTofu at that path."""
    look: Callable[[Path], tuple[Command, ...]]
    """Plan all units, whether their settings have changed or not."""
    changed: Command
    """Say what has changed since the last commit but one."""
    environment: Callable[[Path], Mapping[str, str]] = field(default=lambda _: {})
    """What it needs in its environment, for the Terraform or OpenTofu at that path."""


def by_cell(units: Sequence[Unit]) -> Mapping[tuple[str, str], list[Unit]]:
    """Units by level and cell."""
    cells: dict[tuple[str, str], list[Unit]] = {}
    for unit in units:
        cells.setdefault((unit.address.level, unit.address.cell), []).append(unit)
    return cells
