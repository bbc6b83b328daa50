"""Submits the run of a cell: an ordinary run of the queue, at the rollout's commit, under a settled id."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cellwright.app.rollouts.task import RolloutTask
from cellwright.app.runs.choosing import Selection, choose_units
from cellwright.app.runs.hosting.port import RunHost
from cellwright.app.runs.queueing import queued_run
from cellwright.app.runs.running import start
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.run_record import end_empty_run
from cellwright.fleet.scope import Scope
from cellwright.ledger.rollouts.guard import NotBegunError
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.diagnostic import DiagnosticError, UnavailableError
from cellwright.model.runs.progress import SilentReporter
from cellwright.model.runs.run import RunKind

_TOGETHER = 50
"""So many cells, in the order of the plan, are read at once."""


def submit_cells(
    frozen: FleetSession,
    record: RolloutRecord,
    places: Sequence[int],
    task: RolloutTask,
    host: RunHost,
) -> Mapping[str, DiagnosticError]:
    """Start the runs that change these cells, with the fleet at the rollout's commit.

    Gives the runs that could not begin, and why. Those that the rollout does not wait for any more, or that
    another process has submitted, are left out.

    Raises:
        UnavailableError: the ledger can't be reached: they are submitted by whoever reaches it next.
    """
    failed: dict[str, DiagnosticError] = {}
    for place in places:
        try:
            submit_cell(_opened(frozen, record, place), record, place, task, host)
        except NotBegunError:
            continue
        except UnavailableError:
            raise
        except DiagnosticError as fault:
            failed[record.state.cells[place].run] = fault
    return failed


def _opened(frozen: FleetSession, record: RolloutRecord, place: int) -> OpenFleet:
    """Open a part of the fleet that has this cell, and those that come next, if none of them has a fault.

    So a large fleet is looked through once for many cells.
    """
    first = place - place % _TOGETHER
    try:
        return _part(frozen, record, range(first, min(first + _TOGETHER, len(record.plan.cells))))
    except UnavailableError:
        raise
    except DiagnosticError:
        return _part(frozen, record, range(place, place + 1))


def _part(frozen: FleetSession, record: RolloutRecord, places: range) -> OpenFleet:
    cells = frozenset(record.plan.cells[place].address for place in places)
    return frozen.open(writing=True, scope=Scope(cells))


def submit_cell(
    fleet: OpenFleet, record: RolloutRecord, place: int, task: RolloutTask, host: RunHost
) -> None:
    """Start the run that changes a cell, in the part of the fleet that has it.

    What has nothing to do is over at once.

    Raises:
        NotBegunError: the rollout does not wait for the run any more, or another process has submitted it.
        DiagnosticError: the cell can't be changed with these settings; nothing is recorded then.
    """
    cell, progress = record.plan.cells[place].address, record.state.cells[place]
    units = (str(cell),) if task.only is None else task.only.get(str(cell), ())
    selection = Selection(units, destroy=task.destroy, thorough=task.thorough)
    choice = choose_units(fleet, selection)
    queued = replace(queued_run(fleet, RunKind.APPLY, choice, task.queued(record.id)), rollout=record.id)
    run = start(
        fleet,
        task.actor,
        RunKind.APPLY,
        choice,
        f"rollout {record.id}",
        queued,
        run_id=progress.run,
        frozen_at=record.summary.commit,
    )
    if choice.parts:
        host.wake(run.id)
    else:
        end_empty_run(run, fleet.ledger, task.actor, SilentReporter())
