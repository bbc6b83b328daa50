"""One suite for every dispatcher: threads of one process, and Procrastinate's jobs on PostgreSQL."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import procrastinate
import pytest

from cellwright.engine.dispatch.dispatcher import Dispatcher, ThreadDispatcher
from cellwright.engine.dispatch.procrastinate_jobs import ProcrastinateDispatcher, prepare
from cellwright.ledger.database.location import PostgresLocation, parse_location
from contract.postgres import PostgresServer
from patience import PATIENCE

HANDS = 2


@dataclass
class Work:
    """So many pieces of work, each of which takes until it is let go on."""

    left: int
    go_on: threading.Event = field(default_factory=threading.Event)
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    ended: int = 0
    at_once: int = 0
    most: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        with self.guard:
            if not self.left:
                return False
            self.left -= 1
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        self.begun.release()
        self.go_on.wait(PATIENCE)
        with self.guard:
            self.at_once -= 1
            self.ended += 1
        return True

    def wait_until_begun(self, count: int) -> None:
        for _ in range(count):
            assert self.begun.acquire(timeout=PATIENCE)


def conninfo(postgres: PostgresServer) -> str:
    location = parse_location(postgres.url(postgres.new_database()))
    assert isinstance(location, PostgresLocation)
    return location.conninfo


@pytest.fixture(params=["threads", pytest.param("procrastinate", marks=pytest.mark.postgres)])
def make(request: pytest.FixtureRequest) -> Callable[[], Dispatcher]:
    if request.param == "threads":
        return ThreadDispatcher
    place = conninfo(request.getfixturevalue("postgres"))
    return lambda: ProcrastinateDispatcher(place)


@pytest.fixture
def dispatcher(make: Callable[[], Dispatcher]) -> Iterator[Dispatcher]:
    made = make()
    yield made
    made.stop()


def test_a_wake_makes_a_hand_take_until_nothing_is_left(dispatcher: Dispatcher) -> None:
    work = Work(5)
    work.go_on.set()
    dispatcher.start(work.take, HANDS)
    dispatcher.wake("r1")
    work.wait_until_begun(5)
    with work.guard:
        work.left = 1
    dispatcher.wake("r1")
    work.wait_until_begun(1)


def test_wakes_bring_as_many_hands_as_there_are_and_no_more(dispatcher: Dispatcher) -> None:
    work = Work(6)
    dispatcher.start(work.take, HANDS)
    for number in range(4):
        dispatcher.wake(f"r{number}")
    work.wait_until_begun(HANDS)
    assert work.most == HANDS
    work.go_on.set()
    work.wait_until_begun(6 - HANDS)
    assert work.most == HANDS


def test_a_wake_for_nothing_does_no_harm(dispatcher: Dispatcher) -> None:
    work = Work(0)
    work.go_on.set()
    dispatcher.start(work.take, HANDS)
    for _ in range(3):
        dispatcher.wake("r1")
    with work.guard:
        work.left = 1
    dispatcher.wake("r1")
    work.wait_until_begun(1)


def test_stopping_waits_for_what_was_taken_and_takes_nothing_more(make: Callable[[], Dispatcher]) -> None:
    work, dispatcher = Work(5), make()
    dispatcher.start(work.take, 1)
    dispatcher.wake("r1")
    work.wait_until_begun(1)
    threading.Timer(2, work.go_on.set).start()
    dispatcher.stop()
    assert (work.at_once, work.left) == (0, 4)


@pytest.mark.postgres
def test_stopping_before_the_first_job_could_be_taken_ends(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    beginning, go_on = threading.Event(), threading.Event()
    connector = procrastinate.PsycopgConnector

    def late(**given: Any) -> procrastinate.PsycopgConnector:  # noqa: ANN401  as the real one
        beginning.set()
        assert go_on.wait(PATIENCE)
        return connector(**given)

    monkeypatch.setattr(procrastinate, "PsycopgConnector", late)
    hands = ProcrastinateDispatcher(conninfo(postgres))
    hands.start(lambda: False, HANDS)
    assert beginning.wait(PATIENCE)
    thread = hands._thread
    assert thread is not None

    def join() -> None:
        go_on.set()
        threading.Thread.join(thread, PATIENCE)

    monkeypatch.setattr(thread, "join", join)
    hands.stop()
    assert not thread.is_alive()


@pytest.mark.postgres
def test_a_job_wakes_hands_in_another_process_and_lost_connections_are_made_anew(
    postgres: PostgresServer,
) -> None:
    place = conninfo(postgres)
    prepare(place)
    prepare(place)
    work, hands, elsewhere = Work(2), ProcrastinateDispatcher(place), ProcrastinateDispatcher(place)
    work.go_on.set()
    hands.start(work.take, HANDS)
    elsewhere.wake("r1")
    work.wait_until_begun(2)
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with work.guard:
        work.left = 1
    # A wake of this moment may be lost with its connection: whoever looks after the queue sends another.
    until = time.monotonic() + PATIENCE
    while not work.begun.acquire(timeout=1):
        assert time.monotonic() < until
        elsewhere.wake("r1")
    elsewhere.stop()
    hands.stop()
    assert work.ended == 3
