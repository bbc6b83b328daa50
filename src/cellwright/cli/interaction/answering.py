"""Answers to plans that wait in a run of another process: what `approve` and `reject` share."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

from rich.console import Group
from rich.text import Text

from cellwright.api.runs import approvals as document
from cellwright.app.runs.steering import approve as use_case
from cellwright.app.runs.steering.approve import ApprovalReport, ApproveRequest, WaitingPlan
from cellwright.cli import exit_codes
from cellwright.cli.interaction.approval import TerminalApprover, no_terminal_error
from cellwright.cli.interaction.interrupts import SignalInterrupts
from cellwright.cli.invocation import Invocation
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import count
from cellwright.cli.screen.screen import interactive


class _NoView:
    """There is no view of progress to make room for the question."""

    paused = nullcontext


def approve_plans(invocation: Invocation, request: ApproveRequest, *, seen: bool) -> int:
    """Record an approval, after showing the plans that wait and asking unless they were `seen` before.

    Raises:
        DiagnosticError: nothing waits, or nobody can be asked.
    """
    if seen:
        return answer_plans(invocation, request)
    if not interactive():
        raise no_terminal_error()
    waiting = invocation.look(use_case.waiting_plans, request.run, request.units)
    if not _confirmed(invocation, waiting):
        return exit_codes.FINDINGS
    shown = {item.unit: item.plan_digest for item in waiting}
    return answer_plans(invocation, replace(request, plans=shown))


def answer_plans(invocation: Invocation, request: ApproveRequest) -> int:
    """Record an answer and print what became of it.

    Raises:
        DiagnosticError: nothing waits.
    """
    report = invocation.act(use_case.approve, request)
    invocation.answer(lambda: view(report), lambda: document.answered(report))
    return exit_codes.FINDINGS if report.void else exit_codes.DONE


def _confirmed(invocation: Invocation, waiting: Sequence[WaitingPlan]) -> bool:
    signals = SignalInterrupts()
    with signals.listening():
        person = TerminalApprover(invocation.error, _NoView(), signals)
        return bool(person.approve({item.unit: item.summary for item in waiting}, lambda: False))


def view(report: ApprovalReport) -> Group:
    """How many plans were answered for, and why others were not."""
    verb = "approved" if report.approved else "rejected"
    lines = [Text(f"{count(len(report.answered), 'plan')} of run {report.run} {verb}")]
    lines += [Text(str(item), style=palette.CAUTION) for item in report.void]
    return Group(*lines)
