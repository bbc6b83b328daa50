"""Two machines with networks, file systems and host names of their own share a run over a network."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.runs.submit import submit_apply, submit_resume
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.begun_resources import begun_resources
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Outcome, RunStatus
from contract.postgres import OWNER, PORT, PostgresServer, postgres_server
from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.machines import HUB, Hub, Namespaces, hub
from e2e.kit.program import Program, Running
from e2e.kit.state_server import Fault, StateServer, state_server
from e2e.kit.waiting import eventually
from unit.app.kit import put_under_git

ADA = Actor("ada", "console", (Voucher(VoucherKind.SESSION, "ada", checked=True),))
LEASE = 3
KEY = {"CELLWRIGHT_KEY": "7" * 64}

FIRST, SECOND = UnitAddress("client", "c0", "first"), UnitAddress("client", "c0", "second")


@dataclass(frozen=True, slots=True)
class Network:
    """What the machines reach: a database for the ledger and the states, and the fleet's repository."""

    hub: Hub
    fleet: FleetFolder
    database: PostgresServer
    states: StateServer
    ledger: str
    repository: str

    def session(self) -> FleetSession:
        """Open the fleet here, beside the machines."""
        url = self.database.url(self.ledger)
        return FleetSession(Location(fleet=self.fleet.root, ledger=url, environment={**os.environ, **KEY}))

    def worker(self, stack: ExitStack, name: str) -> tuple[Namespaces, Running]:
        """Start a machine with a worker on it."""
        top = self.fleet.root.parent
        home = top / "home"  # the same place on each machine, with a content of its own
        home.mkdir(exist_ok=True)
        machine = stack.enter_context(self.hub.machine(name, home=home, hides=[self.fleet.root]))
        environment = {**KEY, "CELLWRIGHT_LEDGER": f"postgresql://{OWNER}@{HUB}:{PORT}/{self.ledger}"}
        program = Program(self.fleet, home, environment)
        arguments = ("worker", f"--lease={LEASE}", "--parallel=2", f"--repository={self.repository}")
        running = stack.enter_context(program.started(*arguments, before=machine.entering()))
        running.hears("takes units")
        return machine, running


@pytest.fixture(name="network")
def _network(tmp_path: Path, program: Start) -> Iterator[Network]:
    at = tmp_path / "states"
    with hub() as between, postgres_server() as database, state_server(at) as states:
        states.host, states.port = HUB, 80
        fleet = make_fleet(
            tmp_path,
            {"first": {}, "second": {"needs": ["first"]}},
            {f"c{number}": {} for number in range(3)},
            state=states.settings,
            workers="many",
            artifacts={"url": str(tmp_path / "artifacts")},
        )
        program(fleet)
        put_under_git(fleet.root)
        forwarded = {PORT: database.socket, states.port: at}
        with between.listening(forwarded), between.serving_git(tmp_path) as address:
            ledger, repository = database.new_database(), f"{address}/{fleet.root.name}"
            yield Network(between, fleet, database, states, ledger, repository)


def is_over(session: FleetSession, run: str) -> bool:
    found = session.ledger().reader.summary(run)
    assert found is not None
    return found.status is not RunStatus.RUNNING


def ended(worker: Running) -> None:
    worker.signal(signal.SIGTERM)
    worker.finish().expect(0)


def only(cell: str) -> ApplyRequest:
    return ApplyRequest(selection=Selection((f"client/{cell}",)))


@pytest.mark.terraform
@pytest.mark.postgres
def test_of_two_machines_one_takes_over_what_the_other_had_when_its_worker_was_killed(
    network: Network,
) -> None:
    desk = network.fleet.desk
    with network.session() as session, ExitStack() as stack:
        _, one = network.worker(stack, "one")
        _, other = network.worker(stack, "other")
        with desk.holding():
            run = submit_apply(session, ADA, ApplyRequest(), NoHost(), approved_how="one click")
            desk.until("begin", 3)
            one.kill()
        eventually(lambda: is_over(session, run.id), "the run's end")
        units = session.ledger().reader.run_units(run.id)
        outcomes = {item.outcome.value if item.outcome else "" for item in units.values()}
        assert outcomes <= {"applied", "unchanged"}
        assert set(desk.count("done").values()) == {1}
        assert desk.count("done").total() == 6
        hosts = {item.process.host for item in session.ledger().workers.all()}
        assert hosts == {"one", "other"}
        ended(other)


@pytest.mark.terraform
@pytest.mark.postgres
def test_a_state_that_one_machine_could_not_write_is_written_by_another(network: Network) -> None:
    desk = network.fleet.desk
    with network.session() as session:
        with ExitStack() as stack:
            _, one = network.worker(stack, "one")
            with desk.holding():
                run = submit_apply(session, ADA, only("c0"), NoHost(), approved_how="one click")
                desk.until("begin", 1)
                network.states.fault = Fault.FAILS
            eventually(lambda: is_over(session, run.id), "the run's end")
            ended(one)
        # The machine is gone with its disk.
        network.states.fault = None
        network.states.locks.clear()
        with ExitStack() as stack:
            _, other = network.worker(stack, "other")
            submit_resume(session, ADA, run.id, NoHost(), approved_how="one click")
            eventually(lambda: is_over(session, run.id), "the run's end")
            ended(other)
        units = session.ledger().reader.run_units(run.id)
        assert units[FIRST].outcome is Outcome.UNCHANGED, units[FIRST].diagnostics
        assert units[SECOND].outcome is Outcome.APPLIED
    assert desk.count("begin") == {"c0-first": 1, "c0-second": 1}
    stored = network.fleet.root.parent / "artifacts" / "states"
    assert not [path for path in stored.rglob("*") if path.is_file()]


@pytest.mark.terraform
@pytest.mark.postgres
def test_what_a_machine_was_making_when_it_was_lost_is_not_made_again_unasked(network: Network) -> None:
    desk = network.fleet.desk
    with network.session() as session, ExitStack() as stack:
        _, one = network.worker(stack, "one")
        with desk.holding():
            run = submit_apply(session, ADA, only("c0"), NoHost(), approved_how="one click")
            desk.until("begin", 1)
            eventually(lambda: _has_begun(session, run.id), "the ledger to know what was begun")
            one.kill_tree()
            network.states.locks.clear()
        _, other = network.worker(stack, "other")
        eventually(lambda: is_over(session, run.id), "the run's end")
        first = session.ledger().reader.run_units(run.id)[FIRST]
        assert first.outcome is Outcome.FAILED
        assert "the machine one was lost while it applied client/c0/first" in first.diagnostics[0].summary
        assert "it had begun with terraform_data.this" in first.diagnostics[0].summary
        # A new run does not make it again either, until somebody says so.
        again = submit_apply(session, ADA, only("c0"), NoHost(), approved_how="one click")
        eventually(lambda: is_over(session, again.id), "the second run's end")
        assert session.ledger().reader.run_units(again.id)[FIRST].outcome is Outcome.FAILED
        assert desk.count("begin") == {"c0-first": 1}
        accepting = ApplyRequest(selection=Selection((str(FIRST),), accepted="looked at it"))
        last = submit_apply(session, ADA, accepting, NoHost(), approved_how="one click")
        eventually(lambda: is_over(session, last.id), "the last run's end")
        assert session.ledger().reader.run_units(last.id)[FIRST].outcome is Outcome.APPLIED
        ended(other)


def _has_begun(session: FleetSession, run: str) -> bool:
    return begun_resources(session.ledger().progress, run, FIRST) != ()
