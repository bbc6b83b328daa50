"""What ends an offboarding: the look at the ledger under the leases, the record, the removal, the commit."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from cellwright.app.clients import offboard as use_case
from cellwright.app.clients.offboard import OffboardReport, OffboardRequest, offboard
from cellwright.app.clients.offboarding import carrier
from cellwright.app.clients.onboarding.onboard import OnboardRequest, onboard
from cellwright.app.runs.guards.comeback import is_brought_back
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.ledger.leases import Holder, Lease
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit, StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import CLIENT_OFFBOARDED, CLIENT_ONBOARDED
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunStatus, UnitResult
from unit.app.kit import (
    ADA,
    APP,
    NOBODY,
    applied_event,
    install_program,
    make_fleet,
    make_run,
    put_under_git,
)
from unit.git.origins import git

ACME = "clients/acme.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}", globex="{}")
    put_under_git(root)
    return root


@pytest.fixture
def opened(root: Path, tmp_path: Path) -> Iterator[Callable[[], FleetSession]]:
    """Open sessions on the fleet, as several processes would."""
    found: list[FleetSession] = []

    def open_one() -> FleetSession:
        location = make_location(root, install_program(tmp_path / "bin"))
        found.append(FleetSession(location))
        return found[-1]

    yield open_one
    for session in found:
        session.close()


def make_location(root: Path, path: str) -> Location:
    return Location(fleet=root, environment={**NOBODY, "PATH": path})


def applied(ledger: Ledger, run_id: str, state: StateMark | None = None) -> None:
    """Record the client's unit as applied."""
    ledger.recorder.start_run(make_run(run_id))
    unit = AppliedUnit(
        head=AppliedHead(address=APP, fingerprint="same", state=state),
        source_digest="",
        source_label="./stack",
        backend_digest="",
        inputs={},
        outputs={},
        recipe={"backend": {"kind": "local", "config": {}}},
        binary=BinaryVersion("terraform", "1.11.4"),
        run=run_id,
    )
    ledger.recorder.record_applied(unit, UnitResult(APP, Outcome.APPLIED), run_id, applied_event(run_id))


def destroys(monkeypatch: pytest.MonkeyPatch, then: Callable[[OpenFleet], None]) -> None:
    """Let a run destroy what it is to destroy, without Terraform, and something happen afterwards."""

    def perform(fleet: OpenFleet, _actor: object, task: RunTask, _talk: object) -> RunReport:
        if task.run.kind is RunKind.PLAN:
            fleet.ledger.recorder.finish_run(task.run.id, RunStatus.SUCCEEDED)
            return RunReport(replace(task.run, status=RunStatus.SUCCEEDED), ())
        for part in task.choice.parts:
            assert part.operation is Operation.DESTROY
            result = UnitResult(part.address, Outcome.APPLIED)
            fleet.ledger.recorder.record_destroyed(result, task.run.id, applied_event(task.run.id))
        fleet.ledger.recorder.finish_run(task.run.id, RunStatus.SUCCEEDED)
        then(fleet)
        return RunReport(replace(task.run, status=RunStatus.SUCCEEDED), ())

    monkeypatch.setattr(carrier, "perform", perform)


def leave(session: FleetSession, name: str = "acme") -> OffboardReport:
    return offboard(session, ADA, OffboardRequest(name=name), Conversation())


def actions(session: FleetSession) -> list[str]:
    events = session.ledger().reader.events()
    return [event.action for event in events if event.action in (CLIENT_ONBOARDED, CLIENT_OFFBOARDED)]


def dirty(root: Path) -> str:
    command = ["git", "status", "--porcelain"]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def nothing(_fleet: OpenFleet) -> None:
    pass


Open = Callable[[], FleetSession]


