"""Which inputs layers set otherwise, and whether a cell's own files may say anything of them."""

from collections.abc import Mapping

import pytest

from cellwright.fleet.cache.changed_inputs import changed_inputs, names_any
from cellwright.fleet.cache.digests import InputDigests, LayerDigest, digest_of
from cellwright.fleet.yaml.outline import outline_of
from cellwright.fleet.yaml.reader import read_document

PLAIN = {"size": "1", "many": "[1]"}


def layer(path: str, sections: Mapping[str, Mapping[str, str] | None]) -> LayerDigest:
    return (path, b"", b"", tuple((stack, *_section(inputs)) for stack, inputs in sections.items()))


def _section(inputs: Mapping[str, str] | None) -> tuple[bytes, InputDigests | None]:
    if inputs is None:
        return b"tagged", None
    digests = tuple((key, digest_of(text.encode()), "${" not in text) for key, text in inputs.items())
    return repr(digests).encode(), digests


def test_inputs_that_came_went_or_differ_are_named_by_stack() -> None:
    before = [layer("a", {"app": PLAIN, "sftp": PLAIN}), layer("b", {"app": {"tags": "{}"}})]
    after = [layer("a", {"app": PLAIN | {"size": "2"}, "sftp": PLAIN}), layer("b", {"sftp": {"own": "1"}})]
    assert changed_inputs(before, after) == {
        "app": frozenset({"size", "tags"}),
        "sftp": frozenset({"own"}),
    }
    assert changed_inputs(before, before) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PLAIN, None),
        (PLAIN, PLAIN | {"enabled": "false"}),
        (PLAIN, PLAIN | {"version": "'2'"}),
        (PLAIN, PLAIN | {"size": "${cell.name}"}),
        (PLAIN | {"size": "${cell.name}"}, PLAIN),
        (PLAIN, dict(reversed(PLAIN.items()))),
        (PLAIN, PLAIN | {"with blank": "1"}),
    ],
)
def test_where_more_may_have_changed_nothing_is_said(
    before: Mapping[str, str], after: Mapping[str, str] | None
) -> None:
    assert changed_inputs([layer("a", {"app": before})], [layer("a", {"app": after})]) is None


@pytest.mark.parametrize("other", [{"size": "${cell.name}"}, None])
def test_another_layer_with_a_reference_or_a_tag_says_nothing_either(other: Mapping[str, str] | None) -> None:
    beside = layer("b", {"app": other})
    changed = layer("a", {"app": PLAIN | {"size": "2"}})
    assert changed_inputs([layer("a", {"app": PLAIN}), beside], [changed, beside]) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("tier: gold\n", False),
        ("stacks:\n  sftp:\n    size: 1\n", False),
        ("stacks:\n  app:  # ours\n\n    # the name\n    many: 1\n  sftp:\n    size: 1\n", False),
        ("stacks:\n  app:\n    size: 1\n", True),
        ("stacks:\n  app:\n    many: {size: 1}\n", True),
        ('stacks:\n  app:\n    "\\x73ize": 1\n', True),
        ("stacks:\n  app: {many: 1}\n", True),
        ("stacks:\n  app: !replace\n    many: 1\n", True),
        ("stacks:\n  app:\n    !replace\n    many: 1\n", True),
        ("stacks:\n  app:\n", True),
        ("stacks: !replace\n  sftp:\n    many: 1\n", True),
        ("stacks: {sftp: {many: 1}}\n", True),
        ('"\\x73tacks": {app: {size: 1}}\n', True),
        ("own: &a {many: 1}\nstacks:\n  app: *a\n", True),
    ],
)
def test_a_cell_names_an_input_or_it_is_not_sure(text: str, *, named: bool) -> None:
    outline = outline_of(read_document(text, "clients/a.yaml"), "stacks")
    assert names_any([text.encode()], [outline], {"app": frozenset({"size"})}) is named
