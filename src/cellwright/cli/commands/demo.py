"""`cellwright demo`."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Group

from cellwright.api import events as trail_document
from cellwright.api import runs as run_document
from cellwright.api import status as status_document
from cellwright.api.document import print_document, settled
from cellwright.app.history.events import Verification
from cellwright.app.runs.conversation import Conversation
from cellwright.app.runs.report import RunReport
from cellwright.app.status.status import FleetStatus
from cellwright.cli import errors
from cellwright.cli.arguments.demo import DemoArguments
from cellwright.cli.attendance import Attendance, attended
from cellwright.cli.screen import Screen
from cellwright.cli.session import Session
from cellwright.cli.views.text import demo as text
from cellwright.cli.views.text import runs as run_text
from cellwright.cli.views.text import standing as status_text
from cellwright.cli.views.text import trail as trail_text
from cellwright.cli.views.text.layout import BLANK
from cellwright.demo.demo import DemoRequest
from cellwright.demo.demo import demo as run_demo
from cellwright.demo.steps import DemoPlace
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.event import Event
from cellwright.model.value import Json

_TICK = 0.2
"""Seconds between looks at whether the person has had enough."""


@dataclass(slots=True)
class ScreenView:
    """Shows the demo's steps on a screen, and keeps them for the JSON document."""

    screen: Screen
    attendance: Attendance
    json: bool
    steps: int = 0
    shown: dict[str, Json] = field(default_factory=dict)
    runs: list[Json] = field(default_factory=list)

    def begin_step(self, title: str, command: str) -> None:
        """Print the step's number, title and command; Ctrl-C between steps ends the demo."""
        if self.attendance.interrupts.requested():
            raise errors.Interrupted
        self.steps += 1
        self.screen.show(text.step(self.steps, title, command))

    def conversation(self) -> Conversation:
        """The person at the terminal."""
        return self.attendance.talk

    def show_run(self, report: RunReport) -> None:
        """Print how a run ended."""
        self.runs.append(run_document.report(report))
        self.screen.show(Group(BLANK, run_text.carried_out(report)))

    def show_status(self, found: FleetStatus) -> None:
        """Print the status of every unit."""
        self.shown["status"] = settled(status_document.status(found))
        self.screen.show(Group(BLANK, status_text.status(found)))

    def show_events(self, events: Sequence[Event], verification: Verification) -> None:
        """Print the audit trail."""
        self.shown["events"] = [trail_document.event(item) for item in events]
        self.shown["verification"] = trail_document.verification(verification)
        checked = trail_text.verification(verification)
        self.screen.show(Group(BLANK, trail_text.events(events), BLANK, checked))

    def show_place(self, place: DemoPlace) -> None:
        """Print where the fleet lies and what to try next; for a program, the one document."""
        self.screen.show(text.place(place.fleet, place.environment, running=place.running))
        if self.json:
            where: dict[str, Json] = {
                "fleet": str(place.fleet),
                "running": place.running,
                "environment": dict(place.environment),
            }
            print_document({**where, "runs": self.runs, **self.shown})

    def wait(self) -> None:
        """Return after Ctrl-C."""
        while not self.attendance.interrupts.requested():
            time.sleep(_TICK)


def demo(session: Session, arguments: DemoArguments) -> int:
    """Run the demo; where it ends early because of Ctrl-C, that is the reason given."""
    request = DemoRequest(
        full=arguments.full,
        keep=arguments.keep,
        relay=session.relay,
        environment=session.environment,
    )
    screen = session.error if session.json else session.output
    with attended(session.error, preapproved=True) as attendance:
        try:
            run_demo(request, ScreenView(screen, attendance, session.json))
        except DiagnosticError:
            if attendance.interrupts.requested():
                raise errors.Interrupted from None
            raise
    return errors.DONE
