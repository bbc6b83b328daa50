"""docs/compliance.md has every clause as it is in the product."""

from pathlib import Path

from unit.evidence.compliance import table

PAGE = Path(__file__).parents[3] / "docs" / "compliance.md"


def test_the_page_has_the_clauses_as_they_are() -> None:
    assert table() in PAGE.read_text()
