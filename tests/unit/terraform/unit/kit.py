"""What the tests of one unit's commands share: answers of a stand-in for Terraform."""

import pytest

from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.output.failure import TerraformError
from cellwright.terraform.output.results import SavedPlanFile
from unit.terraform.kit import Bench, ScriptedProgram, error_line

INIT = "mkdir -p .terraform"
VERSION = """echo '{"type":"version","@message":"Terraform 1.11.4"}'"""
NOTHING = "exit 0"
THROTTLED = error_line("reading VPC", "api error Throttling: Rate exceeded")
PLAN_JSON = '{"format_version": "1.2", "applyable": true}'
CHANGES = {"init": INIT, "plan": "for a; do case $a in -out=*) echo plan >${a#-out=};; esac; done; exit 2"}


def saved_plan(bench: Bench, stack: StackTree, program: ScriptedProgram, **more: str) -> SavedPlanFile:
    program.write({**CHANGES, "show": f"echo '{PLAN_JSON}'", **more})
    with bench.open(bench.request(stack)) as unit:
        found = unit.plan().saved
    assert found is not None
    return found


def failure(bench: Bench, stack: StackTree) -> TerraformError:
    with bench.open(bench.request(stack)) as unit, pytest.raises(TerraformError) as caught:
        unit.plan()
    return caught.value
