"""Offboardings without Terraform: runs succeed at once, and what they destroy is forgotten."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cellwright.app.clients.offboard import OffboardReport, OffboardRequest, offboard
from cellwright.app.clients.offboarding import carrier
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunStatus, RunUnit, UnitResult
from unit.app.kit import ADA, NOBODY, applied_event, install_program, make_fleet, make_run, put_under_git

ACME = CellAddress("client", "acme")
APP = UnitAddress("client", "acme", "app")


@dataclass
class MovedClock:
    moment: datetime = datetime(2026, 11, 22, 21, 48, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)


@dataclass
class Leaving:
    """A fleet of which one client stands; every command opens a session of its own."""

    root: Path
    path: str
    clock: MovedClock = field(default_factory=MovedClock)
    kinds: list[RunKind] = field(default_factory=list)
    """The runs that were carried out."""
    fails: set[RunKind] = field(default_factory=set)

    def session(self) -> FleetSession:
        environment = {**NOBODY, "PATH": self.path, "CELLWRIGHT_KEY": "a" * 64}
        return FleetSession(Location(fleet=self.root, environment=environment), clock=self.clock)

    def leave(self, actor: Actor = ADA, **wanted: object) -> OffboardReport:
        with self.session() as session:
            request = OffboardRequest(name="acme", **wanted)  # type: ignore[arg-type]  # as the test names them
            return offboard(session, actor, request, Conversation())

    def settings(self, text: str) -> None:
        """Replace what fleet.yaml says of offboarding."""
        file = self.root / "fleet.yaml"
        file.write_text(file.read_text().replace("offboarding: {hold: 0d}", f"offboarding: {text}"))
        put_under_git(self.root)

    def actions(self, prefix: str = "") -> list[str]:
        with self.session() as session:
            events = session.ledger().reader.events()
            return [event.action for event in events if event.action.startswith(prefix)]

    def perform(self, fleet: OpenFleet, _actor: object, task: RunTask, _talk: object) -> RunReport:
        kind, recorder = task.run.kind, fleet.ledger.recorder
        self.kinds.append(kind)
        status = RunStatus.FAILED if kind in self.fails else RunStatus.SUCCEEDED
        for part in task.choice.parts if kind is RunKind.DESTROY and kind not in self.fails else ():
            result = UnitResult(part.address, Outcome.APPLIED)
            recorder.record_destroyed(result, task.run.id, applied_event(task.run.id))
        recorder.finish_run(task.run.id, status)
        return RunReport(replace(task.run, status=status), ())


def leaving_fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Leaving:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}", globex="{}")
    put_under_git(root)
    made = Leaving(root, install_program(tmp_path / "bin"))
    monkeypatch.setattr(carrier, "perform", made.perform)
    with made.session() as session:
        stands(session.ledger(writing=True))
    return made


def stands(ledger: Ledger, run_id: str = "20261122-000000-0001") -> None:
    """Record the client's unit as applied."""
    run = replace(make_run(run_id), units=(RunUnit(APP, Operation.APPLY, 0),))
    ledger.recorder.start_run(run)
    known = AppliedUnit(
        head=AppliedHead(address=APP, fingerprint="same"),
        source_digest="",
        source_label="./stack",
        backend_digest="",
        inputs={},
        outputs={},
        recipe={
            "source": "./stack",
            "version": None,
            "backend": {"kind": "local", "config": {}},
            "environment": None,
            "labels": {},
            "outputs": {},
        },
        run=run_id,
    )
    ledger.recorder.record_applied(known, UnitResult(APP, Outcome.APPLIED), run_id, applied_event(run_id))
