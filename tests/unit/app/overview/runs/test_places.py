"""Which limit keeps a unit of the queue waiting: the one that whoever takes units meets first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.overview.runs.places import FullLimit, LimitOf, able, full_limits
from cellwright.app.overview.runs.run_view import RunRequest, run_view
from cellwright.app.overview.workers import workers
from cellwright.app.session.session import FleetSession
from cellwright.engine.lease.keeper import this_process
from cellwright.ledger.opening import Ledger
from cellwright.ledger.queue.workers import Worker
from cellwright.ledger.write.queueing import QueuedUnit
from cellwright.model.address import UnitAddress
from contract.ledger.queue.queue_kit import claim, queue_run
from unit.app.kit import make_fleet, open_session

A, B, C = (UnitAddress("client", name, "app") for name in ("a", "b", "c"))
RUN = "20261122-214812-3f9a"


@pytest.fixture(name="session")
def session_fixture(tmp_path: Path) -> Iterator[FleetSession]:
    make_fleet(tmp_path, a="{}\n", b="{}\n", c="{}\n")
    with open_session(tmp_path) as opened:
        yield opened


@pytest.fixture(name="ledger")
def ledger_fixture(session: FleetSession) -> Ledger:
    """Of a run of three units one is worked on, on a process with two places."""
    ledger = session.ledger(writing=True)
    _start(ledger, RUN, A, B, C)
    ledger.workers.register(Worker(id="w1", kind="worker", process=this_process(""), labels={}, parallel=2))
    assert claim(ledger) is not None
    return ledger


def _start(ledger: Ledger, run: str, *units: UnitAddress, parallel: int | None = None) -> None:
    accounts = {A: "prod", B: "prod", C: ""}
    queue_run(
        ledger, run, [QueuedUnit(address=unit, account=accounts[unit]) for unit in units], parallel=parallel
    )


def _limited(session: FleetSession, limits: str) -> None:
    file = session.root / "fleet.yaml"
    file.write_text(f"{file.read_text()}terraform: {{limits: {{{limits}}}}}\n")
    session.refresh()


def _full(session: FleetSession, run: str = RUN) -> dict[UnitAddress, FullLimit]:
    return dict(full_limits(session, run, (A, B, C), able(workers(session))))


def test_without_a_limit_that_is_reached_nothing_is_named(session: FleetSession, ledger: Ledger) -> None:
    assert ledger.queue.states(RUN)[A] == "claimed"
    assert _full(session) == {}
    _limited(session, "fleet: 2, account: 2, run: 2")
    assert _full(session) == {}


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        ("fleet: 1, account: 1, run: 1", FullLimit(LimitOf.FLEET, 1)),
        ("account: 1, run: 1", FullLimit(LimitOf.RUN, 1)),
    ],
)
def test_the_limit_of_fleet_or_run_holds_every_unit(
    session: FleetSession, ledger: Ledger, limits: str, limit: FullLimit
) -> None:
    assert ledger.queue.may_begin()
    _limited(session, limits)
    assert _full(session) == {B: limit, C: limit}


def test_the_limit_of_an_account_holds_the_units_of_that_account(
    session: FleetSession, ledger: Ledger
) -> None:
    assert ledger.queue.may_begin()
    _limited(session, "account: 1")
    assert _full(session) == {B: FullLimit(LimitOf.ACCOUNT, 1, "prod")}
    rows = {row.record.address: row.wait for row in run_view(session, RunRequest(run=RUN)).units}
    waits = rows[B]
    assert waits is not None
    assert waits.why == "it waits for a free place: the limit of account prod is reached, 1 at once"


def test_the_number_that_a_run_was_started_with_is_its_limit_too(session: FleetSession) -> None:
    ledger = session.ledger(writing=True)
    _start(ledger, RUN, A, B, C, parallel=1)
    ledger.workers.register(Worker(id="w1", kind="worker", process=this_process(""), labels={}, parallel=9))
    assert claim(ledger) is not None
    _limited(session, "run: 3")
    assert _full(session)[C] == FullLimit(LimitOf.RUN, 1)


def test_processes_of_which_every_place_is_taken_are_named_with_their_number(
    session: FleetSession, ledger: Ledger
) -> None:
    assert claim(ledger) is not None
    (left,) = _full(session).values()
    assert left == FullLimit(LimitOf.PROCESSES, 2)
    assert str(left) == "all places of the processes that take units are taken, 2 at once"
