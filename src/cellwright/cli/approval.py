"""Who approves a plan: the person at the terminal, who has just seen it, or nobody."""

import select
import sys
import termios
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from typing import Protocol

from rich.console import Group
from rich.text import Text

from cellwright.cli.screen import Screen, interactive
from cellwright.cli.views.text import palette
from cellwright.cli.views.text import plans as plan_view
from cellwright.cli.views.text.layout import BLANK
from cellwright.engine.approval import Interrupts
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.plan import PlanSummary

_TICK = 0.1
"""Seconds between looks at whether the person pressed Ctrl-C instead of answering."""


def _never() -> bool:
    """Nobody withdraws the question."""
    return False


class Pausing(Protocol):
    """A view of progress that can make room for a question."""

    def paused(self) -> AbstractContextManager[None]:
        """Keep the terminal free while the context lasts."""


class TerminalApprover:
    """Shows the plans and asks; only `yes` in full approves."""

    def __init__(self, screen: Screen, view: Pausing, interrupts: Interrupts) -> None:
        self._screen = screen
        self._view = view
        self._interrupts = interrupts

    def approve(self, plans: Mapping[UnitAddress, PlanSummary], withdrawn: Callable[[], bool]) -> bool | None:
        """Tell whether the person wants exactly these plans; None if that is no longer asked."""
        with self._view.paused():
            self._screen.show(Group(plan_view.plans(plans), BLANK, plan_view.total(plans), BLANK))
            question = "Apply these plans? Only 'yes' is taken as a yes: "
            answer = ask(self._screen, question, self._interrupts, withdrawn)
            if answer is None and withdrawn() and not self._interrupts.requested():
                self._screen.show(Text("Answered, or cancelled, elsewhere.", style=palette.CARE))
                return None
            approved = answer == "yes"
            if not approved:
                self._screen.show(Text("Not approved: nothing of this is applied.", style=palette.CARE))
        return approved


def confirm_farewell(screen: Screen, name: str, interrupts: Interrupts) -> None:
    """Let a client go only if its name is typed.

    Raises:
        DiagnosticError: it was not, or there is nobody to type it.
    """
    if not interactive():
        raise nobody_to_ask()
    question = f"This destroys all infrastructure of '{name}'. Type its name to go on: "
    if ask(screen, question, interrupts) != name:
        raise DiagnosticError(error(f"the name '{name}' was not typed", "nothing was done"))


def ask(
    screen: Screen, question: str, interrupts: Interrupts, withdrawn: Callable[[], bool] = _never
) -> str | None:
    """Put a question and wait for one line; None as for `read_line`."""
    forget_typed_ahead()
    screen.print(Text(question, style=palette.STRONG), end="")
    answer = read_line(interrupts, withdrawn=withdrawn)
    screen.print("\n" if answer is None else "")
    return answer


def nobody_to_ask() -> DiagnosticError:
    """Say that a question can't be asked."""
    return DiagnosticError(
        error(
            "approval is needed, and there is no terminal to ask on",
            "pass --yes to approve beforehand, or apply a saved plan: cellwright plan -o FILE",
        )
    )


def read_line(
    interrupts: Interrupts,
    ready: Callable[[float], bool] | None = None,
    withdrawn: Callable[[], bool] = _never,
) -> str | None:
    """Read one line of standard input without its ends; None if it ended, or nobody waits for it any more.

    Waits in short steps, because Python restarts an interrupted read and Ctrl-C would go unheard.
    """
    wait = ready or _input_ready
    while not (interrupts.requested() or withdrawn()):
        if wait(_TICK):
            line = sys.stdin.readline()
            return line.strip() if line else None
    return None


def forget_typed_ahead() -> None:
    """Drop what was typed before the question was there: it can't be an answer to it."""
    with suppress(termios.error, OSError, ValueError):
        termios.tcflush(sys.stdin, termios.TCIFLUSH)


def _input_ready(seconds: float) -> bool:
    return bool(select.select([sys.stdin], [], [], seconds)[0])
