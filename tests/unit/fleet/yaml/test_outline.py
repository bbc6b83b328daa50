"""An excerpt reads as the whole document does, without the sections that it leaves out."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.fleet.yaml.document import Document
from cellwright.fleet.yaml.node import Node
from cellwright.fleet.yaml.outline import Outline, excerpt, outline_of
from cellwright.fleet.yaml.reader import read_document

SECTIONS = (
    '{a: 1, b: "${cell.name}"}',
    "{}",
    "!replace {a: 1}",
    "!unset",
    "\n    a: |+\n      kept\n\n\n    b: 2",
    "\n    a: |2+\n       kept\n\n",
    '\n    a: "over\n  app: three\nlines"',
    "\n    a: one\n      two\n\n      three",
    "\n    - 1\n    - 2",
    "  # why\n    a: {x: 1,\n  app: 2}",
    "\n    'a': 1\n    !!str b: 2\n    ? c\n    : 3",
    "\n    a: &x 1",
    "{a: '\u2028é\x85'}",
)
KEYS = (
    "tier: gold",
    "# a comment",
    "note: |+\n  text\n\n",
    "'x': [1,\n2]",
    "levels: {a: {stacks: {b: {c: 1}}}}",
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A document with sections below `stacks`."""
    keys = st.lists(st.sampled_from(KEYS), max_size=2, unique=True)
    before, after = draw(keys), draw(keys)
    sections = draw(st.dictionaries(st.sampled_from(["app", "sftp", "k v"]), st.sampled_from(SECTIONS)))
    lines = [f"  {name}: {section}" for name, section in sections.items()]
    text = "\n".join([*before, "stacks:", *lines, *[key for key in after if key not in before]])
    ending = draw(st.sampled_from(["\n", "\r\n", "\r", "\u2028"]))
    return (
        draw(st.sampled_from(["", "---\n"]))
        + text.replace("\n", ending)
        + draw(st.sampled_from(["", "\n...\n"]))
    )


def read(text: str) -> tuple[Document, Outline | None]:
    document = read_document(text, "f.yaml")
    return document, outline_of(document, "stacks")


def entries(document: Document) -> Mapping[str, Node]:
    assert document.root is not None
    return document.root.entries or {}


@given(documents(), st.sets(st.sampled_from(["app", "sftp", "k v", "gone"])))
def test_what_is_read_is_as_in_the_whole_document(text: str, names: set[str]) -> None:
    whole, outline = read(text)
    if outline is None:
        return
    part = read_document(excerpt(text, outline, names), "f.yaml")
    assert not part.faults
    assert whole.root is not None
    assert part.root is not None
    assert part.root.position == whole.root.position
    assert part.root.key_marks == whole.root.key_marks
    found, expected = dict(entries(part)), dict(entries(whole))
    stacks, all_stacks = found.pop("stacks"), expected.pop("stacks")
    assert found == expected
    kept = {name: node for name, node in (all_stacks.entries or {}).items() if name in names}
    assert stacks.entries == kept
    for name in kept:
        assert stacks.key_position(name) == all_stacks.key_position(name)


BLOCK = "tier: gold\nstacks:\n  app: {a: 1}\n  # on sftp\n  sftp:\n    b: 2\nlast: 1\n"


def test_lines_of_a_document_in_block_style() -> None:
    _, outline = read(BLOCK)
    assert outline == Outline("stacks", 2, 7, (("app", 3), ("sftp", 5)))
    assert excerpt(BLOCK, outline, ["sftp"]) == BLOCK.replace("  app: {a: 1}\n  # on sftp\n", "#\n#\n")
    assert excerpt(BLOCK, outline, ["app"]) == BLOCK.replace("  sftp:\n    b: 2\n", "#\n#\n")
    assert excerpt(BLOCK, outline, []) == "tier: gold\nstacks: {}\n#\n#\n#\n#\nlast: 1\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("stacks:", "stacks: !replace"),
        ("stacks:", "stacks: &all"),
        ("tier: gold", "tier: &t gold\nother: *t"),
        ("  app: {a: 1}", "  ? app\n  : {a: 1}"),
        ("  sftp:", "  ? sftp\n  :"),
        ("tier: gold", "? tier\n: gold"),
        ("tier: gold", "tier: gold\ntier: silver"),
        (BLOCK, "stacks: {app: {a: 1},\n  sftp: {b: 2}}\n"),
        (BLOCK, "{tier: gold, stacks: {app: {a: 1}}}\n"),
        (BLOCK, "{\nstacks: {\napp: {a: 1}}}\n"),
        (BLOCK, "tier: gold\n"),
        (BLOCK, "stacks:\n"),
        (BLOCK, "stacks: {}\n"),
        (BLOCK, "- 1\n"),
        (BLOCK, ""),
        (BLOCK, "a: [\n"),
    ],
)
def test_anything_else_has_no_outline(before: str, after: str) -> None:
    assert before in BLOCK
    assert read(BLOCK.replace(before, after))[1] is None
