"""Edits of YAML text: comments and other lines stay."""

import copy
import difflib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.fleet.yaml.editor import with_key
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.writer import block_style, flow_style
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.text.number import exact_number
from cellwright.model.value import Json, Value

TEXT = """\
# the client acme
account: prod   # where it lives
list:
  - x
  - {a: 1,   b: 2}
other:
- y
map: {a: 1, # why
   b: 2}
empty: {}
nothing:
app: !append [1,2]
stacks:
  app:
    replicas: 6  # six
    zones:
      - a   # first

  # about sftp
  sftp: {enabled: true}  # on
  note: |
    several

    lines
shared: &s {x: 1}
again: *s

# the end
"""


def changes(new: str) -> list[str]:
    lines = difflib.unified_diff(TEXT.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("account", "dev", ["-account: prod   # where it lives", "+account: dev   # where it lives"]),
        ("stacks.app.replicas", 7, ["-    replicas: 6  # six", "+    replicas: 7  # six"]),
        ("stacks.app.size", {"cpu": [1, "0123"]}, ['+    size: {cpu: [1, "0123"]}']),
        ("stacks.app.zones", ["b"], ["-    zones:", "-      - a   # first", "+    zones: [b]   # first"]),
        ("map.b", "${a.b}", ["-   b: 2}", '+   b: "${a.b}"}']),
        ("map.c", None, ["-   b: 2}", "+   b: 2, c: null}"]),
        ("empty.x.z", 1, ["-empty: {}", "+empty: {x: {z: 1}}"]),
        ("nothing", False, ["-nothing:", "+nothing: false"]),
        ("nothing.deep.er", 1, ["-nothing:", "+nothing: {deep: {er: 1}}"]),
        (
            "stacks.sftp.size",
            1.5,
            ["-  sftp: {enabled: true}  # on", "+  sftp: {enabled: true, size: 1.5}  # on"],
        ),
        ("stacks.new.a", 1, ["+  new: {a: 1}"]),
        ("stacks.note", "short", ["-  note: |", "-    several", "-", "-    lines", "+  note: short"]),
        ("app", [1], ["-app: !append [1,2]", "+app: [1]"]),
    ],
)
def test_setting_touches_one_place(key: str, value: Json, expected: list[str]) -> None:
    assert changes(with_key(TEXT, key, value, "f.yaml")) == expected


def content(text: str) -> Value:
    root = read_document(text, "f.yaml").root
    return root.value if root is not None else None


def test_an_explicit_key_and_a_missing_line_feed() -> None:
    assert with_key("? a\n: b\n", "a", 1, "f.yaml") == "? a\n: 1\n"
    assert with_key("a: 1", "b", 2, "f.yaml") == "a: 1\nb: 2\n"


@pytest.mark.parametrize(
    ("text", "key", "edited"),
    [
        ("a: &x 1\nb: *x\nc: 3\n", "b", "a: &x 1\nb: 9\nc: 3\n"),
        ("a: &x {k: 1}\nb: *x # note\n", "b", "a: &x {k: 1}\nb: 9 # note\n"),
        ("a: &x 1\nb:\n  c: *x # note\nd: 1\n", "b.z", "a: &x 1\nb:\n  c: *x # note\n  z: 9\nd: 1\n"),
        ("a: &x 1\nb: {c: *x}\n", "b.z", "a: &x 1\nb: {c: *x, z: 9}\n"),
        ("a: &x {k: 1}\nb: *x\n", "z", "a: &x {k: 1}\nb: *x\nz: 9\n"),
        (
            "a: &x 1\nb:\n  c:\n    d: *x\n\n\ne: 1\n",
            "b.z",
            "a: &x 1\nb:\n  c:\n    d: *x\n  z: 9\n\n\ne: 1\n",
        ),
    ],
)
def test_an_alias_is_an_ordinary_value_beside_other_keys(text: str, key: str, edited: str) -> None:
    assert with_key(text, key, 9, "f.yaml") == edited


REFERENCE = Path(str(files("cellwright") / "reference"))


@pytest.mark.parametrize("name", ["defaults/base.yaml", "defaults/utility.yaml", "defaults/client.yaml"])
def test_a_key_can_be_added_to_every_stack_of_the_reference_fleet(name: str) -> None:
    text = (REFERENCE / name).read_text()
    root = read_document(text, name).root
    stacks = tuple(root.entries["stacks"].entries or ()) if root is not None and root.entries else ()
    assert stacks
    for stack in stacks:
        before, after = text.splitlines(), with_key(text, f"stacks.{stack}.new", 9, name).splitlines()
        assert sorted(set(after) - set(before)) == ["    new: 9"]
        assert len(after) == len(before) + 1


@pytest.mark.parametrize(
    ("text", "key"),
    [(TEXT, "again.y"), (TEXT, "shared.x"), ("? a\n", "a"), ("? a\n? b\n", "a"), ("!append {a: 1}", "a.b")],
)
def test_a_form_that_can_not_be_edited_is_refused(text: str, key: str) -> None:
    with pytest.raises(DiagnosticError):
        with_key(text, key, 3, "f.yaml")


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("a: 1", "a.b", "'a.b' can't be set: 'a' holds a value, not a mapping"),
        ("a: [1]", "a.0", "'a.0' can't be set: 'a' holds a value, not a mapping"),
        ("[1]", "a", "the document must be a mapping"),
        ("", "a", "the document is empty"),
        ("a: {", "a", "not valid YAML"),
        ("a: 1\na: 2", "a", "duplicate key"),
    ],
)
def test_what_can_not_be_edited(text: str, key: str, expected: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        with_key(text, key, 1, "f.yaml")
    assert expected in str(caught.value)


WORDS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")).filter(
        lambda text: "${" not in text
    ),
    st.sampled_from(
        ["no", "0123", "1e5", "~", "null", "- a", "a: b", "#x", "&a", "*a", "!x", "%x", "'", '"', "", " "]
    ),
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.decimals(-1000, 1000).map(str).map(exact_number), WORDS
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)
KEYS = st.sampled_from(["a", "b", "a.a", "a.b", "b.a.c", "c"])


@given(JSON)
def test_what_is_written_inline_reads_back(value: Json) -> None:
    assert content(f"k: {flow_style(value)}\n") == {"k": value}
    assert content(f"k: [{flow_style(value)}]\n") == {"k": [value]}


@given(st.dictionaries(WORDS, JSON, min_size=1))
def test_what_is_written_as_a_block_reads_back(settings: Mapping[str, Json]) -> None:
    assert content(block_style(settings)) == settings


@given(st.dictionaries(st.sampled_from("abc"), JSON, min_size=1), KEYS, JSON, st.booleans())
def test_an_edit_changes_just_its_key(before: dict[str, Json], key: str, value: Json, as_block: bool) -> None:  # noqa: FBT001  drawn
    text = block_style(before) if as_block else flow_style(before)
    wanted = copy.deepcopy(before)
    inner: dict[str, Json] = wanted
    *way, last = key.split(".")
    for step in way:
        if inner.get(step) is None:
            inner[step] = {}
        below = inner[step]
        if not isinstance(below, dict):
            with pytest.raises(DiagnosticError):
                with_key(text, key, value, "f.yaml")
            return
        inner = below
    inner[last] = value
    edited = with_key(text, key, value, "f.yaml")
    assert content(edited) == wanted
