from dataclasses import replace

import pytest

from cellwright.engine.unit.planned import from_json, plan_digest, to_json
from cellwright.model.applied import StateMark
from cellwright.model.runs.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts
from cellwright.planning.digest import Digester
from unit.engine.kit import APP, DIGESTER, make_planned

CHANGE = ResourceChange("a.b", Action.REPLACE, (AttributeChange("name", "x", "(sensitive)"),))
SUMMARY = PlanSummary(ResourceCounts(1, 2, 3, 4), (CHANGE,), ("arn",), applyable=True)


@pytest.mark.parametrize("state", [None, StateMark("lineage", 7)])
def test_it_comes_back_as_it_was_written_down(state: StateMark | None) -> None:
    planned = replace(make_planned(APP), state=state, summary=SUMMARY)
    assert from_json(planned.part, to_json(planned)) == planned


def test_another_file_or_another_view_of_it_is_another_plan() -> None:
    first = plan_digest("ab", SUMMARY, DIGESTER)
    assert plan_digest("ab", replace(SUMMARY), DIGESTER) == first
    assert plan_digest("ac", SUMMARY, DIGESTER) != first
    assert plan_digest("ab", replace(SUMMARY, outputs=()), DIGESTER) != first


def test_nobody_can_make_the_digest_of_another_file_without_the_key() -> None:
    assert plan_digest("ab", SUMMARY, DIGESTER) != plan_digest("ab", SUMMARY, Digester(b"o" * 32))
