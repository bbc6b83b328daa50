"""What the units of a run are carried out with: who decides about them, Terraform, policies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cellwright.app.runs.depots import depot_of, states_of
from cellwright.app.runs.guards.comeback import is_brought_back
from cellwright.app.runs.guards.policy_guard import PolicyGuard
from cellwright.app.runs.guards.relocation import relocation_fault
from cellwright.app.runs.guards.shared_states import recorded_places
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.runs.steering.four_eyes import asking_others
from cellwright.app.runs.terraform import terraform_for
from cellwright.app.runs.toolchains import binary_of, own_binary
from cellwright.app.session.former import FormerUnits
from cellwright.app.session.policies import changed_policies
from cellwright.app.session.session import OpenFleet
from cellwright.app.status.state_marks import state_mark
from cellwright.engine.adapter.kept_copy import kept_copy
from cellwright.engine.dispatch.capacity import suggested_parallel
from cellwright.engine.execution import RunContext
from cellwright.engine.unit.evaluation import UnitEvaluator
from cellwright.files.names import unit_path
from cellwright.fleet.fleet import says_capacity
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.once import OncePerKey
from cellwright.model.position import Position
from cellwright.model.runs.plan_options import USUAL
from cellwright.model.runs.run import Operation, RunKind
from cellwright.model.states.state_place import place_digest
from cellwright.model.unit import Unit
from cellwright.planning.imports import IMPORTS, declared_imports
from cellwright.terraform.workspace.unit_folder import UnitFolder

if TYPE_CHECKING:
    from cellwright.planning.policy.judging import Evaluator


def context_of(
    fleet: OpenFleet, actor: Actor, task: RunTask, talk: Conversation, rego: "Evaluator"
) -> RunContext:
    """Put together what a run is carried out with."""
    talk = asking_others(fleet, task.run, talk)
    return RunContext(
        actor=actor,
        ledger=fleet.ledger,
        digester=fleet.digester,
        evaluator=evaluator_of(fleet, task, talk),
        terraform=terraform_for(fleet, depot := depot_of(fleet, task.run.id), states_of(fleet), task.rollout),
        depot=depot,
        listener=talk.reporter,
        approver=talk.approver,
        preapproved=talk.preapproved,
        approved_how=talk.approved_how,
        interrupts=talk.interrupts,
        prepare=task.moves.prepare,
        turn=task.turn or fleet.ledger.reader.run_turn(task.run.id),
        parallel=task.parallel or fleet.fleet.terraform.parallel or suggested_parallel(),
        guard=PolicyGuard(
            rego,
            fleet.snapshot.policies.modules,
            fleet.fleet,
            fleet.session.now,
            lambda: changed_policies(fleet.fleet, fleet.snapshot.policies.modules),
        ),
    )


def evaluator_of(fleet: OpenFleet, task: RunTask, talk: Conversation | None = None) -> UnitEvaluator:
    """Give what decides what is to be done for the units of a run."""
    preapproved = talk is not None and talk.preapproved
    plans = task.plans
    return UnitEvaluator(
        fleet.fleet.units,
        fleet.stacks.both,
        fleet.ledger,
        fleet.digester,
        lambda unit: state_mark(fleet.home, unit),
        lambda: _environments(fleet),
        orphans_binary=lambda applied: binary_of(fleet, applied.head.address, applied),
        own_binary=lambda unit: own_binary(fleet, unit.address),
        former=FormerUnits(fleet).unit,
        kept=lambda unit, digest: kept_copy(UnitFolder(unit_path(fleet.home.work, unit)), digest),
        acceptance=task.acceptance,
        thorough=plans is not None and plans.thorough,
        looks=plans is not None and plans.looks,
        options=plans.options if plans is not None else USUAL,
        root=fleet.session.root,
        holders=_holders(fleet),
        move_states=task.run.kind is not RunKind.PLAN and (task.move_states or preapproved),
        brought_back=_brought_back(fleet),
        imports=lambda unit: _imports(fleet, unit),
        import_place=lambda unit, address: _import_place(fleet, unit, address),
        moved=task.moves.moved,
        on_copy=task.moves.on_copy,
        moved_now=task.moves.moved_now,
        neighbours=lambda unit: _neighbours(fleet, unit),
        relocated=lambda unit, applied: relocation_fault(fleet, unit, applied),
        contested=_contested(fleet, task),
        secrets=fleet.secrets,
    )


def _neighbours(fleet: OpenFleet, unit: UnitAddress) -> Sequence[UnitAddress]:
    """Give the units that are switched on in a unit's cell."""
    level = next(item for item in fleet.fleet.levels if item.name == unit.level)
    found = (UnitAddress(unit.level, unit.cell, stack) for stack in level.stacks)
    return [item for item in found if fleet.fleet.units.is_enabled(item)]


