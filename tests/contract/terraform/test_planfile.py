"""The reader of plan files against `show -json` of the real binary: all that it reads is the same."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.failure import TerraformError
from cellwright.terraform.output.plans.plan_document import PlanDocument
from cellwright.terraform.output.plans.plan_reader import parse_plan
from cellwright.terraform.planfile.reader import PlanFileRequest, read_plan_file
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.unit.unit_terraform import UnitTerraform
from contract.terraform.removed_blocks import as_removed
from plan_comparison import assert_same
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

STACKS = Path(__file__).parent / "plan_stacks"


def files_of(name: str) -> dict[str, str]:
    """A stack of this folder."""
    folder = STACKS / name
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.tf"))}


@dataclass
class Comparison:
    """A unit whose plans are read from their files and shown by the binary."""

    bench: Bench
    folder: Path
    step: int = 0
    tree: StackTree | None = None

    def stack(self, files: Mapping[str, str]) -> None:
        """Go on with another source, in the same state."""
        self.step += 1
        self.tree = write_tree(self.folder / f"stack-{self.step}", files)

    def open(self) -> UnitTerraform:
        assert self.tree is not None
        return self.bench.open(self.bench.request(self.tree, run=f"r{self.step}"))

    def equal(self, *options: str, apply: bool = False) -> dict[str, Any]:
        """Plan, compare, and give what `show` says."""
        with self.open() as unit:
            unit.init()
            path = self.folder / "compared.tfplan"
            unit.runner.stream(("plan", "-json", "-input=false", f"-out={path}", *options), {})
            shown = shown_plan(unit, path)
            assert_same(read_file(unit, path), PlanDocument(shown))
            if apply:
                unit.runner.stream(("apply", "-json", "-input=false", str(path)), {})
            return shown

    def refused(self, *options: str) -> str:
        """Plan, and tell why the plan can't be read from its file; `show` must be able to."""
        with self.open() as unit:
            unit.init()
            path = self.folder / "compared.tfplan"
            unit.runner.stream(("plan", "-json", "-input=false", f"-out={path}", *options), {})
            shown_plan(unit, path)
            with pytest.raises(UnreadablePlanError) as caught:
                read_file(unit, path)
            return str(caught.value)


def read_file(unit: UnitTerraform, path: Path) -> PlanDocument:
    request = PlanFileRequest(
        path=path,
        binary=unit.monitor.toolchain.binary,
        parts=frozenset(),
        sensitive_variables=frozenset(),
        masked_variables=frozenset(),
    )
    return read_plan_file(request)


def shown_plan(unit: UnitTerraform, path: Path) -> dict[str, Any]:
    return dict(parse_plan(unit.runner.document(("show", "-json", str(path)))))


@pytest.fixture(autouse=True)
def plans_are_compared() -> None:
    """Here by the tests themselves, so that it is seen which commands were started."""


@pytest.fixture
def comparison(bench: Bench, tmp_path: Path) -> Comparison:
    return Comparison(bench, tmp_path)


def test_values_of_every_shape(comparison: Comparison) -> None:
    comparison.stack(files_of("shapes"))
    shown = comparison.equal(apply=True)
    assert len(shown["resource_changes"]) > 20

    comparison.equal()
    comparison.equal("-destroy")


def test_changes_of_every_kind(comparison: Comparison) -> None:
    before = files_of("before")
    comparison.stack(before)
    comparison.equal(apply=True)
    with comparison.open() as unit:
        unit.runner.document(("taint", "terraform_data.broken"))
    # It leaves an object that is to be destroyed, and a tainted resource.
    main = before["main.tf"].replace("replace = 1", "replace = 2").replace('"true"', '"false"')
    comparison.stack({**before, "main.tf": main})
    with pytest.raises(TerraformError):
        comparison.equal("-target=terraform_data.follower", apply=True)

    after = files_of("after")
    comparison.stack({**after, "main.tf": as_removed(after["main.tf"], comparison.bench.binary)})
    shown = comparison.equal("-replace=terraform_data.same")

    changes = shown["resource_changes"]
    assert {tuple(item["change"]["actions"]) for item in changes} == {
        ("no-op",),
        ("create",),
        ("update",),
        ("delete",),
        ("delete", "create"),
        ("create", "delete"),
        ("forget",),
    }
    assert {item["action_reason"] for item in changes if "action_reason" in item} >= {
        "replace_because_tainted",
        "replace_by_request",
        "replace_because_cannot_update",
        "delete_because_no_resource_config",
        "delete_because_count_index",
        "delete_because_each_key",
    }
    assert any("deposed" in item for item in changes)
    assert any("importing" in item["change"] for item in changes)
    assert any("previous_address" in item for item in changes)

    assert comparison.equal("-refresh-only")["resource_drift"]
    comparison.equal("-destroy")
    comparison.equal(apply=True)
    comparison.equal()


def test_what_a_plan_keeps_for_the_apply(comparison: Comparison) -> None:
    """Names of ephemeral variables, and digests of what providers' functions gave."""
    binary = comparison.bench.binary
    ephemeral = Version("1.11" if binary.product == "tofu" else "1.10")
    if binary.product == "tofu" and binary.version < Version("1.10"):
        pytest.skip(f"{binary} has no function in its own provider, and panics when asked for one")
    has = binary.version.release >= ephemeral.release
    comparison.stack(files_of("ephemeral") if has else files_of("function"))
    comparison.equal(*(["-var=once=hunter2hunter2"] if has else []), apply=not has)


def test_a_data_source_is_left_to_the_binary(comparison: Comparison) -> None:
    comparison.stack(files_of("data"))
    assert comparison.refused() == "the address of something else than a managed resource"


@pytest.mark.parametrize("binary", ["tofu"], indirect=True)
def test_an_encrypted_plan_is_left_to_the_binary(comparison: Comparison) -> None:
    comparison.stack(files_of("encrypted"))
    assert comparison.refused() == "an encrypted plan, or a file that is no plan"


def test_a_plan_is_read_without_another_process_where_nobody_looks_at_all_of_it(
    bench: Bench, tmp_path: Path
) -> None:
    stack = write_tree(tmp_path / "stack", {"main.tf": 'resource "terraform_data" "x" { input = "acme" }\n'})
    request = replace(bench.request(stack), plan_parts=frozenset(["resource_changes"]))
    with bench.open(request) as unit:
        planned = unit.plan()

    assert planned.document is not None
    assert planned.document.parts["resource_changes"][0]["change"]["after"] == {
        "input": "acme",
        "triggers_replace": None,
    }
    assert "show" not in request.log.read_text()


def test_a_plan_that_is_not_known_exactly_is_shown_by_the_binary(bench: Bench, tmp_path: Path) -> None:
    other = """
      variable "secret" {
        default   = "hunter2hunter2"
        sensitive = true
      }
      output "repeated" { value = nonsensitive(var.secret) }
    """
    stack = write_tree(tmp_path / "secret", {"main.tf": other})
    request = replace(bench.request(stack), plan_parts=frozenset(), sensitive_variables=frozenset(["secret"]))
    with bench.open(request) as unit:
        planned = unit.plan()

    assert planned.document is not None
    assert planned.document.parts["configuration"]
    log = request.log.read_text()
    assert "the plan is read by `show`: a sensitive variable that is not set here" in log
    assert "show -json" in log
