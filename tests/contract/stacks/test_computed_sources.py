"""The module that a program takes, where its source is made of variables, is the one that the tree holds."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.version import Version

import binaries
from cellwright.model.value import Json
from cellwright.stacks.reading.module_syntax import read_module
from cellwright.stacks.source.gathering import gather_tree

ROOT = """\
variable "kind" {
  type    = string
  default = "one"
}
variable "place" {
  type    = object({ base = string })
  default = { base = "../mods" }
}
locals {
  folder = "${var.place.base}/${var.kind}"
  where  = { here = local.folder }
}
module "plain" {
  source = local.where.here
}
module "middle" {
  source = "../middle"
  kind   = "${var.kind}-s"
}
module "rooted" {
  source = "${path.module}/inner/${terraform.workspace}"
}
"""
MIDDLE = """\
variable "kind" {
  type = string
}
module "inner" {
  source = "../mods/${var.kind}"
}
"""
FILES = {
    "stack/main.tf": ROOT,
    "stack/inner/default/main.tf": "",
    "middle/main.tf": MIDDLE,
    **{f"mods/{name}/main.tf": "" for name in ("one", "two", "one-s", "two-s")},
}
CONST = 'variable "{}" {{\n  const = true\n'
_SINCE = {"tofu": Version("1.8"), "terraform": Version("1.15")}


def taken_by(program: Path, folder: Path, values: Mapping[str, Json]) -> dict[str, str]:
    """Give the folder of each module that a program installs, from the stack's folder."""
    (folder / "x.auto.tfvars.json").write_text(json.dumps(values))
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    subprocess.run([program, "get"], cwd=folder, env=environment, capture_output=True, check=True)
    manifest = json.loads((folder / ".terraform/modules/modules.json").read_text())
    (folder / "x.auto.tfvars.json").unlink()
    return {item["Key"]: item["Dir"] for item in manifest["Modules"] if item["Key"]}


@pytest.mark.parametrize("name", binaries.ALL)
@pytest.mark.parametrize("values", [{}, {"kind": "two"}, {"kind": "two", "place": {"base": "./../mods"}}])
def test_the_tree_holds_what_the_program_takes(name: str, values: Mapping[str, Json], tmp_path: Path) -> None:
    binary = binaries.binary(name)
    if binary.version < _SINCE[binary.product]:
        pytest.skip(f"{binary} takes texts only")
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        constant = text
        if binary.product == "terraform":  # it takes constant variables only, and no workspace
            constant = constant.replace("${terraform.workspace}", "default")
            for variable in ("kind", "place"):
                constant = constant.replace(f'variable "{variable}" {{\n', CONST.format(variable))
        (tmp_path / path).write_text(constant)
    tree = gather_tree(tmp_path / "stack", read_module, "stack", values=values)
    assert not tree.computed_findings
    held = {os.path.relpath(tmp_path / item.path, tmp_path / "stack") for item in tree.files}
    taken = {
        os.path.normpath(folder) for folder in taken_by(binary.path, tmp_path / "stack", values).values()
    }
    kind = values.get("kind", "one")
    assert taken == {f"../mods/{kind}", f"../mods/{kind}-s", "../middle", "inner/default"}
    assert held == {"main.tf", *(f"{folder}/main.tf" for folder in taken)}
