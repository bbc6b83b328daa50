"""Questions to the person at the terminal: approval of plans, and the name of a client to be removed."""

import select
import sys
import termios
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from typing import Protocol

from rich.text import Text

from cellwright.cli.interaction.run_so_far import RunSoFar
from cellwright.cli.screen import palette
from cellwright.cli.screen.screen import Screen, interactive
from cellwright.cli.views.change import questions as questions_view
from cellwright.engine.approval import Interrupts
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.plan import PlanSummary

_POLL_SECONDS = 0.1
"""How often a wait for an answer checks for Ctrl-C."""


def _never() -> bool:
    """Nobody withdraws the question."""
    return False


class Pausable(Protocol):
    """A view of progress that can make room for a question."""

    def paused(self) -> AbstractContextManager[None]:
        """Keep the terminal free while the context lasts."""


class TerminalApprover:
    """Shows plans and asks whether to apply them; only `yes` in full approves."""

    def __init__(self, screen: Screen, view: Pausable, interrupts: Interrupts, *, full: bool = False) -> None:
        self.told = RunSoFar()
        """What is known of the run; progress has to be reported to it."""
        self._full = full
        self._screen = screen
        self._view = view
        self._interrupts = interrupts

    def approve(self, plans: Mapping[UnitAddress, PlanSummary], withdrawn: Callable[[], bool]) -> bool | None:
        """Tell whether the person approves exactly these plans; None if the question was withdrawn."""
        with self._view.paused():
            self._screen.show(
                questions_view.question(plans, self.told.warnings, self.told.following(), full=self._full)
            )
            question = "Apply these plans? Only 'yes' is taken as a yes: "
            answer = ask(self._screen, question, self._interrupts, withdrawn)
            if answer is None and withdrawn() and not self._interrupts.requested():
                self._screen.show(Text("Answered, or cancelled, elsewhere.", style=palette.CAUTION))
                return None
            approved = answer == "yes"
            if not approved:
                self._screen.show(
                    Text("Not approved: none of these plans is applied.", style=palette.CAUTION)
                )
        return approved


def confirm_offboarding(screen: Screen, name: str, interrupts: Interrupts) -> None:
    """Ask for the client's name to be typed before its infrastructure is destroyed.

    Raises:
        DiagnosticError: the name was not typed, or there is no terminal to type it on.
    """
    question = f"This destroys all infrastructure of '{name}'. Type its name to go on: "
    confirm_name(screen, name, question, interrupts)


def confirm_name(screen: Screen, name: str, question: str, interrupts: Interrupts) -> None:
    """Ask for a name to be typed before something is done that nobody undoes by itself.

    Raises:
        DiagnosticError: the name was not typed, or there is no terminal to type it on.
    """
    refuse_without_terminal()
    if ask(screen, question, interrupts) != name:
        raise not_typed(name)


def not_typed(name: str) -> DiagnosticError:
    """Give the error for a name that was to be typed, and was not."""
    return DiagnosticError(error(f"the name '{name}' was not typed", "nothing was done"))


def refuse_without_terminal() -> None:
    """Go on only if a person can be asked.

    Raises:
        DiagnosticError: there is no terminal.
    """
    if not interactive():
        raise no_terminal_error()


def ask(
    screen: Screen, question: str, interrupts: Interrupts, withdrawn: Callable[[], bool] = _never
) -> str | None:
    """Print a question and read one line; None as for `read_line`."""
    discard_typed_input()
    screen.print(Text(question, style=palette.STRONG), end="")
    answer = read_line(interrupts, withdrawn)
    screen.print("\n" if answer is None else "")
    return answer


def no_terminal_error(*, saved_plans: bool = False) -> DiagnosticError:
    """Return the error for a question that can't be asked.

    `saved_plans` says that the command carries out saved plans as well.
    """
    beforehand = "pass --yes to approve beforehand"
    instead = ", or apply a saved plan: cellwright plan -o FILE" if saved_plans else ""
    return DiagnosticError(
        error("approval is needed, and there is no terminal to ask on", f"{beforehand}{instead}")
    )


def read_line(interrupts: Interrupts, withdrawn: Callable[[], bool] = _never) -> str | None:
    """Read one line of standard input, stripped; None if it ended, or nobody waits for it any more.

    Waits in short steps, because Python restarts an interrupted read and would not notice Ctrl-C.
    """
    while not (interrupts.requested() or withdrawn()):
        if _input_ready(_POLL_SECONDS):
            line = sys.stdin.readline()
            return line.strip() if line else None
    return None


def discard_typed_input() -> None:
    """Drop what was typed before the question was printed: it can't be an answer to it."""
    with suppress(termios.error, OSError, ValueError):
        termios.tcflush(sys.stdin, termios.TCIFLUSH)


def _input_ready(seconds: float) -> bool:
    return bool(select.select([sys.stdin], [], [], seconds)[0])
