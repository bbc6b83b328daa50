"""A unit's working folder, opened for a person, under the unit's lease."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cellwright.app.by_hand.holder import taken
from cellwright.app.runs.depots import states_of
from cellwright.app.runs.run_context import evaluator_of
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.terraform import terraform_for
from cellwright.app.runs.toolchains import check_toolchains
from cellwright.app.session.session import OpenFleet
from cellwright.engine.adapter.run_terraform import RunTerraform
from cellwright.engine.adapter.unit_runner import UnitRunner
from cellwright.engine.approval import Uninterrupted
from cellwright.engine.lease.keeper import LeaseKeeper, LeaseTakenError, this_process
from cellwright.engine.run_record import new_run
from cellwright.engine.unit import planned
from cellwright.engine.unit.evaluation import NoTask, UnitTask
from cellwright.engine.unit.ports import NoDepot
from cellwright.ledger.leases import Held
from cellwright.ledger.read.at_work import AtWork
from cellwright.ledger.run_state import UnitState
from cellwright.model.actor import Actor
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.progress import SilentReporter
from cellwright.model.runs.run import Operation, Run, RunKind, RunUnit
from cellwright.planning.choice import Choice
from cellwright.planning.graph import Graph
from cellwright.planning.selection import select

_NOTHING = Choice((), Graph({}))


@dataclass(slots=True)
class OpenPlace:
    """A unit's folder while a person works in it."""

    fleet: OpenFleet
    id: str
    """Names what is done here: in the ledger, and as the folder of its log."""
    keeper: LeaseKeeper
    task: UnitTask
    applied: AppliedUnit | None
    """What is recorded of the unit."""
    runner: UnitRunner

    @property
    def unit(self) -> UnitAddress:
        """Which unit."""
        return self.task.part.address

    @property
    def fencing(self) -> int:
        """The number of the lease, to record with."""
        return self.keeper.fencing(self.unit) or 0


def address_of(text: str) -> UnitAddress:
    """Read the address of one unit.

    Raises:
        DiagnosticError: it is none.
    """
    try:
        return UnitAddress.parse(text)
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "name one unit, such as client/acme/app")) from None


def known_unit(fleet: OpenFleet, unit: UnitAddress) -> AppliedUnit | None:
    """Give what is recorded of a unit; None if it was never applied.

    Raises:
        DiagnosticError: neither the fleet nor the ledger knows it; the nearest names are told.
    """
    applied = fleet.ledger.reader.applied([unit]).get(unit)
    if applied is None:
        select(fleet.fleet.units, [str(unit)])
    return applied


@contextmanager
def held_unit(fleet: OpenFleet, unit: UnitAddress, name: str) -> Iterator[LeaseKeeper]:
    """Hold the lease on a unit while the block runs; nobody is waited for.

    Raises:
        DiagnosticError: somebody works on it: who, and since when.
    """
    seen: list[Held] = []
    holder = this_process(name)
    with LeaseKeeper(fleet.ledger.leases, holder, _nobody, Uninterrupted(), longest_wait=0) as keeper:
        try:
            keeper.take(unit, seen.append)
        except LeaseTakenError:
            raise taken(fleet.ledger, seen[0]) from None
        yield keeper


@contextmanager
def opened_place(fleet: OpenFleet, actor: Actor, unit: UnitAddress) -> Iterator[OpenPlace]:
    """Open a unit's folder with its source, values and backend of now, or those that it was applied with.

    Raises:
        DiagnosticError: somebody works on the unit, a run has left it in the middle of an apply, or a part of
            it can't be had.
    """
    applied = known_unit(fleet, unit)
    run = new_run(RunKind.PLAN, _NOTHING, actor, "", None)
    with held_unit(fleet, unit, run.id) as keeper:
        check_toolchains(fleet, [unit])
        waiting = _left_by_runs(fleet, unit)
        task = _task(fleet, run, unit, applied)
        runner = terraform_of(fleet, run).open(task, run.id, waiting)
        try:
            keeper.on_lost = lambda _unit: runner.interrupt(1)
            yield OpenPlace(fleet, run.id, keeper, task, applied, runner)
        finally:
            runner.leave()


def terraform_of(fleet: OpenFleet, run: Run) -> RunTerraform:
    """Give what opens working folders, without the relay: it knows the commands of runs."""
    found = terraform_for(fleet, NoDepot(), states_of(fleet))(run, SilentReporter())
    settings, toolchains = fleet.fleet.terraform, fleet.session.toolchains
    return replace(found, toolchains=lambda binary: toolchains.find(settings, binary))


def looking_terraform(fleet: OpenFleet) -> RunTerraform:
    """Give what opens the second folders of units, for whoever only looks."""
    return terraform_of(fleet, new_run(RunKind.PLAN, _NOTHING, Actor("nobody"), "", None))


def _left_by_runs(fleet: OpenFleet, unit: UnitAddress) -> Path | None:
    """Give the plan of the unit that waits for an answer, if one does: it is left where it lies.

    Raises:
        DiagnosticError: a run was applying the unit when it ended abruptly.
    """
    for item in AtWork(fleet.ledger.database).units():
        if item.unit != unit:
            continue
        if item.state is UnitState.APPLYING:
            raise DiagnosticError(
                error(
                    f"run {item.run} was applying {unit} when it ended abruptly",
                    f"let it be brought to its end first: cellwright resume {item.run}",
                )
            )
        record = fleet.ledger.reader.run_unit(item.run, unit)
        if record is not None and record.plan is not None:
            return planned.from_json(RunUnit(unit, record.operation, 0), record.plan).path
    return None


def _task(fleet: OpenFleet, run: Run, unit: UnitAddress, applied: AppliedUnit | None) -> UnitTask:
    """Decide with what a unit is opened; what would keep it from being applied keeps nobody from looking."""
    found = evaluator_of(fleet, RunTask(run=run, choice=_NOTHING))
    evaluator = replace(found, thorough=True, contested={})
    part = RunUnit(unit, Operation.APPLY, 0)
    now = fleet.fleet.units.get(unit)
    if now is not None and now.enabled:
        task = evaluator.evaluate(part)
        if not isinstance(task, NoTask):
            return task
        if applied is None:
            raise DiagnosticError(*task.why)
        fleet.session.notice(f"{unit} is opened as it was applied last: {task.why[0].summary}")
    if applied is None:
        raise DiagnosticError(
            error(f"{unit} is switched off and was never applied", "it has neither state nor values")
        )
    return evaluator.as_it_was(part, applied)


def _nobody(_unit: UnitAddress) -> None:
    """Nothing runs yet that could have lost its lease."""
