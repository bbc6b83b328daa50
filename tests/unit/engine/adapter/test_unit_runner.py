"""What was applied is recorded, whoever stops the run in between."""

import hashlib
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cellwright.engine.adapter.unit_runner import UnitRunner
from cellwright.engine.unit.planned import Planned
from cellwright.engine.unit.ports import BroughtPlan
from cellwright.model.address import UnitAddress
from cellwright.model.applied import NO_STATE
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.fetched_module import FetchedModule
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.plan_options import USUAL, PlanOptions
from cellwright.terraform.output.plans.plan_document import PlanDocument
from cellwright.terraform.output.plans.plan_reader import NO_CHANGES
from cellwright.terraform.output.results import PlanResult, SavedPlanFile
from cellwright.terraform.process.cancellation import Cancellation, StopLevel
from cellwright.terraform.workspace.unit_folder import UnitFolder
from unit.engine.kit import APP, DIGESTER, PLAN, RUN, make_planned


@dataclass
class Terraform:
    """As much of one unit's Terraform as a runner asks for here."""

    folder: UnitFolder
    during_apply: Callable[[], None] = lambda: None
    applied: list[SavedPlanFile] = field(default_factory=list)
    modules: tuple[FetchedModule, ...] = ()
    fetches: int = 0
    document: PlanDocument = field(default_factory=lambda: PlanDocument({}))
    """As which a saved plan is read."""
    summary: PlanSummary = PLAN
    monitor: SimpleNamespace = field(init=False)

    def __post_init__(self) -> None:
        request = SimpleNamespace(folder=self.folder, address=APP, run=RUN)
        self.monitor = SimpleNamespace(request=request, cancellation=Cancellation(), redact=str)

    def init(self) -> None:
        pass

    @property
    def workspace(self) -> "Terraform":
        return self

    def fetched(self) -> tuple[FetchedModule, ...]:
        return self.modules

    def fetch_anew(self) -> None:
        self.fetches += 1

    def plan(self, *, destroy: bool, options: PlanOptions = USUAL) -> PlanResult:  # noqa: ARG002
        assert not destroy
        return PlanResult(NO_CHANGES, None, idle=SavedPlanFile(self.folder.plans / "idle", "digest"))

    def read(self, saved: SavedPlanFile, options: PlanOptions = USUAL) -> PlanResult:  # noqa: ARG002
        return PlanResult(self.summary, saved, document=self.document, prior=NO_STATE)

    def apply(self, plan: SavedPlanFile) -> None:
        self.applied.append(plan)
        self.during_apply()

    def state(self) -> StopLevel:
        level = self.monitor.cancellation.level
        assert isinstance(level, StopLevel)
        return level

    def close(self) -> None:
        pass


def runner_of(terraform: Terraform) -> UnitRunner:
    stand_in: Any = terraform
    work: Any = SimpleNamespace(
        part=make_planned().part, newest_modules=(), recorded_state=None, up_to_date=False, options=USUAL
    )
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


class Depot:
    """Has another machine's plan."""

    def keep(self, _planned: Planned, /) -> bool:
        return True

    def fetch(self, _planned: Planned, /) -> bytes:
        return b"the plan"

    def drop(self, _unit: UnitAddress, /) -> None:
        pass


def test_a_plan_of_another_machine_is_fetched_into_the_working_folder(terraform: Terraform) -> None:
    terraform.monitor.request.run = "run-1.7"
    planned = replace(
        make_planned(path=Path("/another/machine/made.tfplan")),
        sha256=hashlib.sha256(b"the plan").hexdigest(),
    )
    runner = runner_of(terraform)
    with pytest.raises(DiagnosticError, match="not in this machine's working folder"):
        runner.reuse(planned)
    runner.depot = Depot()
    read = runner.reuse(planned)
    file = terraform.folder.plans / "run-1.7.tfplan"
    assert read.file == file
    assert file.read_bytes() == b"the plan"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_fetched_plan_that_is_not_the_recorded_one_is_removed(terraform: Terraform) -> None:
    terraform.monitor.request.run = "run-1.7"
    runner = runner_of(terraform)
    runner.depot = Depot()
    with pytest.raises(DiagnosticError):
        runner.reuse(make_planned(path=Path("/another/machine/made.tfplan")))
    assert list(terraform.folder.plans.iterdir()) == []


def waiting_plan(terraform: Terraform) -> Planned:
    """A plan that was read and waits for its answer when its process dies."""
    file = terraform.folder.plans / "made.tfplan"
    file.write_bytes(b"a plan")
    read = runner_of(terraform)._take(terraform.read(SavedPlanFile.at(file)))
    return replace(make_planned(path=file), plan_digest=read.digest, sha256=read.sha256)


def test_a_plan_is_the_same_whether_it_is_read_from_its_file_or_shown(terraform: Terraform) -> None:
    """The process that made it knew its providers' schemas; the one that takes it up may not."""
    left = waiting_plan(terraform)
    terraform.document = PlanDocument({"planned_values": {}, "configuration": {}})
    terraform.monitor.request.run = f"{RUN}.2"  # the name of a later attempt
    assert runner_of(terraform).reuse(left).digest == left.plan_digest


def test_a_plan_of_which_something_else_is_shown_is_another_one(terraform: Terraform) -> None:
    left = waiting_plan(terraform)
    terraform.summary = replace(PLAN, outputs=("more",))
    assert runner_of(terraform).reuse(left).digest != left.plan_digest


def test_a_plan_that_does_something_else_is_another_one(
    terraform: Terraform,
) -> None:
    left = waiting_plan(terraform)
    terraform.document = PlanDocument({"output_changes": {"o": {"actions": ["create"], "after": 1}}})
    assert runner_of(terraform).reuse(left).digest != left.plan_digest


def test_a_brought_plan_that_is_not_the_one_that_was_checked_is_refused(
    terraform: Terraform, tmp_path: Path
) -> None:
    saved = tmp_path / "brought.tfplan"
    saved.write_bytes(b"a plan")
    with pytest.raises(DiagnosticError, match="is not the plan that was shown"):
        runner_of(terraform).restore(BroughtPlan(saved, "f", (), "of another"))


def test_a_plan_that_changes_nothing_is_applied_once_to_write_the_state_anew(terraform: Terraform) -> None:
    runner = runner_of(terraform)
    runner.rewrite_state()
    assert terraform.applied == []

    assert runner.plan().file is None
    runner.rewrite_state()
    runner.rewrite_state()

    assert [plan.path.name for plan in terraform.applied] == ["idle"]


@pytest.mark.parametrize(
    ("here", "newest", "fetches"), [("1", "2", 1), ("2", "2", 0), ("", "2", 0), ("1", "", 0)]
)
def test_older_modules_than_those_that_are_known_are_fetched_anew(
    terraform: Terraform, here: str, newest: str, fetches: int
) -> None:
    def modules(commit: str) -> tuple[FetchedModule, ...]:
        return (FetchedModule("m", "source", "", "commit", commit),) if commit else ()

    terraform.modules = modules(here)
    runner = runner_of(terraform)
    stand_in: Any = runner.task
    stand_in.newest_modules = modules(newest)
    runner.plan()
    assert terraform.fetches == fetches
