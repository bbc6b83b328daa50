"""`UnitTerraform` on the real binary with its built-in provider."""

import json
from pathlib import Path

import pytest

from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.model.runs.plan import Action, ResourceCounts
from cellwright.model.runs.progress import Phase
from cellwright.model.value import Json
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.output.results import PlanResult
from cellwright.terraform.output.states.state_reader import parse_state
from cellwright.terraform.unit.state_locking import held_lock
from cellwright.terraform.workspace.backend import BackendSettings
from e2e.kit.state_server import state_server
from unit.terraform.kit import Bench, plain, write_tree

pytestmark = pytest.mark.terraform

STACK = """
variable "name" {
  type = string
}

resource "terraform_data" "x" {
  input = var.name
}

output "name" {
  value = terraform_data.x.output
}
"""


@pytest.fixture
def stack(tmp_path: Path) -> StackTree:
    return write_tree(tmp_path / "stack", {"main.tf": STACK})


def plan(bench: Bench, stack: StackTree, name: str, run: str = "r1") -> PlanResult:
    with bench.open(bench.request(stack, plain(name=name), run=run)) as unit:
        return unit.plan()


def apply(bench: Bench, stack: StackTree, name: str, run: str = "r1") -> ResourceCounts:
    with bench.open(bench.request(stack, plain(name=name), run=run)) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        return unit.apply(planned.saved).counts


def test_from_nothing_to_applied_and_back(bench: Bench, stack: StackTree) -> None:
    request = bench.request(stack, plain(name="acme"))
    with bench.open(request) as unit:
        assert unit.mark() is None
        assert unit.state() is None
        planned = unit.plan()
        assert planned.saved is not None
        assert planned.summary.counts == ResourceCounts(add=1)
        assert planned.summary.outputs == ("name",)
        assert planned.document is not None
        assert unit.apply(planned.saved).counts == ResourceCounts(add=1)
        state = unit.state()
        assert state is not None
        assert state.outputs["name"].value == "acme"
        assert unit.mark() == state.mark
        ran = unit.monitor.toolchain.binary.identity
        assert state.writer in (ran, ran._replace(product=None))
        pulled = parse_state(unit.pulled(), "the state")
        assert pulled is not None
        assert pulled.mark == state.mark

        gone = unit.plan(destroy=True)
        assert gone.saved is not None
        assert [item.action for item in gone.summary.resources] == [Action.DELETE]
        assert unit.apply(gone.saved).counts == ResourceCounts(destroy=1)
        after = unit.state()
        assert after is not None
        assert (after.resources, dict(after.outputs)) == (0, {})


def test_nothing_to_do_is_known_without_reading_a_plan(bench: Bench, stack: StackTree) -> None:
    apply(bench, stack, "acme")

    result = plan(bench, stack, "acme", "r2")

    assert (result.saved, result.document) == (None, None)
    assert not result.summary.applyable
    log = bench.request(stack, run="r2").log.read_text()
    assert "terraform show" not in log
    assert "init" not in log
    assert not list((bench.request(stack).folder.plans).iterdir())


def test_init_runs_again_only_for_another_source_or_backend(bench: Bench, stack: StackTree) -> None:
    def phases(request_stack: StackTree, run: str, backend: BackendSettings | None = None) -> list[Phase]:
        bench.reporter.seen.clear()
        request = bench.request(request_stack, plain(name="acme"), run=run, backend=backend)
        with bench.open(request) as unit:
            unit.init()
        return [phase for phase, _ in bench.reporter.phases()]

    assert phases(stack, "r1") == [Phase.INITIALISING]
    assert phases(stack, "r2") == []
    other = write_tree(stack.folder, {"main.tf": STACK, "more.tf": "locals {}\n"})
    assert phases(other, "r3") == [Phase.INITIALISING]
    assert phases(other, "r4") == []


def test_outputs_alone_are_a_change(bench: Bench, tmp_path: Path) -> None:
    first = write_tree(tmp_path / "one", {"main.tf": 'output "a" {\n  value = 1\n}\n'})
    second = write_tree(tmp_path / "two", {"main.tf": 'output "a" {\n  value = 2\n}\n'})
    for tree, run in ((first, "r1"), (second, "r2")):
        with bench.open(bench.request(tree, run=run)) as unit:
            result = unit.plan()
            assert result.saved is not None
            assert (result.summary.counts.total, result.summary.outputs) == (0, ("a",))
            unit.apply(result.saved)


def test_progress_is_reported_as_it_happens(bench: Bench, stack: StackTree) -> None:
    apply(bench, stack, "acme")

    assert [phase for phase, _ in bench.reporter.phases()] == [
        Phase.INITIALISING,
        Phase.PLANNING,
        Phase.APPLYING,
    ]
    assert bench.reporter.resources() == [
        ("terraform_data.x", "create", "started"),
        ("terraform_data.x", "create", "done"),
    ]


def test_a_replacement_counts_once_when_applied(bench: Bench, tmp_path: Path) -> None:
    stack = write_tree(
        tmp_path / "s",
        {"main.tf": STACK.replace("input = var.name", "input = var.name\n  triggers_replace = var.name")},
    )
    apply(bench, stack, "one")

    assert apply(bench, stack, "two", "r2") == ResourceCounts(replace=1)


