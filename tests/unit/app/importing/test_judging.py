"""A fleet that an import writes passes the fleet's own check, whatever the tree lacks."""

from pathlib import Path

import pytest
import yaml

from cellwright.app.importing.importing import ImportRequest, import_fleet
from every_command import answer
from unit.foreign.trees import write

LOCAL = 'terraform {\n  backend "local" {}\n}\n'
ATMOS = {
    "atmos.yaml": "base_path: .\ncomponents: {terraform: {base_path: components}}\n"
    "stacks: {base_path: stacks, name_pattern: '{stage}'}\n"
}
SEVERAL = """vars: {stage: prod}
components:
  terraform:
    absent: {vars: {a: 1}}
    bare: {vars: {}}
    wrong: {vars: {sizes: small}}
    open: {vars: {api_token: top-secret-11}}
    good: {vars: {name: x}}
    follower: {vars: {name: !terraform.output bare id}}
"""
CODE = {
    "components/bare/main.tf": LOCAL + 'variable "needed" {}\noutput "id" { value = 1 }\n',
    "components/wrong/main.tf": LOCAL + 'variable "sizes" {\n  type = list(string)\n}\n',
    "components/open/main.tf": LOCAL + 'variable "api_token" {}\n',
    "components/good/main.tf": LOCAL + 'variable "name" {}\n',
    "components/follower/main.tf": LOCAL + 'variable "name" {}\n',
}


def checked(folder: Path, tool: str) -> tuple[dict[str, bool], str, str]:
    """Import `tree`; give which units are on, the text of the cells, and what check says of the fleet."""
    environment = {"HOME": str(folder)}
    found = import_fleet(ImportRequest(tool=tool, folder=folder / "tree", to=folder / "fleet"), environment)
    code, text = answer(("check",), folder / "fleet", environment)
    assert code == 0, text
    assert "error" not in text
    cells = [text for path, text in found.fleet.files.items() if path.startswith("env/")]
    on = {
        stack: settings["enabled"]
        for cell in cells
        for stack, settings in yaml.safe_load(cell)["stacks"].items()
    }
    return on, "\n".join(cells), text


def test_units_that_check_would_refuse_are_off_and_say_what_to_do(tmp_path: Path) -> None:
    write(tmp_path / "tree", {**ATMOS, "stacks/prod.yaml": SEVERAL, **CODE})
    on, cell, text = checked(tmp_path, "atmos")
    assert on == {
        "absent": False,
        "bare": False,
        "follower": False,
        "good": True,
        "open": False,
        "wrong": False,
    }
    assert "# TODO: stacks.bare.enabled: stack 'bare' needs the input 'needed'; set 'needed'" in cell
    assert "# TODO: stacks.wrong.sizes: input 'sizes' of stack 'wrong': list(string) wanted" in cell
    assert "# TODO: stacks.follower.name: it takes an output of a unit that is switched off" in cell
    assert "# TODO: stacks.follower.enabled: stack 'follower' needs the input 'name'" in cell
    assert 'variable "api_token" of the stack: "${secret.environment.TF_VAR_api_token}"' in cell
    assert "top-secret-11" not in cell
    assert "source './stacks/TODO' does not exist; the stack is switched off everywhere; before" in text


def test_units_with_one_state_are_both_off(tmp_path: Path) -> None:
    stack = (
        "vars: {stage: prod}\ncomponents: {terraform: {one: {metadata: {component: good}}, two: {metadata: "
        "{component: good}}}}\nterraform: {backend_type: s3, backend: {s3: {bucket: b, key: k}}, "
        "vars: {name: x}}\n"
    )
    atmos = ATMOS["atmos.yaml"].replace(
        "base_path: components}", "base_path: components, workspaces_enabled: false}"
    )
    write(tmp_path / "tree", {"atmos.yaml": atmos, "stacks/prod.yaml": stack, **CODE})
    on, cell, _ = checked(tmp_path, "atmos")
    assert on == {"one": False, "two": False}
    assert "env/prod/two has the same state" in cell
    assert "states:" not in cell


def unit(name: str, source: str, more: str = "") -> str:
    state = f'backend = "s3"\n  config = {{ bucket = "b", key = "{name}", region = "eu-west-1" }}'
    return f'terraform {{\n  source = "{source}"\n}}\nremote_state {{\n  {state}\n}}\n{more}'


def test_units_in_a_circle_and_code_that_is_broken_are_off(tmp_path: Path) -> None:
    takes = 'dependency "o" {{\n  config_path = "../{}"\n}}\ninputs = {{ name = dependency.o.outputs.id }}\n'
    twice = 'resource "terraform_data" "x" {}\nresource "terraform_data" "x" {}\n'
    files = {
        "modules/m/main.tf": 'variable "name" {}\noutput "id" { value = 1 }\n',
        "modules/twice/main.tf": twice,
        "modules/fine/main.tf": 'output "id" { value = 1 }\n',
        "live/a/terragrunt.hcl": unit("a", "../../modules/m", takes.format("b")),
        "live/b/terragrunt.hcl": unit("b", "../../modules/m", takes.format("a")),
        "live/c/terragrunt.hcl": unit("c", "../../modules/twice"),
        "live/self/terragrunt.hcl": unit(
            "self", "../../modules/fine", 'dependencies {\n  paths = ["../self"]\n}\n'
        ),
        "templates/.boilerplate/terragrunt.hcl": "inputs = { {{ .Name }} }\n",
    }
    write(tmp_path / "tree", files)
    on, cell, _ = checked(tmp_path, "terragrunt")
    assert on == {"a": False, "b": False, "c": False, "self": True}
    assert "the resource 'terraform_data.x' is declared twice" in cell
    assert str(tmp_path) not in cell


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_module_out_of_reach_is_told_once(tmp_path: Path, *, dry_run: bool) -> None:
    for name in ("one", "two"):
        code = unit(name, f"git::file://{tmp_path}/nowhere//{name}?ref=v1")
        write(tmp_path / "tree", {f"live/{name}/terragrunt.hcl": code})
    asked = ImportRequest(tool="terragrunt", folder=tmp_path / "tree", to=tmp_path / "fleet", dry_run=dry_run)
    notes = [str(item) for item in import_fleet(asked, {"HOME": str(tmp_path)}).fleet.notes]
    told = [note for note in notes if "so it is not known what its modules declare" in note]
    assert len(told) == 1
    assert "env/live/one and 1 more are switched off" in told[0]
    assert "make it available" in told[0]
