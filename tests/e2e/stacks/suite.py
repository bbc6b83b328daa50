"""Runs the tests of many stacks (`terraform test`) in one process, and tells them apart again.

A process takes three CPU seconds to learn what resources there are, and a run block takes a tenth of one. So
the stacks are copied below one root module that is empty, and their test files beside it; in each run block
the stack is named as its module. The rest is as in the stack's own folder.
"""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e.reference.readme import stack_name
from e2e.stacks.provider import provider_for, run_program

TESTS = ("*.tftest.hcl", "*.tofutest.hcl", "*.tfmock.hcl")
"""What may lie in a stack's folder `tests`: its digest leaves these out: a changed test changes no unit."""

_RUN = re.compile(r'^run "[^"]+" \{$', re.MULTILINE)
_OWN_TESTS = re.compile(r'(?<=")\./tests(?=["/])')
_APART = "__"
_ADDED, _LINES_ADDED = "# the stack", 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the tests of one stack ended."""

    passed: tuple[str, ...]
    """FILE: RUN, of those that passed."""
    told: str
    """What was said about the others; empty if there are none."""


def run_suite(name: str, stacks: Sequence[Path], folder: Path) -> dict[str, Outcome]:
    """Run the tests of these stacks with a program of `binaries`; gives outcomes by stacks' names."""
    root = folder / "root"
    _lay_out(stacks, root)
    with provider_for(name, folder) as environment:
        said = run_program(name, ["init", "-backend=false", "-no-color"], root, environment)
        if said.returncode:
            told = said.stdout + said.stderr
            return {stack_name(stack): Outcome((), told) for stack in stacks}
        lines = run_program(name, ["test", "-json"], root, environment).stdout.splitlines()
    messages = [json.loads(line) for line in lines]
    return {stack_name(stack): _outcome(stack_name(stack), root, messages) for stack in stacks}


def _lay_out(stacks: Sequence[Path], root: Path) -> None:
    (root / "tests").mkdir(parents=True)
    (root / "main.tf").write_text("terraform {}\n")
    for stack in stacks:
        name = stack_name(stack)
        shutil.copytree(stack, root / name, ignore=shutil.ignore_patterns(".terraform*", "example"))
        for path in (stack / "tests").iterdir():
            text = path.read_text()
            if path.name.endswith("test.hcl"):
                flat = name.replace("/", _APART)
                (root / "tests" / f"{flat}{_APART}{path.name}").write_text(_for_root(text, f"./{name}"))


def _for_root(text: str, place: str) -> str:
    """Write a test file as it has to be where its stack lies at `place`."""
    named = _OWN_TESTS.sub(f"{place}/tests", text)
    return _RUN.sub(lambda run: f'{run[0]}\n  module {{\n    source = "{place}" {_ADDED}\n  }}', named)


def _outcome(stack: str, root: Path, messages: Sequence[Mapping[str, Any]]) -> Outcome:
    own = (f"{stack}/", f"tests/{stack.replace('/', _APART)}{_APART}")
    ended = {
        f"{run['path'].removeprefix(own[1])}: {run['run']}": run["status"]
        for run in (message["test_run"] for message in messages if message["type"] == "test_run")
        if run["path"].startswith(own) and "status" in run
    }
    told = [_told(message["diagnostic"], own[1], root) for message in messages if _is_about(own, message)]
    told += [f"{run}: {status}" for run, status in ended.items() if status != "pass"]
    if not ended and not told:
        told = ["no test ran: another stack's files can't be read"]
    return Outcome(tuple(run for run, status in ended.items() if status == "pass"), "\n".join(told))


def _is_about(own: tuple[str, ...], message: Mapping[str, Any]) -> bool:
    """Tell whether a message is an error in files of this stack, or in none."""
    if message["type"] != "diagnostic" or message["diagnostic"]["severity"] != "error":
        return False
    place = message.get("@testfile") or message["diagnostic"].get("range", {}).get("filename")
    return place is None or str(place).startswith(own)


def _told(found: Mapping[str, Any], prefix: str, root: Path) -> str:
    place = found.get("range", {"filename": "", "start": {"line": 0}})
    file, line = place["filename"], place["start"]["line"]
    if file.startswith(prefix):
        above = (root / file).read_text().splitlines()[:line]
        line -= _LINES_ADDED * sum(_ADDED in text for text in above)
        file = f"tests/{file.removeprefix(prefix)}"
    values = "".join(
        f"\n  {value['traversal']} {value['statement']}"
        for value in (found.get("snippet") or {}).get("values") or ()
    )
    return f"{file}:{line}: {found['summary']}: {found['detail']}{values}"
