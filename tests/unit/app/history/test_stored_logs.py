"""Logs that other machines have put into the artifact store: read as if they were here, and pruned."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cellwright.app.history.logs import LogsRequest, logs
from cellwright.app.history.prune import PruneRequest, prune
from cellwright.app.session.session import FleetSession
from cellwright.artifacts.log_parts import LogWriter, writer_here
from cellwright.artifacts.store import ArtifactStore
from cellwright.engine.adapter.logs import log_path
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Outcome, RunStatus, UnitResult
from unit.app.kit import ADA, APP, FLEET, ledger_of, make_fleet, make_run, open_session

ALL = PruneRequest(kept_days=0, kept_runs=0, carry_out=True)
DAY = 86_400


def opened(root: Path, keep: str = "") -> Iterator[FleetSession]:
    make_fleet(root, acme="{}\n")
    (root / "fleet.yaml").write_text(f"{FLEET}artifacts: {{url: ../artifacts{keep}}}\n")
    with ledger_of(root) as ledger:
        for run_id in ("run-1", "run-2", "run-3"):
            ledger.recorder.start_run(make_run(run_id))
            if run_id != "run-3":
                ledger.recorder.record_result(run_id, UnitResult(APP, Outcome.UNCHANGED))
                ledger.recorder.finish_run(run_id, RunStatus.SUCCEEDED)
    with open_session(root) as session:
        yield session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    yield from opened(tmp_path / "fleet")


def store_of(session: FleetSession) -> ArtifactStore:
    store = session.artifacts()
    assert store is not None
    return store


def said(session: FleetSession, run: str, *words: bytes) -> None:
    writer = LogWriter(store_of(session), run, str(APP))
    for word in words:
        writer.append(word)


def test_a_log_of_another_machine_is_read_from_the_store(session: FleetSession) -> None:
    said(session, "run-1", b"first\nsec", b"ond\nZo\xc3", b"\xab\n\xff\nno end")
    (found,) = logs(session, LogsRequest(run="run-1"))
    assert list(found.lines()) == ["first", "second", "Zoë", "�", "no end"]
    assert str(found.path) == f"{session.root.parent / 'artifacts'}/logs/run-1/client/acme/app"
    assert logs(session, LogsRequest(run="run-1", unit=str(APP))) == (found,)


def test_a_log_that_is_here_is_read_here(session: FleetSession) -> None:
    LogWriter(store_of(session), "run-1", str(APP), writer_here(session.home.logs)).append(b"her")
    path = log_path(session.home.logs, "run-1", APP)
    path.parent.mkdir(parents=True)
    path.write_text("here\n")
    (found,) = logs(session, LogsRequest(run="run-1"))
    assert list(found.lines()) == ["here"]
    said(session, "run-1", b"e, and on another machine\n")
    (found,) = logs(session, LogsRequest(run="run-1"))
    assert list(found.lines()) == ["here, and on another machine"]


def test_a_log_that_is_nowhere(session: FleetSession) -> None:
    assert logs(session, LogsRequest(run="run-1")) == ()
    with pytest.raises(DiagnosticError, match="left no log in run run-1"):
        logs(session, LogsRequest(run="run-1", unit=str(APP)))


def test_logs_go_with_their_records(session: FleetSession) -> None:
    for run in ("run-1", "run-2", "run-3"):
        said(session, run, b"x")
    store_of(session).put("plans/run-1/client/acme/app/a.tfplan", b"x")
    store_of(session).put("plans/run-3/client/acme/app/a.tfplan", b"x")
    report = prune(session, ADA, PruneRequest(kept_days=0, kept_runs=0))
    assert report.logs == 2
    assert len(store_of(session).list("logs")) == 3, "nothing is removed yet"
    report = prune(session, ADA, ALL)
    assert report.logs == 2
    left = [
        item.name.split("/")[:2]
        for item in (*store_of(session).list("logs"), *store_of(session).list("plans"))
    ]
    # The last record of the unit keeps its log; the run that goes on keeps all.
    assert left == [["logs", "run-2"], ["logs", "run-3"], ["plans", "run-3"]]
    event = session.ledger().reader.latest_events(1)[0]
    assert (event.action, event.detail["stored"]) == ("files.pruned", 2)


def test_logs_go_after_so_many_days_where_the_fleet_says_so(tmp_path: Path) -> None:
    (session,) = (opened(tmp_path / "fleet", ", keep: {logs: 60d}"),)
    for found in session:
        said(found, "run-1", b"x")
        said(found, "run-2", b"x")
        (old,) = (tmp_path / "artifacts/logs/run-2").rglob("*.part")
        os.utime(old, (time.time() - 61 * DAY,) * 2)
        prune(found, ADA, ALL)
        assert [item.name.split("/")[1] for item in store_of(found).list("logs")] == ["run-1"]