def test_all_files_are_private_and_the_source_is_untouched(bench: Bench, stack: StackTree) -> None:
    before = {path: path.read_bytes() for path in stack.folder.rglob("*")}

    apply(bench, stack, "acme")

    unit = next(bench.root.rglob("source.json")).parent
    copies = {unit / "source", *(unit / "source" / path.relative_to(stack.folder) for path in before)}
    assert unit.stat().st_mode & 0o777 == 0o700  # so the copies in it are closed to others as well
    for path in {*(bench.root / ".cellwright").rglob("*")} - copies:
        assert not path.stat().st_mode & 0o077, path
    assert {path: path.read_bytes() for path in stack.folder.rglob("*")} == before


def test_errors_name_the_source_file(bench: Bench) -> None:
    stack = write_tree(
        bench.root / "stacks",
        {
            "app/main.tf": 'module "m" {\n  source = "../shared"\n}\n',
            "shared/main.tf": 'resource "terraform_data" "x" {\n  input = var.nope\n}\n',
        },
        module="app",
    )

    with bench.open(bench.request(stack)) as unit, pytest.raises(TerraformError) as caught:
        unit.plan()

    (found,) = caught.value.diagnostics
    assert caught.value.kind is FailureKind.ERROR
    assert found.position == Position("stacks/shared/main.tf", 2, 11)
    assert found.summary == "Reference to undeclared input variable"
    assert bench.reporter.diagnostics() == [found]
    assert "stacks/shared/main.tf:2:11" in bench.request(stack).log.read_text()


def test_source_that_does_not_parse(bench: Bench) -> None:
    stack = write_tree(bench.root / "s", {"main.tf": 'resource "terraform_data" "x" {\n  input = [\n}\n'})

    with bench.open(bench.request(stack)) as unit, pytest.raises(TerraformError) as caught:
        unit.init()

    assert [str(item.position) for item in caught.value.diagnostics] == ["s/main.tf:3:1"]


def test_a_failed_apply_says_what_was_done_and_keeps_no_plan(bench: Bench, tmp_path: Path) -> None:
    stack = write_tree(
        tmp_path / "s",
        {
            "main.tf": (
                'resource "terraform_data" "good" {\n}\n'
                'resource "terraform_data" "bad" {\n  depends_on = [terraform_data.good]\n'
                '  provisioner "local-exec" {\n    command = "echo why; exit 3"\n  }\n}\n'
            )
        },
    )
    with bench.open(bench.request(stack)) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        with pytest.raises(TerraformError, match="local-exec provisioner error") as caught:
            unit.apply(planned.saved)

    assert caught.value.counts == ResourceCounts(add=1)
    assert not planned.saved.path.exists()
    assert ("terraform_data.bad", "create", "errored") in bench.reporter.resources()


def test_only_the_plan_that_was_shown_is_applied(bench: Bench, stack: StackTree) -> None:
    with bench.open(bench.request(stack, plain(name="acme"))) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        content = planned.saved.path.read_bytes()
        planned.saved.path.write_bytes(content + b"x")
        with pytest.raises(DiagnosticError, match="is not the plan that was shown"):
            unit.apply(planned.saved)
        planned.saved.discard()
        with pytest.raises(DiagnosticError, match="can't be read"):
            unit.apply(planned.saved)
        assert unit.state() is None


def test_an_outdated_plan_is_refused_by_terraform(bench: Bench, stack: StackTree) -> None:
    with bench.open(bench.request(stack, plain(name="one"))) as unit:
        first = unit.plan()
    with bench.open(bench.request(stack, plain(name="two"), run="r2")) as unit:
        second = unit.plan()
        assert first.saved is not None
        assert second.saved is not None
        unit.apply(second.saved)
        with pytest.raises(TerraformError, match="Saved plan is stale"):
            unit.apply(first.saved)


def test_a_stacks_own_backend_is_replaced(bench: Bench, tmp_path: Path) -> None:
    stack = write_tree(
        tmp_path / "s",
        {
            "main.tf": STACK
            + 'terraform {\n  backend "http" {\n    address = "http://127.0.0.1:1"\n  }\n}\n',
            "other_override.tf": 'terraform {\n  backend "local" {\n    path = "stray.tfstate"\n  }\n}\n',
        },
    )

    apply(bench, stack, "acme")

    assert (bench.root / ".cellwright/states/client/acme/app.tfstate").exists()
    assert not list(bench.root.rglob("stray*"))


def test_settings_of_the_backend_are_literal(bench: Bench, stack: StackTree) -> None:
    backend = BackendSettings("local", {"path": "odd ${x} %{y}/s.tfstate"})
    with bench.open(bench.request(stack, plain(name="acme"), backend=backend)) as unit:
        planned = unit.plan()
        assert planned.saved is not None
        unit.apply(planned.saved)
        assert unit.mark() is not None

    assert (bench.root / "odd ${x} %{y}" / "s.tfstate").exists()


