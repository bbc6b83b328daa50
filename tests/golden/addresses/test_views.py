"""The address views against golden files; `GOLDEN=update pytest tests/golden/addresses` rewrites them."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import RenderableType

from cellwright.api.fleet import ip as document
from cellwright.cli.views.look import ip as text
from cellwright.cli.views.look import ip_svg as svg
from cellwright.model.value import Json
from golden.addresses import samples
from golden.rendering import compare, drawn, written

EXPECTED = Path(__file__).parent / "expected"

TEXTS: Mapping[str, Callable[[], RenderableType]] = {
    "show": lambda: text.pools(samples.POOLS),
    "show-many": lambda: text.pools([samples.MANY]),
    "show-none": lambda: text.pools(()),
    "free": lambda: text.free(samples.FREE),
    "history": lambda: text.history(samples.HISTORY),
    "history-none": lambda: text.history(samples.UNKNOWN),
}
DOCUMENTS: Mapping[str, Callable[[], Json]] = {
    "show": lambda: document.pools(samples.POOLS),
    "free": lambda: document.free(samples.FREE),
    "history": lambda: document.history(samples.HISTORY),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_view_for_people_is_as_it_was_reviewed(name: str) -> None:
    compare(EXPECTED / f"{name}.txt", drawn(TEXTS[name](), width=80))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_for_programs_is_as_it_was_reviewed(name: str) -> None:
    found = written(DOCUMENTS[name](), indent=2)
    compare(EXPECTED / f"{name}.json", found)
    assert json.loads(found) == DOCUMENTS[name]()


def test_a_drawing_is_as_it_was_reviewed_and_is_well_formed() -> None:
    found = svg.pools(samples.POOLS)
    compare(EXPECTED / "show.svg", found)
    titles = [item.text for item in ET.fromstring(found).iter("{http://www.w3.org/2000/svg}title")]  # noqa: S314  ours
    assert "10.65.0.0/16: client/<initech>" in titles


@pytest.mark.parametrize("width", [20, 40, 80])
@pytest.mark.parametrize("name", TEXTS)
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    assert max(len(line) for line in drawn(TEXTS[name](), width).splitlines()) <= width


@pytest.mark.parametrize("name", TEXTS)
def test_no_view_leaves_blanks_at_the_end_of_a_line(name: str) -> None:
    for line in drawn(TEXTS[name](), width=80).splitlines():
        assert line == line.rstrip()


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{name}.txt" for name in TEXTS} | {f"{name}.json" for name in DOCUMENTS} | {"show.svg"}
    assert {path.name for path in EXPECTED.iterdir()} == wanted