def _imports(fleet: OpenFleet, unit: Unit) -> Mapping[str, str]:
    """Give what a unit's cell says to import."""
    cell = fleet.fleet.cells.get(unit.address.of_cell)
    return declared_imports(cell.settings, unit.address.stack) if cell is not None else {}


def _import_place(fleet: OpenFleet, unit: Unit, address: str) -> Position:
    """Give the line that says to import to an address; that of the unit where it can no longer be read."""
    from cellwright.fleet.explain import Origins  # noqa: PLC0415  only a fault needs it

    cell = unit.address.of_cell
    path = f"{IMPORTS}.{unit.address.stack}.{address}"
    try:
        found = Origins(fleet.fleet, (cell,)).of_cell(cell, path)
    except DiagnosticError:
        return unit.position
    return found[-1].position if found else unit.position


def _holders(fleet: OpenFleet) -> Callable[[Unit], Sequence[UnitAddress]]:
    """Tell which units are recorded to have a unit's state; what is recorded is read once."""
    known: OncePerKey[str, dict[str, list[UnitAddress]]] = OncePerKey()

    def holders(unit: Unit) -> Sequence[UnitAddress]:
        if unit.backend.kind == "local" and not unit.backend.config:
            return ()
        places = known.get("places", lambda: recorded_places(fleet.ledger.reader.applied(None)))
        return places.get(place_digest(unit.backend, unit.address), ())

    return holders


def _brought_back(fleet: OpenFleet) -> Callable[[CellAddress], bool]:
    """Tell whether a client has come back; git is asked once for each."""
    known: OncePerKey[CellAddress, bool] = OncePerKey()
    return lambda cell: known.get(cell, lambda: is_brought_back(fleet, cell))


def _contested(fleet: OpenFleet, task: RunTask) -> Mapping[CellAddress, Diagnostic]:
    """Claim blocks and room for the cells that are to be applied; tell of those that can't have them."""
    found = fleet.fleet
    claiming = task.run.kind is not RunKind.PLAN
    applied = frozenset(
        part.address.of_cell for part in task.choice.parts if part.operation is Operation.APPLY
    )
    refused: dict[CellAddress, Diagnostic] = {}
    if says_capacity(found.capacity, found.levels):
        from cellwright.app.runs.placement.places import overfull_cells  # noqa: PLC0415  for fleets that count

        refused.update(overfull_cells(fleet, applied, claiming=claiming))
    if found.addresses.pools:
        from cellwright.app.runs.guards.blocks import contested_cells  # noqa: PLC0415  for fleets that have pools

        refused.update(contested_cells(fleet, applied, claiming=claiming))
    return refused


def _environments(fleet: OpenFleet) -> Iterable[Mapping[str, str]]:
    """Give the environments of all cells; asked for only to destroy what is no longer in the fleet."""
    found = fleet.fleet
    if found.within is not None:
        found = fleet.session.snapshot().fleet
    return (cell.environment for cell in found.cells.values())
