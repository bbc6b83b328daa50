"""`cellwright apply` and `resume`."""

from dataclasses import dataclass
from typing import Annotated

import typer

from cellwright.app.apply_run import ApplyRequest
from cellwright.app.apply_run import apply as apply_changes
from cellwright.app.resume_run import resume as resume_run
from cellwright.app.running import Selection
from cellwright.cli.arguments import Everywhere, command
from cellwright.cli.attendance import attended, exit_code
from cellwright.cli.selection import (
    DestroyOption,
    ParallelOption,
    ReasonOption,
    Selecting,
    YesOption,
    plan_file_among,
)
from cellwright.cli.session import Session
from cellwright.cli.views.document import runs as document
from cellwright.cli.views.text import runs as text


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyArguments(Selecting):
    """What `apply` takes."""

    selectors: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE | SELECTOR...]",
            help="A saved plan, or which units: client/acme, client/*/app, tier=gold; default: all changes.",
            show_default=False,
        ),
    ] = None
    destroy: DestroyOption = False
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    yes: YesOption = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeArguments(Everywhere):
    """What `resume` takes."""

    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]", help="A run's id; default: the last run that is not done.", show_default=False
        ),
    ] = None
    parallel: ParallelOption = None
    yes: YesOption = False


@command(ApplyArguments)
def apply(session: Session, arguments: ApplyArguments) -> int:
    """Carry out the changes: plan, show, ask, and apply exactly what was shown.

    With a FILE from `plan -o`, carry out that. Ctrl-C once stops after what runs, twice kills it.
    """
    plan_file = plan_file_among(arguments, destroy=arguments.destroy)
    request = ApplyRequest(
        selection=Selection() if plan_file else arguments.selection(destroy=arguments.destroy),
        plan_file=plan_file,
        parallel=arguments.parallel,
        reason=arguments.reason,
    )
    # What a saved plan does was seen when it was made.
    preapproved = arguments.yes or plan_file is not None
    with attended(session.error, preapproved=preapproved) as attendance:
        report = apply_changes(session.location, request, attendance.talk)
    session.answer(lambda: text.carried_out(report), lambda: document.report(report))
    return exit_code(report, attendance.interrupts)


@command(ResumeArguments)
def resume(session: Session, arguments: ResumeArguments) -> int:
    """Go on with a run after a crash, a failure or Ctrl-C. What is done is not done again."""
    with attended(session.error, preapproved=arguments.yes) as attendance:
        report = resume_run(session.location, arguments.run, attendance.talk, arguments.parallel)
    session.answer(lambda: text.carried_out(report), lambda: document.report(report))
    return exit_code(report, attendance.interrupts)
