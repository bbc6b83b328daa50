"""Move: resources go from one unit's state to another's in the same cell, for each cell that is chosen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cellwright.app.moves.checking import refuse_busy
from cellwright.app.moves.same_source import OtherUnits, left_out
from cellwright.app.runs.moving.holding import leases_on, terraform_of_fleet
from cellwright.app.runs.moving.pair import PairMove, UnitMove
from cellwright.app.runs.moving.scratch import preview_folder, scratch_folder
from cellwright.app.runs.moving.states import StateMover
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.planning.selection import select

__all__ = ["MoveRequest", "UnitMove", "move_resources", "plan_move"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRequest:
    """Which resources go where."""

    selectors: Sequence[str]
    """The units that have them: `client/*/app`."""
    stack: str
    """The stack of the same cells to which they go."""
    addresses: Sequence[str]
    reason: str = ""
    basis: Mapping[UnitAddress, str] = field(default_factory=dict)
    """By unit that has them, what the plan that was seen was made from: `UnitMove.basis`. One that is not
    named may have changed since."""


def plan_move(
    session: FleetSession, actor: Actor, request: MoveRequest, talk: Conversation
) -> tuple[UnitMove, ...]:
    """Show what a move would do: both units of each cell are planned on copies of their states.

    Raises:
        DiagnosticError: a unit or an address is not there, somebody is at work, or a state can't be read.
    """
    fleet = session.open(writing=True)
    planned: list[UnitMove] = []
    with preview_folder(fleet.home.folder) as scratch:
        for pair in _pairs(fleet, actor, request, scratch):
            if fleet.ledger.moves.of(str(pair.source)) is None:  # else it may only go on
                refuse_busy(fleet, [pair.source.of_cell])
            planned.append(pair.planned(talk))
        return _with_others(fleet, actor, request, planned, scratch)


def _with_others(
    fleet: OpenFleet, actor: Actor, request: MoveRequest, planned: Sequence[UnitMove], scratch: Path
) -> tuple[UnitMove, ...]:
    """Say which other units lose such resources, once for all cells of the same source: with the last one."""
    mover = StateMover(fleet, terraform_of_fleet(fleet, actor), scratch)
    chosen = frozenset(item.source for item in planned)
    others = OtherUnits(fleet, mover, request.addresses, chosen)
    last = {fleet.fleet.units[item.source].stack: item.source for item in planned}
    found = []
    for item in planned:
        if item.source in last.values():
            have, may_have = others.look(item)
            told = replace(item, others=have, possible_others=may_have)
            warnings = (*item.warnings, *left_out(told, request.addresses))
            found.append(replace(told, warnings=warnings))
        else:
            found.append(item)
    return tuple(found)


def move_resources(
    session: FleetSession,
    actor: Actor,
    request: MoveRequest,
    told: Callable[[str], None] = lambda _step: None,
) -> tuple[UnitMove, ...]:
    """Move resources, one cell after the other. Whoever repeats it after a crash goes on with it.

    Raises:
        DiagnosticError: as `plan_move`; or a unit has changed since it was planned, or a state can't be
            written.
    """
    session.renew()  # files may have changed while its plan was looked at
    fleet = session.open(writing=True)
    done = []
    with scratch_folder(fleet.home.folder) as scratch:
        for pair in _pairs(fleet, actor, request, scratch):
            told(f"{pair.source} -> {pair.target}")
            with leases_on(fleet, f"move {pair.source}", (pair.source, pair.target)) as leases:
                if fleet.ledger.moves.of(str(pair.source)) is None:
                    refuse_busy(fleet, [pair.source.of_cell])
                    _refuse_outdated(pair, request)
                resources = pair.carry_out(leases)
            done.append(UnitMove(source=pair.source, target=pair.target, resources=resources, plans={}))
    return tuple(done)


def _refuse_outdated(pair: PairMove, request: MoveRequest) -> None:
    seen = request.basis.get(pair.source)
    if seen is not None and seen != pair.basis():
        raise DiagnosticError(
            error(
                f"{pair.source} or {pair.target} has changed since the move was planned, so nothing of them "
                "is moved",
                "repeat this: it is planned again, and shown",
            )
        )


def _pairs(fleet: OpenFleet, actor: Actor, request: MoveRequest, scratch: Path) -> Iterator[PairMove]:
    chosen = sorted(select(fleet.fleet.units, request.selectors))
    if len({unit.stack for unit in chosen}) > 1:
        stacks = ", ".join(sorted({unit.stack for unit in chosen}))
        raise DiagnosticError(
            error(f"the units are of several stacks: {stacks}", "name one stack: client/*/app")
        )
    mover = StateMover(fleet, terraform_of_fleet(fleet, actor), scratch)
    for source in chosen:
        target = UnitAddress(source.level, source.cell, request.stack)
        if target == source or target not in fleet.fleet.units or not fleet.fleet.units.is_enabled(target):
            raise DiagnosticError(
                error(
                    f"{target} is no other unit that is switched on",
                    "add the stack to the level in fleet.yaml, with its source, and switch it on",
                )
            )
        yield PairMove(
            fleet=fleet,
            actor=actor,
            mover=mover,
            source=source,
            target=target,
            addresses=request.addresses,
            reason=request.reason,
        )
