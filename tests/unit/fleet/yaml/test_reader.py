"""YAML text to nodes: every fault placed, no text that crashes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.fleet.yaml.document import Document
from cellwright.fleet.yaml.node import MergeTag, find_node
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.references import Reference
from cellwright.model.limits import DOCUMENT_DEPTH, DOCUMENT_FAULTS
from cellwright.model.value import Value


def read(text: str) -> Document:
    return read_document(text, "f.yaml")


def faults(text: str) -> list[str]:
    return [str(fault) for fault in read(text).faults]


def value(text: str) -> Value:
    document = read(text)
    assert document.root is not None
    assert not document.faults
    assert document.complete
    return document.root.value


def test_values() -> None:
    text = "a: 1\nb: [x, 2.5, true, null, 'no']\nc:\n  d: {e: '1'}\n  f: |\n    text\n"
    assert value(text) == {"a": 1, "b": ["x", 2.5, True, None, "no"], "c": {"d": {"e": "1"}, "f": "text\n"}}


def test_keys_are_text() -> None:
    assert value("1: a\ntrue: b\nnull: c\n1.0: d\n") == {"1": "a", "true": "b", "null": "c", "1.0": "d"}


def test_positions_count_from_one() -> None:
    root = read("# comment\na: 1\nb:\n  - é\n  - {x: y}\n").root
    assert root is not None
    assert str(root.position) == "f.yaml:2:1"
    assert str(find_node(root, ("b", 1, "x")).position) == "f.yaml:5:9"
    assert str(root.key_position("b")) == "f.yaml:3:1"
    assert str(root.key_position("absent")) == "f.yaml:2:1"


def test_columns_count_characters() -> None:
    root = read("{é: é, x: 1}").root
    assert root is not None
    assert find_node(root, ("x",)).column == 11


def test_references_and_escapes() -> None:
    root = read("a: ${cell.x}\nb: $${y}\nc: z\n").root
    assert root is not None
    assert find_node(root, ("a",)).content == (Reference("cell", ("x",)),)
    assert find_node(root, ("b",)).content == ("${y}",)
    assert find_node(root, ("c",)).plain
    assert not root.plain


def test_directives() -> None:
    root = read("a: !append [1]\nb: !replace {c: 1}\nd: !unset\n").root
    assert root is not None
    found = {key: node.merge_tag for key, node in (root.entries or {}).items()}
    assert found == {"a": MergeTag.APPEND, "b": MergeTag.REPLACE, "d": MergeTag.UNSET}
    assert root.value == {"a": [1], "b": {"c": 1}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "f.yaml:1:1: error: the document is empty"),
        ("# only a comment\n", "f.yaml:1:1: error: the document is empty"),
        ("---\n...\n", "f.yaml:1:1: error: the document is empty"),
        ("~", "f.yaml:1:1: error: the document is empty"),
        ("a: {", "f.yaml:2:1: error: not valid YAML"),
        ("a: b: c", "f.yaml:1:5: error: not valid YAML: mapping values are not allowed"),
        ("a: 'x", "f.yaml:1:6: error: not valid YAML"),
        ("a:\n\tb: 1", "f.yaml:2:1: error: a tab can't indent YAML"),
        ("\ta: 1", "f.yaml:1:1: error: a tab can't indent YAML"),
        ("a: 1\n  \tb: 2", "f.yaml:2:"),
        ("a: 1\nb: 2\na: 3", "f.yaml:3:1: error: duplicate key 'a'; it is already set in line 1"),
        ("x: {a: 1, a: 2}", "f.yaml:1:11: error: duplicate key 'a'"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: error: the file holds a second document"),
        ("a: \x01", "f.yaml:1:4: error: the file holds a control character"),
        ("ok: 1\nb: \x00\x00", "f.yaml:2:4: error: the file holds a control character"),
        ("<<: {a: 1}", "f.yaml:1:1: error: merge keys ('<<') are not supported"),
        ("x: {'a-${cell.tier}': 1}", "f.yaml:1:5: error: a key can't hold a reference"),
        ("? [a]\n: b", "f.yaml:1:3: error: a key must be a scalar"),
        ("{a: 1}: b", "f.yaml:1:1: error: a key must be a scalar"),
        ("a: &x b\n*x : c", "f.yaml:1:4: error: a key must be a scalar"),
        ("&k a: 1", "f.yaml:1:1: error: a key can't have an anchor; remove '&k'"),
        ("a: *nope", "f.yaml:1:4: error: unknown alias; anchor a value of its name above it, or quote"),
        ("a: &a [*a]", "f.yaml:1:8: error: unknown alias; "),
        ("a: !apend [1]", "f.yaml:1:4: error: unknown tag '!apend'; did you mean '!append'?"),
        ("a: !unst", "f.yaml:1:4: error: unknown tag '!unst'; did you mean '!unset'?"),
        ("a: !!python/object:os.system x", "f.yaml:1:4: error: unknown tag; known: !append, !place, "),
        ("a: !!set {b}", "f.yaml:1:4: error: unknown tag; known: "),
        ("a: !append 3", "f.yaml:1:4: error: !append can't stand before a scalar"),
        ("a: !append {b: 1}", "f.yaml:1:4: error: !append needs a list"),
        ("a: !unset 3", "f.yaml:1:4: error: !unset takes no value"),
        ("a: !unset [1]", "f.yaml:1:4: error: !unset takes no value"),
        ("a: [!append [1]]", "f.yaml:1:5: error: !append can't stand inside a list"),
        ("a: [{b: !unset }]", "f.yaml:1:9: error: !unset can't stand inside a list"),
        ("!replace {a: 1}", "f.yaml:1:1: error: !replace can't stand at the top"),
        ("a: ${x", "f.yaml:1:4: error: a reference that begins with '${' has no closing '}'"),
        ("a: ${x}", "f.yaml:1:4: error: the text between '${' and '}' is no reference; references are"),
        ("a: &x !append [1]\nb: [*x]", "f.yaml:2:5: error: the alias '*x' brings a merge tag into a list"),
        ("a: &x {c: !unset }\nb: [{d: *x}]", "f.yaml:2:9: error: the alias '*x' brings a merge tag"),
        ("a: 1e9999", "f.yaml:1:4: error: the number is too large; quote it"),
        ("a: [${b.c}]", "f.yaml:1:"),
        ("%YAML 9.9\n---\na: 1", "f.yaml:1:1: error: not valid YAML"),
    ],
)
def test_faults(text: str, expected: str) -> None:
    found = faults(text)
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_an_unquoted_reference_in_flow_style_gets_its_own_advice() -> None:
    assert "quote a text with '${' in it" in faults("a: {b: ${cell.x}}")[0]


def test_a_fault_does_not_hide_the_next() -> None:
    assert len(faults("a: !nope 1\nb: 2\nb: 3\nc: ${x}\n")) == 3


def test_a_value_that_means_nothing_is_left_out_with_its_key() -> None:
    document = read('a: ${x}\nb: 1\nc: ["${y}", 2]\n')
    assert document.root is not None
    assert document.root.value == {"b": 1, "c": [2]}
    assert str(document.root.key_position("c")) == "f.yaml:3:1"
    assert not document.complete


def test_nesting_is_limited_before_it_hurts() -> None:
    for opening in ("[", "{a: ", "- "):
        found = faults("a: " + opening * 10_000) if opening != "- " else faults("- " * 10_000)
        assert [fault for fault in found if f"deeper than {DOCUMENT_DEPTH} levels" in fault]
    assert value("[" * DOCUMENT_DEPTH + "]" * DOCUMENT_DEPTH)


def test_alias_bomb() -> None:
    lines = ["a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    for name, inner in zip("bcdefghij", "abcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{inner}'] * 9)}]")
    assert "aliases stand for too much" in faults("\n".join(lines))[0]


def test_aliases_can_not_nest_deeper_than_text() -> None:
    lines = [f"a0: &a0 {'[' * 30}{']' * 30}"]
    lines += [f"a{n}: &a{n} {'[' * 30}*a{n - 1}{']' * 30}" for n in range(1, 4)]
    assert "aliases stand for too much" in faults("\n".join(lines))[0]


def test_an_alias_is_the_value_it_stands_for() -> None:
    assert value("a: &x {b: [1]}\nc: *x\nd: [*x]\n") == {"a": {"b": [1]}, "c": {"b": [1]}, "d": [{"b": [1]}]}


def test_faults_are_limited() -> None:
    text = "".join("a: 1\n" for _ in range(10_000))
    assert len(faults(text)) == DOCUMENT_FAULTS


@given(st.text())
def test_no_text_crashes(text: str) -> None:
    document = read(text)
    assert document.root is not None or document.faults


@given(
    st.lists(
        st.sampled_from(
            ["a", ": ", "- ", "[", "]", "{", "}", "&x ", "*x", "!append ", "\n", "  ", "'", "${", "}"]
        )
    )
)
def test_no_mixture_of_syntax_crashes(pieces: list[str]) -> None:
    document = read("".join(pieces))
    assert document.root is not None or document.faults


def test_a_merge_key_in_quotes_is_an_ordinary_key() -> None:
    document = read_document('"<<": 1\n', "f.yaml")
    assert not document.faults
    assert document.root is not None
    assert document.root.value == {"<<": 1}


def test_keys_are_taken_as_they_are_written() -> None:
    read = read_document("{'${aws:username}': 1, '$${cell.a}': 2, 'a.b:c': 3}", "f.yaml")
    assert not read.faults
    assert read.root is not None
    assert read.root.value == {"${aws:username}": 1, "$${cell.a}": 2, "a.b:c": 3}
