import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cellwright.app.history import prune as module
from cellwright.app.history.logs import LogsRequest, logs
from cellwright.app.history.prune import PruneReport, PruneRequest, prune
from cellwright.app.history.runs import run_units
from cellwright.app.runs.resume import ResumeRequest, resume
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession
from cellwright.engine.adapter.logs import log_path
from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Operation, Outcome, RunStatus, RunUnit, UnitResult
from cellwright.terraform.process.unit_lock import UnitLock
from unit.app.kit import ADA, APP, NOBODY, ledger_of, make_fleet, make_run, open_session

GLOBEX = UnitAddress("client", "globex", "app")
LONG_AGO = (datetime.now(UTC) - timedelta(days=365)).timestamp()
ALL = PruneRequest(kept_days=0, kept_runs=0, reason="disk", carry_out=True)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[FleetSession]:
    """A fleet with two runs that touched its unit, and what they left."""
    make_fleet(tmp_path, acme="{}\n")
    with ledger_of(tmp_path) as ledger:
        for run_id in ("run-1", "run-2"):
            ended(ledger, run_id, Outcome.UNCHANGED)
            leave_log(tmp_path, run_id)
    leave_folder(tmp_path, "client/acme/app")
    with open_session(tmp_path) as session:
        yield session


def ended(ledger: Ledger, run_id: str, outcome: Outcome, status: RunStatus = RunStatus.SUCCEEDED) -> None:
    ledger.recorder.start_run(make_run(run_id))
    ledger.recorder.record_result(run_id, UnitResult(APP, outcome))
    ledger.recorder.finish_run(run_id, status)


def leave_log(root: Path, run_id: str) -> None:
    path = log_path(root / ".cellwright" / "logs", run_id, APP)
    path.parent.mkdir(parents=True)
    path.write_text("what Terraform said\n")


def leave_folder(root: Path, unit: str, used: float = LONG_AGO) -> Path:
    folder = root / ".cellwright" / "work" / unit
    (folder / "command").mkdir(parents=True)
    (folder / "command" / "lock").write_text("1\n")
    (folder / "source.json").write_text("{}")
    for path in (folder / "command" / "lock", folder):
        os.utime(path, (used, used))
    return folder


def kept(session: FleetSession) -> set[str]:
    """All that lies in the fleet's folder of its own, but for the ledger and what was there before."""
    home = session.root / ".cellwright"
    return {
        path.relative_to(home).as_posix()
        for place in ("logs", "work")
        for path in (home / place).rglob("*")
        if path.is_file()
    }


def actions(session: FleetSession) -> list[tuple[str, str, str]]:
    with ledger_of(session.root) as ledger:
        return [(event.action, event.subject, event.reason) for event in ledger.reader.latest_events(2)]


def test_it_is_only_said_unless_asked_for(session: FleetSession) -> None:
    before, trail = kept(session), actions(session)
    found = prune(session, ADA, replace(ALL, carry_out=False))
    assert (found.runs, found.records, found.logs, found.folders) == (1, 1, 1, 1)
    assert found.file_bytes >= len("what Terraform said\n")
    assert (kept(session), actions(session)) == (before, trail)


def test_records_logs_and_folders_go_and_the_trail_says_who_and_why(session: FleetSession) -> None:
    found = prune(session, ADA, ALL)
    assert (found.runs, found.records, found.logs, found.folders) == (1, 1, 1, 1)
    assert kept(session) == {"logs/run-2/client/acme/app.log"}
    assert not (session.root / ".cellwright" / "logs" / "run-1").exists()
    assert not (session.root / ".cellwright" / "work" / "client").exists()
    assert actions(session) == [("ledger.pruned", "ledger", "disk"), ("files.pruned", "files", "disk")]
    with ledger_of(session.root) as ledger:
        *_, files = ledger.reader.events()
        assert files.actor == "ada"
        assert files.detail["runs"] == ["run-1"]
        assert files.detail["folders"] == ["client/acme/app"]
    again = prune(session, ADA, ALL)
    assert (again.runs, again.records, again.logs, again.folders) == (0, 0, 0, 0)
    assert len(actions(session)) == 2