def test_a_client_that_is_applied_again_meanwhile_keeps_its_settings(
    root: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(opened().ledger(writing=True), "20261122-000000-0001")
    destroys(monkeypatch, lambda fleet: applied(fleet.ledger, "20261122-000000-0002"))
    with pytest.raises(DiagnosticError, match="was applied again while it was being offboarded"):
        leave(opened())
    assert (root / ACME).exists()
    assert not actions(opened())
    destroys(monkeypatch, nothing)
    leave(opened())
    assert not (root / ACME).exists()


def test_a_unit_that_somebody_holds_is_waited_for(
    root: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Lease] = []

    def take(fleet: OpenFleet) -> None:
        lease = fleet.ledger.leases.acquire(APP, Holder("elsewhere", 7, "boot", "other"), 60)
        assert isinstance(lease, Lease)
        taken.append(lease)

    monkeypatch.setattr("cellwright.engine.lease.keeper._LONGEST_PAUSE", 0.01)
    monkeypatch.setattr("cellwright.app.clients.offboarding.leaving.LONGEST_WAIT", 0.02)
    destroys(monkeypatch, take)
    with pytest.raises(DiagnosticError, match="is being worked on by process 7 on elsewhere"):
        leave(opened())
    assert (root / ACME).exists()
    opened().ledger(writing=True).leases.release(taken[0])
    destroys(monkeypatch, nothing)
    leave(opened())
    assert not (root / ACME).exists()


def test_two_offboardings_of_one_client_leave_one_record_and_a_clean_tree(
    root: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = opened(), opened()

    def other_first(_fleet: OpenFleet) -> None:
        destroys(monkeypatch, nothing)
        leave(second)

    destroys(monkeypatch, other_first)
    leave(first)
    assert actions(first) == ["client.offboarded"]
    assert not dirty(root)
    assert not (root / ACME).exists()


@pytest.mark.parametrize("at", ["archive_cell", "commit"])
def test_an_offboarding_killed_after_its_record_is_finished_by_the_next(
    root: Path, opened: Open, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    destroys(monkeypatch, nothing)
    with monkeypatch.context() as patched:
        patched.setattr(f"cellwright.app.clients.offboarding.leaving.{at}", die)
        with pytest.raises(Killed):
            leave(opened())
    assert actions(opened()) == ["client.offboarded"], "recorded before anything is removed"
    leave(opened())
    assert actions(opened()) == ["client.offboarded"]
    assert not dirty(root)
    assert not (root / ACME).exists()


def test_a_vanished_state_is_no_destroyed_unit(
    root: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened()
    applied(session.ledger(writing=True), "20261122-000000-0001", StateMark("some-lineage", 3))
    destroys(monkeypatch, nothing)
    with pytest.raises(DiagnosticError, match="the state of client/acme/app is gone"):
        leave(session)
    assert (root / ACME).exists()
    assert APP in session.ledger().reader.heads()


def test_a_client_that_comes_back_is_recorded_again(
    root: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    destroys(monkeypatch, nothing)
    leave(opened())
    monkeypatch.setattr(
        "cellwright.app.clients.onboarding.onboard.perform_with_moves",
        lambda *_: RunReport(make_run("r"), ()),
    )
    onboard(opened(), ADA, OnboardRequest(name="acme", again=True), Conversation())
    assert actions(opened()) == ["client.offboarded", "client.onboarded"]
    assert (root / "clients/acme/client.yaml").exists()


def test_a_client_that_a_commit_brings_back_is_known_to_be_back_until_it_is_offboarded_again(
    root: Path, opened: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def is_back(at: Path = root) -> bool:
        with FleetSession(make_location(at, install_program(tmp_path / "bin"))) as session:
            return is_brought_back(session.open(), APP.of_cell)

    destroys(monkeypatch, nothing)
    leave(opened())
    assert not is_back()
    git("checkout", "--quiet", "HEAD^", cwd=root)
    assert not is_back(), "as in a clone that has not pulled"
    git("checkout", "--quiet", "-", cwd=root)
    git("revert", "--no-edit", "HEAD", cwd=root)
    assert is_back()
    leave(opened())
    git("checkout", "--quiet", "HEAD^", cwd=root)
    assert not is_back(), "it was offboarded again since"
    assert actions(opened()) == ["client.offboarded", "client.offboarded"]


@pytest.mark.parametrize("visible", [True, False])
def test_a_refusal_names_no_cell_that_who_asks_may_not_see(
    opened: Callable[[], FleetSession], monkeypatch: pytest.MonkeyPatch, *, visible: bool
) -> None:
    hidden = UnitAddress("client", "globex", "app")
    graph = SimpleNamespace(upstreams={hidden: {APP}})
    monkeypatch.setattr(use_case, "graph_of", lambda *_given, **_named: graph)
    wanted = OffboardRequest(name="acme", readable=lambda _cell: visible)
    with pytest.raises(DiagnosticError, match="client/acme can't go") as caught:
        use_case.prepare_offboard(opened(), wanted, Conversation())
    assert (str(hidden) in str(caught.value)) is visible


def test_a_client_that_is_not_there_is_told_without_naming_the_others(
    opened: Callable[[], FleetSession],
) -> None:
    with pytest.raises(DiagnosticError, match="there is no client 'nobody'") as caught:
        use_case.prepare_offboard(opened(), OffboardRequest(name="nobody"), Conversation())
    assert "globex" not in str(caught.value)
