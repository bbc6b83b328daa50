"""What a stack may hold, with the real programs as judges: our reader refuses nothing that they take.

One process of each program judges all cases: each is a module in a folder of its own, and `get` reads modules
without any provider.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest
from packaging.version import Version

import binaries
from cellwright.model.diagnostic import DiagnosticError
from cellwright.stacks.reading.module_syntax import read_module
from unit.stacks.reading.feature_cases import CASES, JSON_CASES

TEXTS = {name: (text, "main.tf") for name, text in CASES.items()}
TEXTS |= {name: (text, "main.tf.json") for name, text in JSON_CASES.items()}
NAMES = list(TEXTS)

EVERYWHERE = {
    "a condition on another variable",
    "a precondition of an output",
    "a check",
    "a provider's function",
    "a removed resource",
    "a moved resource",
    "a legacy list of provider versions",
    "provider metadata",
    "an escaping block",
}
"""Taken by both products since 1.9."""


def refused_by(program: Path, folder: Path) -> set[str]:
    """Give the names of the cases that a program refuses."""
    (folder / "leaf").mkdir(parents=True)
    (folder / "leaf/main.tf").write_text("")
    calls = []
    for index, (text, file) in enumerate(TEXTS.values()):
        (folder / f"m{index}").mkdir()
        (folder / f"m{index}" / file).write_text(text)
        calls.append(f'module "m{index}" {{\n  source = "./m{index}"\n}}\n')
    (folder / "main.tf").write_text("".join(calls))
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    outcome = subprocess.run(
        [program, "get", "-no-color"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = re.split(r"(?=^.*Error: )", outcome.stderr + outcome.stdout, flags=re.MULTILINE)[1:]
    assert bool(errors) == (outcome.returncode != 0), outcome
    places = [re.search(r"\bon m(\d+)/|: module \"m(\d+)\"", error) for error in errors]
    assert None not in places, errors
    return {NAMES[int(place[1] or place[2])] for place in places if place}


def refused_by_us() -> set[str]:
    found = set()
    for name, (text, file) in TEXTS.items():
        try:
            read_module("m", {file: text.encode()})
        except DiagnosticError:
            found.add(name)
    return found


@pytest.mark.parametrize("name", binaries.ALL)
def test_nothing_is_refused_that_a_program_takes(name: str, tmp_path: Path) -> None:
    binary = binaries.binary(name)
    # OpenTofu before 1.10 takes `removed` without `lifecycle` only.
    older = {"a removed resource"} if binary.product == "tofu" and binary.version < Version("1.10") else set()
    theirs = refused_by(binary.path, tmp_path)
    assert not refused_by_us() - theirs
    assert not theirs & (EVERYWHERE - older)
