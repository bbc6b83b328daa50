"""Resources that fleet.yaml says now belong to another stack of the same cell: `moved_from` of a stack.

Each cell's next apply moves them from one state to the other; of the unit that gets them it is recorded.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellwright.fleet.fleet import Level, StackSettings
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.runs.change import Reason, ReasonKind
from cellwright.model.value import Json

MOVED_FROM = "moved_from"
"""The key of a stack in fleet.yaml, and of a unit's recipe: the moves that are done."""


Applied = Callable[[Collection[UnitAddress]], Mapping[UnitAddress, AppliedUnit]]
"""Reads what is recorded of units."""


@dataclass(frozen=True, slots=True)
class DeclaredMove:
    """Resources of one unit that another unit of its cell is to have."""

    source: UnitAddress
    target: UnitAddress
    addresses: tuple[str, ...]


def declared_moves(stacks: Mapping[str, StackSettings], unit: UnitAddress) -> tuple[DeclaredMove, ...]:
    """Give the declared moves that a unit gives or gets resources by."""
    return tuple(
        DeclaredMove(
            UnitAddress(unit.level, unit.cell, item.source),
            UnitAddress(unit.level, unit.cell, name),
            item.addresses,
        )
        for name, stack in stacks.items()
        for item in stack.moved_from
        if unit.stack in (name, item.source)
    )


def declaring_stacks(levels: Iterable[Level]) -> dict[str, Mapping[str, StackSettings]]:
    """Give the stacks of the levels that declare moves, by level."""
    return {
        level.name: level.stacks
        for level in levels
        if any(stack.moved_from for stack in level.stacks.values())
    }


def pending_moves(
    levels: Iterable[Level], units: Iterable[UnitAddress], applied: Applied
) -> tuple[DeclaredMove, ...]:
    """Give the declared moves of these units that are not done; where none are declared nothing is read."""
    stacks = declaring_stacks(levels)
    concerned = [unit for unit in units if unit.level in stacks]
    found = dict.fromkeys(move for unit in concerned for move in declared_moves(stacks[unit.level], unit))
    return undone(tuple(found), applied)


def undone(moves: Sequence[DeclaredMove], applied: Applied) -> tuple[DeclaredMove, ...]:
    """Give those of some moves that are not done, by what is recorded of their units."""
    if not moves:
        return ()
    known = applied({unit for move in moves for unit in (move.source, move.target)})
    return tuple(move for move in moves if move.source in known and not is_done(move, known.get(move.target)))


def is_done(move: DeclaredMove, target: AppliedUnit | None) -> bool:
    """Tell whether the unit that gets the resources is recorded to have them."""
    recorded: Any = target.recipe.get(MOVED_FROM) if target is not None else None
    done = recorded.get(move.source.stack) if isinstance(recorded, Mapping) else None
    return isinstance(done, list) and set(move.addresses) <= set(done)


def to_record(moves: Sequence[DeclaredMove], target: UnitAddress) -> dict[str, Json]:
    """Say in a unit's recipe that it has what is declared."""
    found: dict[str, Json] = {
        move.source.stack: sorted(move.addresses) for move in moves if move.target == target
    }
    return {MOVED_FROM: found} if found else {}


def move_declaration(source: str, addresses: Iterable[str]) -> str:
    """Write `moved_from` as it stands in fleet.yaml, at the stack that gets the resources."""
    listed = (f"'{item}'" if "[" in item else item for item in addresses)
    return f"{MOVED_FROM}: {{{source}: [{', '.join(listed)}]}}"


def move_reason(move: DeclaredMove, unit: UnitAddress) -> Reason:
    """Say what a unit differs in because of a move that is not done."""
    what = ", ".join(move.addresses)
    if unit == move.source:
        return Reason(ReasonKind.STATE, f"goes to {move.target.stack}: {what}")
    return Reason(ReasonKind.STATE, f"comes from {move.source.stack}: {what}")
