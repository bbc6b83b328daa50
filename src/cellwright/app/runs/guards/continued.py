"""Runs that are not resumed by themselves: a rollout's, and those that plan a client's destruction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import RunSummary
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.runs.run import Operation, Run, RunKind, RunUnit


@dataclass(frozen=True, slots=True)
class ContinuedElsewhere:
    """Why a run is not resumed, and what goes on with it instead."""

    fault: Diagnostic
    command: str
    """The command that goes on with it, or shows where it stands."""
    page: str
    """The console's page on which one goes on."""
    label: str
    """What the link to it says."""


def continued_elsewhere(
    ledger: Ledger, run: Run | RunSummary, is_enabled: Callable[[UnitAddress], bool]
) -> ContinuedElsewhere | None:
    """Tell what goes on with a run instead of resuming it; None: resuming does.

    A run of a rollout would go on beside it: at another commit, outside its budgets. A plan of the
    destruction of a client that the fleet still wants would keep every unit, plan nothing, and be taken for
    one that has planned it.
    """
    rollout = ledger.rollouts.of_run(run.id)
    if rollout is not None:
        return _of_rollout(run.id, rollout, active=ledger.rollouts.summary(rollout).status.is_active)
    whole = ledger.reader.run(run.id) if run.kind is RunKind.PLAN else None
    cell = _doomed(whole.units) if whole is not None else None
    if whole is None or cell is None or not any(is_enabled(part.address) for part in whole.units):
        return None
    return _of_offboarding(run.id, cell)


def continued_by_now(session: FleetSession, run: RunSummary) -> ContinuedElsewhere | None:
    """As `continued_elsewhere`, by the fleet as it is; it is read where a destruction was planned."""

    def is_enabled(unit: UnitAddress) -> bool:
        return session.snapshot().fleet.units.is_enabled(unit)

    return continued_elsewhere(session.ledger(), run, is_enabled)


def _of_rollout(run: str, rollout: str, *, active: bool) -> ContinuedElsewhere:
    command = f"cellwright rollout {'status' if active else 'retry'} {rollout}"
    advice = "see where it stands" if active else "do it again at the rollout's commit"
    return ContinuedElsewhere(
        error(f"run {run} is part of the rollout {rollout}", f"{advice}: {command}"),
        command,
        f"/rollouts/{rollout}",
        "Open its rollout",
    )


def _of_offboarding(run: str, cell: CellAddress) -> ContinuedElsewhere:
    command = f"cellwright offboard {cell.cell}"
    return ContinuedElsewhere(
        error(
            f"run {run} has planned the destruction of {cell}, and is not resumed",
            f"if {cell.cell} is to leave, plan it again: {command}",
        ),
        command,
        f"/cells/{cell}/offboard",
        "Plan it again…",
    )


def _doomed(units: Sequence[RunUnit]) -> CellAddress | None:
    """Give the cell of which units are all to be destroyed; None: they are of several, or not all are."""
    cells = {part.address.of_cell for part in units}
    destroys = all(part.operation is Operation.DESTROY for part in units)
    return next(iter(cells)) if destroys and len(cells) == 1 else None
