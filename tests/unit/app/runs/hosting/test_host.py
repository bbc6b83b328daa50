"""What a host takes from the queue."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cellwright.app.overview.workers import UNSEEN
from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.hosting.host import HostSettings, QueueHost
from cellwright.app.runs.hosting.looking_after import LookingAfter
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.runs.hosting.seats import Seat
from cellwright.app.runs.submit import submit_apply
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.queue import queue
from cellwright.ledger.queue.claims import Claim, Limits
from cellwright.model.runs.run import Outcome, RunStatus, UnitResult
from patience import PATIENCE
from unit.app.kit import ADA, APP, NOBODY, install_program, make_fleet

CELLS = dict.fromkeys(("acme", "globex", "initech"), "{}\n")


def claims(tmp_path: Path, terraform: str, settings: HostSettings) -> int:
    """How many of three units a host claims that gives none back."""
    root = tmp_path / "fleet"
    make_fleet(root, **CELLS)
    with (root / "fleet.yaml").open("a") as file:
        file.write(terraform)
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": install_program(tmp_path / "bin")}
    with FleetSession(Location(fleet=root, environment=environment)) as session:
        submit_apply(session, ADA, ApplyRequest(), NoHost())
        host = QueueHost(session, settings)
        found = [host._claim(only_idle_runs=False) for _ in CELLS]
        return sum(claim is not None for claim in found)


@pytest.mark.parametrize(
    ("terraform", "taken"),
    [
        ("", 3),
        ("terraform: {limits: {fleet: 1}}\n", 1),
        ("terraform: {limits: {run: 2}}\n", 2),
        ("terraform: {limits: {fleet: 9, account: 2, run: 1}}\n", 1),
    ],
)
def test_the_limits_of_fleet_yaml_hold(tmp_path: Path, terraform: str, taken: int) -> None:
    assert claims(tmp_path, terraform, HostSettings()) == taken


def test_each_limit_is_read(tmp_path: Path) -> None:
    make_fleet(tmp_path, **CELLS)
    with (tmp_path / "fleet.yaml").open("a") as file:
        file.write("terraform: {limits: {fleet: 9, account: 2, run: 1}}\n")
    with FleetSession(Location(fleet=tmp_path, environment=NOBODY)) as session:
        assert QueueHost(session)._limits() == Limits(fleet=9, account=2, run=1)


def test_limits_that_are_given_come_before_those_of_the_fleet(tmp_path: Path) -> None:
    settings = HostSettings(limits=Limits(fleet=2))
    assert claims(tmp_path, "terraform: {limits: {fleet: 1}}\n", settings) == 2


@dataclass
class Broken:
    """Seats of which each does something else than it should."""

    fault: Exception
    opened: Callable[[Claim], None] = lambda _claim: None

    def of(self, claim: Claim) -> AbstractContextManager[Seat]:
        self.opened(claim)
        raise self.fault

    def look(self) -> None:
        raise self.fault


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    make_fleet(tmp_path / "fleet", acme="{}\n")
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": install_program(tmp_path / "bin")}
    with FleetSession(Location(fleet=tmp_path / "fleet", environment=environment)) as opened:
        yield opened


def test_whatever_fails_ends_the_unit_and_no_hand(session: FleetSession) -> None:
    run = submit_apply(session, ADA, ApplyRequest(), NoHost())
    host = QueueHost(session)
    host._seats = Broken(OSError("no room"))  # type: ignore[assignment]
    assert host._take() is True
    found = session.ledger().reader.run_units(run.id)[APP]
    assert found.outcome is Outcome.FAILED
    assert "OSError" in found.diagnostics[0].summary
    summary = session.ledger().reader.summary(run.id)
    assert summary is not None
    assert summary.status is RunStatus.FAILED
    assert session.ledger().reader.lease_holders() == {}


def test_a_unit_that_has_cost_three_workers_is_not_tried_by_a_fourth(session: FleetSession) -> None:
    run = submit_apply(session, ADA, ApplyRequest(), NoHost())
    host = QueueHost(session)
    for _ in range(3):
        assert host._claim(only_idle_runs=False) is not None
        session.ledger().queue.reap(lambda _holder: True)
    host._seats = Broken(OSError("it was tried"))  # type: ignore[assignment]
    assert host._take() is True
    (told,) = session.ledger().reader.run_units(run.id)[APP].diagnostics
    assert "3 workers in a row were lost" in told.summary
    failed = [item for item in session.ledger().reader.latest_events(9) if item.action == "unit.failed"]
    assert [item.subject for item in failed] == [str(APP)]
    summary = session.ledger().reader.summary(run.id)
    assert summary is not None
    assert summary.status is RunStatus.FAILED


def test_what_fails_after_a_unit_s_end_leaves_that_as_it_is(session: FleetSession) -> None:
    def end(claim: Claim) -> None:
        ledger = session.ledger()
        ended = UnitResult(APP, Outcome.APPLIED)
        ledger.recorder.record_result(claim.run, ended, fencing=claim.lease.fencing)

    run = submit_apply(session, ADA, ApplyRequest(), NoHost())
    host = QueueHost(session)
    host._seats = Broken(KeyError("ours"), end)  # type: ignore[assignment]
    assert host._take() is True
    assert session.ledger().reader.run_units(run.id)[APP].outcome is Outcome.APPLIED
    summary = session.ledger().reader.summary(run.id)
    assert summary is not None
    assert summary.status is RunStatus.SUCCEEDED


def test_a_fault_of_ours_before_a_claim_ends_no_hand(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(_database: object) -> bool:
        raise KeyError("ours")

    host = QueueHost(session)
    session.ledger(writing=True)
    monkeypatch.setattr(queue, "may_begin", fault)
    assert host._take() is False


def test_a_fault_of_ours_does_not_end_looking_after_the_queue(session: FleetSession) -> None:
    looked = threading.Event()
    beats: list[int] = []

    def each_second() -> None:
        beats.append(len(beats))
        if len(beats) > 1:
            looked.set()
        raise KeyError("ours")

    def nothing(*_: object) -> None:
        pass

    looking = LookingAfter(
        ledger=lambda: session.ledger(writing=True),
        worker=QueueHost(session)._registration,
        wake=nothing,
        each_second=each_second,
        drain=nothing,
        tidy=nothing,
        each_beat=nothing,
        ttl=60,
    )
    looking.begin()
    try:
        assert looked.wait(PATIENCE)
    finally:
        looking.end()


def test_a_worker_gives_a_sign_of_life_long_before_it_counts_as_lost_however_long_leases_last(
    session: FleetSession,
) -> None:
    def nothing(*_: object) -> None:
        pass

    looking = LookingAfter(
        ledger=lambda: session.ledger(writing=True),
        worker=QueueHost(session)._registration,
        wake=nothing,
        each_second=nothing,
        drain=nothing,
        tidy=nothing,
        each_beat=nothing,
        ttl=3600,
    )
    looking._look()
    assert looking._next_beat - time.monotonic() < UNSEEN.total_seconds() / 2
