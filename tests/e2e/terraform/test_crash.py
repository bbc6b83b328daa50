"""Crashes in mid-run, on the real Terraform: nothing is applied twice, nothing stays behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.model.runs.plan import ResourceCounts
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.output.results import ApplyResult
from cellwright.terraform.process.cancellation import StopLevel
from cellwright.terraform.process.unit_lock import UnitLockedError, is_locked
from cellwright.terraform.retry import RetryPolicy
from cellwright.terraform.unit.recovery import recover_unit
from cellwright.terraform.unit.request import UnitRequest
from patience import PATIENCE
from unit.terraform.kit import UNIT, Bench, eventually, is_gone, plain, write_tree, zombies

pytestmark = pytest.mark.terraform

TESTS = Path(__file__).parents[2]


def recover(bench: Bench, request: UnitRequest) -> ApplyResult | None:
    return recover_unit(request, bench.toolchain(), bench.reporter, bench.cancellation)


def applied(folder: Path) -> int:
    counter = folder / "counter"
    return len(counter.read_text().splitlines()) if counter.exists() else 0


def crash(folder: Path, *, whole_group: bool = False) -> int:
    """Kill a Cellwright in the middle of an apply; give the process group of its Terraform."""
    parent = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "apply_once.py"), str(folder), "apply"],
        env=os.environ | {"PYTHONPATH": str(TESTS)},
    )
    with parent:
        assert eventually((folder / "up").exists, PATIENCE)
        parent.kill()
    launcher = int(
        (folder / "fleet/.cellwright/work/client/acme/app/command/journal")
        .read_text()
        .rpartition("process ")[2]
        .split()[0]
    )
    if whole_group:
        os.killpg(launcher, signal.SIGKILL)
        assert is_gone(launcher)
    return launcher


def when_adopted(request: UnitRequest, act: Callable[[], object]) -> None:
    """Do something once the apply is followed by whoever recovers the unit."""

    def followed() -> bool:
        return request.log.exists() and "adopted (process" in request.log.read_text()

    threading.Thread(target=lambda: eventually(followed) and act()).start()


def test_an_apply_outlives_cellwright_and_is_adopted(bench: Bench, stack: StackTree, tmp_path: Path) -> None:
    crash(tmp_path)
    request = bench.request(stack, plain(held=True))
    with pytest.raises(UnitLockedError):
        bench.open(request)
    when_adopted(request, (tmp_path / "go").touch)

    result = recover(bench, request)

    assert result is not None
    assert result.counts == ResourceCounts(add=1)
    assert ("terraform_data.held", "create", "done") in bench.reporter.resources()
    assert "adopted (process" in request.log.read_text()
    with bench.open(request) as unit:
        assert unit.plan().saved is None
        state = unit.state()
    assert state is not None
    assert state.resources == 1
    assert applied(tmp_path) == 1


def test_an_apply_that_ended_meanwhile_left_its_result(
    bench: Bench, stack: StackTree, tmp_path: Path
) -> None:
    launcher = crash(tmp_path)
    (tmp_path / "go").touch()
    assert is_gone(launcher)
    request = bench.request(stack, plain(held=True))

    for _ in range(2):  # whoever crashes right after asking may ask again
        result = recover(bench, request)
        assert result is not None
    assert "ended after Cellwright had crashed" in request.log.read_text()
    assert not request.folder.commands.out.exists()
    assert recover(bench, replace(request, run="r2")) is None
    assert applied(tmp_path) == 1


def test_an_apply_that_failed_meanwhile_is_to_be_planned_again(
    bench: Bench, stack: StackTree, tmp_path: Path
) -> None:
    launcher = crash(tmp_path)
    os.killpg(launcher, signal.SIGINT)
    assert is_gone(launcher)
    request = bench.request(stack, plain(held=True))

    assert recover(bench, request) is None

    assert "local-exec provisioner error" in request.log.read_text()
    assert not request.folder.commands.out.exists()


def test_an_adopted_apply_that_fails_says_why(bench: Bench, stack: StackTree, tmp_path: Path) -> None:
    launcher = crash(tmp_path)
    request = bench.request(stack, plain(held=True))
    when_adopted(request, lambda: os.killpg(launcher, signal.SIGINT))

    with pytest.raises(TerraformError, match="local-exec provisioner error"):
        recover(bench, request)


def test_an_apply_of_another_run_is_waited_for_but_is_not_ours(
    bench: Bench, stack: StackTree, tmp_path: Path
) -> None:
    crash(tmp_path)
    threading.Timer(0.3, (tmp_path / "go").touch).start()
    request = bench.request(stack, plain(held=True), run="r2")

    assert recover(bench, request) is None

    assert not request.folder.commands.out.exists()
    with bench.open(request) as unit:
        assert unit.plan().saved is None
    assert applied(tmp_path) == 1


def test_killed_with_all_that_belonged_to_it(bench: Bench, stack: StackTree, tmp_path: Path) -> None:
    crash(tmp_path, whole_group=True)
    request = bench.request(stack, plain(held=False))

    assert recover(bench, request) is None

    assert not is_locked(request.folder.commands.lock)
    with bench.open(request) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        unit.apply(planned.saved)


def test_an_adopted_apply_can_be_cancelled(bench: Bench, stack: StackTree, tmp_path: Path) -> None:
    launcher = crash(tmp_path)
    bench.cancellation.request(StopLevel.INTERRUPT)

    with pytest.raises(TerraformError) as caught:
        recover(bench, bench.request(stack, plain(held=True)))

    assert caught.value.kind is FailureKind.INTERRUPTED
    assert is_gone(launcher)


@contextmanager
def applying(bench: Bench, request: UnitRequest, folder: Path) -> Iterator[Future[ApplyResult]]:
    """Apply in another thread; the block runs while it is held in the middle."""

    def run() -> ApplyResult:
        with bench.open(request) as unit:
            planned = unit.plan()
            assert planned.saved is not None
            return unit.apply(planned.saved)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(run)
        assert eventually((folder / "up").exists, PATIENCE)
        yield future


def terraform_of(request: UnitRequest) -> int:
    record = request.folder.commands.launch_record()
    assert record is not None
    children = Path(f"/proc/{record.pid}/task/{record.pid}/children").read_text().split()
    return int(children[0])


def test_terraform_killed_alone_is_a_failure_and_leaves_nothing(
    bench: Bench, stack: StackTree, tmp_path: Path
) -> None:
    request = bench.request(stack, plain(held=True))
    with applying(bench, request, tmp_path) as future:
        terraform = terraform_of(request)
        os.kill(terraform, signal.SIGKILL)
        with pytest.raises(TerraformError) as caught:
            future.result(PATIENCE)

    assert caught.value.kind is FailureKind.KILLED
    assert is_gone(terraform)
    assert not is_locked(request.folder.commands.lock)
    assert zombies() == []
    assert recover(bench, request) is None


def test_interrupted_once_it_ends_in_order(bench: Bench, stack: StackTree, tmp_path: Path) -> None:
    request = bench.request(stack, plain(held=True))
    with applying(bench, request, tmp_path) as future:
        bench.cancellation.request(StopLevel.INTERRUPT)
        with pytest.raises(TerraformError) as caught:
            future.result(PATIENCE)

    assert caught.value.kind is FailureKind.INTERRUPTED
    assert "Interrupt received" in request.log.read_text()
    assert (bench.root / ".cellwright/states/client/acme/app.tfstate").exists()  # written, not lost


def test_interrupted_twice_it_is_killed(bench: Bench, stack: StackTree, tmp_path: Path) -> None:
    request = bench.request(stack, plain(held=True))
    with applying(bench, request, tmp_path) as future:
        terraform = terraform_of(request)
        bench.cancellation.request(StopLevel.KILL)
        with pytest.raises(TerraformError) as caught:
            future.result(PATIENCE)

    assert caught.value.kind is FailureKind.INTERRUPTED
    assert is_gone(terraform)


def test_a_state_that_somebody_else_has_locked(bench: Bench, stack: StackTree, tmp_path: Path) -> None:
    request = bench.request(stack, plain(held=True))
    other = replace(bench.limits, lock_timeout=0, retry=RetryPolicy(attempts=1))
    with applying(bench, request, tmp_path) as future:
        # The same state through another working folder, as another machine would.
        elsewhere = replace(bench, root=bench.root.parent / "elsewhere", limits=other)
        path = bench.root / ".cellwright/states/client/acme/app.tfstate"
        theirs = elsewhere.request(stack, plain(held=True))
        theirs = replace(theirs, backend=replace(theirs.backend, config={"path": str(path)}))
        with elsewhere.open(theirs) as unit, pytest.raises(TerraformError) as caught:
            unit.plan()
        (tmp_path / "go").touch()
        assert future.result(PATIENCE).counts == ResourceCounts(add=1)

    assert caught.value.kind is FailureKind.LOCKED
    assert caught.value.lock is not None
    assert "@" in caught.value.lock.who


def test_a_plan_that_was_left_running_is_ended(bench: Bench, tmp_path: Path) -> None:
    stack = write_tree(tmp_path / "s", {"main.tf": "locals {}\n"})
    request = bench.request(stack)
    # A command of an earlier process that would take for ever.
    script = (
        "import sys; from pathlib import Path; from unit.terraform.kit import Bench\n"
        "from cellwright.terraform.process.launcher import CommandFolder\n"
        "from cellwright.terraform.process.command import Command\n"
        "from cellwright.terraform.process.process import start_command\n"
        "from cellwright.terraform.process.unit_lock import UnitLock\n"
        "folder = CommandFolder(Path(sys.argv[1]))\n"
        "command = Command(arguments=('/bin/sleep', '600'), cwd=Path('/'), environment={},\n"
        "                  folder=folder, label='plan r0')\n"
        "start_command(command, UnitLock.acquire(folder.lock))\n"
        "import os; os._exit(0)\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(request.folder.commands.path)],
        env=os.environ | {"PYTHONPATH": str(TESTS)},
        check=True,
    )
    assert is_locked(request.folder.commands.lock)

    assert recover(bench, request) is None

    assert not is_locked(request.folder.commands.lock)
    assert "ending a left-over plan r0" in request.log.read_text()


def test_recovering_a_unit_that_another_process_has(bench: Bench, stack: StackTree) -> None:
    request = bench.request(stack, plain(held=False))
    with bench.open(request), pytest.raises(UnitLockedError):
        recover(bench, request)


def test_many_units_at_once_leave_neither_orphan_nor_zombie(bench: Bench, tmp_path: Path) -> None:
    stack = write_tree(tmp_path / "s", {"main.tf": 'resource "terraform_data" "x" {\n}\n'})

    def one(number: int) -> int:
        request = bench.request(stack, run=f"r{number}")
        own = replace(request.folder, path=request.folder.path.with_name(f"app{number}"))
        request = replace(request, folder=own, address=replace(UNIT, stack=f"app{number}"))
        with bench.open(request) as unit:
            planned = unit.plan()
            assert planned.saved is not None
            return unit.apply(planned.saved).counts.add

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(8))) == 8
    assert zombies() == []
