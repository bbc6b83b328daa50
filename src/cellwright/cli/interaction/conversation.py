"""The terminal's side of a run: shows progress, asks for approval, counts Ctrl-C, prints the outcome."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cellwright.api.runs import report as document
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.snapshot import LoadCancelledError
from cellwright.cli import exit_codes
from cellwright.cli.failure.exceptions import CommandInterruptedError
from cellwright.cli.interaction import interrupts
from cellwright.cli.interaction.approval import TerminalApprover, no_terminal_error
from cellwright.cli.interaction.interrupts import SignalInterrupts
from cellwright.cli.interaction.run_so_far import Told
from cellwright.cli.invocation import Invocation
from cellwright.cli.progress.plain import PlainReporter
from cellwright.cli.progress.repeating import repeating
from cellwright.cli.screen.screen import Screen, interactive
from cellwright.cli.views.change import report as view
from cellwright.engine.approval import YES, Preapproved
from cellwright.model.runs.run import Outcome, RunStatus

if TYPE_CHECKING:
    from cellwright.cli.progress.live import LiveReporter

_TICK = 1.0
"""Seconds between two looks for what takes long."""


@dataclass(frozen=True, slots=True)
class TerminalConversation:
    """A run's conversation with the terminal, and the signals that arrived meanwhile."""

    conversation: Conversation
    interrupts: SignalInterrupts
    settle: Callable[[], None]
    """Takes what shows progress from the terminal, so that something else can be printed."""


@contextmanager
def open_conversation(
    screen: Screen,
    *,
    preapproved: bool,
    how: str = YES,
    full: bool = False,
    preparing: str = "the run",
    saved_plans: bool = False,
) -> Iterator[TerminalConversation]:
    """Show progress on `screen`, ask there, and count Ctrl-C while the context lasts.

    `how` tells the audit trail in which way everything was approved beforehand. With `full` plans are shown
    whole where they are asked about. `preparing` is what a terminal is told to wait for until a run begins.
    `saved_plans` says that the command carries out saved plans as well, so that they are another way.

    Raises:
        DiagnosticError: approval will be needed and there is no terminal; nothing has happened yet.
        CommandInterruptedError: it was interrupted while the fleet was loaded.
    """
    if not preapproved and not interactive():
        raise no_terminal_error(saved_plans=saved_plans)
    live = screen.is_terminal and not screen.is_dumb_terminal
    signals = SignalInterrupts(_announced_by_table if live else interrupts.announce)
    reporter, ticking = _live(screen, signals, preparing) if live else _plain(screen)
    with signals.listening(), ticking:
        try:
            if preapproved:
                talk = Conversation(reporter, Preapproved(how), signals)
                yield TerminalConversation(talk, signals, reporter.close)
            else:
                approver = TerminalApprover(screen, reporter, signals, full=full)
                talk = Conversation(Told(reporter, approver.told), approver, signals)
                yield TerminalConversation(talk, signals, reporter.close)
        except LoadCancelledError as fault:
            raise CommandInterruptedError from fault
        finally:
            with suppress(OSError):
                reporter.close()


def _live(
    screen: Screen, signals: SignalInterrupts, preparing: str
) -> "tuple[LiveReporter, AbstractContextManager[None]]":
    from cellwright.cli.progress.live import LiveReporter  # noqa: PLC0415  for terminals only

    return LiveReporter(screen, signals, f"preparing {preparing}"), nullcontext()


def _plain(screen: Screen) -> tuple[PlainReporter, AbstractContextManager[None]]:
    reporter = PlainReporter(screen.stream)
    return reporter, repeating(reporter.tick, _TICK)


def _announced_by_table(_level: int) -> None:
    """Print nothing: the live table says what an interrupt does, and a line of text would break it."""


def print_report(invocation: Invocation, report: RunReport, signals: SignalInterrupts) -> int:
    """Print the outcome of a run that changed infrastructure; returns the exit code."""
    invocation.answer(lambda: view.run_report(report), lambda: document.report(report))
    return exit_code(report, signals)


def exit_code(report: RunReport, signals: SignalInterrupts) -> int:
    """The signal's exit code if the run was interrupted, 1 if units are not done, else 0."""
    if signals.exit_code is not None:
        return signals.exit_code
    failed = any(result.outcome is Outcome.FAILED for result in report.results)
    return exit_codes.DONE if report.run.status is RunStatus.SUCCEEDED and not failed else exit_codes.FINDINGS
