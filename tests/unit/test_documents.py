"""Documents that several changes add lines to at once say each thing once."""

import re
from collections import Counter
from pathlib import Path

import cellwright

DOCS = Path(__file__).parents[2] / "docs"
SOURCE = Path(cellwright.__file__).parent


def doubled(found: list[str]) -> list[str]:
    return [item for item, times in Counter(found).items() if times > 1]


def first_cells(document: str) -> list[str]:
    return re.findall(r"^\| (?:\*\*|`)(.+?)(?:\*\*|`) \|", (DOCS / document).read_text(), re.MULTILINE)


def test_what_is_looked_for_is_found() -> None:
    assert doubled(["a", "b", "a"]) == ["a"]
    assert "ledger" in first_cells("architecture.md")
    assert "fleet" in first_cells("glossary.md")


def test_the_changelog_has_each_entry_once() -> None:
    text = (DOCS.parent / "CHANGELOG.md").read_text()
    for release in re.split(r"^## ", text, flags=re.MULTILINE):
        entries = re.split(r"^(?:- |###? .*\n)", release, flags=re.MULTILINE)
        assert doubled([entry.strip() for entry in entries if entry.strip()]) == []


def test_the_glossary_has_each_word_once() -> None:
    assert doubled(first_cells("glossary.md")) == []


def test_the_architecture_has_each_room_once() -> None:
    rooms = first_cells("architecture.md")
    assert doubled(rooms) == []
    folders = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert folders - set(rooms) == set()


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in (DOCS / "decisions").glob("0*.md")]
    assert numbers
    assert doubled(numbers) == []
