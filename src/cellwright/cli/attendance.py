"""A run with a person beside it, or without: progress, questions and Ctrl-C, as one value."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from cellwright.api import runs as document
from cellwright.app.runs.conversation import Conversation
from cellwright.app.runs.report import RunReport
from cellwright.cli import errors, interrupts
from cellwright.cli.approval import TerminalApprover, nobody_to_ask
from cellwright.cli.interrupts import SignalInterrupts
from cellwright.cli.progress.live import LiveReporter
from cellwright.cli.progress.plain import PlainReporter
from cellwright.cli.screen import Screen, interactive
from cellwright.cli.session import Session
from cellwright.cli.views.text import runs as text
from cellwright.engine.approval import Preapproved
from cellwright.model.run import Outcome, RunStatus


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who is at the other end of a run."""

    talk: Conversation
    interrupts: SignalInterrupts


@contextmanager
def attended(screen: Screen, *, preapproved: bool) -> Iterator[Attendance]:
    """Show progress on `screen`, ask there, and listen to Ctrl-C while the context lasts.

    Raises:
        DiagnosticError: approval will be needed and nobody can be asked; nothing has happened yet.
    """
    if not preapproved and not interactive():
        raise nobody_to_ask()
    live = screen.is_terminal and not screen.is_dumb_terminal
    heard = SignalInterrupts(_said_by_the_table if live else interrupts.announce)
    view = LiveReporter(screen, heard) if live else PlainReporter(screen.stream)
    with heard.listening():
        try:
            approver = Preapproved() if preapproved else TerminalApprover(screen, view, heard)
            yield Attendance(Conversation(view, approver, heard), heard)
        finally:
            with suppress(OSError):
                view.close()


def _said_by_the_table(_level: int) -> None:
    """The live table shows what an interrupt does; a line of ours would tear it."""


def answer_run(session: Session, report: RunReport, attendance: Attendance) -> int:
    """Print what became of a run that changes things; returns the exit code."""
    session.answer(lambda: text.carried_out(report), lambda: document.report(report))
    return exit_code(report, attendance.interrupts)


def exit_code(report: RunReport, heard: SignalInterrupts | None = None) -> int:
    """130 if the person stopped it, 1 if something is left undone, else 0."""
    if heard is not None and heard.exit_code is not None:
        return heard.exit_code
    failed = any(result.outcome is Outcome.FAILED for result in report.results)
    return errors.DONE if report.run.status is RunStatus.SUCCEEDED and not failed else errors.FINDINGS
