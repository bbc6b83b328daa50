"""What a module declares wrongly, in words and at its line; the contract suite asks the programs."""

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.reading.module_syntax import read_module

WRONG = (
    ('variable "v" {\n  type = "string"\n}\n', 2, "a type stands without quotes; write type = string"),
    ('variable "v" {\n  typ = string\n}\n', 2, "'typ' is no argument of a variable; did you mean 'type'?"),
    ('variable "v" {\n  default {}\n}\n', 2, "a variable takes no block 'default'"),
    (
        'variable "v" {\n  type = number\n  default = "abc"\n}\n',
        3,
        "the default does not fit the type: number wanted",
    ),
    ('variable "v" {\n  default = var.x\n}\n', 2, "a constant can't refer to other values"),
    ('variable "v" {\n  nullable = false\n  default = null\n}\n', 3, "the default is null"),
    ('variable "v" {\n  sensitive = null\n}\n', 2, "'sensitive' is true or false"),
    ('variable "v" {\n  description = null\n}\n', 2, "'description' is a plain text"),
    ('variable "source" {\n}\n', 1, "the name 'source' is reserved"),
    ('variable "1a" {\n}\n', 1, "'1a' is no name of a variable"),
    ('variable "v" {\n  validation {\n  }\n}\n', 2, "the validation has no 'condition'"),
    ('output "o" {}\n', 1, "the output 'o' has no value"),
    ('output "o" {\n  value = 1\n  values = 2\n}\n', 3, "'values' is no argument of an output"),
    ('output "o o" {\n  value = 1\n}\n', 1, "'o o' is no name of an output"),
    ('module "-m" {\n  source = "./m"\n}\n', 1, "'-m' is no name of a module"),
    (
        "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}\n",
        5,
        "the local 'a' is declared twice; the other one is at m/main.tf:2:3",
    ),
    ('resource "x_y" "a" {}\nresource "x_y" "a" {}\n', 2, "the resource 'x_y.a' is declared twice"),
    ('data "x_y" "a" {}\ndata "x_y" "a" {}\n', 2, "the data 'x_y.a' is declared twice"),
    ('provider "x" {}\nprovider "x" {}\n', 2, "the provider 'x' without an alias is declared twice"),
    (
        'provider "x" { alias = "a" }\nprovider "x" { alias = "a" }\n',
        2,
        "the provider 'x.a' is declared twice",
    ),
    ('terraform {\n  backend "s3" {}\n  backend "http" {}\n}\n', 3, "`backend` is declared twice"),
    (
        "terraform {\n  required_providers {}\n  required_providers {}\n}\n",
        3,
        "`required_providers` is declared twice",
    ),
)
WRONG_JSON = (
    ('{"variable": {"v": {"typ": "string"}}}', "'typ' is no argument of a variable"),
    ('{"variable": {"v": {"type": "strin"}}}', "'strin' is no type"),
    ('{"variable": {"v": {"type": "number", "default": "${1}"}}}', "the default does not fit the type"),
    (
        '{"variable": {"v": {"validation": {"condition": "${true}"}}}}',
        "the validation has no 'error_message'",
    ),
    ('{"output": {"o": {"sensitive": true}}}', "the output 'o' has no value"),
    ('{"locals": {"a b": 1}}', "'a b' is no name of a local"),
)
RIGHT = (
    'variable "é-1" {\n  type = any\n  default = null\n  nullable = true\n}\n',
    'variable "v" {\n  default = 1 + 1\n  type = string\n}\n',
    'variable "v" {\n  validation {\n    condition = var.v > 1\n    error_message = "No."\n  }\n}\n',
    'output "o" {\n  value = 1\n  precondition {\n    condition = true\n    error_message = "No."\n  }\n}\n',
    'provider "x" {}\nprovider "x" { alias = "a" }\nprovider "y" { alias = "a" }\n',
    'resource "x_y" "a" {}\ndata "x_y" "a" {}\n',
)


@pytest.mark.parametrize(("text", "line", "finding"), WRONG)
def test_what_is_wrong_is_found_at_its_line(text: str, line: int, finding: str) -> None:
    with pytest.raises(DiagnosticError) as refusal:
        read_module("m", {"main.tf": text.encode()})
    found = refusal.value.diagnostics[0]
    assert finding in str(found)
    assert found.position is not None
    assert found.position.line == line


@pytest.mark.parametrize(("text", "finding"), WRONG_JSON)
def test_what_is_wrong_in_json(text: str, finding: str) -> None:
    with pytest.raises(DiagnosticError, match=finding.replace("(", r"\(")):
        read_module("m", {"main.tf.json": text.encode()})


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right(text: str) -> None:
    declared = read_module("m", {"main.tf": text.encode()})
    assert len(declared.variables) == text.count("variable ")
    assert len(declared.outputs) == text.count("output ")


def test_texts_in_json_are_no_templates_where_terraform_takes_constants() -> None:
    text = '{"variable": {"v": {"default": "${var.x}", "description": "${var.y}", "//": 1}}}'
    assert "v" in read_module("m", {"main.tf.json": text.encode()}).variables


def test_an_override_file_repeats_what_it_overrides() -> None:
    files = {
        "main.tf": 'output "o" {\n  value = 1\n}\nresource "x_y" "a" {}\nlocals {\n  a = 1\n}\n',
        "x_override.tf": 'output "o" {\n  sensitive = true\n}\nresource "x_y" "a" {}\nlocals {\n  a = 2\n}\n',
    }
    assert read_module("m", {name: text.encode() for name, text in files.items()}).outputs["o"].sensitive
