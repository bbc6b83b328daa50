"""Prints the demo's steps as they happen, and collects its results for the JSON document."""

import shlex
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Group
from rich.text import Text

from cellwright.api.document import to_json
from cellwright.api.fleet import status as status_document
from cellwright.api.records import events as events_document
from cellwright.api.runs import report as report_document
from cellwright.app.history.events import Verification
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.status.status import FleetStatus
from cellwright.cli.failure.exceptions import CommandInterruptedError
from cellwright.cli.interaction.conversation import TerminalConversation
from cellwright.cli.screen import palette
from cellwright.cli.screen.json_output import print_document
from cellwright.cli.screen.layout import BLANK, Columns, stacked
from cellwright.cli.screen.screen import Screen
from cellwright.cli.views.change import report as report_view
from cellwright.cli.views.look import status as status_view
from cellwright.cli.views.look_back import events as events_view
from cellwright.demo.steps import DemoPlace
from cellwright.model.runs.event import Event
from cellwright.model.value import Json

_POLL_SECONDS = 0.2
"""How often the wait at the end checks for Ctrl-C."""

_NEXT = (
    ("cellwright explain client/acme/app", "where every setting comes from"),
    ("cellwright graph", "which unit depends on which"),
    ("cellwright runs", "what was run, and its logs"),
)
_NEXT_RUNNING = (
    ("cellwright onboard hooli --set account=trial", "add a client"),
    ("cellwright offboard globex", "remove a client"),
)


@dataclass(slots=True)
class ScreenView:
    """Shows the demo on a terminal."""

    screen: Screen
    terminal: TerminalConversation
    json: bool
    steps: int = 0
    results: dict[str, Json] = field(default_factory=dict)
    runs: list[Json] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Print what goes on."""
        self.terminal.settle()
        self.screen.show(Text(text))

    def begin_step(self, title: str, command: str) -> None:
        """Print the step's number, title and command.

        Raises:
            CommandInterruptedError: Ctrl-C was pressed since the step before.
        """
        if self.terminal.interrupts.requested():
            raise CommandInterruptedError
        self.steps += 1
        self.terminal.settle()
        self.screen.show(step_view(self.steps, title, command))

    def conversation(self) -> Conversation:
        """Return the conversation with the person at the terminal."""
        return self.terminal.conversation

    def show_run(self, report: RunReport) -> None:
        """Print the report of a run."""
        self.runs.append(report_document.report(report))
        self.screen.show(Group(BLANK, report_view.run_report(report)))

    def show_status(self, found: FleetStatus) -> None:
        """Print the status of every unit."""
        self.results["status"] = to_json(status_document.status(found))
        self.screen.show(Group(BLANK, status_view.status(found)))

    def show_events(self, events: Sequence[Event], verification: Verification) -> None:
        """Print the audit trail."""
        self.results["events"] = [events_document.event(item) for item in events]
        self.results["verification"] = events_document.verification(verification)
        checked = events_view.verification(verification)
        self.screen.show(Group(BLANK, events_view.events(events), BLANK, checked))

    def show_place(self, place: DemoPlace) -> None:
        """Print the fleet's folder and what to try next; with `--json` print the document."""
        self.screen.show(place_view(place))
        if self.json:
            where: dict[str, Json] = {
                "fleet": str(place.fleet),
                "running": place.running,
                "console": place.console or None,
                "way_in": place.way_in or None,
                "environment": dict(place.environment),
            }
            print_document({**where, "runs": self.runs, **self.results})

    def wait(self) -> None:
        """Return after Ctrl-C."""
        while not self.terminal.interrupts.requested():
            time.sleep(_POLL_SECONDS)


def step_view(number: int, title: str, command: str) -> Group:
    """A step's heading, and the command that a person would type for it."""
    return Group(
        BLANK,
        Text.assemble((f"{number}. {title}", palette.STRONG)),
        Text.assemble(("   $ ", palette.FAINT), (command, palette.ACCENT)),
    )


def place_view(place: DemoPlace) -> Group:
    """The console's address, the fleet's folder, the variables to set, and commands to try."""
    exports = [
        Text(f"  export {name}={shlex.quote(value)}", no_wrap=True, overflow="ignore")
        for name, value in sorted(place.environment.items())
    ]
    state = "runs until you press Ctrl-C here" if place.running else "has stopped"
    tries = [*_NEXT, *_NEXT_RUNNING] if place.running else [*_NEXT]
    steps = [(Text(command, style=palette.ACCENT), Text(purpose)) for command, purpose in tries]
    return stacked(
        [BLANK, Text.assemble("The fleet lies in ", (str(place.fleet), palette.STRONG))],
        [Text(f"The emulated AWS {state}.")],
        [
            Text("In another shell:" if place.running else "Go there:"),
            Text(f"  cd {shlex.quote(str(place.fleet))}", style=palette.ACCENT),
            *exports,
        ],
        [Text("Try next:"), Columns(steps, indent=2)],
        _console(place),
    )


def _console(place: DemoPlace) -> list[Text]:
    if not place.console:
        return []
    return [
        Text.assemble("The console runs at ", (place.console, palette.STRONG), ". Your way in, once:"),
        Text(f"  {place.way_in}", style=palette.ACCENT, no_wrap=True, overflow="ignore"),
    ]