def test_what_is_young_stays(session: FleetSession) -> None:
    found = prune(session, ADA, replace(ALL, kept_days=30))
    assert (found.runs, found.logs, found.folders) == (0, 0, 1)
    assert len(kept(session)) == 2


def test_logs_go_whose_records_another_machine_has_removed(session: FleetSession) -> None:
    prune(session, ADA, ALL)
    leave_log(session.root, "run-1")
    leave_log(session.root, "run-of-another-ledger")
    found = prune(session, ADA, ALL)
    assert (found.records, found.logs) == (0, 1)
    assert kept(session) == {
        "logs/run-2/client/acme/app.log",
        "logs/run-of-another-ledger/client/acme/app.log",
    }


def test_a_run_that_can_be_resumed_keeps_its_logs(session: FleetSession) -> None:
    with ledger_of(session.root) as ledger:
        ended(ledger, "run-3", Outcome.SKIPPED, RunStatus.FAILED)
    leave_log(session.root, "run-3")
    found = prune(session, ADA, ALL)
    assert found.unfinished == 1
    assert "logs/run-3/client/acme/app.log" in kept(session)


def test_folders_stay_that_a_run_is_not_done_with(session: FleetSession) -> None:
    with ledger_of(session.root) as ledger:
        ledger.recorder.start_run(make_run("run-3"))
    assert prune(session, ADA, ALL).folders == 0


def test_folders_stay_in_which_somebody_works(session: FleetSession) -> None:
    lock = session.root / ".cellwright" / "work" / "client" / "acme" / "app" / "command" / "lock"
    with UnitLock.acquire(lock):
        os.utime(lock, (LONG_AGO, LONG_AGO))
        assert prune(session, ADA, ALL).folders == 0


def test_a_folder_stays_in_which_a_state_lies_that_could_not_be_written(session: FleetSession) -> None:
    folder = session.root / ".cellwright" / "work" / "client" / "acme" / "app"
    (folder / "errored.tfstate").write_text("{}")
    os.utime(folder, (LONG_AGO, LONG_AGO))
    assert prune(session, ADA, ALL).folders == 0
    assert (folder / "errored.tfstate").exists()


@pytest.mark.parametrize(
    ("content", "stays"),
    [
        ('{"version": 4, "serial": 3, "lineage": "l", "outputs": {}, "resources": []}', 1),
        ("no state", 0),
        ("", 0),
    ],
)
def test_a_folder_stays_in_which_the_state_from_before_an_apply_is_needed(
    session: FleetSession, content: str, stays: int
) -> None:
    folder = session.root / ".cellwright" / "work" / "client" / "acme" / "app"
    (folder / "before-apply.tfstate").write_text(content)
    os.utime(folder, (LONG_AGO, LONG_AGO))
    assert prune(session, ADA, ALL).folders == 1 - stays


