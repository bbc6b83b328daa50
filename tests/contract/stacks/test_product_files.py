"""Which files OpenTofu reads, and what it makes of overrides, is what it says of a module itself."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.version import Version

import binaries
from cellwright.stacks.reading.module import is_configuration, read_by
from cellwright.stacks.reading.module_syntax import read_module

ENVIRONMENT = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
FILES: Mapping[str, str] = {
    "main.tf": 'variable "left_out" {}\n',
    "main.tofu": 'variable "a" {\n sensitive = true\n}\noutput "o" {\n value=1\n deprecated = "Use p."\n}\n',
    "data.tf.json": '{"variable": {"also_left_out": {}}}',
    "data.tofu.json": '{"variable": {"b": {"default": 1, "deprecated": "Use a."}}}',
    "more.tf": 'variable "c" {\n  ephemeral = true\n}\n',
    "more.tf.json": '{"variable": {"d": {}}}',
    "more_override.tf": 'variable "c" {\n  default = 1\n}\n',
    "last_override.tofu": 'variable "d" {\n  default = 2\n  deprecated = "Use c."\n}\n',
    "#odd.tf": 'variable "e" {}\n',
    ".hidden.tf": 'variable "hidden" {}\n',
    "backup.tf~": 'variable "backup" {}\n',
    "unit.tftest.hcl": "variables {\n  x = 1\n}\n",
    "all.tfquery.hcl": 'variable "query" {}\n',
}


@pytest.mark.parametrize("name", binaries.ALL)
def test_a_module_is_read_as_its_program_reads_it(name: str, tmp_path: Path) -> None:
    binary = binaries.binary(name)
    if binary.product != "tofu" or binary.version < Version("1.11"):
        pytest.skip(f"{binary} does not describe a module")
    for file, text in FILES.items():
        (tmp_path / file).write_text(text)
    ours = read_module(
        "m", read_by("tofu", {file: text.encode() for file, text in FILES.items() if is_configuration(file)})
    )
    command = [str(binary.path), "show", "-json", f"-module={tmp_path}"]
    answer = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, check=True)
    said = json.loads(answer.stdout)["root_module"]
    variables = {
        item.name: (item.required, item.sensitive, item.ephemeral, item.deprecated or "")
        for item in ours.variables.values()
    }
    assert variables == {
        key: (
            bool(item.get("required", "default" not in item)),
            item.get("sensitive", False),
            item.get("ephemeral", False),
            item.get("deprecated", ""),
        )
        for key, item in said["variables"].items()
    }
    assert {item.name: item.deprecated or "" for item in ours.outputs.values()} == {
        key: item.get("deprecated", "") for key, item in said["outputs"].items()
    }
