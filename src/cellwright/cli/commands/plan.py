"""`cellwright plan`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cellwright.app.planning_run import PlanRequest
from cellwright.app.planning_run import plan as plan_changes
from cellwright.app.results import RunReport
from cellwright.cli import errors
from cellwright.cli.arguments import command
from cellwright.cli.attendance import attended, exit_code
from cellwright.cli.selection import DestroyOption, ParallelOption, Selecting
from cellwright.cli.session import Session
from cellwright.cli.views.document import runs as document
from cellwright.cli.views.text import runs as text
from cellwright.model.run import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanArguments(Selecting):
    """What `plan` takes."""

    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Save the plans; `apply FILE` carries them out."),
    ] = None
    destroy: DestroyOption = False
    detailed: Annotated[
        bool, typer.Option("--exit-code", help="End with exit code 3 if there are changes.")
    ] = False
    parallel: ParallelOption = None


@command(PlanArguments)
def plan(session: Session, arguments: PlanArguments) -> int:
    """Make Terraform plans of the changes and show them. Changes nothing.

    Units that are up to date are left alone; no Terraform starts for them.
    """
    selection = arguments.selection(destroy=arguments.destroy)
    request = PlanRequest(selection=selection, parallel=arguments.parallel, out=arguments.out)
    with attended(session.error, preapproved=True) as attendance:
        report = plan_changes(session.location, request, attendance.talk.reporter, attendance.interrupts)
    session.answer(lambda: text.planned(report), lambda: document.report(report))
    code = exit_code(report, attendance.interrupts)
    return errors.CHANGES if code == errors.DONE and arguments.detailed and has_changes(report) else code


def has_changes(report: RunReport) -> bool:
    """Tell whether applying would do anything."""
    return any(result.outcome in {Outcome.PLANNED, Outcome.BLOCKED} for result in report.results)
