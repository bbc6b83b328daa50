"""What a killed process has left in clear goes with the resume that takes its run over."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.runs import resume as use_case
from cellwright.app.runs.left_files import remove_left_files
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.engine.adapter.local_files import WorkingFolder
from cellwright.ledger.leases import Holder
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation, Outcome, RunStatus, RunUnit, UnitResult
from cellwright.terraform.workspace.unit_folder import UnitFolder
from unit.app.kit import ADA, APP, NOBODY, install_program, ledger_of, make_fleet, make_run, put_under_git
from unit.app.status.test_status import bind

GLOBEX = UnitAddress("client", "globex", "app")


def leave(root: Path, unit: UnitAddress) -> list[Path]:
    """Leave what a killed process may leave."""
    folder = UnitFolder(root / ".cellwright/work" / unit.level / unit.cell / unit.stack)
    files = [
        folder.plans / "run.1.tfplan",
        folder.commands.out,
        folder.commands.err,
        folder.source / "stack/~cellwright_secrets.auto.tfvars",
    ]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("secret")
    return files


@pytest.fixture
def session(tmp_path: Path) -> FleetSession:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n", globex="{}\n")
    put_under_git(root)
    bind(root, "trial")
    environment = {**NOBODY, "HOME": str(tmp_path), "PATH": install_program(tmp_path / "bin")}
    return FleetSession(Location(fleet=root, environment=environment))


def test_of_units_that_were_recorded_just_before_the_kill(
    session: FleetSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = (RunUnit(APP, Operation.APPLY), RunUnit(GLOBEX, Operation.APPLY))
    run = replace(make_run("20261122-214812-3f9a"), units=parts)
    with ledger_of(session.root) as ledger:
        ledger.recorder.start_run(run)
        ledger.recorder.record_result(run.id, UnitResult(APP, Outcome.UNCHANGED))
        ledger.recorder.finish_run(run.id, RunStatus.FAILED)
    done, waiting = leave(session.root, APP), leave(session.root, GLOBEX)
    monkeypatch.setattr(
        use_case, "perform_with_moves", lambda _fleet, _actor, task, _talk: RunReport(task.run, ())
    )
    with session:
        use_case.resume(session, ADA, use_case.ResumeRequest(), Conversation())
    assert not any(file.exists() for file in done)
    assert all(file.exists() for file in waiting), "these are left to the unit's own step"


def test_not_where_somebody_works(session: FleetSession) -> None:
    files = leave(session.root, APP)
    folder = UnitFolder(files[0].parent.parent)
    with session:
        fleet = session.open(writing=True)
        fleet.ledger.leases.acquire(APP, Holder("elsewhere", 1, "s", "run"), 60)
        remove_left_files(fleet, [WorkingFolder(APP, folder)])
        assert all(file.exists() for file in files)
