"""The providers of a unit: their environment, and when an apply is repeated for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.failure import TerraformError
from cellwright.terraform.type_schemas import TypeSchemas
from cellwright.terraform.unit.runner import DATA_FOLDER
from cellwright.terraform.workspace.workspace import Workspace
from unit.terraform.kit import Bench, ScriptedProgram, error_line
from unit.terraform.unit.kit import INIT, VERSION, failure, saved_plan


@dataclass
class Relay:
    """Providers that can fall back to a direct start."""

    yields: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)

    def environment_for(self, workspace: Workspace, command: str) -> Mapping[str, str]:
        self.asked.append((command, workspace.module.name))
        return {"TF_REATTACH_PROVIDERS": f"{{{len(self.asked)}}}"}

    def schemas(self, workspace: Workspace, types: frozenset[str]) -> Mapping[str, TypeSchemas]:  # noqa: ARG002  as asked
        return {}

    def fall_back(self, workspace: Workspace, command: str, diagnostics: Sequence[Diagnostic]) -> bool:
        assert workspace.module.is_dir()
        assert diagnostics
        self.asked.append((command, "gave way"))
        return self.yields

    def summary(self, address: UnitAddress) -> str | None:
        return f"asked {len(self.asked)} times for {address}"


def test_an_apply_that_has_begun_nothing_is_repeated_once_if_the_providers_ask_for_it(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    odd = error_line("odd")
    saved = saved_plan(bench, stack, program, apply=f"[ $n -gt 1 ] && exit 0; {VERSION}; {odd}; exit 1")
    bench.providers = Relay()

    with bench.open(bench.request(stack)) as unit:
        unit.apply(saved)

    assert program.calls().count("apply") == 2
    assert not saved.path.exists()
    assert "nothing was begun" in bench.request(stack).log.read_text()


@pytest.mark.parametrize(
    "line",
    [
        '{"type":"apply_start","hook":{"resource":{"addr":"a.b"},"action":"create"}}',
        '{"type":"action_start","@message":"x"}',
        '{"type":"something_new","@message":"x"}',
        "panic: runtime error",
    ],
)
def test_an_apply_that_may_have_begun_is_not_repeated(
    bench: Bench, stack: StackTree, program: ScriptedProgram, line: str
) -> None:
    saved = saved_plan(bench, stack, program, apply=f"echo '{line}'; {error_line('odd')}; exit 1")
    relay = bench.providers = Relay()

    with bench.open(bench.request(stack)) as unit, pytest.raises(TerraformError):
        unit.apply(saved)

    assert program.calls().count("apply") == 1
    assert ("apply", "gave way") not in relay.asked


def test_an_apply_that_the_providers_did_not_fail_is_not_repeated(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    saved = saved_plan(bench, stack, program, apply=f"{error_line('odd')}; exit 1")
    bench.providers = Relay(yields=False)

    with bench.open(bench.request(stack)) as unit, pytest.raises(TerraformError):
        unit.apply(saved)

    assert program.calls().count("apply") == 1


def test_a_log_ends_with_the_summary_of_the_providers(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    program.write({"init": INIT, "plan": "exit 0"})
    bench.providers = Relay()
    request = bench.request(stack)
    with bench.open(request) as unit:
        unit.plan()
    assert request.log.read_text().splitlines()[-1].endswith(f"for {request.address}")


def test_the_providers_environment_is_added_to_every_command(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    relay = Relay()
    bench.providers = relay
    program.write(
        {
            "init": INIT,
            "plan": f"echo $TF_REATTACH_PROVIDERS; [ $n -gt 1 ] && exit 0; {error_line('odd')}; exit 1",
        }
    )

    with bench.open(bench.request(stack)) as unit:
        assert unit.plan().saved is None

    assert relay.asked == [("init", "source"), ("plan", "source"), ("plan", "gave way"), ("plan", "source")]
    assert "{4}" in bench.request(stack).log.read_text()


def test_a_command_with_another_data_folder_reaches_its_providers_by_itself(
    bench: Bench, stack: StackTree, program: ScriptedProgram, tmp_path: Path
) -> None:
    relay = Relay()
    bench.providers = relay
    program.write({"init": "echo between=$TF_REATTACH_PROVIDERS; exit 0"})

    with bench.open(bench.request(stack)) as unit:
        unit.runner.stream(("init", "-json"), {DATA_FOLDER: str(tmp_path / "scratch")})
    assert relay.asked == []
    assert "between=\n" in bench.request(stack).log.read_text()


def test_providers_that_are_not_the_cause_change_nothing(
    bench: Bench, stack: StackTree, program: ScriptedProgram
) -> None:
    bench.providers = Relay(yields=False)
    program.write({"init": INIT, "plan": f"{error_line('odd')}; exit 1"})

    assert failure(bench, stack).diagnostics == (error("odd"),)
    assert program.calls() == ["init", "plan"]
