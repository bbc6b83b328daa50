"""Workers that are killed, stopped or lose their database: nothing is applied twice, nothing is lost."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cellwright.app.overview.workers import drain, workers
from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.runs.steering.approve import ApproveRequest, approve, waiting_plans
from cellwright.app.runs.submit import submit_apply
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import Event
from cellwright.model.runs.run import RunStatus
from contract.postgres import PostgresServer, postgres_server
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program, Running
from e2e.kit.state_server import StateServer
from e2e.kit.waiting import eventually
from unit.app.kit import put_under_git

ADA = Actor("ada", "console", (Voucher(VoucherKind.SESSION, "ada", checked=True),))
LEASE = 3


@pytest.fixture(name="database")
def _database() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


def make(tmp_path: Path, clients: int, **more: Any) -> FleetFolder:  # noqa: ANN401  any key of fleet.yaml
    cells: dict[str, dict[str, str]] = {f"c{number}": {} for number in range(clients)}
    return make_fleet(tmp_path, {"first": {}, "second": {"needs": ["first"]}}, cells, **more)


def session_of(fleet: FleetFolder, url: str | None = None, **more: str) -> FleetSession:
    return FleetSession(Location(fleet=fleet.root, ledger=url, environment={**os.environ, **more}))


def status(session: FleetSession, run: str) -> RunStatus:
    found = session.ledger().reader.summary(run)
    assert found is not None
    return found.status


def is_over(session: FleetSession, run: str) -> bool:
    try:
        return status(session, run) is not RunStatus.RUNNING
    except DiagnosticError:
        return False  # the database is gone for now


def outcomes(session: FleetSession, run: str) -> set[str]:
    return {
        item.outcome.value if item.outcome else "" for item in session.ledger().reader.run_units(run).values()
    }


def fencings(session: FleetSession) -> set[int]:
    """The numbers of the leases that are held now."""
    return {item.fencing for item in session.ledger().reader.lease_holders().values()}


def events_of(session: FleetSession) -> list[Event]:
    return list(session.ledger().reader.latest_events(1000))


def started(stack: ExitStack, cellwright: Program, count: int, *more: str) -> list[Running]:
    """Start so many workers, and wait until they take units."""
    found = [
        stack.enter_context(cellwright.started("worker", f"--lease={LEASE}", "--parallel=2", *more))
        for _ in range(count)
    ]
    for worker in found:
        worker.hears("takes units")
    return found


def ended(worker: Running) -> None:
    worker.signal(signal.SIGTERM)
    worker.finish().expect(0)


@pytest.mark.terraform
@pytest.mark.postgres
def test_of_two_workers_one_takes_over_what_the_other_had_when_it_was_killed(
    tmp_path: Path, program: Start, database: PostgresServer
) -> None:
    fleet, url = make(tmp_path, 3), database.url(database.new_database())
    cellwright = Program(fleet, program(fleet).person, {"CELLWRIGHT_LEDGER": url})
    with session_of(fleet, url) as session, ExitStack() as stack:
        one, other = started(stack, cellwright, 2)
        with fleet.desk.holding():
            run = submit_apply(session, ADA, ApplyRequest(), NoHost(), approved_how="one click")
            fleet.desk.until("begin", 3)
            one.kill()
        eventually(lambda: is_over(session, run.id), "the run's end")
        assert status(session, run.id) is RunStatus.SUCCEEDED
        assert set(fleet.desk.count("done").values()) == {1}
        assert fleet.desk.count("done").total() == 6
        (line,) = [item for item in workers(session) if item.state.value != "lost"]
        drain(session, ADA, line.worker.id, "enough")
        other.finish().expect(0)


@pytest.mark.terraform
def test_a_server_that_is_killed_loses_neither_a_plan_that_waits_nor_its_answer(
    tmp_path: Path, program: Start
) -> None:
    fleet = make_fleet(tmp_path, {"a": {}}, {"acme": {}})
    cellwright = program(fleet)
    with session_of(fleet) as session, ExitStack() as stack:
        run = submit_apply(session, ADA, ApplyRequest(), NoHost())
        (worker,) = started(stack, cellwright, 1)
        eventually(lambda: "waiting" in session.ledger().queue.states(run.id).values(), "a plan that waits")
        (before,) = waiting_plans(session, run.id)
        worker.kill()
        approve(session, ADA, ApproveRequest(run=run.id))
        (worker,) = started(stack, cellwright, 1)
        eventually(lambda: is_over(session, run.id), "the run's end")
        ended(worker)
        assert outcomes(session, run.id) == {"applied"}
        answers = session.ledger().approvals.of_run(run.id)
        assert [item.plan_digest for item in answers] == [before.plan_digest]  # never planned again
    assert fleet.desk.lines() == ["begin acme-a", "done acme-a"]


@pytest.mark.terraform
@pytest.mark.postgres
def test_a_worker_that_was_stopped_for_longer_than_its_lease_is_refused_when_it_wakes(
    tmp_path: Path, program: Start, database: PostgresServer
) -> None:
    fleet, url = make(tmp_path, 1), database.url(database.new_database())
    cellwright = Program(fleet, program(fleet).person, {"CELLWRIGHT_LEDGER": url})
    with session_of(fleet, url) as session, ExitStack() as stack:
        (one,) = started(stack, cellwright, 1)
        with fleet.desk.holding():
            run = submit_apply(session, ADA, ApplyRequest(), NoHost(), approved_how="one click")
            fleet.desk.until("begin", 1)
            one.signal(signal.SIGSTOP)
            # The other one begins when that is stopped, so that it can't have the unit before.
            (other,) = started(stack, cellwright, 1)
            eventually(lambda: fencings(session) == {2}, "the other one's lease")
        eventually(lambda: is_over(session, run.id), "the run's end")
        before = [event.action for event in events_of(session)]
        one.signal(signal.SIGCONT)
        # It ends what it had, and tries to record that.
        ended(one)
        assert [event.action for event in events_of(session)] == before
        assert before.count("unit.applied") == 2
        assert outcomes(session, run.id) == {"applied"}
        ended(other)
    assert fleet.desk.count("done") == {"c0-first": 1, "c0-second": 1}


@pytest.mark.long
@pytest.mark.terraform
@pytest.mark.postgres
def test_workers_go_on_when_their_database_is_back_after_ten_seconds(
    tmp_path: Path, program: Start, database: PostgresServer
) -> None:
    fleet, url = make(tmp_path, 6), database.url(database.new_database())
    cellwright = Program(fleet, program(fleet).person, {"CELLWRIGHT_LEDGER": url})
    with session_of(fleet, url) as session, ExitStack() as stack:
        both = started(stack, cellwright, 2)
        run = submit_apply(session, ADA, ApplyRequest(), NoHost(), approved_how="one click")
        fleet.desk.until("done", 3)
        with database.gone():
            time.sleep(10)
        eventually(lambda: is_over(session, run.id), "the run's end")
        assert outcomes(session, run.id) <= {"applied", "unchanged"}
        assert set(fleet.desk.count("done").values()) == {1}
        assert fleet.desk.count("done").total() == 12
        for worker in both:
            ended(worker)


@pytest.mark.long
@pytest.mark.terraform
@pytest.mark.postgres
def test_two_machines_without_a_clone_share_a_run_at_its_commit(
    tmp_path: Path, program: Start, database: PostgresServer, server: StateServer
) -> None:
    fleet, url = make(tmp_path, 4, state=server.settings), database.url(database.new_database())
    put_under_git(fleet.root)
    key = {"CELLWRIGHT_KEY": "7" * 64}
    machines = [Program(fleet, tmp_path / name, {"CELLWRIGHT_LEDGER": url, **key}) for name in ("m1", "m2")]
    program(fleet)
    with session_of(fleet, url, **key) as session, ExitStack() as stack:
        run = submit_apply(session, ADA, ApplyRequest(), NoHost(), approved_how="one click")
        here = f"--repository={fleet.root}"
        both = [started(stack, machine, 1, here)[0] for machine in machines]
        fleet.desk.until("done", 2)
        # What is at work is from the commit, whatever lies in the folder by now.
        (fleet.root / "stacks/worker/main.tf").write_text("nonsense {")
        eventually(lambda: is_over(session, run.id), "the run's end")
        assert outcomes(session, run.id) == {"applied"}
        assert set(fleet.desk.count("done").values()) == {1}
        for worker in both:
            ended(worker)
