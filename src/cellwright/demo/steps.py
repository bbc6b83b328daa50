"""The steps of the demo: each calls the use case of the command that it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cellwright.app.clients.offboard import OffboardRequest, offboard
from cellwright.app.clients.onboarding.onboard import OnboardRequest, onboard
from cellwright.app.fleet.init import init
from cellwright.app.history.events import EventsRequest, Verification, events, verify
from cellwright.app.runs.apply import ApplyRequest, apply
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.plan import PlanRequest, plan
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.app.status.status import FleetStatus, StatusRequest, status
from cellwright.fleet.edit import set_key
from cellwright.git.repository import GitIdentity, Repository
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import Event
from cellwright.model.runs.run import Outcome, RunStatus
from cellwright.model.value import Json

_PERSON = GitIdentity("Ada Demo", "ada@example.com")
"""Who commits and acts in the demo: it needs nobody's git identity."""
_ACTOR = Actor(str(_PERSON), "git")


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """Where the demo's fleet lies, and what is needed to go on with it."""

    fleet: Path
    environment: Mapping[str, str]
    """Reaches the sandbox while it runs."""
    running: bool
    """The sandbox still runs, and so does the console."""
    console: str = ""
    """The console's address while it runs."""
    way_in: str = ""
    """The link for its first administrator."""


@dataclass(frozen=True, slots=True)
class DemoProgram:
    """What runs the demo's stacks."""

    product: str
    """`Terraform` or `OpenTofu`."""
    settings: Mapping[str, Json] = field(default_factory=dict)
    """The keys of `fleet.yaml` by which the fleet uses it; none if it does so by itself."""


class DemoView(Protocol):
    """Shows the demo's steps; implemented by the command line."""

    def note(self, text: str) -> None:
        """Something that takes long goes on before the first step."""

    def begin_step(self, title: str, command: str) -> None:
        """A step begins: what it is, and the command that a person would type for it."""

    def conversation(self) -> Conversation:
        """Give whoever is told about a run's progress."""

    def show_run(self, report: RunReport) -> None:
        """A run is over."""

    def show_status(self, found: FleetStatus) -> None:
        """The status of every unit."""

    def show_events(self, found: Sequence[Event], verification: Verification) -> None:
        """The audit trail."""

    def show_place(self, place: DemoPlace) -> None:
        """Where everything is: at the end, or before waiting for an interrupt."""

    def wait(self) -> None:
        """Return when the person interrupts."""


class DemoSteps:
    """The demo's fleet and the steps that are shown with it."""

    def __init__(
        self, location: Location, view: DemoView, program: DemoProgram, parallel: int | None = None
    ) -> None:
        self.program = program
        self._location = location
        self._fleet = location.fleet
        self._view = view
        self._parallel = parallel
        self._session: FleetSession | None = None

    def close(self) -> None:
        """Close what was opened."""
        if self._session is not None:
            self._session.close()

    def init(self) -> None:
        """Make the fleet repository."""
        self._view.begin_step(
            "A fleet repository, from the reference fleet", f"cellwright init {self._fleet}"
        )
        self._fleet.mkdir()
        Repository.create(self._fleet, self._location.environment).set_identity(_PERSON)
        init(self._fleet, self._location.environment)
        if self.program.settings:
            product = self.program.product
            title = f"Its stacks are run by {product}: {', '.join(self.program.settings)} in fleet.yaml"
            self.edit(title, f"Settings for {product}", {"fleet.yaml": self.program.settings})

    def apply(self, title: str, selectors: Sequence[str], reason: str, *, destroy: bool = False) -> None:
        """Apply what is selected."""
        words = ["cellwright apply", *selectors, *(["--destroy"] if destroy else []), "--yes"]
        self._view.begin_step(title, " ".join(words))
        request = ApplyRequest(
            selection=Selection(selectors, destroy=destroy), parallel=self._parallel, reason=reason
        )
        self._show_run(apply(self._open(), _ACTOR, request, self._view.conversation()))

    def onboard(self, name: str, settings: Mapping[str, Json]) -> None:
        """Onboard a client."""
        words = " ".join(f"--set {key}={value}" for key, value in settings.items())
        self._view.begin_step(f"A new client: {name}", f"cellwright onboard {name} {words} --yes")
        request = OnboardRequest(
            name=name, settings=settings, parallel=self._parallel, reason=f"contract signed with {name}"
        )
        self._show_run(onboard(self._open(), _ACTOR, request, self._view.conversation()))

    def offboard(self, name: str, reason: str) -> None:
        """Offboard a client."""
        self._view.begin_step(f"A client leaves: {name}", f"cellwright offboard {name} --hold 0d --yes")
        request = OffboardRequest(name=name, reason=reason, hold=0)
        report = offboard(self._open(), _ACTOR, request, self._view.conversation()).report
        if report is not None:
            self._show_run(report)

    def plan_unchanged(self, title: str, selectors: Sequence[str]) -> None:
        """Plan what is selected though it is up to date.

        Raises:
            DiagnosticError: a unit's plan is not empty.
        """
        self._view.begin_step(title, " ".join(["cellwright plan --all", *selectors]))
        request = PlanRequest(selection=Selection(selectors, thorough=True), parallel=self._parallel)
        report = plan(self._open(), _ACTOR, request, self._view.conversation())
        self._show_run(report)
        changed = [result.address for result in report.results if result.outcome is not Outcome.UNCHANGED]
        if changed:
            raise DiagnosticError(*(error(f"{address} is not as it was applied") for address in changed))

    def status(self, title: str, selectors: Sequence[str] = ()) -> None:
        """Show the status of units."""
        self._view.begin_step(title, " ".join(["cellwright status", *selectors]))
        self._view.show_status(self.find_status(selectors))

    def find_status(self, selectors: Sequence[str]) -> FleetStatus:
        """Find the status of units, without showing it."""
        return status(self._open(), StatusRequest(selectors=selectors))

    def edit(self, title: str, subject: str, changes: Mapping[str, Mapping[str, Json]]) -> None:
        """Set keys in files of the fleet, and commit them."""
        self._view.begin_step(title, f"git commit -am '{subject}'")
        files = [self._fleet / name for name in changes]
        for name, keys in changes.items():
            for key, value in keys.items():
                set_key(self._fleet / name, key, value)
        repository = self._open().repository()
        if repository is not None:
            repository.commit(files, f"{subject}\n")

    def events(self) -> None:
        """Show the audit trail."""
        self._view.begin_step("Who did what, when and why", "cellwright events && cellwright events verify")
        session = self._open()
        self._view.show_events(tuple(events(session, EventsRequest())), verify(session))

    def _open(self) -> FleetSession:
        """Give the fleet as it is now: steps and the person beside them change its files."""
        if self._session is None:
            self._session = FleetSession(self._location)
        self._session.refresh()
        return self._session

    def _show_run(self, report: RunReport) -> None:
        self._view.show_run(report)
        if report.run.status is not RunStatus.SUCCEEDED:
            raise DiagnosticError(
                error(
                    f"run {report.run.id} ended as {report.run.status.value}",
                    f"its logs: cellwright logs {report.run.id} --fleet {self._fleet}",
                )
            )
