"""The demo: an emulated AWS, the reference fleet, two clients onboarded, one change, end to end for real."""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cellwright.app import audit
from cellwright.app.apply_run import ApplyRequest, apply
from cellwright.app.binaries import find_or_fetch
from cellwright.app.clients import OnboardRequest, onboard
from cellwright.app.location import Location
from cellwright.app.results import FleetStatus, RunReport, Verification
from cellwright.app.running import Conversation, Selection
from cellwright.app.scaffold import init
from cellwright.app.status import status
from cellwright.fleet.edit import set_key
from cellwright.git.repository import Identity, Repository
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.event import Event
from cellwright.model.run import RunStatus
from cellwright.sandbox.process import start_sandbox

ACCOUNT = "prod-use1"
CLIENTS: Mapping[str, str] = {"acme": "gold", "globex": "standard"}
"""Clients that the demo onboards, with their tiers."""

_PERSON = Identity("Ada Demo", "ada@example.com")
"""Who the demo says it is: it needs nobody's git identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRequest:
    """How to run the demo."""

    keep: bool = False
    """Leave the sandbox running until the person interrupts."""
    relay: bool | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)


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


def demo(request: DemoRequest, narrator: Narrator) -> DemoPlace:
    """Run the demo in a new folder under the system's temporary folder.

    Raises:
        DiagnosticError: anything that it shows did not work; what was started is stopped.
    """
    binary = find_or_fetch(request.environment)
    folder = Path(tempfile.mkdtemp(prefix="cellwright-demo-"))
    fleet = folder / "fleet"
    with start_sandbox(folder) as sandbox:
        reaching = {**sandbox.environment, **_path_to(binary, request.environment)}
        location = Location(
            fleet=fleet, relay=request.relay, environment={**_plain(request.environment), **reaching}
        )
        _Story(location, fleet, narrator).tell()
        if request.keep:
            narrator.place(DemoPlace(fleet, reaching, running=True))
            narrator.wait()
    place = DemoPlace(fleet, {}, running=False)
    if not request.keep:
        narrator.place(place)
    return place


@dataclass(frozen=True, slots=True)
class _Story:
    """The demo's chapters, each the use case that the command line calls for the same words."""

    location: Location
    fleet: Path
    narrator: Narrator

    def tell(self) -> None:
        self._scaffold()
        self._bring_up()
        for name, tier in CLIENTS.items():
            self._onboard(name, tier)
        self._stand("Nothing is left to do, and no Terraform was started to know it", "cellwright status")
        self._change()
        self._stand("Exactly the units that it concerns are changed, and why", "cellwright status")
        self._apply_change()
        self._account()

    def _scaffold(self) -> None:
        self.narrator.chapter("A fleet repository, from the reference fleet", f"cellwright init {self.fleet}")
        self.fleet.mkdir()
        Repository.create(self.fleet).identify(_PERSON)
        init(self.fleet)

    def _bring_up(self) -> None:
        where = [f"base/{ACCOUNT}", f"utility/{ACCOUNT}"]
        self.narrator.chapter(
            "The account's base and utility levels", f"cellwright apply {' '.join(where)} --yes"
        )
        request = ApplyRequest(selection=Selection(where), reason="first account")
        self._ran(apply(self.location, request, self.narrator.talk()))

    def _onboard(self, name: str, tier: str) -> None:
        words = f"cellwright onboard {name} --set account={ACCOUNT} --set tier={tier} --yes"
        self.narrator.chapter(f"A new client: {name}", words)
        settings = {"account": ACCOUNT, "tier": tier}
        request = OnboardRequest(name=name, settings=settings, reason=f"contract signed with {name}")
        self._ran(onboard(self.location, request, self.narrator.talk()))

    def _stand(self, title: str, command: str) -> None:
        self.narrator.chapter(title, command)
        self.narrator.stands(status(self.location))

    def _change(self) -> None:
        file = self.fleet / "clients/acme/client.yaml"
        self.narrator.chapter(
            "acme grows: stacks.app.replicas: 6 in clients/acme/client.yaml",
            "git commit -am 'acme: 6 replicas'",
        )
        set_key(file, "stacks.app.replicas", 6)
        repository = Repository.containing(self.fleet)
        if repository is not None:
            repository.commit([file], "acme: 6 replicas\n")

    def _apply_change(self) -> None:
        self.narrator.chapter("The change, applied", "cellwright apply --yes")
        self._ran(apply(self.location, ApplyRequest(reason="acme grows"), self.narrator.talk()))

    def _account(self) -> None:
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


def _plain(environment: Mapping[str, str]) -> dict[str, str]:
    """The ambient environment without anybody's cloud account: the demo must not find one."""
    return {key: value for key, value in environment.items() if not key.startswith(("AWS_", "TF_"))}


def _path_to(binary: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Put a fetched Terraform on the PATH."""
    if shutil.which(binary.name, path=environment.get("PATH")):
        return {}
    return {"PATH": os.pathsep.join((str(binary.parent), environment.get("PATH", os.defpath)))}
