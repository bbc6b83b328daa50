"""Which binaries a module allows is what the programs themselves say."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

import binaries
from cellwright.stacks.reading.module import read_by
from cellwright.stacks.reading.module_syntax import read_module
from cellwright.terraform.install.requirement import version_refusals

OLD = 'terraform {\n  required_version = "< 1.5"\n}\n'
NEW = 'terraform {\n  required_version = ">= 1.5, < 9"\n}\n'
LANGUAGE = 'language {\n  compatible_with {\n    opentofu = "< 1.5"\n  }\n}\n'
CASES: Mapping[str, Mapping[str, str]] = {
    "none": {"main.tf": ""},
    "met": {"main.tf": NEW, "main.tofu": NEW},
    "not met": {"main.tf": OLD},
    "not met in an override file": {"main.tf": NEW, "x_override.tf": OLD},
    "met in an override file": {"main.tf": OLD, "x_override.tf": NEW},
    "not met in an OpenTofu file": {"main.tf": "", "versions.tofu": OLD},
    "replaced by an OpenTofu file": {"versions.tf": OLD, "versions.tofu": NEW},
    "overridden in an OpenTofu file": {"main.tf": "", "a.tofu": OLD, "a_override.tofu": NEW},
    "a language block": {"main.tf": "", "a.tf": LANGUAGE},
    "a language block that is met": {"main.tf": "", "a.tf": LANGUAGE.replace("< 1.5", ">= 1.12, < 9")},
    "a language block in an OpenTofu file": {"main.tf": "", "a.tofu": LANGUAGE},
    "a prerelease": {"main.tf": "", "a.tf": OLD.replace("< 1.5", "> 1.5.0, != 1.5.1"), "a.tofu": NEW},
}


@pytest.mark.parametrize("name", binaries.ALL)
def test_what_a_program_refuses(name: str, tmp_path: Path) -> None:
    binary = binaries.binary(name)
    ours, theirs = set(), set()
    for case, files in CASES.items():
        folder = tmp_path / case.replace(" ", "-")
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text)
        module = read_module(
            "m", read_by(binary.product, {file: text.encode() for file, text in files.items()})
        )
        if list(version_refusals(module.versions, binary.identity)):
            ours.add(case)
        environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
        outcome = subprocess.run(
            [binary.path, "get"], cwd=folder, env=environment, capture_output=True, check=False
        )
        if outcome.returncode:
            theirs.add(case)
    assert ours == theirs
    assert 0 < len(ours) < len(CASES)
