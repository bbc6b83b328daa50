"""The workers: what each is at, and draining one."""

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest

from cellwright.access.roles import Grant, Role
from cellwright.app.overview.workers import UNSEEN, WorkerState, workers
from cellwright.app.session.session import FleetSession
from cellwright.ledger.leases import Holder
from cellwright.ledger.queue.workers import Worker
from unit.console.kit import CSRF
from unit.console.pages.kit import console

ONE = Worker(
    id="one",
    kind="worker",
    process=Holder("<b>host</b>", 7, "boot", ""),
    labels={"account": frozenset({"prod"})},
    parallel=4,
)


def register(session: FleetSession) -> None:
    session.ledger(writing=True).workers.register(ONE)


def states(session: FleetSession) -> list[WorkerState]:
    return [line.state for line in workers(session)]


def test_a_worker_is_listed_as_text(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    assert "Nobody carries out units now" in client.get("/workers").text
    register(session)
    text = client.get("/workers").text
    assert "&lt;b&gt;host&lt;/b&gt;" in text
    assert "account: prod" in text
    assert "Idle" in text


def test_a_worker_that_was_not_seen_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session, _ = console(tmp_path)
    register(session)
    later = session.now() + UNSEEN + timedelta(seconds=1)
    monkeypatch.setattr(FleetSession, "now", lambda _: later)
    assert states(session) == [WorkerState.LOST]


def test_an_administrator_drains_a_worker_once(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    register(session)
    for _ in range(2):
        answer = client.post("/workers/drain", data={"csrf": CSRF, "worker": "one", "reason": "new kernel"})
        assert (answer.status_code, answer.headers["location"]) == (HTTPStatus.SEE_OTHER, "/workers")
    assert states(session) == [WorkerState.DRAINING]
    (event,) = [item for item in session.ledger().reader.events() if item.action.startswith("worker.")]
    assert (event.actor, event.subject, event.reason) == ("Ada Lovelace", "one", "new kernel")


def test_a_worker_that_is_not_there_is_told(tmp_path: Path) -> None:
    _, client = console(tmp_path)
    answer = client.post("/workers/drain", data={"csrf": CSRF, "worker": "two"})
    assert answer.status_code == HTTPStatus.CONFLICT
    missing = client.post("/workers/drain", data={"csrf": CSRF})
    assert missing.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    long = client.post("/workers/drain", data={"csrf": CSRF, "worker": "x" * 500})
    assert long.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_who_is_no_administrator_drains_nothing(tmp_path: Path) -> None:
    session, client = console(tmp_path, (Grant(Role.OPERATOR),))
    register(session)
    assert "Drain" not in client.get("/workers").text
    answer = client.post("/workers/drain", data={"csrf": CSRF, "worker": "one"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert states(session) == [WorkerState.IDLE]
