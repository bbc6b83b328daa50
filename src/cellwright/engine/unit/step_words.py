"""What the unit step says of a unit: warnings, and why it does not go on."""

from collections.abc import Sequence

from cellwright.engine.unit.arrivals import is_part_of
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.ports import BroughtPlan
from cellwright.engine.unit.stale_plan import PLAN_ANEW
from cellwright.files.errors import file_error
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
from cellwright.model.fetched_module import moved
from cellwright.model.runs.plan import Action, PlanSummary, ResourceChange
from cellwright.model.states.state_place import state_place
from cellwright.model.unit import Backend, Unit
from cellwright.planning.declared_moves import DeclaredMove

_KEEPS = frozenset({Action.UPDATE, Action.READ, Action.MOVE})
"""What may happen to a resource that was moved to another state."""

_NAMED = 20
"""So many resources are named."""
_ENDS = {
    Action.CREATE: "created",
    Action.DELETE: "destroyed",
    Action.REPLACE: "replaced",
    Action.FORGET: "forgotten",
}


def state_was_moved(before: Backend, unit: Unit) -> Diagnostic:
    """Warn that a state lies elsewhere now."""
    former, now = state_place(before, unit.address), state_place(unit.backend, unit.address)
    return warning(
        f"the state of {unit.address} was moved from {former} to {now}",
        "the former place keeps a copy that nothing uses: remove it when all is well",
    )


def plan_warnings(
    task: UnitTask, doubts: Sequence[Diagnostic] = (), *, applyable: bool = True
) -> tuple[Diagnostic, ...]:
    """Warn of what a plan alone doesn't show: modules in other versions, parts that are left out, copies.

    `doubts` are about an apply that was killed before. A plan that is not `applyable` changes nothing.
    """
    modules = map(other_module, moved(task.recorded_modules, task.modules))
    return (*doubts, *modules, *in_part(task, applyable=applyable), *on_copy(task))


def other_module(what: str) -> Diagnostic:
    """Warn of a module that was fetched in another version."""
    return warning(what, "its source names no fixed version; what the plan shows may come from this alone")


def refuse_unmoved(moves: Sequence[DeclaredMove], unit: UnitAddress, plan: PlanSummary) -> None:
    """Refuse a plan by which resources would be made or destroyed that are to be moved.

    Raises:
        DiagnosticError: it is one.
    """
    faults = [
        unmoved_fault(change, unit, move.source, move.target)
        for move in moves
        for change in plan.resources
        if not may_happen(change) and any(is_part_of(change.address, item) for item in move.addresses)
    ]
    if faults:
        raise DiagnosticError(*faults)


def may_happen(change: ResourceChange) -> bool:
    """Tell whether a plan may do this to a resource that was moved: it is neither made nor destroyed."""
    return change.action in _KEEPS


def unmoved_fault(
    change: ResourceChange, unit: UnitAddress, source: UnitAddress, target: UnitAddress
) -> Diagnostic:
    """Say what would become of a resource that is to be moved."""
    return error(
        f"afterwards {change.address} of {unit} would be {_ENDS.get(change.action, 'changed')}",
        f"the stacks have to say the same of it: {source.stack} no more, {target.stack} as it is",
    )


def unencrypted_warning(source: UnitAddress, target: UnitAddress) -> Diagnostic:
    """Warn that resources leave an encrypted state for one that is not."""
    return warning(
        f"the state of {source} is encrypted, that of {target} is not: what is moved lies there in clear, "
        "secrets included",
        f"give the stack {target.stack} the `encryption` of {source.stack}, or TF_ENCRYPTION, if that is not "
        "meant",
    )


def on_copy(task: UnitTask) -> tuple[Diagnostic, ...]:
    """Tell of a plan that was made on a copy of its unit's state, as resources are still to be moved."""
    unencrypted = (unencrypted_warning(move.source, move.target) for move in task.unencrypted_moves)
    return *_copied(task), *unencrypted


def _copied(task: UnitTask) -> tuple[Diagnostic, ...]:
    return tuple(
        warning(
            _comes(move) if task.part.address == move.target else _goes(move),
            f"nothing is made or destroyed for it; a plan file leaves {task.part.address} out",
        )
        for move in task.on_copy
    )


