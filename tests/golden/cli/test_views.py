"""Every view against its golden file; `GOLDEN=update pytest tests/golden/cli` rewrites them for review."""

import json
from pathlib import Path

import pytest

from golden.cli.cases import DOCUMENTS, TEXTS
from golden.rendering import compare, drawn, written

EXPECTED = Path(__file__).parent / "expected"
WRAPPED = [
    name
    for name in TEXTS
    if not name.startswith(
        ("graph-", "demo-place", "serve-first", "offboard-refused", "offboard-look-denied")
    )
]
"""All but those with what is to be copied into a file."""


def reviewed(name: str) -> str:
    """A view on a terminal of 80 columns, as the first test holds it: read, since to draw it takes longer."""
    return (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")


def widest(text: str) -> int:
    """The length of the longest line."""
    return max(len(line) for line in text.splitlines())


@pytest.mark.parametrize("name", TEXTS)
def test_a_view_for_people_is_as_it_was_reviewed(name: str) -> None:
    compare(EXPECTED / f"{name}.txt", drawn(TEXTS[name](), width=80))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_for_programs_is_as_it_was_reviewed(name: str) -> None:
    text = written(DOCUMENTS[name](), indent=2)
    compare(EXPECTED / f"{name}.json", text)
    assert json.loads(text) == json.loads(written(DOCUMENTS[name]()))


@pytest.mark.parametrize("width", [20, 40])
@pytest.mark.parametrize("name", WRAPPED)
def test_no_line_is_wider_than_a_narrow_terminal(name: str, width: int) -> None:
    assert widest(drawn(TEXTS[name](), width)) <= width


def test_no_reviewed_line_is_wider_than_the_terminal() -> None:
    assert {name: found for name in WRAPPED if (found := widest(reviewed(name))) > 80} == {}


def test_no_reviewed_view_leaves_blanks_at_the_end_of_a_line() -> None:
    views = {name: reviewed(name) for name in TEXTS if name != "demo-place"}
    lines = {(name, line) for name, text in views.items() for line in text.splitlines()}
    assert [(name, line) for name, line in lines if line != line.rstrip()] == []


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{name}.txt" for name in TEXTS} | {f"{name}.json" for name in DOCUMENTS}
    assert {path.name for path in EXPECTED.iterdir()} == wanted
