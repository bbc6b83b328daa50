"""Terraform for the units of a client that goes, apart from any run that carries out changes."""

from cellwright.app.runs.run_context import evaluator_of
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.terraform import terraform_for
from cellwright.app.session.session import OpenFleet
from cellwright.engine.adapter.run_terraform import RunTerraform
from cellwright.engine.unit.evaluation import UnitEvaluator
from cellwright.engine.unit.ports import NoDepot, NoStateDepot
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.progress import SilentReporter
from cellwright.model.runs.run import Run
from cellwright.planning.choice import Choice
from cellwright.planning.graph import Graph


def terraform_of(fleet: OpenFleet, run: str) -> RunTerraform:
    """Open what reads states and asks providers; its logs are those of the run that planned the destruction.

    Raises:
        DiagnosticError: the ledger does not know the run any more.
    """
    return terraform_for(fleet, NoDepot(), NoStateDepot())(_run(fleet, run), SilentReporter())


def evaluator_for(fleet: OpenFleet, run: str) -> UnitEvaluator:
    """Give what makes units again as they were recorded."""
    return evaluator_of(fleet, RunTask(run=_run(fleet, run), choice=Choice((), Graph({}))))


def _run(fleet: OpenFleet, name: str) -> Run:
    found = fleet.ledger.reader.run(name)
    if found is None:
        raise DiagnosticError(
            error(f"the ledger does not know run {name} any more", "cancel the offboarding, and begin anew")
        )
    return found