@pytest.mark.parametrize("how", ["lease", "lock"])
def test_somebody_who_comes_to_work_meanwhile_is_let_be(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    folder = session.root / ".cellwright" / "work" / "client" / "acme" / "app"

    @contextmanager
    def at_work() -> Iterator[None]:
        if how == "lock":
            with UnitLock.acquire(folder / "command" / "lock"):
                yield
            return
        with ledger_of(session.root) as ledger:
            ledger.leases.acquire(APP, Holder("elsewhere", 1, "s", "run-9"), 60)
        yield

    real = module._prune_files

    def late(*arguments: object) -> None:
        with at_work():
            real(*arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(module, "_prune_files", late)
    prune(session, ADA, ALL)
    assert folder.exists()


def test_a_folder_that_can_t_be_removed_is_told_and_on_record(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("cellwright.terraform.workspace.workspace.shutil.rmtree", full)
    with pytest.raises(DiagnosticError, match=r"can't be removed: Permission denied"):
        prune(session, ADA, ALL)
    assert actions(session)[-1][0] == "files.pruned"
    with ledger_of(session.root) as ledger:
        assert ledger.reader.lease_holders() == {}


def test_a_ledger_in_use_is_not_written_anew(session: FleetSession, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_database: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(module, "compact", never)
    with ledger_of(session.root) as ledger:
        ledger.leases.acquire(APP, Holder("elsewhere", 1, "s", "run-9"), 60)
    assert not prune(session, ADA, ALL).compacted


def test_a_ledger_that_can_t_be_made_smaller_is_pruned_all_the_same(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_database: object) -> bool:
        raise DiagnosticError

    monkeypatch.setattr(module, "compact", locked)
    found = prune(session, ADA, ALL)
    assert (found.records, found.compacted) == (1, False)


def test_before_anything_was_applied_there_is_nothing_to_prune(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    found = prune(open_session(tmp_path), ADA, PruneRequest())
    assert isinstance(found, PruneReport)
    assert (found.runs, found.logs, found.folders) == (0, 0, 0)
    assert not (tmp_path / ".cellwright" / "ledger.db").exists()


def test_a_pruned_run_says_so_to_whoever_looks_for_its_logs(session: FleetSession) -> None:
    prune(session, ADA, ALL)
    assert run_units(session, "run-1") == ()
    for unit in (None, str(APP)):
        with pytest.raises(DiagnosticError, match=r"were pruned.*cellwright events --subject"):
            logs(session, LogsRequest(run="run-1", unit=unit))
    assert len(logs(session, LogsRequest(run="run-2"))) == 1
    with pytest.raises(DiagnosticError, match="no part of run"):
        logs(session, LogsRequest(run="run-2", unit="client/acme/other"))


def test_a_pruned_run_can_t_be_resumed(session: FleetSession) -> None:
    with ledger_of(session.root) as ledger:
        ended(ledger, "run-3", Outcome.SKIPPED, RunStatus.FAILED)
        ended(ledger, "run-4", Outcome.UNCHANGED)
    prune(session, ADA, ALL)
    with pytest.raises(DiagnosticError, match="its details were pruned"):
        resume(session, ADA, ResumeRequest(run="run-3"), Conversation())
    with pytest.raises(DiagnosticError, match="no run is waiting to be resumed"):
        resume(session, ADA, ResumeRequest(), Conversation())


def test_a_plan_that_a_crash_has_left_goes_from_a_folder_that_stays(session: FleetSession) -> None:
    folder = leave_folder(session.root, "client/globex/app", datetime.now(UTC).timestamp())
    plan = folder / "plans" / "run-1.1.tfplan"
    plan.parent.mkdir()
    plan.write_bytes(b"secrets")
    prune(session, ADA, replace(ALL, kept_days=1, carry_out=False))
    assert plan.exists()
    with ledger_of(session.root) as ledger:
        ledger.recorder.start_run(replace(make_run("run-3"), units=(RunUnit(GLOBEX, Operation.APPLY),)))
    prune(session, ADA, replace(ALL, kept_days=1))
    assert plan.exists(), "a run that is not over may need it"
    with ledger_of(session.root) as ledger:
        ledger.recorder.record_result("run-3", UnitResult(GLOBEX, Outcome.UNCHANGED))
    prune(session, ADA, replace(ALL, kept_days=1))
    assert not plan.exists()
    assert folder.exists()


def test_caches_that_no_fleet_uses_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NOBODY, "XDG_CACHE_HOME", str(tmp_path / "caches"))
    for name in ("fleet", "gone"):
        (tmp_path / name).mkdir()
        make_fleet(tmp_path / name, acme="{}\n")
    gone = open_session(tmp_path / "gone").home.cache
    sealed = gone / "git" / "commit"
    sealed.mkdir(parents=True)
    (sealed / "main.tf").write_text("x" * 1000)
    sealed.chmod(0o555)
    former = tmp_path / "fleet" / ".cellwright" / "cache"
    former.mkdir(parents=True)
    (tmp_path / "gone").rename(tmp_path / "elsewhere")
    with open_session(tmp_path / "fleet") as session:
        kept = session.home.cache
        found = prune(session, ADA, replace(ALL, carry_out=False))
        assert (found.caches, found.file_bytes > 1000) == (2, True)
        assert prune(session, ADA, ALL).caches == 2
    assert not gone.exists()
    assert not former.exists()
    assert kept.is_dir()
