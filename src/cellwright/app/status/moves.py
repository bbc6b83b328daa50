"""Units whose resources fleet.yaml gives to another stack: they are changed until that is done."""

from collections.abc import Sequence

from cellwright.app.status.imports import Applied
from cellwright.fleet.fleet import Level
from cellwright.model.address import UnitAddress
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.planning.declared_moves import (
    DeclaredMove,
    declared_moves,
    declaring_stacks,
    is_done,
    move_reason,
)
from cellwright.planning.secret_digests import with_reasons


def with_declared_moves(
    levels: Sequence[Level], applied: Applied, statuses: Sequence[UnitStatus]
) -> tuple[UnitStatus, ...]:
    """Make the units changed that are up to date but for declared moves; changed ones say so too."""
    stacks = declaring_stacks(levels)
    declared = {
        item.address: found
        for item in statuses
        if item.status in (Status.UP_TO_DATE, Status.CHANGED)
        and item.address.level in stacks
        and (found := declared_moves(stacks[item.address.level], item.address))
    }
    if not declared:
        return tuple(statuses)
    units = {unit for moves in declared.values() for move in moves for unit in (move.source, move.target)}
    known = applied(units)

    def pending(unit: UnitAddress) -> tuple[DeclaredMove, ...]:
        return tuple(
            move
            for move in declared.get(unit, ())
            if move.source in known and not is_done(move, known.get(move.target))
        )

    return tuple(
        with_reasons(item, tuple(move_reason(move, item.address) for move in pending(item.address)))
        for item in statuses
    )
