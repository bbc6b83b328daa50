"""Resources that leave the program's care while their real objects stay."""

from pathlib import Path

import pytest
from packaging.version import Version

from cellwright.model.runs.plan import Action, ResourceCounts
from cellwright.stacks.source.tree import StackTree
from contract.terraform.removed_blocks import as_removed
from unit.terraform.kit import Bench, write_tree

pytestmark = pytest.mark.terraform

BOTH = """
resource "terraform_data" "left" {}
resource "terraform_data" "stays" {}
"""
REMOVED = """
removed {
  from = terraform_data.left
  lifecycle {
    destroy = false
  }
}
resource "terraform_data" "stays" {}
"""
KEPT = """
resource "terraform_data" "kept" {
  triggers_replace = "1"
  lifecycle {
    destroy = false
  }
}
resource "terraform_data" "optional" {
  lifecycle {
    enabled = true
  }
}
"""


def run(bench: Bench, stack: StackTree, *, destroy: bool = False) -> tuple[list[Action], ResourceCounts]:
    """Plan and apply; give what was planned and what was done, and hold the one against the other."""
    with bench.open(bench.request(stack)) as unit:
        planned = unit.plan(destroy=destroy)
        assert planned.saved is not None
        applied = unit.apply(planned.saved)
        assert unit.plan(destroy=destroy).saved is None
    assert applied.counts == planned.summary.counts
    return [item.action for item in planned.summary.resources], applied.counts


def test_a_resource_that_is_removed_without_being_destroyed(bench: Bench, tmp_path: Path) -> None:
    run(bench, write_tree(tmp_path / "before", {"main.tf": BOTH}))

    removed = as_removed(REMOVED, bench.binary)
    done = run(bench, write_tree(tmp_path / "after", {"main.tf": removed}))

    assert done == ([Action.FORGET], ResourceCounts(forget=1))


def test_a_resource_that_says_itself_that_it_stays(bench: Bench, tmp_path: Path) -> None:
    if bench.binary.product != "tofu" or bench.binary.version < Version("1.12.0.dev0"):
        pytest.skip("only OpenTofu has it, since 1.12")
    run(bench, write_tree(tmp_path / "before", {"main.tf": KEPT}))
    changed = KEPT.replace('"1"', '"2"').replace("enabled = true", "enabled = false")
    after = write_tree(tmp_path / "after", {"main.tf": changed})

    actions, counts = run(bench, after)
    assert sorted(action.value for action in actions) == ["delete", "forget-create"]
    assert counts == ResourceCounts(add=1, destroy=1, forget=1)

    # A destroy that keeps something has done what the stack says: that is no failure.
    assert run(bench, after, destroy=True) == ([Action.FORGET], ResourceCounts(forget=1))
