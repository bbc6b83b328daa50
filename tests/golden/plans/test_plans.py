"""Real plans, and what we read in them. `record.py` beside this makes the files anew."""

import json
from pathlib import Path
from typing import Any

import pytest

from cellwright.terraform.output.plans.plan_reader import parse_plan, summarise_plan
from golden.cli.plan_samples import DOCUMENT, SECRET, SUMMARY
from golden.plans.record import as_json

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/plan.json"))


def plan(case: Path) -> dict[str, Any]:
    return dict(parse_plan((case / "plan.json").read_bytes()))


def test_the_cases_are_there() -> None:
    assert len(CASES) >= 8


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_plan_is_read_as_recorded(case: Path) -> None:
    assert as_json(summarise_plan(plan(case))) == (case / "summary.json").read_text()


@pytest.mark.parametrize("name", ["create", "destroy", "update"])
def test_no_secret_shows(name: str) -> None:
    document = plan(HERE / name)
    assert "canary" in json.dumps(document)
    assert "canary" not in as_json(summarise_plan(document))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_opentofu_which_does_not_say_applyable_is_read_alike(case: Path) -> None:
    document = plan(case)
    applyable = document.pop("applyable")

    assert summarise_plan(document).applyable is applyable


def test_drift_is_not_counted() -> None:
    document = plan(HERE / "nothing")
    before = summarise_plan(document)
    resource = document["resource_changes"][0]
    drifted = {**resource, "change": {**resource["change"], "actions": ["update"], "after": {"input": "y"}}}

    assert summarise_plan({**document, "resource_drift": [drifted]}) == before
    assert before.counts.total == 0
    assert summarise_plan({**document, "resource_changes": [drifted]}).counts.change == 1


def test_no_secret_shows_in_a_text_that_is_read_as_json() -> None:
    """Neither as a value nor as a key, nor in the path of what is below it."""
    assert SECRET in json.dumps(DOCUMENT)
    assert SECRET not in as_json(SUMMARY)
    assert "policy.Statement[1].Action" in as_json(SUMMARY)
