from pathlib import Path

import pytest

from cellwright.model.applied import NO_STATE, StateMark
from cellwright.terraform.planfile.prior import prior_mark
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from unit.terraform.planfile.plan_bytes import plan, plan_file

HEAD = {"version": 4, "terraform_version": "1.11.4"}


def test_the_version_of_the_state_stands_in_the_plan_file(tmp_path: Path) -> None:
    state = {**HEAD, "serial": 7, "lineage": "ours", "outputs": {}, "resources": []}
    assert prior_mark(plan_file(tmp_path / "plan", plan(), state=state)) == StateMark("ours", 7)


def test_a_plan_for_no_state_says_so(tmp_path: Path) -> None:
    state = {**HEAD, "serial": 0, "lineage": "", "outputs": {}, "resources": []}
    assert prior_mark(plan_file(tmp_path / "plan", plan(), state=state)) == NO_STATE


@pytest.mark.parametrize("content", [b"", b"an encrypted plan", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_readable_plan_tells_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan"
    path.write_bytes(content)
    with pytest.raises(UnreadablePlanError):
        prior_mark(path)


def test_a_state_in_another_form_tells_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePlanError, match="another way"):
        prior_mark(plan_file(tmp_path / "plan", plan(), state={"version": 5, "identity": "x"}))
