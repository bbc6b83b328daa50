"""Every view against its golden file; `GOLDEN=update pytest tests/golden/cli` rewrites them for review."""

import json
from pathlib import Path

import pytest

from golden.cli.cases import DOCUMENTS, TEXTS
from golden.rendering import compare, drawn, written

EXPECTED = Path(__file__).parent / "expected"


@pytest.mark.parametrize("name", TEXTS)
def test_a_view_for_people_is_as_it_was_reviewed(name: str) -> None:
    compare(EXPECTED / f"{name}.txt", drawn(TEXTS[name](), width=80))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_for_programs_is_as_it_was_reviewed(name: str) -> None:
    text = written(DOCUMENTS[name](), indent=2)
    compare(EXPECTED / f"{name}.json", text)
    assert json.loads(text) == json.loads(written(DOCUMENTS[name]()))


@pytest.mark.parametrize("width", [20, 40, 80])
@pytest.mark.parametrize(
    "name",
    # What is to be copied into a file is not wrapped.
    [
        name
        for name in TEXTS
        if not name.startswith(
            ("graph-", "demo-place", "serve-first", "offboard-refused", "offboard-look-denied")
        )
    ],
)
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    assert max(len(line) for line in drawn(TEXTS[name](), width).splitlines()) <= width


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "demo-place"])
def test_no_view_leaves_blanks_at_the_end_of_a_line(name: str) -> None:
    for line in drawn(TEXTS[name](), width=80).splitlines():
        assert line == line.rstrip()


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{name}.txt" for name in TEXTS} | {f"{name}.json" for name in DOCUMENTS}
    assert {path.name for path in EXPECTED.iterdir()} == wanted
