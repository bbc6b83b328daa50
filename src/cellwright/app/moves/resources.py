"""Move: resources go from one unit's state to another's in the same cell; nothing is made or destroyed.

The order is such that whoever repeats the command after a crash goes on with it: on record first, then the
state that gets the resources is written, then the one that they leave, then both versions are recorded.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from cellwright.app.moves.checking import refuse_busy
from cellwright.app.moves.holding import leases_on, terraform_of_fleet
from cellwright.app.moves.preview import plan_on_copies
from cellwright.app.moves.states import StateMover
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.unit.orphan import recipe_of
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.moves import Move, MoveKind
from cellwright.ledger.write.renaming import Renaming
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import RESOURCES, AppliedHead, AppliedUnit
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity, error
from cellwright.model.runs.event import RESOURCES_MOVED, RESOURCES_MOVING
from cellwright.model.runs.plan import Action, PlanSummary
from cellwright.model.runs.run import Outcome
from cellwright.model.unit import Unit
from cellwright.model.value import Json
from cellwright.planning.fingerprint import backend_digest
from cellwright.planning.selection import select
from cellwright.terraform.output.states.state_reader import mark_of
from cellwright.terraform.output.states.state_resources import resources_in
from cellwright.terraform.output.states.state_split import SplitStates, split_states

_CHANGES_NOTHING = frozenset({Action.UPDATE, Action.READ, Action.MOVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRequest:
    """Which resources go where."""

    selectors: Sequence[str]
    """The units that have them: `client/*/app`."""
    stack: str
    """The stack of the same cells to which they go."""
    addresses: Sequence[str]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMove:
    """What goes from one unit to another."""

    source: UnitAddress
    target: UnitAddress
    resources: tuple[str, ...]
    plans: dict[UnitAddress, PlanSummary]
    """What Terraform says to both states afterwards."""
    faults: tuple[Diagnostic, ...] = ()
    """Why it is not done."""


def plan_move(
    session: FleetSession, actor: Actor, request: MoveRequest, talk: Conversation
) -> tuple[UnitMove, ...]:
    """Show what a move would do: both units of each cell are planned on copies of their states.

    Raises:
        DiagnosticError: a unit or an address is not there, somebody is at work, or a state can't be read.
    """
    fleet = session.open(writing=True)
    return tuple(_planned(fleet, actor, pair, request, talk) for pair in _pairs(fleet, request))


def move_resources(
    session: FleetSession,
    actor: Actor,
    request: MoveRequest,
    told: Callable[[str], None] = lambda _step: None,
) -> tuple[UnitMove, ...]:
    """Move resources, one cell after the other. Whoever repeats it after a crash goes on with it.

    Raises:
        DiagnosticError: as `plan_move`; or a state can't be written.
    """
    fleet = session.open(writing=True)
    done = []
    for source, target in _pairs(fleet, request):
        told(f"{source} -> {target}")
        done.append(_moved(fleet, actor, (source, target), request))
    return tuple(done)


def _pairs(fleet: OpenFleet, request: MoveRequest) -> Iterator[tuple[UnitAddress, UnitAddress]]:
    chosen = sorted(select(fleet.fleet.units, request.selectors))
    if len({unit.stack for unit in chosen}) > 1:
        stacks = ", ".join(sorted({unit.stack for unit in chosen}))
        raise DiagnosticError(
            error(f"the units are of several stacks: {stacks}", "name one stack: client/*/app")
        )
    for source in chosen:
        target = UnitAddress(source.level, source.cell, request.stack)
        if target == source or target not in fleet.fleet.units or not fleet.fleet.units.is_enabled(target):
            raise DiagnosticError(
                error(
                    f"{target} is no other unit that is switched on",
                    "add the stack to the level in fleet.yaml, with its source, and switch it on",
                )
            )
        yield source, target


def _split(
    fleet: OpenFleet, mover: StateMover, pair: tuple[UnitAddress, UnitAddress], request: MoveRequest
) -> SplitStates:
    source, target = pair
    applied = fleet.ledger.reader.applied(list(pair))
    if source not in applied:
        raise DiagnosticError(
            error(f"{source} was never applied: there is nothing to move", f"cellwright apply {source}")
        )
    content = mover.content(applied[source])
    if content is None:
        raise DiagnosticError(
            error(f"{source} has no state: there is nothing to move", "look at its backend")
        )
    return split_states(content, _target_content(fleet, mover, target), request.addresses)


def _target_content(fleet: OpenFleet, mover: StateMover, target: UnitAddress) -> bytes | None:
    applied = fleet.ledger.reader.applied([target]).get(target)
    return mover.content(applied or _never_applied(fleet, fleet.fleet.units[target]))


def _never_applied(fleet: OpenFleet, unit: Unit) -> AppliedUnit:
    """Give what is recorded of a unit that has resources and was never applied: that is due."""
    facts = fleet.stacks.facts(unit.stack)
    return AppliedUnit(
        head=AppliedHead(address=unit.address, fingerprint=None, failed="resources were moved to it"),
        source_digest=facts.digest,
        source_label=facts.label,
        backend_digest=backend_digest(unit.address, unit.backend, fleet.digester),
        inputs={},
        outputs={},
        recipe={**recipe_of(unit, {}, fleet.digester), "source_digest": facts.digest, "inputs": {}},
    )


def _planned(
    fleet: OpenFleet,
    actor: Actor,
    pair: tuple[UnitAddress, UnitAddress],
    request: MoveRequest,
    talk: Conversation,
) -> UnitMove:
    source, target = pair
    refuse_busy(fleet, [source.of_cell])
    mover = StateMover(fleet, terraform_of_fleet(fleet, actor), fleet.home.folder / "moves")
    states = _split(fleet, mover, pair, request)
    contents = {source: states.source, target: states.target}
    known = fleet.ledger.reader.applied([source, target])
    recorded = {address: known[address] for address in pair if address in known}
    report = plan_on_copies(fleet, fleet, recorded, contents, mover, actor, talk)
    moved = states.moved or states.there
    faults = [
        fault
        for item in report.results
        if item.outcome is Outcome.FAILED
        for fault in item.diagnostics
        if fault.severity is Severity.ERROR
    ]
    for address, plan in sorted(report.plans.items()):
        faults += [
            error(
                f"afterwards {change.address} of {address} would be {_WORDS.get(change.action, 'changed')}",
                f"the stacks have to say the same of it: {source.stack} no more, {target.stack} as it is",
            )
            for change in plan.resources
            if change.action not in _CHANGES_NOTHING and _concerns(change.address, moved)
        ]
    return UnitMove(
        source=source, target=target, resources=moved, plans=dict(report.plans), faults=tuple(faults)
    )


_WORDS = {
    Action.CREATE: "created",
    Action.DELETE: "destroyed",
    Action.REPLACE: "replaced",
    Action.FORGET: "forgotten",
}


def _concerns(address: str, moved: Sequence[str]) -> bool:
    return any(address == item or item.startswith(f"{address}[") for item in moved)


def _moved(
    fleet: OpenFleet, actor: Actor, pair: tuple[UnitAddress, UnitAddress], request: MoveRequest
) -> UnitMove:
    source, target = pair
    terraform = terraform_of_fleet(fleet, actor)
    mover = StateMover(fleet, terraform, fleet.home.folder / "moves")
    with ExitStack() as closing:
        leases = closing.enter_context(leases_on(fleet, f"move {source}", pair))
        move = fleet.ledger.moves.of(str(source))
        if move is None:
            refuse_busy(fleet, [source.of_cell])
        elif move.target != str(target):
            raise DiagnosticError(
                error(f"resources of {source} are going to {move.target} already", "let that end first")
            )
        states = _split(fleet, mover, pair, request)
        resources = states.moved or states.there
        if move is None:
            said: dict[str, Json] = {"to": str(target), "resources": list(resources)}
            move = Move(
                id=f"split-{source}",
                kind=MoveKind.SPLIT,
                subject=str(source),
                target=str(target),
                detail={"resources": list(resources)},
                reason=request.reason,
            )
            event = EventDraft(actor, RESOURCES_MOVING, str(source), request.reason, said)
            fleet.ledger.moves.begin(move, actor, event, leases)
        units = fleet.fleet.units
        if states.moved:
            mover.copy(units[target], states.target, terraform)
            mover.copy(units[source], states.source, terraform)
        recorded = [_recorded(fleet, mover, unit) for unit in pair]
        detail: dict[str, Json] = {"to": str(target), "resources": list(resources)}
        events = [
            EventDraft(actor, RESOURCES_MOVED, str(source), request.reason, detail),
            EventDraft(actor, RESOURCES_MOVED, str(target), request.reason, {**detail, "from": str(source)}),
        ]
        Renaming(fleet.ledger.database).record_split(move, recorded, events, leases)
    return UnitMove(source=source, target=target, resources=resources, plans={})


def _recorded(fleet: OpenFleet, mover: StateMover, address: UnitAddress) -> AppliedUnit:
    """Give what is recorded of a unit with the version of its state as it is now."""
    known = fleet.ledger.reader.applied([address]).get(address)
    unit = known or _never_applied(fleet, fleet.fleet.units[address])
    content = mover.content(unit) or b""
    mark = mark_of(content, f"the state of {address}") if content else None
    recipe = {**unit.recipe, RESOURCES: len(resources_in(content))} if content else unit.recipe
    return replace(unit, head=replace(unit.head, state=mark or unit.head.state), recipe=recipe)