def _comes(move: DeclaredMove) -> str:
    what = ", ".join(move.addresses)
    return f"{what} comes from {move.source} with the next apply; the plan of {move.target} has it already"


def _goes(move: DeclaredMove) -> str:
    what = ", ".join(move.addresses)
    return f"{what} goes to {move.target} with the next apply; the plan of {move.source} is without it"


def in_part(task: UnitTask, *, applyable: bool) -> tuple[Diagnostic, ...]:
    """Warn of a plan that is for a part of its unit only: applied, it leaves open what the rest is like."""
    options, address = task.options, task.part.address
    if not options.in_part:
        return ()
    what = f"is for a part of it only: {', '.join(options.targets)}"
    if options.excludes:
        what = f"leaves out {', '.join(options.excludes)}, and what depends on that"
    detail = f"it does not count as up to date then; the rest: cellwright apply {address}"
    if task.up_to_date and not applyable:
        detail = f"nothing is to be done there; the rest was not looked at: cellwright plan {address} --all"
    return (warning(f"the plan of {address} {what}", detail),)


def lost_elsewhere(address: UnitAddress, host: str, begun: Sequence[str], run: str) -> Diagnostic:
    """Tell of what a machine may have made that was lost in an apply."""
    named = f": it had begun with {_listed(begun)}" if begun else ""
    return error(
        f"the machine {host} was lost while it applied {address}, and the state was not written since{named}",
        "what it made by then, no state knows; made again, it would be there twice. If that machine comes "
        "back, start a worker there: a state that it could not write is taken from it. Else look at what is "
        "really "
        f"there (`cellwright logs {run} {address}`), import or remove it, and go on with: "
        f"cellwright apply {address} --accept-state REASON",
    )


def killed_here(address: UnitAddress, made: Sequence[str], run: str) -> tuple[Diagnostic, ...]:
    """Warn of what an apply had made that was killed on this machine; nothing if it is not known to have."""
    if not made:
        return ()
    return (
        warning(
            f"an apply of {address} was killed when it had made {_listed(made)}, and the state was not "
            "written since",
            "no state knows of it: made again, it may be there twice. Look at what is really there "
            f"(`cellwright logs {run} {address}`), and remove or import it",
        ),
    )


def kept_here(fault: DiagnosticError) -> Diagnostic:
    """Warn of a plan that could not be stored for other machines."""
    first = fault.diagnostics[0]
    return warning(
        f"the plan can be applied on this machine only: {first.summary}",
        f"{first.detail}; on another one the unit is planned again",
    )


def words(address: UnitAddress, fault: DiagnosticError | OSError) -> tuple[Diagnostic, ...]:
    """Describe what failed; a failure of the disk that nothing below has described is this unit's alone."""
    if isinstance(fault, DiagnosticError):
        return fault.diagnostics
    place = f": {fault.filename}" if fault.filename else ""
    return (file_error(f"the files of {address} can't be used{place}", fault),)


def outdated_fault(address: UnitAddress) -> DiagnosticError:
    """A saved plan was made for an older version of the state."""
    return DiagnosticError(
        error(
            f"the saved plan of {address} is stale: it was made for an older version of the state",
            PLAN_ANEW,
        )
    )


def refuse_other_modules(brought: BroughtPlan | None, task: UnitTask) -> None:
    """Refuse a plan file's plan for other modules than those that are here: they would be recorded.

    Raises:
        DiagnosticError: they are others.
    """
    for what in moved(brought.modules, task.modules) if brought is not None else ():
        detail = PLAN_ANEW
        raise DiagnosticError(
            error(f"the saved plan of {task.part.address} is stale: {what} since it was made", detail)
        )


def stale_fault(address: UnitAddress) -> DiagnosticError:
    """A saved plan was made for other settings."""
    return DiagnosticError(
        error(
            f"the saved plan of {address} is for other settings than the fleet has now",
            PLAN_ANEW,
        )
    )


def _listed(resources: Sequence[str]) -> str:
    """Name resources; of many only the first, the unit's log has the others."""
    more = f" and {len(resources) - _NAMED} more" if len(resources) > _NAMED else ""
    return f"{', '.join(resources[:_NAMED])}{more}"
