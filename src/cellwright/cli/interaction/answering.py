"""Answers to plans that wait in a run of another process: what `approve` and `reject` share."""

from collections.abc import Sequence
from contextlib import nullcontext

from rich.console import Group
from rich.text import Text

from cellwright.api import approvals as document
from cellwright.app.runs.approve import ApprovalReport, ApproveRequest, WaitingPlan, approve, waiting_plans
from cellwright.cli import exit_codes
from cellwright.cli.interaction.approval import TerminalApprover, no_terminal_error
from cellwright.cli.interaction.interrupts import SignalInterrupts
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import count
from cellwright.cli.screen.screen import interactive
from cellwright.cli.session import Session
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error


class _NoView:
    """There is no view of progress to make room for the question."""

    paused = nullcontext


def approve_plans(session: Session, run: str, units: Sequence[str], reason: str, *, seen: bool) -> int:
    """Show the plans that wait, ask unless they were `seen` before, and record the approval.

    Raises:
        DiagnosticError: nothing waits, or nobody can be asked.
    """
    return _answer(session, run, units, reason, ask=not seen, approved=True)


def reject_plans(session: Session, run: str, units: Sequence[str], reason: str) -> int:
    """Record that plans that wait are rejected.

    Raises:
        DiagnosticError: nothing waits.
    """
    return _answer(session, run, units, reason, ask=False, approved=False)


def _answer(
    session: Session, run: str, units: Sequence[str], reason: str, *, ask: bool, approved: bool
) -> int:
    if ask and not interactive():
        raise no_terminal_error()
    waiting = waiting_plans(session.fleet, run, [_address(text) for text in units])
    if ask and not _confirmed(session, waiting):
        return exit_codes.FINDINGS
    request = ApproveRequest(
        run=run,
        plans={item.unit: item.plan_digest for item in waiting},
        approved=approved,
        reason=reason,
    )
    report = approve(session.fleet, session.actor, request)
    session.answer(lambda: view(report), lambda: document.answered(report))
    return exit_codes.FINDINGS if report.void else exit_codes.DONE


def _confirmed(session: Session, waiting: Sequence[WaitingPlan]) -> bool:
    signals = SignalInterrupts()
    with signals.listening():
        person = TerminalApprover(session.error, _NoView(), signals)
        return bool(person.approve({item.unit: item.summary for item in waiting}, lambda: False))


def _address(text: str) -> UnitAddress:
    try:
        return UnitAddress.parse(text)
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "name one unit, such as client/acme/app")) from None


def view(report: ApprovalReport) -> Group:
    """How many plans were answered for, and why others were not."""
    verb = "approved" if report.approved else "rejected"
    lines = [Text(f"{count(len(report.answered), 'plan')} of run {report.run} {verb}")]
    lines += [Text(str(item), style=palette.CAUTION) for item in report.void]
    return Group(*lines)
