"""`cellwright plan`."""

from cellwright.api import runs as document
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.plan import PlanRequest
from cellwright.app.runs.plan import plan as plan_changes
from cellwright.app.runs.report import RunReport
from cellwright.cli import errors
from cellwright.cli.arguments.running import PlanArguments
from cellwright.cli.attendance import attended, exit_code
from cellwright.cli.session import Session
from cellwright.cli.views.text import runs as text
from cellwright.model.run import Outcome


def plan(session: Session, arguments: PlanArguments) -> int:
    """Print what Terraform plans; with `--exit-code`, 3 says that there are changes."""
    request = PlanRequest(
        selection=Selection(
            arguments.chosen_selectors, arguments.relatives, arguments.destroy, thorough=arguments.every
        ),
        parallel=arguments.parallel,
        out=arguments.out,
    )
    with attended(session.error, preapproved=True) as attendance:
        report = plan_changes(session.fleet, session.actor, request, attendance.talk)
    session.answer(lambda: text.planned(report, arguments.out), lambda: document.report(report))
    code = exit_code(report, attendance.interrupts)
    return errors.CHANGES if code == errors.DONE and arguments.detailed and has_changes(report) else code


def has_changes(report: RunReport) -> bool:
    """Tell whether applying would do anything; what is blocked is planned after its upstream is applied."""
    return any(result.outcome in {Outcome.PLANNED, Outcome.BLOCKED} for result in report.results)
