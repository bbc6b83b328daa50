"""JSON Schema of the fleet's files: the reference fleet is valid by it, and mistakes are not."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from cellwright.app.fleet.schema.fleet_schema import fleet_schema
from cellwright.app.fleet.schema.writing import schema_of
from cellwright.fleet.yaml.reader import read_document
from every_command import answer
from unit.app.kit import NOBODY, STACK, make_fleet, open_session

REFERENCE = Path(__file__).parents[5] / "src" / "cellwright" / "reference"
CHOICE = """
variable "mode" {
  description = "How fast."
  type        = string
  default     = "slow"
  validation {
    condition     = contains(["slow", "fast"], var.mode)
    error_message = "Slow or fast."
  }
}
variable "count_of" { type = number }
variable "shape" { type = object({ sides = optional(number), names = list(string) }) }
"""


def content(text: str) -> Any:  # noqa: ANN401  a document
    document = read_document(text, "a.yaml")
    assert document.root is not None, document.faults
    return json.loads(json.dumps(document.root.value, default=float))


def faults(schema: Mapping[str, Any], text: str) -> list[str]:
    Draft7Validator.check_schema(schema)
    return [error.json_path for error in Draft7Validator(schema).iter_errors(content(text))]


def test_the_reference_fleet_is_valid() -> None:
    session = open_session(REFERENCE)
    files = {
        ("fleet", None): ["fleet.yaml"],
        ("cell", "client"): ["clients/*.yaml", "clients/*/*.yaml"],
        ("cell", "base"): ["accounts/*.yaml"],
        ("cell", "org"): ["org/*.yaml"],
        ("layer", "client"): ["defaults/client.yaml", "tiers/*.yaml", "lifecycle/*.yaml"],
        ("layer", "base"): ["defaults/base.yaml", "account-tiers/*.yaml"],
        ("layer", "utility"): ["defaults/utility.yaml"],
    }
    for (kind, level), patterns in files.items():
        schema = schema_of(session, kind, level)  # type: ignore[arg-type]
        paths = [path for pattern in patterns for path in REFERENCE.glob(pattern)]
        assert paths, patterns
        for path in paths:
            assert faults(schema, path.read_text()) == [], path


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("fleet: a\nlevels: []", "$.levels"),
        ("fleet: a\nlevels: [{name: b, cells: c, stakcs: {}}]", "$.levels[0]"),
        ("fleet: a\nlevels: [{name: b, cells: c}]\nworkers: three", "$.workers"),
        ("fleet: a\nlevels: [{name: b, cells: c}]\nterraform: {timeout: soon}", "$.terraform.timeout"),
        ("levels: [{name: b, cells: c}]", "$"),
    ],
)
def test_mistakes_in_fleet_yaml_are_found(text: str, where: str) -> None:
    assert faults(fleet_schema(), text) == [where]


@pytest.mark.parametrize("written", ["90s", "'2h'", "60"])
def test_a_duration_is_written_either_way(written: str) -> None:
    text = f"fleet: a\nlevels: [{{name: b, cells: c}}]\nterraform: {{timeout: {written}, relay: false}}"
    assert faults(fleet_schema(), text) == []


@pytest.fixture
def cell(tmp_path: Path) -> Mapping[str, Any]:
    make_fleet(tmp_path, acme="{}\n")
    (tmp_path / "stack" / "more.tf").write_text(CHOICE)
    return schema_of(open_session(tmp_path), "cell", "client")


def test_inputs_have_descriptions_types_defaults_and_choices(cell: Mapping[str, Any]) -> None:
    inputs = cell["properties"]["stacks"]["properties"]["app"]["properties"]
    assert inputs["mode"]["description"] == 'How fast. Type: string. Default: "slow".'
    assert inputs["mode"]["default"] == "slow"
    assert inputs["mode"]["anyOf"][0] == {"enum": ["slow", "fast"]}
    assert inputs["count_of"]["description"] == "Type: number. Required."
    assert "default" not in inputs["password"]  # it is sensitive
    assert "Sensitive" in inputs["password"]["description"]


@pytest.mark.parametrize(
    ("settings", "right"),
    [
        ("mode: fast", True),
        ("mode: faster", False),
        ('mode: "${cell.mode}"', True),
        ("mode: !unset ", True),
        ("count_of: 3", True),
        ("count_of: three", False),
        ("shape: {sides: 3}", True),
        ("shape: {sides: [3]}", False),
        ("shape: {names: !append [a]}", True),
        ('shape: {names: "${output.base.it.names}"}', True),
        ("enabled: 3", False),
        ("sise: 3", False),
    ],
)
def test_what_an_input_takes(cell: Mapping[str, Any], settings: str, right: bool) -> None:  # noqa: FBT001
    assert (faults(cell, f"own: [1]\nstacks: {{app: {{{settings}}}}}") == []) is right


def test_an_unreadable_stack_takes_any_input(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    (tmp_path / "stack" / "main.tf").write_text(f"{STACK}\nvariable {{")
    assert faults(schema_of(open_session(tmp_path), "cell", "client"), "stacks: {app: {any: 3}}") == []


def run(root: Path, *arguments: str, code: int = 0) -> str:
    found, text = answer(("schema", *arguments), root, NOBODY)
    assert found == code, text
    return text


def test_the_command_prints_one_or_writes_all(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    assert json.loads(run(tmp_path))["title"] == "fleet.yaml"
    assert json.loads(run(tmp_path, "layer", "client", "--json"))["title"] == "a layer of level client"
    assert run(tmp_path, "-o", ".schemas").startswith("✓ 3 schemas written to .schemas\n")
    assert {path.name for path in (tmp_path / ".schemas").iterdir()} == {
        "fleet.json",
        "layer-client.json",
        "cell-client.json",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cell",), "the schema of a cell is that of a level's"),
        (("cell", "cliant"), "did you mean 'client'?"),
        (("fleet", "client"), "fleet.yaml has no level"),
        (("stack",), "there is no schema of 'stack'"),
        (("cell", "client", "-o", "x"), "-o writes every schema"),
        (("-o", "fleet.yaml/x"), "can't be made"),
    ],
)
def test_what_can_t_be_written_is_said(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    make_fleet(tmp_path, acme="{}\n")
    assert said in run(tmp_path, *arguments, code=1)
