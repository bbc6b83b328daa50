"""`cellwright apply` and `resume`."""

from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.apply import apply as apply_changes
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.resume import ResumeRequest
from cellwright.app.runs.resume import resume as resume_run
from cellwright.cli.arguments.running import ApplyArguments, ResumeArguments
from cellwright.cli.arguments.selecting import plan_file_among
from cellwright.cli.attendance import answer_run, attended
from cellwright.cli.session import Session


def apply(session: Session, arguments: ApplyArguments) -> int:
    """Carry out the chosen changes or a saved plan."""
    plan_file = plan_file_among(arguments, destroy=arguments.destroy)
    chosen = Selection(arguments.chosen_selectors, arguments.relatives, arguments.destroy)
    request = ApplyRequest(
        selection=Selection() if plan_file else chosen,
        plan_file=plan_file,
        parallel=arguments.parallel,
        reason=arguments.reason,
    )
    # What a saved plan does was seen when it was made.
    preapproved = arguments.yes or plan_file is not None
    with attended(session.error, preapproved=preapproved) as attendance:
        report = apply_changes(session.fleet, session.actor, request, attendance.talk)
    return answer_run(session, report, attendance)


def resume(session: Session, arguments: ResumeArguments) -> int:
    """Go on with a run."""
    request = ResumeRequest(run=arguments.run, parallel=arguments.parallel)
    with attended(session.error, preapproved=arguments.yes) as attendance:
        report = resume_run(session.fleet, session.actor, request, attendance.talk)
    return answer_run(session, report, attendance)
