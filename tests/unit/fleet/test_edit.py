"""Edits by program: comments and other lines stay."""

import copy
import difflib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.fleet.edit import remove_cell, set_key, unset_key, with_key, without_key, write_cell
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.writer import block, inline
from cellwright.model.diagnostic import DiagnosticError
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


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("account", ["-account: prod   # where it lives"]),
        ("stacks.app.zones", ["-    zones:", "-      - a   # first"]),
        ("map.a", ["-map: {a: 1, # why", "-   b: 2}", "+map: {b: 2}"]),
        ("map.b", ["-map: {a: 1, # why", "-   b: 2}", "+map: {a: 1}"]),
        ("stacks.sftp.enabled", ["-  sftp: {enabled: true}  # on", "+  sftp: {}  # on"]),
        ("stacks.note", ["-  note: |", "-    several", "-", "-    lines"]),
        ("nothing", ["-nothing:"]),
        ("absent", []),
        ("account.x", []),
        ("stacks.absent.x", []),
    ],
)
def test_removing_touches_one_place(key: str, expected: list[str]) -> None:
    assert changes(without_key(TEXT, key, "f.yaml")) == expected


def content(text: str) -> Value:
    root = read_document(text, "f.yaml").root
    return root.value if root is not None else None


def test_forms_that_are_not_simple_are_still_right() -> None:
    assert content(with_key(TEXT, "again", 3, "f.yaml")) == {**dict(_mapping(TEXT)), "again": 3}
    assert content(with_key(TEXT, "again.y", 3, "f.yaml")) != content(TEXT)
    only = "a:\n  b: 1 # one\n"
    assert content(without_key(only, "a.b", "f.yaml")) == {"a": {}}
    assert content(without_key("{a: 1}", "a", "f.yaml")) == {}
    assert content(with_key("? a\n: b\n", "a", 1, "f.yaml")) == {"a": 1}
    assert with_key("a: 1", "b", 2, "f.yaml") == "a: 1\nb: 2\n"


def _mapping(text: str) -> Mapping[str, Value]:
    value = content(text)
    assert isinstance(value, dict)
    return value


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
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), WORDS
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)
KEYS = st.sampled_from(["a", "b", "a.a", "a.b", "b.a.c", "c"])


@given(JSON)
def test_what_is_written_inline_reads_back(value: Json) -> None:
    assert content(f"k: {inline(value)}\n") == {"k": value}
    assert content(f"k: [{inline(value)}]\n") == {"k": [value]}


@given(st.dictionaries(WORDS, JSON, min_size=1))
def test_what_is_written_as_a_block_reads_back(settings: Mapping[str, Json]) -> None:
    assert content(block(settings)) == settings


@given(st.dictionaries(st.sampled_from("abc"), JSON, min_size=1), KEYS, JSON, st.booleans())
def test_an_edit_changes_just_its_key(before: dict[str, Json], key: str, value: Json, as_block: bool) -> None:  # noqa: FBT001  drawn
    text = block(before) if as_block else inline(before)
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
    del inner[last]
    assert content(without_key(edited, key, "f.yaml")) == wanted


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("# top\na: 1\n")
    path.chmod(0o640)
    set_key(path, "b.c", [1])
    assert path.read_text() == "# top\na: 1\nb: {c: [1]}\n"
    unset_key(path, "a")
    assert path.read_text() == "# top\nb: {c: [1]}\n"
    assert path.stat().st_mode & 0o777 == 0o640
    before = path.stat().st_mtime_ns
    unset_key(path, "absent")
    assert path.stat().st_mtime_ns == before


def test_a_new_cell(tmp_path: Path) -> None:
    path = write_cell(
        tmp_path, "clients", "acme", {"account": "prod", "stacks": {"app": {"replicas": 6, "tags": {}}}}
    )
    assert path == tmp_path / "clients/acme/client.yaml"
    assert path.read_text() == "account: prod\nstacks:\n  app:\n    replicas: 6\n    tags: {}\n"
    assert write_cell(tmp_path, "accounts", "empty", {}).read_text() == "{}\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Acme", "can't name a cell"),
        ("../x", "can't name a cell"),
        ("there", "is a cell 'there' already"),
        ("file", "already"),
    ],
)
def test_a_cell_that_can_not_be_written(tmp_path: Path, name: str, expected: str) -> None:
    (tmp_path / "clients/there").mkdir(parents=True)
    (tmp_path / "clients/file.yaml").write_text("{}")
    with pytest.raises(DiagnosticError, match=expected):
        write_cell(tmp_path, "clients", name, {})


def test_a_cell_outside(tmp_path: Path) -> None:
    (tmp_path / "fleet").mkdir()
    (tmp_path / "fleet/clients").symlink_to("..")
    with pytest.raises(DiagnosticError, match="leaves the fleet repository"):
        write_cell(tmp_path / "fleet", "clients", "acme", {})


def test_removing_cells(tmp_path: Path) -> None:
    folder = write_cell(tmp_path, "clients", "acme", {}).parent
    (folder / "notes.md").write_text("x")
    (tmp_path / "clients/globex.yaml").write_text("{}")
    assert remove_cell(tmp_path, "clients/acme") == folder
    remove_cell(tmp_path, "clients/globex.yaml")
    remove_cell(tmp_path, "clients/globex.yaml")
    assert list((tmp_path / "clients").iterdir()) == []


def test_a_cell_that_can_not_be_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Path, *, missing_ok: bool) -> None:
        raise PermissionError(13, "Permission denied", str(missing_ok))

    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(DiagnosticError, match="can't be removed: Permission denied"):
        remove_cell(tmp_path, "x.yaml")
