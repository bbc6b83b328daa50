"""What was applied is recorded, whoever stops the run in between."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cellwright.engine.adapter.unit_runner import UnitRunner
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.output.results import SavedPlanFile
from cellwright.terraform.process.cancellation import Cancellation, StopLevel
from cellwright.terraform.workspace.unit_folder import UnitFolder
from unit.engine.kit import APP, DIGESTER, make_planned


@dataclass
class Terraform:
    """As much of one unit's Terraform as a runner asks for here."""

    folder: UnitFolder
    during_apply: Callable[[], None] = lambda: None
    monitor: SimpleNamespace = field(init=False)

    def __post_init__(self) -> None:
        request = SimpleNamespace(folder=self.folder, address=APP)
        self.monitor = SimpleNamespace(request=request, cancellation=Cancellation())

    def init(self) -> None:
        pass

    def apply(self, _plan: SavedPlanFile) -> None:
        self.during_apply()

    def state(self) -> StopLevel:
        level = self.monitor.cancellation.level
        assert isinstance(level, StopLevel)
        return level

    def close(self) -> None:
        pass


def runner_of(terraform: Terraform) -> UnitRunner:
    stand_in: Any = terraform
    work: Any = SimpleNamespace(part=make_planned().part)
    runner = UnitRunner(
        work, stand_in, terraform.monitor.cancellation, BinaryVersion("terraform", "1.11.4"), DIGESTER
    )
    runner._plan = SavedPlanFile(terraform.folder.plans / "p", "digest")
    return runner


@pytest.fixture
def terraform(tmp_path: Path) -> Terraform:
    folder = UnitFolder(tmp_path)
    folder.plans.mkdir()
    return Terraform(folder)


@pytest.mark.parametrize(("asked", "heard"), [(1, StopLevel.NONE), (2, StopLevel.KILL)])
def test_after_an_apply_only_a_kill_ends_the_reading_of_its_state(
    terraform: Terraform, asked: int, heard: StopLevel
) -> None:
    runner = runner_of(terraform)
    terraform.during_apply = lambda: runner.interrupt(asked)
    runner.apply()
    assert terraform.state() is heard
    runner.interrupt(asked)
    assert terraform.state() is heard


def test_before_an_apply_every_request_is_heard(terraform: Terraform) -> None:
    runner_of(terraform).interrupt(1)
    assert terraform.state() is StopLevel.INTERRUPT


def test_every_plan_in_the_folder_goes_with_the_runner(terraform: Terraform) -> None:
    (terraform.folder.plans / "p").write_bytes(b"secret")
    (terraform.folder.plans / "of an earlier process").write_bytes(b"secret")
    runner_of(terraform).close()
    assert list(terraform.folder.plans.iterdir()) == []


@pytest.mark.parametrize("where", ["elsewhere", "here, changed"])
def test_a_plan_that_is_not_the_recorded_one_is_not_taken_up(terraform: Terraform, where: str) -> None:
    folder = terraform.folder.plans if where == "here, changed" else terraform.folder.path
    file = folder / "made.tfplan"
    file.write_bytes(b"another")
    planned = make_planned(path=file)
    with pytest.raises(DiagnosticError):
        runner_of(terraform).reuse(planned)
    assert file.exists() is (where == "elsewhere"), "nothing outside the working folder is removed"