def test_a_backend_that_cant_be_reached(bench: Bench, stack: StackTree) -> None:
    config: dict[str, Json] = {
        "address": "http://127.0.0.1:1/state",
        "retry_max": 0,
        "password": "pass-canary",
    }
    request = bench.request(stack, plain(name="acme"), backend=BackendSettings("http", config))

    with bench.open(request) as unit, pytest.raises(TerraformError, match="connection refused"):
        unit.plan()
    with bench.open(request) as unit, pytest.raises(TerraformError, match="connection refused"):
        unit.mark()
    assert "pass-canary" not in request.log.read_text()


def test_a_server_that_fails_when_it_is_asked_for_the_lock_is_asked_again(
    bench: Bench, stack: StackTree
) -> None:
    """Neither program waits for it, nor says which code it answered."""
    with state_server() as server:
        address = f"http://127.0.0.1:{server.port}/app"
        places: dict[str, Json] = {"address": address, "lock_address": address, "unlock_address": address}
        request = bench.request(
            stack, plain(name="acme"), backend=BackendSettings("http", {**places, "retry_max": 0})
        )
        with bench.open(request) as unit:
            server.lockless = 2
            planned = unit.plan()
            assert planned.saved is not None
            server.lockless = 1
            assert unit.apply(planned.saved).counts == ResourceCounts(add=1)
            server.lockless = 99
            with pytest.raises(TerraformError) as caught:
                unit.plan()
            with pytest.raises(TerraformError, match="could not be asked for"):
                held_lock(unit)
        asked = 99 - server.lockless

    why = "its lock could not be asked for: the server answered 429 or 5xx, trying again"
    assert f"attempt 3: {why}" in request.log.read_text()
    assert {(Phase.PLANNING, f"attempt 3: {why}"), (Phase.APPLYING, f"attempt 2: {why}")} <= set(
        bench.reporter.phases()
    )
    assert "nobody is known to hold it" in caught.value.diagnostics[0].detail
    assert asked == 2 * bench.limits.retry.attempts + 1, "the last one by what looks for a lock"


def test_a_backend_that_does_not_exist(bench: Bench, stack: StackTree) -> None:
    request = bench.request(stack, plain(name="acme"), backend=BackendSettings("flying", {}))

    with bench.open(request) as unit, pytest.raises(TerraformError, match="flying"):
        unit.init()


def test_a_missing_provider_is_named(bench: Bench, tmp_path: Path) -> None:
    source = "registry.example.invalid/acme/gone"
    stack = write_tree(
        tmp_path / "s",
        {
            "main.tf": (
                f'terraform {{\n  required_providers {{\n    gone = {{\n      source  = "{source}"\n'
                '      version = "~> 5.0"\n    }\n  }\n}\n\nprovider "gone" {}\n'
            )
        },
    )

    with bench.open(bench.request(stack)) as unit, pytest.raises(TerraformError) as caught:
        unit.plan()

    assert f"the provider {source} ~> 5.0 can't be installed" in caught.value.diagnostics[0].summary


def test_a_required_version_that_is_not_met(bench: Bench, tmp_path: Path) -> None:
    # OpenTofu heeds it in its own files only.
    name = "main.tofu" if bench.binary.product == "tofu" else "main.tf"
    stack = write_tree(tmp_path / "s", {name: 'terraform {\n  required_version = "< 0.12"\n}\n'})

    with bench.open(bench.request(stack)) as unit, pytest.raises(TerraformError, match=r"(?i)version"):
        unit.init()


def test_a_state_that_another_process_wrote_is_noticed(bench: Bench, stack: StackTree) -> None:
    apply(bench, stack, "acme")
    path = bench.root / ".cellwright/states/client/acme/app.tfstate"
    state = json.loads(path.read_text())
    path.write_text(json.dumps({**state, "serial": state["serial"] + 5}))

    with bench.open(bench.request(stack, plain(name="acme"))) as unit:
        assert unit.mark() == StateMark(state["lineage"], state["serial"] + 5)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"version": 4', "is not a Terraform state"),
        ('{"version": "4"}', "is not a Terraform state"),
        ('{"version": 9, "serial": 9, "lineage": "x"}', "is a state of version 9"),
    ],
)
def test_a_damaged_state_is_an_error_not_a_new_state_nor_a_lock(
    bench: Bench, stack: StackTree, content: str, told: str
) -> None:
    apply(bench, stack, "acme")
    (bench.root / ".cellwright/states/client/acme/app.tfstate").write_text(content)

    with bench.open(bench.request(stack, plain(name="acme"))) as unit:
        with pytest.raises(TerraformError) as caught:
            unit.plan()
        with pytest.raises(DiagnosticError, match=told):
            unit.mark()
    assert caught.value.kind is not FailureKind.LOCKED
    assert not any(note.startswith("attempt") for _, note in bench.reporter.phases())


def test_a_working_folder_that_lost_its_providers_initialises_itself_again(
    bench: Bench, stack: StackTree
) -> None:
    apply(bench, stack, "acme")
    backend_memory = bench.request(stack).folder.source / ".terraform" / "terraform.tfstate"
    backend_memory.unlink()

    assert plan(bench, stack, "acme", "r2").saved is None
