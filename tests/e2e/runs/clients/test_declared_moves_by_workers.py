"""Declared moves of a run in the queue: two workers have the two units at once, or one of them is killed."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.hosting.host import QueueHost
from cellwright.app.runs.hosting.port import NoHost
from cellwright.app.runs.moving.pair import PairMove
from cellwright.app.runs.moving.states import StateMover
from cellwright.app.runs.submit import submit_apply
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.engine.dispatch import queued
from cellwright.engine.lease.keeper import is_dead
from cellwright.ledger.moves import Moves
from cellwright.ledger.queue.claims import Claim
from cellwright.ledger.write.renaming import Renaming
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.address import UnitAddress
from cellwright.model.runs.event import RESOURCES_MOVED, RESOURCES_MOVING
from cellwright.model.runs.run import RunStatus
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.killing import killed_at
from e2e.kit.program import Program
from e2e.kit.waiting import eventually
from e2e.runs.clients.test_declared_moves import divide, ids, whole
from e2e.runs.clients.test_moved_resources import in_state

ADA = Actor("ada", "console", (Voucher(VoucherKind.SESSION, "ada", checked=True),))
SOURCE, TARGET = UnitAddress("client", "acme", "app"), UnitAddress("client", "acme", "db")

pytestmark = pytest.mark.terraform


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fleet of which one client is applied, whose stack is divided."""
    folder = tmp_path_factory.mktemp("queued")
    fleet = whole(folder)
    Program(fleet, folder / "person").run("apply", "client/acme", "--yes").expect(0)
    divide(fleet)
    return folder


@pytest.fixture
def fleet(divided: Path, tmp_path: Path) -> FleetFolder:
    shutil.copytree(divided / "fleet", tmp_path / "fleet", symlinks=True)
    return FleetFolder(tmp_path / "fleet", make_fleet(tmp_path / "other", {}, {}).desk)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queued, "IN_THE_WAY", 0.1)


def session_of(fleet: FleetFolder) -> FleetSession:
    return FleetSession(Location(fleet=fleet.root, environment=dict(os.environ)))


@pytest.fixture
def hosts(fleet: FleetFolder) -> Iterator[Callable[[], QueueHost]]:
    """Makes workers that each have a session of their own."""
    with ExitStack() as stack:

        def made() -> QueueHost:
            host = QueueHost(stack.enter_context(session_of(fleet)))
            stack.callback(host._seats.close)
            return host

        yield made


def submitted(fleet: FleetFolder) -> str:
    with session_of(fleet) as session:
        wanted = ApplyRequest(selection=Selection(selectors=("client/acme",)))
        return submit_apply(session, ADA, wanted, NoHost(), approved_how="one click").id


def claimed(host: QueueHost) -> Claim:
    found = host._claim(only_idle_runs=False)
    assert found is not None
    return found


def ended(host: QueueHost, run: str) -> RunStatus:
    """Let a worker take what there is, until the run is over."""

    def over() -> bool:
        host.session.ledger(writing=True).queue.reap(is_dead)
        host._take()
        found = host.session.ledger().reader.summary(run)
        return found is not None and found.status is not RunStatus.RUNNING

    eventually(over, "the run's end")
    found = host.session.ledger().reader.summary(run)
    assert found is not None
    return found.status


def all_is_told_once(fleet: FleetFolder, host: QueueHost, before: dict[str, str]) -> None:
    """The resources are in one state each, as they were, and the trail says so once for each unit."""
    assert set(in_state(fleet, str(SOURCE))) == {"kept"}
    assert set(in_state(fleet, str(TARGET))) == {"goinga", "goingb"}
    assert ids(fleet, "acme") == before
    ledger = host.session.ledger()
    assert ledger.moves.open() == ()
    told = [(event.action, event.subject) for event in ledger.reader.events() if "resources" in event.action]
    assert sorted(told) == [
        (RESOURCES_MOVED, str(SOURCE)),
        (RESOURCES_MOVED, str(TARGET)),
        (RESOURCES_MOVING, str(SOURCE)),
    ]
    assert {unit: head.failed for unit, head in ledger.reader.heads().items()} == {SOURCE: None, TARGET: None}
    assert ledger.reader.lease_holders() == {}
    assert not (fleet.home / "moves").exists()


@pytest.mark.parametrize("first", [SOURCE, TARGET])
def test_of_two_workers_that_have_both_units_one_moves_and_the_other_one_waits(
    fleet: FleetFolder, hosts: Callable[[], QueueHost], first: UnitAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, run = ids(fleet, "acme"), submitted(fleet)
    workers = [hosts(), hosts()]
    claims = {claim.unit: (claim, host) for host in workers for claim in [claimed(host)]}
    assert claims.keys() == {SOURCE, TARGET}
    moving, go_on = threading.Event(), threading.Event()
    real = PairMove.carry_out

    def carried_out(pair: PairMove, leases: dict[UnitAddress, int]) -> tuple[str, ...]:
        moving.set()
        assert go_on.wait(60)
        return real(pair, leases)

    monkeypatch.setattr(PairMove, "carry_out", carried_out)
    (claim, host), (late, other) = claims.pop(first), claims.popitem()[1]
    working = threading.Thread(target=host._carry_out, args=(claim,))
    working.start()
    if first == SOURCE:
        # It has its own unit, and waits for the other one until that worker lets go of it.
        other._carry_out(late)
        assert moving.wait(60)
        assert other.session.ledger().queue.states(run)[TARGET] == "delayed"
        go_on.set()
    else:
        working.join()  # it lets go at once
        assert other.session.ledger().queue.states(run)[TARGET] == "delayed"
        go_on.set()
        other._carry_out(late)
    working.join()
    assert ended(other, run) is RunStatus.SUCCEEDED
    for worker in workers:
        worker._seats.close()
    all_is_told_once(fleet, other, before)


STEPS = (
    (Moves, "begin", 1, SOURCE),
    (StateMover, "copy", 1, SOURCE),
    (StateMover, "copy", 1, TARGET),
    (StateMover, "copy", 2, SOURCE),
    (Renaming, "record_split", 1, SOURCE),
    pytest.param(Moves, "begin", 1, TARGET, marks=pytest.mark.long),
    pytest.param(StateMover, "copy", 2, TARGET, marks=pytest.mark.long),
    pytest.param(Renaming, "record_split", 1, TARGET, marks=pytest.mark.long),
)


@pytest.mark.parametrize(("owner", "name", "call", "taking"), STEPS)
def test_a_worker_goes_on_with_the_move_of_one_that_was_killed(
    fleet: FleetFolder,
    hosts: Callable[[], QueueHost],
    owner: object,
    name: str,
    call: int,
    taking: UnitAddress,
) -> None:
    before, run = ids(fleet, "acme"), submitted(fleet)

    def working() -> None:
        with session_of(fleet) as session:
            host = QueueHost(session)
            claims = {claim.unit: claim for claim in (claimed(host), claimed(host))}
            # The other one is left to whoever is there next.
            queue = session.ledger(writing=True).queue
            other = claims.pop(SOURCE if taking == TARGET else TARGET)
            queue.delay(other, 0.0)
            host._carry_out(claims[taking])

    killed_at(owner, name, "after", working, call=call)
    assert ids(fleet, "acme") == before
    host = hosts()
    assert ended(host, run) is RunStatus.SUCCEEDED
    host._seats.close()
    all_is_told_once(fleet, host, before)
