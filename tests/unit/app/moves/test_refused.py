"""What a rename would lose is said of each unit once, and how one agrees to it."""

from dataclasses import replace

from cellwright.app.moves.preview import Lost, Preview
from cellwright.app.moves.rename_values import RenamePlan, RenameRequest
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import error
from cellwright.model.runs.plan import Action, PlanSummary, ResourceChange, ResourceCounts
from cellwright.model.runs.run import Outcome, UnitResult
from golden.cli import move_samples

APP, STORAGE = (UnitAddress("client", "globex", stack) for stack in ("app", "storage"))
REQUEST = RenameRequest(cell="client/acme", new="globex")


def losing(*lost: tuple[UnitAddress, str, Action], preview: Preview | None = None) -> RenamePlan:
    items = tuple(
        Lost(unit=unit, change=ResourceChange(name, action), keeping={"name": '"acme"'})
        for unit, name, action in lost
    )
    found = preview or Preview(plans={}, lost=())
    return replace(move_samples.RENAME, preview=replace(found, lost=items))


def test_losses_of_a_unit_are_named_together_with_one_way_to_keep_them() -> None:
    plan = losing(
        (APP, "aws_a.one", Action.REPLACE),
        (STORAGE, "aws_s3_bucket.this", Action.REPLACE),
        (APP, "aws_a.two", Action.REPLACE),
        (APP, "aws_a.three", Action.DELETE),
    )
    told = plan.refused(REQUEST, "agree below")
    assert [item.summary for item in told] == [
        f"the new name would replace 2 resources of {APP}: aws_a.one, aws_a.two",
        f"the new name would replace aws_s3_bucket.this of {STORAGE}",
        f"the new name would destroy aws_a.three of {APP}",
    ]
    assert 'to keep them: write `stacks: {app: {name: "acme"}}`' in told[0].detail
    assert all(item.detail.endswith("to have it done by the next apply: agree below") for item in told)
    assert "--allow-replace" in plan.refused(REQUEST)[0].detail


def test_what_policies_deny_has_a_plan() -> None:
    fault = error("aws_a.one is denied", "write an exception")
    failed = tuple(UnitResult(unit, Outcome.FAILED, diagnostics=(fault,)) for unit in (APP, STORAGE))
    made = PlanSummary(ResourceCounts(), (), (), applyable=True)
    told = losing(preview=Preview(plans={APP: made}, lost=(), failed=failed)).refused(REQUEST)
    assert [item.summary for item in told] == [
        f"policies deny the plan of {APP} under its new name",
        fault.summary,
        f"there is no plan of {STORAGE} under its new name",
        fault.summary,
    ]
