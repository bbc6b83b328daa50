"""Submits the run of a cell: an ordinary run of the queue, at the rollout's commit, under a settled id."""

from dataclasses import replace

from cellwright.app.rollouts.task import RolloutTask
from cellwright.app.runs.choosing import Selection, choose_units
from cellwright.app.runs.hosting.port import RunHost
from cellwright.app.runs.queueing import queued_run
from cellwright.app.runs.running import start
from cellwright.app.session.session import FleetSession
from cellwright.engine.execution import end_empty_run
from cellwright.model.address import CellAddress
from cellwright.model.runs.progress import SilentReporter
from cellwright.model.runs.run import RunKind


def submit_cell(
    frozen: FleetSession, rollout: str, cell: CellAddress, run_id: str, task: RolloutTask, host: RunHost
) -> None:
    """Start the run that changes a cell; what has nothing to do is over at once.

    Raises:
        NotBegunError: the rollout does not wait for the run any more, or another process has submitted it.
        DiagnosticError: the cell can't be changed with these settings; nothing is recorded then.
    """
    units = (str(cell),) if task.only is None else task.only.get(str(cell), ())
    selection = Selection(units, destroy=task.destroy, thorough=task.thorough)
    fleet = frozen.open(writing=True, scope=selection.scope)
    choice = choose_units(fleet, selection)
    queued = replace(queued_run(fleet, RunKind.APPLY, choice, task.queued(rollout)), rollout=rollout)
    run = start(fleet, task.actor, RunKind.APPLY, choice, f"rollout {rollout}", queued, run_id=run_id)
    if choice.parts:
        host.wake(run.id)
    else:
        end_empty_run(run, fleet.ledger, task.actor, SilentReporter())
