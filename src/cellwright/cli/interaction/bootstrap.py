"""The bootstrap at a terminal: what a step asks, how it stands, and whether it is to be taken."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import typer

from cellwright.app.bootstrap.boto_cloud import BotoCloud
from cellwright.app.bootstrap.sequence import StepReport, unanswered
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, Step
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.snapshot import LoadCancelledError
from cellwright.cli.failure.exceptions import CommandInterruptedError
from cellwright.cli.interaction.approval import ask, no_terminal_error
from cellwright.cli.interaction.conversation import open_conversation
from cellwright.cli.interaction.interrupts import SignalInterrupts
from cellwright.cli.invocation import Invocation
from cellwright.cli.screen.screen import Screen, interactive
from cellwright.cli.views.begin import bootstrap as view
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json


@contextmanager
def open_site(
    invocation: Invocation, *, reason: str, asking: bool
) -> Iterator[tuple[Site, SignalInterrupts]]:
    """Give what the steps work with, while progress is shown and Ctrl-C is counted.

    Raises:
        DiagnosticError: there is no fleet, or nobody at a terminal who could be asked.
    """
    if asking and not interactive():
        raise no_terminal_error()
    session, actor = invocation.fleet, invocation.actor
    signals = SignalInterrupts()
    beforehand = Conversation(interrupts=signals)
    with signals.listening():
        try:
            site = Site(
                session=session,
                actor=actor,
                cloud=BotoCloud(invocation.environment),
                # Each run shows its own progress: between runs the terminal is for questions.
                talk=replace(beforehand, approver=_Asked()) if asking else beforehand,
                run_talk=lambda: _run_talk(invocation.error, asking=asking),
                reason=reason,
            )
            yield site, signals
        except LoadCancelledError as fault:
            raise CommandInterruptedError from fault


@contextmanager
def _run_talk(screen: Screen, *, asking: bool) -> Iterator[Conversation]:
    with open_conversation(screen, preapproved=not asking) as terminal:
        yield terminal.conversation


class _Asked:
    """Stands for the person who is asked about each run's plans by that run. Implements `Approver`."""

    def approve(self, plans: Mapping[UnitAddress, PlanSummary], withdrawn: Callable[[], bool]) -> bool | None:
        """Approve nothing: no run talks to this."""
        del plans, withdrawn
        return False


class TerminalGuide:
    """Asks and shows on the terminal. Implements `Guide`."""

    def __init__(self, screen: Screen, signals: SignalInterrupts, *, asking: bool) -> None:
        self._screen = screen
        self._signals = signals
        self._asking = asking

    def ask(self, step: Step, question: Question) -> str:
        """Ask for an answer; an empty line takes the default."""
        if not self._asking:
            if not question.default:
                raise unanswered(step, question)
            return question.default
        choices = f" ({', '.join(question.choices)})" if question.choices else ""
        default = f" [{question.default}]" if question.default else ""
        given = self._line(f"{question.text}{choices}{default}: ")
        if not given and not question.default:
            raise unanswered(step, question)
        return given or question.default

    def show(self, number: int, step: Step, look: Look) -> None:
        """Show how a step stands, and what it would do."""
        self._screen.show(view.step(number, step.title, look))

    def wants(self, step: Step) -> bool:
        """Ask whether a step is to be taken; only `yes` is."""
        if not self._asking:
            return True
        return self._line(f"Take step {step.name}? Only 'yes' is taken as a yes: ") == "yes"

    def told(self, report: StepReport) -> None:
        """Show what was done."""
        self._screen.show(view.did(report))

    def _line(self, question: str) -> str:
        answer = ask(self._screen, question, self._signals)
        if answer is None:
            raise CommandInterruptedError
        return answer


def answers_of(given: Sequence[str]) -> dict[str, Json]:
    """Read answers like `state.bucket=x`; lists and mappings are written as JSON.

    Raises:
        typer.BadParameter: one has no key or no value.
    """
    found: dict[str, Json] = {}
    for item in given:
        key, equals, value = item.partition("=")
        if not equals or not all(key.split(".")):
            raise typer.BadParameter(f"'{item}' is not of the form key=value", param_hint="--set")
        found[key] = _value(value)
    return found


def _value(text: str) -> Json:
    """Read lists, mappings, true, false and null as JSON; all else is text, an account's number too."""
    if text[:1] not in ("[", "{") and text not in ("true", "false", "null"):
        return text
    try:
        parsed: Json = read_json(text)
    except (ValueError, RecursionError):
        return text
    return parsed
