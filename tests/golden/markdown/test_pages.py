"""Markdown pages against their golden files; `GOLDEN=update pytest tests/golden/markdown` rewrites them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.cli.views.markdown.diff import diff_page
from cellwright.cli.views.markdown.findings import findings
from cellwright.cli.views.markdown.plans import plan_page
from golden.cli import diff_samples, plan_samples, samples
from golden.rendering import compare

EXPECTED = Path(__file__).parent / "expected"

FAILED = replace(
    samples.APPLIED, results=samples.APPLIED.results[1:], plans={samples.ACME_FOUNDATION: samples.APP_PLAN}
)
MANY = replace(
    samples.PLANNED,
    plans={samples.unit(f"client/client-{number:03}/app"): samples.APP_PLAN for number in range(40)},
)

PAGES: Mapping[str, Callable[[], str]] = {
    "check": lambda: findings(samples.FINDINGS),
    "check-clean": lambda: findings(()),
    "diff": lambda: diff_page(diff_samples.DIFF),
    "diff-nothing": lambda: diff_page(diff_samples.NO_DIFF),
    "plan": lambda: plan_page(samples.PLANNED),
    "plan-marks": lambda: plan_page(plan_samples.REPORT),
    "plan-refresh": lambda: plan_page(plan_samples.REFRESH_REPORT),
    "plan-many": lambda: plan_page(MANY),
    "plan-nothing": lambda: plan_page(samples.NOTHING_PLANNED),
    "plan-failed": lambda: plan_page(FAILED),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_it_was_reviewed(name: str) -> None:
    compare(EXPECTED / f"{name}.md", PAGES[name]() + "\n")


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in EXPECTED.iterdir()} == {f"{name}.md" for name in PAGES}
