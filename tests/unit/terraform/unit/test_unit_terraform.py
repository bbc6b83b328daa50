"""How a unit's Terraform handles failures: with a scripted program in the place of the binary."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity, error
from cellwright.model.runs.plan_options import PlanOptions
from cellwright.model.runs.progress import Phase
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.process.cancellation import StopLevel
from cellwright.terraform.process.unit_lock import UnitLock, UnitLockedError
from cellwright.terraform.toolchain import Limits
from cellwright.terraform.workspace.backend import BackendSettings
from unit.terraform.kit import Bench, ScriptedProgram, error_line, plain, write_tree
from unit.terraform.unit.kit import CHANGES, INIT, NOTHING, PLAN_JSON, THROTTLED, failure, saved_plan


def test_throttling_is_retried(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    program.write({"init": INIT, "plan": f"[ $n -gt 2 ] && exit 0; {THROTTLED}; exit 1"})

    with bench.open(bench.request(stack)) as unit:
        assert unit.plan().saved is None

    assert program.calls() == ["init", "plan", "plan", "plan"]
    assert bench.reporter.phases()[-2:] == [
        (Phase.PLANNING, "attempt 2: throttled"),
        (Phase.PLANNING, "attempt 3: throttled"),
    ]
    assert bench.reporter.diagnostics() == []  # a retried failure is not reported
    assert "attempt 3: throttled" in bench.request(stack).log.read_text()


def test_throttling_of_init_is_retried(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    program.write({"init": f"{INIT}; [ $n -gt 1 ] && exit 0; {THROTTLED}; exit 1"})

    with bench.open(bench.request(stack)) as unit:
        unit.init()

    assert program.calls() == ["init", "init"]


def test_a_program_that_leaves_nothing_out_of_a_plan_is_not_started(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    """A worker may have another program than the machine that has taken the run."""
    program.write({"init": INIT, "plan": ""})
    with bench.open(bench.request(stack)) as unit, pytest.raises(DiagnosticError, match="has no -exclude"):
        unit.plan(options=PlanOptions(excludes=("a.b",)))
    assert program.calls() == []


def test_a_held_lock_is_retried_and_then_reported(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    held = error_line("Error acquiring the state lock", "Lock Info:\\n  ID:  abc\\n  Who:  ann@laptop\\n")
    program.write({"init": INIT, "plan": f"{held}; exit 1"})

    found = failure(bench, stack)

    assert found.kind is FailureKind.LOCKED
    assert found.lock is not None
    assert (found.lock.id, found.lock.who) == ("abc", "ann@laptop")
    assert program.calls().count("plan") == bench.limits.retry.attempts


def test_an_apply_is_never_repeated(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    saved = saved_plan(bench, stack, program, apply=f"{THROTTLED}; exit 1")

    with bench.open(bench.request(stack)) as unit, pytest.raises(TerraformError) as caught:
        unit.apply(saved)

    assert caught.value.kind is FailureKind.THROTTLED
    assert program.calls().count("apply") == 1
    assert not saved.path.exists()
    assert [item.summary for item in bench.reporter.diagnostics()] == ["reading VPC"]


def test_init_is_repeated_once_if_terraform_asks_for_it(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    wants = error_line("Required plugins are not installed", "run: terraform init")
    program.write({"init": INIT, "plan": f"[ $n -gt 1 ] && exit 0; {wants}; exit 1"})
    with bench.open(bench.request(stack)) as unit:
        assert unit.plan().saved is None
    assert program.calls() == ["init", "plan", "init", "plan"]

    program.write({"init": INIT, "plan": f"{wants}; exit 1"})
    assert failure(bench, stack).kind is FailureKind.UNINITIALISED
    assert program.calls()[4:] == ["plan", "init", "plan"]


def test_killed(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    program.write({"init": INIT, "plan": "kill -9 $$"})

    found = failure(bench, stack)

    assert found.kind is FailureKind.KILLED
    assert "terraform plan was killed (exit code 137)" in str(found)
    assert program.calls() == ["init", "plan"]


def test_a_killed_apply_names_what_it_had_made(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    made = {"resource": {"addr": "a.b", "resource_type": "a", "resource_name": "b"}, "action": "create"}
    line = json.dumps({"type": "apply_complete", "@message": "", "hook": made})
    saved = saved_plan(bench, stack, program, apply=f"echo '{line}'; kill -9 $$")
    with bench.open(bench.request(stack)) as unit, pytest.raises(TerraformError) as caught:
        unit.apply(saved)
    assert [item.summary for item in caught.value.diagnostics] == [
        "terraform apply was killed (exit code 137)",
        "before it was killed it had made a.b",
    ]


def test_timed_out(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    bench.limits = replace(bench.limits, timeout=0.5)
    program.write({"init": INIT, "plan": "trap 'exit 1' INT; while :; do sleep 0.05; done"})

    found = failure(bench, stack)

    assert found.kind is FailureKind.TIMED_OUT
    assert "raise terraform.timeout" in found.diagnostics[0].detail


def test_interrupted_while_running(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    @dataclass
    class Interrupter:
        bench: Bench

        def report(self, progress: object) -> None:
            if "ResourceProgress" in type(progress).__name__:
                self.bench.cancellation.request(StopLevel.INTERRUPT)

    step = '{"type":"refresh_start","hook":{"resource":{"addr":"x"}}}'
    program.write({"init": INIT, "plan": f"trap 'exit 1' INT; echo '{step}'; while :; do sleep 0.05; done"})
    request = bench.request(stack)
    bench.reporter = Interrupter(bench)  # type: ignore[assignment]  # only `report` is called
    with bench.open(request) as unit, pytest.raises(TerraformError) as caught:
        unit.plan()

    assert caught.value.kind is FailureKind.INTERRUPTED


def test_nothing_starts_after_a_request_to_stop(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    bench.cancellation.request(StopLevel.INTERRUPT)

    found = failure(bench, stack)

    assert found.kind is FailureKind.INTERRUPTED
    assert "terraform init was not started" in str(found)
    assert not (program.folder / "calls").exists()


def test_output_that_cant_be_parsed(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    program.write(
        {"init": INIT, "plan": "echo panic: oh no; printf '{\"half'; echo stack trace >&2; exit 11"}
    )

    found = failure(bench, stack)

    assert found.diagnostics == (error("terraform plan failed with exit code 11", "stack trace"),)
    log = bench.request(stack).log.read_text()
    assert "panic: oh no" in log
    assert '{"half' in log
    assert "stack trace" in log


@pytest.mark.parametrize("answer", ["echo nonsense", ":", "echo '{}'", 'echo \'{"format_version": "9.0"}\''])
def test_a_plan_that_cant_be_read_is_not_kept(
    bench: Bench, stack: StackTree, program: ScriptedProgram, answer: str
) -> None:
    program.write({**CHANGES, "show": answer})

    with bench.open(bench.request(stack)) as unit, pytest.raises(DiagnosticError, match="Terraform's plan"):
        unit.plan()

    assert not list(bench.request(stack).folder.plans.iterdir())


def test_a_plan_that_was_not_written(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    program.write({"init": INIT, "plan": "exit 2", "show": f"echo '{PLAN_JSON}'"})

    with bench.open(bench.request(stack)) as unit, pytest.raises(DiagnosticError, match="can't be read"):
        unit.plan()


def test_a_program_that_is_gone(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    program.binary.path.unlink()

    assert "exit code 127" in str(failure(bench, stack))


def test_raw_output_is_removed_and_secrets_of_the_environment_are_masked(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    program.write(
        {"init": f"{INIT}; echo key $AWS_SECRET_ACCESS_KEY; echo $AWS_SECRET_ACCESS_KEY >&2; exit 1"}
    )
    request = bench.request(stack, environment={"AWS_SECRET_ACCESS_KEY": "long-canary-key"})

    with bench.open(request) as unit, pytest.raises(TerraformError) as caught:
        unit.init()

    assert "canary" not in str(caught.value)
    text = request.log.read_text()
    assert "key (sensitive value)" in text
    for path in bench.root.rglob("*"):
        assert path.is_dir() or b"canary" not in path.read_bytes(), path


def test_warnings_are_reported_with_success(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    warns = error_line("Deprecated").replace('"severity":"error"', '"severity":"warning"')
    program.write({"init": INIT, "plan": f"{warns}; {NOTHING}"})

    with bench.open(bench.request(stack)) as unit:
        result = unit.plan()

    assert result.warnings == (Diagnostic(Severity.WARNING, "Deprecated"),)
    assert bench.reporter.diagnostics() == list(result.warnings)


def test_a_unit_is_open_once(bench: Bench, stack: StackTree) -> None:
    request = bench.request(stack)
    with bench.open(request), pytest.raises(UnitLockedError):
        bench.open(request)
    bench.open(request).close()


def test_a_failure_to_open_frees_the_lock(bench: Bench, stack: StackTree) -> None:
    bad = bench.request(stack, backend=BackendSettings("local", {"path": 3}))
    with pytest.raises(DiagnosticError, match="is not text"):
        bench.open(bad)
    with pytest.raises(DiagnosticError, match="can't set TF_WORKSPACE"):
        bench.open(bench.request(stack, environment={"TF_WORKSPACE": "x"}))

    UnitLock.acquire(bad.folder.commands.lock).release()


def test_a_log_that_cant_be_written_stops_before_terraform_starts(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    request = bench.request(stack)
    request.log.parent.parent.mkdir(parents=True)
    request.log.parent.write_text("a file where a folder should be")

    with bench.open(request) as unit, pytest.raises(DiagnosticError, match=r"the log .* can't be written"):
        unit.plan()
    assert not (program.folder / "calls").exists()


def test_a_remote_state_is_pulled(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    state = '{"version": 4, "serial": 3, "lineage": "l", "outputs": {}, "resources": []}'
    program.write({"init": INIT, "state": f"echo '{state}'"})
    request = bench.request(stack, backend=BackendSettings("s3", {}))

    with bench.open(request) as unit:
        snapshot, mark = unit.state(), unit.mark()

    assert snapshot is not None
    assert mark == snapshot.mark
    assert program.calls() == ["init", "state", "state"]


def test_a_remote_state_that_is_not_there_yet(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    program.write({"init": INIT})

    with bench.open(bench.request(stack, backend=BackendSettings("s3", {}))) as unit:
        assert unit.state() is None
        assert unit.mark() is None


def test_force_unlock(bench: Bench, stack: StackTree, program: ScriptedProgram) -> None:
    program.write({"init": INIT, "force-unlock": "echo no such lock >&2; exit 1"})

    with bench.open(bench.request(stack)) as unit, pytest.raises(TerraformError, match="no such lock"):
        unit.force_unlock("abc")
    assert "force-unlock -force abc" in (program.folder / "calls").read_text()


def test_inputs_are_in_a_file_that_every_command_reads(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    program.write({"init": INIT})

    with bench.open(bench.request(stack, plain(name="acme"))) as unit:
        unit.plan()

        inputs = unit.workspace.values.inputs
    _, plan = (program.folder / "calls").read_text().splitlines()
    assert inputs.read_text() == 'name = "acme"\n'
    assert f"-lock-timeout={Limits().lock_timeout}s" in plan


def test_a_lock_file_of_the_other_product_is_said_not_to_bind(
    bench: Bench, tmp_path: Path, program: ScriptedProgram
) -> None:
    def entry(host: str, version: str) -> str:
        return f'provider "{host}/hashicorp/aws" {{\n  version = "{version}"\n}}\n'

    (tmp_path / "lock").write_text(entry("registry.terraform.io", "5.100.0"))
    stack = write_tree(
        tmp_path / "locked", {"main.tf": "", ".terraform.lock.hcl": entry("registry.opentofu.org", "5.99.0")}
    )
    program.write({"init": f"{INIT}; cp {tmp_path}/lock .terraform.lock.hcl"})

    with bench.open(bench.request(stack)) as unit:
        unit.init()
        notes = unit.initialisation.notes

    (found,) = bench.reporter.diagnostics()
    assert notes == (found,)
    assert found.summary == (
        "the stack's .terraform.lock.hcl pins registry.opentofu.org/hashicorp/aws 5.99.0, but terraform "
        "takes its providers from registry.terraform.io, and took 5.100.0"
    )
