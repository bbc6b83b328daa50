"""The workers as the list shows them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cellwright.app.overview.workers import UNSEEN, WorkerState, drain, workers
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.engine.lease.keeper import this_process
from cellwright.ledger.queue.workers import Worker
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import ADA, NOBODY, make_fleet


class Later:
    """The right time, or later."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


def test_a_worker_is_idle_draining_or_lost(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    clock = Later()
    with FleetSession(Location(fleet=tmp_path, environment=NOBODY), clock=clock) as session:
        registry = session.ledger(writing=True).workers
        here = Worker(id="w1", kind="worker", process=this_process(""), labels={}, parallel=2)
        earlier = here.process.process_started.rpartition("-")[0] + "-1"
        gone = replace(here, id="w2", process=replace(here.process, process_started=earlier))
        registry.register(here)
        registry.register(gone)
        assert {item.worker.id: item.state for item in workers(session)} == {
            "w1": WorkerState.IDLE,
            "w2": WorkerState.LOST,
        }
        drain(session, ADA, "w1", "")
        drain(session, ADA, "w1", "once more")
        assert workers(session)[0].state is WorkerState.DRAINING
        with pytest.raises(DiagnosticError, match="there is no worker 'w3'"):
            drain(session, ADA, "w3", "")
        clock.by = UNSEEN + timedelta(seconds=1)
        assert workers(session)[0].state is WorkerState.LOST
