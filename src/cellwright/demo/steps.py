"""What the demo's stories are made of: each step is the use case that the command line calls for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cellwright.app.clients.clients import OnboardRequest, offboard, onboard
from cellwright.app.fleet.init import init
from cellwright.app.history import events as audit
from cellwright.app.results import FleetStatus, RunReport, Verification
from cellwright.app.runs.apply import ApplyRequest, apply
from cellwright.app.runs.plan import PlanRequest, plan
from cellwright.app.runs.running import Conversation, Selection
from cellwright.app.session.location import Location
from cellwright.app.status.status import status
from cellwright.fleet.edit import set_key
from cellwright.git.repository import GitIdentity, Repository
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.event import Event
from cellwright.model.run import Outcome, RunStatus
from cellwright.model.value import Json

_PERSON = GitIdentity("Ada Demo", "ada@example.com")
"""Who the demo says it is: it needs nobody's git identity."""


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """Where the demo's fleet lies, and what is needed to go on with it."""

    fleet: Path
    environment: Mapping[str, str]
    """Reaches the sandbox while it runs."""
    running: bool
    """The sandbox still runs."""


class Narrator(Protocol):
    """Tells the demo's story; drawn by the command line."""

    def chapter(self, title: str, command: str) -> None:
        """A step begins: what it is, and the command that a person would type for it."""

    def talk(self) -> Conversation:
        """Who is told about a run's progress."""

    def ran(self, report: RunReport) -> None:
        """A run is over."""

    def stands(self, found: FleetStatus) -> None:
        """Where every unit stands."""

    def happened(self, events: Sequence[Event], verification: Verification) -> None:
        """What the audit trail holds."""

    def place(self, place: DemoPlace) -> None:
        """Where everything is, at the end; with `running` before waiting for an interrupt."""

    def wait(self) -> None:
        """Return when the person has had enough."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One telling: on which fleet, and to whom."""

    location: Location
    fleet: Path
    narrator: Narrator
    parallel: int | None = None

    def scaffold(self) -> None:
        """Make the fleet repository."""
        self.narrator.chapter("A fleet repository, from the reference fleet", f"cellwright init {self.fleet}")
        self.fleet.mkdir()
        Repository.create(self.fleet).set_identity(_PERSON)
        init(self.fleet)

    def apply(self, title: str, selectors: Sequence[str], reason: str, *, destroy: bool = False) -> None:
        """Apply what is selected."""
        words = ["cellwright apply", *selectors, *(["--destroy"] if destroy else []), "--yes"]
        self.narrator.chapter(title, " ".join(words))
        request = ApplyRequest(
            selection=Selection(selectors, destroy=destroy), parallel=self.parallel, reason=reason
        )
        self._ran(apply(self.location, request, self.narrator.talk()))

    def onboard(self, name: str, settings: Mapping[str, Json]) -> None:
        """Onboard a client."""
        words = " ".join(f"--set {key}={value}" for key, value in settings.items())
        self.narrator.chapter(f"A new client: {name}", f"cellwright onboard {name} {words} --yes")
        request = OnboardRequest(
            name=name, settings=settings, parallel=self.parallel, reason=f"contract signed with {name}"
        )
        self._ran(onboard(self.location, request, self.narrator.talk()))

    def offboard(self, name: str, reason: str) -> None:
        """Offboard a client."""
        self.narrator.chapter(f"A client leaves: {name}", f"cellwright offboard {name} --yes")
        self._ran(offboard(self.location, name, reason, self.narrator.talk()))

    def plan_again(self, title: str, selectors: Sequence[str]) -> None:
        """Plan what is selected, up to date as it is.

        Raises:
            DiagnosticError: Terraform wants to change one.
        """
        self.narrator.chapter(title, " ".join(["cellwright plan --all", *selectors]))
        request = PlanRequest(selection=Selection(selectors, thorough=True), parallel=self.parallel)
        talk = self.narrator.talk()
        report = plan(self.location, request, talk.reporter, talk.interrupts)
        self._ran(report)
        moved = [result.address for result in report.results if result.outcome is not Outcome.UNCHANGED]
        if moved:
            raise DiagnosticError(*(error(f"{address} is not as it was applied") for address in moved))

    def stand(self, title: str, selectors: Sequence[str] = ()) -> None:
        """Show where units stand."""
        self.narrator.chapter(title, " ".join(["cellwright status", *selectors]))
        self.narrator.stands(self.look(selectors))

    def look(self, selectors: Sequence[str]) -> FleetStatus:
        """Look where units stand."""
        return status(self.location, selectors)

    def edit(self, title: str, subject: str, changes: Mapping[str, Mapping[str, Json]]) -> None:
        """Set keys in files of the fleet, and commit them."""
        self.narrator.chapter(title, f"git commit -am '{subject}'")
        files = [self.fleet / name for name in changes]
        for name, keys in changes.items():
            for key, value in keys.items():
                set_key(self.fleet / name, key, value)
        repository = Repository.containing(self.fleet)
        if repository is not None:
            repository.commit(files, f"{subject}\n")

    def account(self) -> None:
        """Show the audit trail."""
        self.narrator.chapter("Who did what, when and why", "cellwright events && cellwright events verify")
        self.narrator.happened(tuple(audit.events(self.location)), audit.verify(self.location))

    def _ran(self, report: RunReport) -> None:
        self.narrator.ran(report)
        if report.run.status is not RunStatus.SUCCEEDED:
            raise DiagnosticError(
                error(
                    f"run {report.run.id} ended as {report.run.status.value}",
                    f"its logs: cellwright logs {report.run.id} --fleet {self.fleet}",
                )
            )
