"""Resolves the output references that a cell may use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cellwright.fleet.fleet import Cell, Level
from cellwright.fleet.resolve.placement import Directory
from cellwright.fleet.resolve.reference_faults import AbsentFault, ReferenceFault
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.text.suggestion import advice
from cellwright.model.value import OutputReference, SecretReference, Value

_TO_OUTPUT = 2
"""`stack.output`"""
_SLASHES = 2
"""`level/cell/stack`"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceScope:
    """A cell, and the cells and units that its references may name."""

    address: CellAddress
    level: Level
    directory: Directory
    lower_cells: Mapping[str, CellAddress]
    """The cell of each lower level that this one depends on."""
    placement: Cell | None
    """The cell that the level's placement key names, if it could be resolved."""
    units: Mapping[str, UnitAddress]
    """The cell's own units by stack."""
    resolved: dict[tuple[str, ...], OutputReference] = field(default_factory=dict)
    """Output references of this cell that were resolved already."""
    named_cells: dict[CellAddress, bool] = field(default_factory=dict)
    """Cells that references named by their addresses, and whether they exist."""

    def output(self, path: tuple[str, ...]) -> OutputReference:
        """Make an output reference absolute.

        Raises:
            ReferenceFault: no such level, cell or stack, or one of a level above.
        """
        known = self.resolved.get(path)
        if known is None:
            known = self._output(path)
            self.resolved[path] = known
        return known

    def _output(self, path: tuple[str, ...]) -> OutputReference:
        first = path[0]
        if "/" in first:
            unit, rest = self._absolute(first), path[1:]
        elif first in self.units:
            unit, rest = self.units[first], path[1:]
        elif self.directory.level(first) is not None:
            if len(path) < _TO_OUTPUT:
                raise _no_output(path)
            unit, rest = self.below(first, path[1]), path[2:]
        else:
            known = (*self.units, *(level.name for level in self._reachable()))
            raise ReferenceFault(
                f"unknown stack or level '{first}' in ${{output.{'.'.join(path)}}}", advice(first, known)
            )
        if not rest:
            raise _no_output(path)
        return OutputReference(unit, rest[0], rest[1:])

    def below(self, level: str, stack: str) -> UnitAddress:
        """Find the unit of a stack in this cell's lower cell of `level`.

        Raises:
            ReferenceFault: there is no such cell or stack, or the level lies above.
        """
        cell = self.address if level == self.address.level else self.lower_cells.get(level)
        if level not in (item.name for item in self._reachable()):
            raise _above(self.address.level, level)
        if cell is None:
            detail = "it stands on the cells that its placement names, or else on those of its own name"
            raise AbsentFault(f"the cell stands on no cell of level '{level}'", detail)
        return self._unit(cell, stack)

    def _absolute(self, text: str) -> UnitAddress:
        if text.count("/") != _SLASHES:
            raise ReferenceFault(f"'{text}' is no unit's address", "write level/cell/stack")
        level, cell, stack = text.split("/")
        reachable = [item.name for item in self._reachable()]
        if level not in reachable:
            if self.directory.level(level) is not None:
                raise _above(self.address.level, level)
            raise ReferenceFault(f"unknown level '{level}' in '{text}'", advice(level, reachable))
        address = CellAddress(level, cell)
        self.named_cells[address] = self.directory.holds(address)
        if not self.named_cells[address]:
            known = self.directory.cells.get(level, ())
            raise ReferenceFault(f"unknown cell '{cell}' of level '{level}' in '{text}'", advice(cell, known))
        return self._unit(address, stack)

    def _unit(self, cell: CellAddress, stack: str) -> UnitAddress:
        level = self.directory.level(cell.level)
        known = level.stacks if level is not None else {}
        if stack not in known:
            raise ReferenceFault(f"level '{cell.level}' has no stack '{stack}'", advice(stack, known))
        return UnitAddress(cell.level, cell.cell, stack)

    def _reachable(self) -> tuple[Level, ...]:
        return (*self.directory.below(self.address.level), self.level)


def step_into(value: Value, steps: Sequence[str], label: str) -> Value:
    """Follow `steps` into a value; into an output they become part of the reference.

    Raises:
        ReferenceFault: there is no such part.
    """
    for index, step in enumerate(steps):
        if isinstance(value, OutputReference):
            return OutputReference(value.unit, value.output, (*value.path, *steps[index:]))
        if isinstance(value, SecretReference):
            return SecretReference(value.source, value.name, (*value.field, *steps[index:]))
        if isinstance(value, Mapping):
            if step not in value:
                raise AbsentFault(f"{label} has no key '{step}'", advice(step, value))
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            kind = f"a list of {len(value)}" if isinstance(value, list) else "no mapping"
            raise ReferenceFault(f"{label} has no part '{step}'", f"it is {kind}")
        label = f"{label}.{step}"
    return value


def _no_output(path: Sequence[str]) -> ReferenceFault:
    return ReferenceFault(
        f"${{output.{'.'.join(path)}}} names no output",
        "write output.STACK.OUTPUT or output.LEVEL.STACK.OUTPUT",
    )


def _above(level: str, wanted: str) -> ReferenceFault:
    detail = "lower levels come first and can't wait for higher ones; turn the dependency round"
    return ReferenceFault(
        f"level '{level}' can't take an output of level '{wanted}', which lies above it", detail
    )
