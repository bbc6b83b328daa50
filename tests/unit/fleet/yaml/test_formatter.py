"""Formatting changes space alone: what a document says, its comments and its quotes stay."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.fleet.yaml.formatter import formatted
from cellwright.fleet.yaml.node import without_positions
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.diagnostic import DiagnosticError

REFERENCE = Path(__file__).parents[4] / "src" / "cellwright" / "reference"
UNTIDY = """\
a:   1   #x
b:
    -   c:  [1,2,
             3 ]
        d: |
            text  
              more
    # com
    -  e


f:
- g:  'x'  # y
#last
h: &a {x:  1}
i: *a
j:   !append  [ a,"b" ]
k: "multi
   line"
l: ${cell.name}
m:
    n: !unset
    o: 0x1F
"""  # noqa: W291  blanks in a text are kept
TIDY = """\
a: 1 # x
b:
  - c: [1,2,
           3 ]
    d: |
        text  
          more
  # com
  - e

f:
- g: 'x' # y
# last
h: &a {x: 1}
i: *a
j: !append [ a,"b" ]
k: "multi
   line"
l: ${cell.name}
m:
  n: !unset
  o: 0x1F
"""  # noqa: W291


def said(text: str) -> object:
    document = read_document(text, "a.yaml")
    assert document.root is not None
    return without_positions(document.root)


def letters(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_an_untidy_document_becomes_tidy() -> None:
    assert formatted(UNTIDY, "a.yaml") == TIDY
    assert formatted(TIDY, "a.yaml") == TIDY
    assert said(UNTIDY) == said(TIDY)


def test_the_reference_fleet_is_formatted() -> None:
    paths = [path for path in REFERENCE.rglob("*.yaml") if "stacks" not in path.parts]
    assert len(paths) > 15
    for path in paths:
        assert formatted(path.read_text(), path.name) == path.read_text(), path


@pytest.mark.parametrize("text", ["a: 1\nb: 2\n", "a: 1\nb: 2", "a: 1\nb: 2\n\n\n", "\n\na: 1\nb: 2\n"])
def test_lines_end_as_they_should(text: str) -> None:
    assert formatted(text, "a.yaml").lstrip("\n") == "a: 1\nb: 2\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\r\nb: 2\r\n", "a: 1\r\nb: 2\r\n"),
        ("a:  1\r\nb: 2", "a: 1\r\nb: 2\r\n"),
        ("\r\na: 1", "a: 1\r\n"),
        ("a: 1\r\n\r\n\n\r\nb:  2\nc:  3\r\n\r\n", "a: 1\r\n\r\nb: 2\nc: 3\r\n"),
    ],
)
def test_lines_end_as_they_did(text: str, expected: str) -> None:
    assert formatted(text, "a.yaml").removeprefix("\r\n") == expected


@pytest.mark.parametrize("text", ["a: [1", "a: 1\na: 2\n", "a: !other 1\n"])
def test_what_is_not_valid_is_refused(text: str) -> None:
    with pytest.raises(DiagnosticError):
        formatted(text, "a.yaml")


KEYS = st.sampled_from(["a", "b-c", "'quoted key'", "d"])
SCALARS = st.sampled_from(
    [
        "1",
        "text",
        "'it''s'",
        '"a\\tb"',
        "${cell.name}",
        "0x1f",
        "~",
        "!unset",
        "",
        "1e3",
        "a # c",
        "&x y",
        "a: b"[:1],
    ]
)


@st.composite
def documents(draw: st.DrawFn, depth: int = 3) -> str:
    """Draw block mappings with any indents, spaces, comments and texts."""
    step = draw(st.integers(1, 5))

    def block(indent: int, deep: int) -> list[str]:
        lines: list[str] = []
        for key in draw(st.lists(KEYS, min_size=1, max_size=3, unique=True)):
            pad, space = " " * indent, " " * draw(st.integers(1, 3))
            if draw(st.booleans()):
                lines += draw(st.sampled_from([[], [""], ["", ""], [f"{pad}#note"], ["# note"]]))
            kind = draw(st.integers(0, 5 if deep else 2))
            if kind <= 1:
                lines.append(f"{pad}{key}:{space}{draw(SCALARS)}{draw(st.sampled_from(['', '  ', ' #c']))}")
            elif kind == 2:
                lines.append(f"{pad}{key}:{space}[1,  'b' ,{{c: d}}]")
            elif kind == 3:
                lines += [
                    f"{pad}{key}: |{draw(st.sampled_from(['', '-', '+']))}",
                    f"{pad}   first  ",
                    "",
                    f"{pad}     #deep",
                ]
            elif kind == 4:
                lines.append(f"{pad}{key}:")
                for _ in range(draw(st.integers(1, 2))):
                    first, *rest = block(indent + step + 2, deep - 1)
                    while not first.strip() or first.lstrip().startswith("#"):
                        first, *rest = rest
                    lines += [f"{pad}{' ' * step}- {first.lstrip()}", *rest]
            else:
                lines += [f"{pad}{key}:", *block(indent + step, deep - 1)]
        return lines

    return "\n".join(block(0, depth)) + draw(st.sampled_from(["", "\n", "\n\n"]))


@given(documents())
def test_any_document_says_the_same_and_is_formatted_once(text: str) -> None:
    document = read_document(text, "a.yaml")
    if document.root is None or document.faults:
        return
    once = formatted(text, "a.yaml")
    assert said(once) == said(text)
    assert letters(once) == letters(text)
    assert formatted(once, "a.yaml") == once


@given(documents())
def test_a_document_with_the_line_ends_of_windows_is_formatted_alike(text: str) -> None:
    windows = text.replace("\n", "\r\n")
    try:
        expected = formatted(text, "a.yaml")
    except DiagnosticError:
        return
    if "\n" in text:
        assert formatted(windows, "a.yaml") == expected.replace("\n", "\r\n")
