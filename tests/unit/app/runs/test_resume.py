"""What a resumed run is carried out with."""

import subprocess  # another process that carries out a run
import sys
from pathlib import Path

import pytest

from cellwright.app.runs import resume as use_case
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.engine.asked import Asked
from cellwright.engine.lease.keeper import holder_for
from cellwright.engine.lease.liveness import ProcessIdentity, start_of
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.plan_options import PlanOptions
from cellwright.model.runs.run import RunStatus
from unit.app.kit import ADA, NOBODY, install_program, ledger_of, make_fleet, make_run, put_under_git
from unit.app.status.test_status import bind


@pytest.mark.parametrize("move", [True, False])
def test_it_moves_states_if_asked_and_records_the_commit_of_now(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    move: bool,  # noqa: FBT001  a parameter
) -> None:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    put_under_git(root)
    bind(root, "trial")
    run = make_run("20261122-214812-3f9a")
    with ledger_of(root) as ledger:
        ledger.recorder.start_run(run)
        ledger.recorder.finish_run(run.id, RunStatus.FAILED)
    seen: list[RunTask] = []

    def perform(_fleet: object, _actor: object, task: RunTask, _talk: object) -> RunReport:
        seen.append(task)
        return RunReport(task.run, ())

    monkeypatch.setattr(use_case, "perform_with_moves", perform)
    path = install_program(tmp_path / "bin")
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": path}
    with FleetSession(Location(fleet=root, environment=environment)) as session:
        use_case.resume(session, ADA, use_case.ResumeRequest(move_states=move), Conversation())
        repository = session.repository()
    (task,) = seen
    assert task.move_states is move
    assert repository is not None
    assert task.run.commit == repository.head()
    assert run.commit is None


def test_a_run_that_leaves_something_out_does_not_go_on_with_a_program_that_can_not(tmp_path: Path) -> None:
    """Its cell may have another program since it began."""
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    put_under_git(root)
    bind(root, "trial")
    run = make_run("20261122-214812-3f9a")
    with ledger_of(root) as ledger:
        ledger.recorder.start_run(run, asked=Asked(options=PlanOptions(excludes=("a.b",))).to_json())
        ledger.recorder.finish_run(run.id, RunStatus.FAILED)
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": install_program(tmp_path / "bin")}
    with (
        FleetSession(Location(fleet=root, environment=environment)) as session,
        pytest.raises(
            DiagnosticError, match=r"Terraform 1\.11\.4, which runs client/acme/app, has no -exclude"
        ),
    ):
        use_case.resume(session, ADA, use_case.ResumeRequest(), Conversation())
    with ledger_of(root) as ledger:
        found = ledger.reader.run(run.id)
    assert found is not None
    assert found.status is RunStatus.FAILED


def test_a_run_that_has_begun_is_not_taken_from_a_process_that_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    bind(root, "trial")
    run = make_run("20261122-214812-3f9a")
    monkeypatch.setattr(
        use_case, "perform_with_moves", lambda _fleet, _actor, task, _talk: RunReport(task.run, ())
    )
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": install_program(tmp_path / "bin")}
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        me = ProcessIdentity.of_this_process()
        holder = holder_for(run.id, ProcessIdentity(me.host, other.pid, start_of(other.pid) or ""))
        with ledger_of(root) as ledger:
            ledger.recorder.start_run(run, holder=holder)  # it holds no unit yet
            assert ledger.reader.run_holder(run.id) == holder
        with FleetSession(Location(fleet=root, environment=environment)) as session:
            with pytest.raises(DiagnosticError, match="no run is waiting to be resumed"):
                use_case.resume(session, ADA, use_case.ResumeRequest(), Conversation())
            with pytest.raises(DiagnosticError, match=f"is being carried out by process {other.pid} on"):
                use_case.resume(session, ADA, use_case.ResumeRequest(run=run.id), Conversation())
        other.kill()
    with FleetSession(Location(fleet=root, environment=environment)) as session:
        assert use_case.resume(session, ADA, use_case.ResumeRequest(), Conversation()).run.id == run.id
