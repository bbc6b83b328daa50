from dataclasses import replace
from typing import Any

import pytest

from cellwright.engine.unit.planned import from_json, plan_digest, to_json
from cellwright.model.applied import StateMark
from cellwright.model.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts
from cellwright.planning.digest import Digester
from unit.engine.kit import APP, DIGESTER, make_planned

DOCUMENT: dict[str, Any] = {
    "format_version": "1.2",
    "timestamp": "2026-11-22T21:48:12Z",
    "planned_values": {"root_module": {"resources": [{"address": "a.b", "values": {"text": "x" * 600}}]}},
    "resource_changes": [{"address": "a.b", "change": {"actions": ["create"], "after": {"text": "x" * 600}}}],
}


@pytest.mark.parametrize("state", [None, StateMark("lineage", 7)])
def test_it_comes_back_as_it_was_written_down(state: StateMark | None) -> None:
    change = ResourceChange("a.b", Action.REPLACE, (AttributeChange("name", "x", "(sensitive)"),))
    summary = PlanSummary(ResourceCounts(1, 2, 3, 4), (change,), ("arn",), applyable=True)
    planned = replace(make_planned(APP), state=state, summary=summary)
    assert from_json(planned.part, to_json(planned)) == planned


def test_when_a_plan_was_made_is_no_part_of_its_digest() -> None:
    again = {**DOCUMENT, "timestamp": "2026-11-23T00:00:00Z"}
    assert plan_digest(DOCUMENT, DIGESTER) == plan_digest(again, DIGESTER)
    assert plan_digest(DOCUMENT, DIGESTER) == plan_digest(dict(reversed(DOCUMENT.items())), DIGESTER)


def test_everything_else_is_where_a_summary_would_cut_it_off_too() -> None:
    values = {"root_module": {"resources": [{"address": "a.b", "values": {"text": "x" * 599 + "y"}}]}}
    assert plan_digest({**DOCUMENT, "planned_values": values}, DIGESTER) != plan_digest(DOCUMENT, DIGESTER)
    assert plan_digest({**DOCUMENT, "more": None}, DIGESTER) != plan_digest(DOCUMENT, DIGESTER)


def test_nobody_can_test_guesses_at_a_plan_s_secrets_without_the_key() -> None:
    assert plan_digest(DOCUMENT, DIGESTER) != plan_digest(DOCUMENT, Digester(b"o" * 32))
