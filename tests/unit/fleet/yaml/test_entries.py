import pytest

from cellwright.fleet.yaml.entries import entry_text, with_entry, without_entry
from cellwright.fleet.yaml.node import Node
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.diagnostic import DiagnosticError

TEXT = """\
# The client.
tier: gold # as agreed
stacks:
  app:
    # More than most.
    replicas: 3
    settings: { A: b, C: d }
  sftp: {enabled: true, size: 2}
"""


def node(text: str) -> Node:
    root = read_document(text, "").root
    assert root is not None
    return root


def block(key: str, text: str) -> object:
    return lambda indent: [f"{indent}{key}:", *(f"{indent}  {line}" for line in text.splitlines())]


def put(text: str, keys: str, value: str) -> str:
    steps = keys.split(".")
    return with_entry(text, steps, block(steps[-1], value), node(value), "acme.yaml")  # type: ignore[arg-type]


def test_an_entry_is_put_as_it_is_written() -> None:
    edited = put(TEXT, "stacks.app.settings", "A: b # kept\nE: !unset\n")
    assert edited == TEXT.replace(
        "    settings: { A: b, C: d }\n", "    settings:\n      A: b # kept\n      E: !unset\n"
    )


def test_a_new_entry_comes_last_in_what_holds_it() -> None:
    assert put(TEXT, "stacks.app.tags", "X: y\n") == TEXT.replace(
        "    settings: { A: b, C: d }\n", "    settings: { A: b, C: d }\n    tags:\n      X: y\n"
    )


def test_what_leads_to_it_is_made() -> None:
    assert put("tier: gold\n", "stacks.app.tags", "X: y\n") == (
        "tier: gold\nstacks:\n  app:\n    tags:\n      X: y\n"
    )


def test_an_empty_file_is_filled() -> None:
    assert put("# Nothing yet.\n{}\n", "settings", "X: y\n") == "# Nothing yet.\nsettings:\n  X: y\n"


def test_it_is_not_put_into_a_flow_mapping() -> None:
    with pytest.raises(DiagnosticError, match="can't be edited"):
        put(TEXT, "stacks.sftp.tags", "X: y\n")


@pytest.mark.parametrize(
    ("keys", "gone"),
    [
        ("tier", "tier: gold # as agreed\n"),
        ("stacks.app.replicas", "    replicas: 3\n"),
        ("stacks.sftp.size", ", size: 2"),
        ("stacks.sftp.enabled", "enabled: true, "),
        ("stacks.nothing", ""),
    ],
)
def test_an_entry_is_taken_out(keys: str, gone: str) -> None:
    assert without_entry(TEXT, keys.split("."), "acme.yaml") == TEXT.replace(gone, "")


@pytest.mark.parametrize(
    ("keys", "written"),
    [
        ("tier", "gold"),
        ("stacks.app.settings", "{ A: b, C: d }"),
        ("stacks.app", "replicas: 3\nsettings: { A: b, C: d }"),
        ("stacks.nothing", ""),
    ],
)
def test_a_value_is_given_as_it_is_written(keys: str, written: str) -> None:
    assert entry_text(TEXT, keys.split(".")) == written


def test_an_alias_has_no_text_of_its_own() -> None:
    assert entry_text("a: &x {b: c}\nd: *x\n", ["d"]) == ""


def test_what_held_nothing_else_goes_too() -> None:
    text = "tier: gold\nstacks:\n  app:\n    size: 3\n  sftp: {size: 2}\n"
    text = without_entry(text, ["stacks", "sftp", "size"], "acme.yaml")
    assert text == "tier: gold\nstacks:\n  app:\n    size: 3\n"
    text = without_entry(text, ["stacks", "app", "size"], "acme.yaml")
    assert text == "tier: gold\n"
    assert without_entry(text, ["tier"], "acme.yaml") == "{}\n"
