"""Onboarding and offboarding that only start a run: the console's button, pressed as often as one likes."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from cellwright.app.clients.following import Stage, follow_onboarding
from cellwright.app.clients.offboard import OffboardRequest
from cellwright.app.clients.onboarding.onboard import OnboardRequest
from cellwright.app.clients.submit import Onboarding, submit_offboard, submit_onboard
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import (
    CLIENT_MOVED,
    CLIENT_OFFBOARDED,
    CLIENT_ONBOARDED,
    CLIENT_ONBOARDING,
)
from cellwright.model.runs.run import Operation, Outcome, RunKind, RunStatus, RunUnit, UnitResult
from cellwright.model.value import Json
from unit.app.kit import ADA, NOBODY, applied_event, install_program, make_fleet, make_run, put_under_git

INITECH = CellAddress("client", "initech")


@dataclass
class Host:
    """A host that only counts how often it is woken."""

    woken: list[str] = field(default_factory=list)

    def wake(self, run_id: str) -> None:
        self.woken.append(run_id)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    put_under_git(root)
    environment = {**NOBODY, "PATH": install_program(tmp_path / "bin"), "CELLWRIGHT_KEY": "a" * 64}
    with FleetSession(Location(fleet=root, environment=environment)) as found:
        yield found


def press(
    session: FleetSession, host: Host, settings: Mapping[str, Json] | None = None, *, again: bool = False
) -> Onboarding:
    request = OnboardRequest(name="initech", settings=settings or {}, again=again)
    return submit_onboard(session, ADA, request, host)


def actions(session: FleetSession, cell: CellAddress = INITECH) -> list[str]:
    events = session.ledger().reader.events(subject=str(cell))
    return [event.action for event in events if event.action != CLIENT_MOVED]


def test_the_settings_are_committed_and_the_run_waits_for_its_host(session: FleetSession) -> None:
    host = Host()
    made = press(session, host, {"stacks": {"app": {"size": 3}}})
    run = session.ledger().reader.run(made.run)
    assert run is not None
    assert (run.kind, run.status) == (RunKind.APPLY, RunStatus.RUNNING)
    assert [str(unit.address) for unit in run.units] == ["client/initech/app"]
    assert host.woken == [made.run]
    assert (session.root / "clients/initech/client.yaml").read_text() == "stacks:\n  app:\n    size: 3\n"
    repository = session.repository()
    assert repository is not None
    assert repository.dirty() == ()
    assert made.commit == repository.head()
    assert actions(session) == [CLIENT_ONBOARDED, CLIENT_ONBOARDING]


def test_pressing_twice_makes_one_run(session: FleetSession) -> None:
    host = Host()
    assert press(session, host) == press(session, host)
    assert len(session.ledger().reader.runs(5)) == 1
    assert len(host.woken) == 2, "a host that died is woken again"


def test_pressing_twice_at_the_same_moment_makes_one_run(session: FleetSession) -> None:
    host = Host()
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: press(session, host), range(4)))
    assert len(found) == 1
    assert len(session.ledger().reader.runs(5)) == 1


def test_a_run_that_failed_is_resumed(session: FleetSession) -> None:
    host = Host()
    first = press(session, host)
    session.ledger().recorder.finish_run(first.run, RunStatus.FAILED)
    assert press(session, host).run == first.run
    run = session.ledger().reader.run(first.run)
    assert run is not None
    assert run.status is RunStatus.RUNNING
    assert host.woken == [first.run, first.run]


def test_what_a_failed_run_does_not_have_takes_a_new_one(session: FleetSession) -> None:
    host = Host()
    first = press(session, host)
    session.ledger().recorder.finish_run(first.run, RunStatus.FAILED)
    file = session.root / "clients/initech/client.yaml"
    file.write_text("stacks: {extra: {enabled: true}}\n")
    put_under_git(session.root)
    session.renew()
    second = press(session, host)
    assert second.run != first.run


def test_the_same_name_with_other_settings_is_refused_and_loses_nothing(session: FleetSession) -> None:
    host = Host()
    press(session, host, {"stacks": {"app": {"size": 3}}})
    with pytest.raises(DiagnosticError, match="onboarded already, with other settings"):
        press(session, host, {"stacks": {"app": {"size": 4}}})
    assert "size: 3" in (session.root / "clients/initech/client.yaml").read_text()
    assert len(session.ledger().reader.runs(5)) == 1


def test_what_the_fleet_refuses_leaves_nothing_behind(session: FleetSession) -> None:
    host = Host()
    with pytest.raises(DiagnosticError, match="has no input 'seize'"):
        press(session, host, {"stacks": {"app": {"seize": 3}}})
    assert not (session.root / "clients/initech").exists()
    assert host.woken == []
    assert session.ledger(writing=True).reader.runs(5) == ()


def test_a_client_of_which_nothing_stands_goes_at_once(session: FleetSession) -> None:
    host = Host()
    press(session, host)
    made = submit_offboard(session, ADA, OffboardRequest(name="initech", reason="contract over"), host)
    run = session.ledger().reader.run(made.run)
    assert run is not None
    assert (run.kind, run.status) == (RunKind.DESTROY, RunStatus.SUCCEEDED)
    assert actions(session)[-4:] == [
        "offboarding.verifying",
        "offboarding.removing",
        CLIENT_OFFBOARDED,
        "offboarding.done",
    ]
    assert (session.root / "archived/initech/client.yaml").exists()
    assert not (session.root / "clients/initech").exists()


def test_a_cell_that_was_added_by_hand_is_not_brought_up_by_the_run_of_who_had_its_name(
    session: FleetSession,
) -> None:
    host = Host()
    made = press(session, host)
    assert follow_onboarding(session, INITECH).run is not None
    session.ledger().recorder.finish_run(made.run, RunStatus.FAILED)
    submit_offboard(session, ADA, OffboardRequest(name="initech"), host)
    assert follow_onboarding(session, INITECH).run is not None, "of who has left by this name"
    file = session.root / "clients/initech.yaml"
    file.write_text("{}\n")
    session.forget_cells()
    assert follow_onboarding(session, INITECH).stage is Stage.NOT_BEGUN


def test_what_somebody_committed_by_hand_is_not_told_as_written_by_who_had_the_name_before(
    session: FleetSession,
) -> None:
    host = Host()
    press(session, host)
    submit_offboard(session, ADA, OffboardRequest(name="initech"), host)
    (session.root / "clients/initech.yaml").write_text("{}\n")
    put_under_git(session.root)
    session.forget_cells()
    made = press(session, host)
    events = session.ledger().reader.events(subject=str(INITECH))
    first, last = (event for event in events if event.action == CLIENT_ONBOARDING)
    assert {"before", "made"} <= first.detail.keys()
    assert last.detail["run"] == made.run
    assert not {"before", "made"} & last.detail.keys(), "else a refusal would take the file away"


def test_an_offboarding_that_is_under_way_is_given_again(session: FleetSession) -> None:
    host = Host()
    press(session, host)
    stands(session)
    made = submit_offboard(session, ADA, OffboardRequest(name="initech"), host)
    again = submit_offboard(session, ADA, OffboardRequest(name="initech"), host)
    assert again == made
    run = session.ledger().reader.run(made.run)
    assert run is not None
    assert (run.kind, run.status) == (RunKind.PLAN, RunStatus.RUNNING), "plans and policies come first"
    assert (session.root / "clients/initech/client.yaml").exists(), "until all is destroyed"


def stands(session: FleetSession) -> None:
    """Record the client's unit as applied."""
    ledger = session.ledger(writing=True)
    unit = UnitAddress("client", "initech", "app")
    ledger.recorder.start_run(
        replace(make_run("20261122-000000-0001"), units=(RunUnit(unit, Operation.APPLY, 0),))
    )
    known = AppliedUnit(
        head=AppliedHead(address=unit, fingerprint="same"),
        source_digest="",
        source_label="./stack",
        backend_digest="",
        inputs={},
        outputs={},
        recipe={"backend": {"kind": "local", "config": {}}},
        run="20261122-000000-0001",
    )
    result = UnitResult(unit, Outcome.APPLIED)
    ledger.recorder.record_applied(known, result, known.run, applied_event(known.run))


def test_offboarding_a_stranger_is_refused(session: FleetSession) -> None:
    with pytest.raises(DiagnosticError, match="no client 'hooli'"):
        submit_offboard(session, ADA, OffboardRequest(name="hooli"), Host())


def test_a_full_disk_leaves_nothing_behind(session: FleetSession, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    press(session, Host())
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(DiagnosticError, match="No space left"):
        submit_onboard(session, ADA, OnboardRequest(name="hooli"), Host())
    monkeypatch.undo()
    assert not (session.root / "clients/hooli").exists()
    submit_onboard(session, ADA, OnboardRequest(name="hooli"), Host())


def test_what_one_file_says_for_several_levels_comes_up_together(session: FleetSession) -> None:
    fleet = session.root / "fleet.yaml"
    above = "  - name: above\n    cells: clients\n    stacks: {more: {source: ./stack}}\n"
    fleet.write_text(fleet.read_text() + above)
    put_under_git(session.root)
    session.renew()
    made = submit_onboard(session, ADA, OnboardRequest(name="initech", level="client"), Host())
    run = session.ledger().reader.run(made.run)
    assert run is not None
    assert {str(unit.address) for unit in run.units} == {"client/initech/app", "above/initech/more"}
