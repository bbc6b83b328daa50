"""Nothing in a table that is exported is a formula for whoever opens it."""

import pytest

from cellwright.model.text.spreadsheet import harmless


@pytest.mark.parametrize(
    "text",
    ["=cmd()", "+1", "-1", "@x", "\t=1", "\n=cmd()", "\r=1", "  =cmd()", " \n=1", "|x", "%x", "\uff1dcmd()"],
)
def test_a_formula_becomes_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "client/acme", "a=b", "  x", "1-2"])
def test_other_text_stays(text: str) -> None:
    assert harmless(text) == text
