"""What a program says of declarations of variables and of values for them; one process judges them all."""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from cellwright.model.text.json_text import PLAIN
from cellwright.model.value import Json
from unit.stacks.type_corpus import Declared

_ENVIRONMENT = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
_FAULT = re.compile(r"Error: [^\n]*\n+\s+on (?:\./)?m(\d+)/")


def refused_declarations(program: Path, folder: Path, declared: Mapping[int, Declared]) -> set[int]:
    """Give the declarations that a program refuses: each is a module of its own."""
    for number, item in declared.items():
        (folder / f"m{number}").mkdir(parents=True)
        (folder / f"m{number}" / item.file).write_text(item.text)
    calls = (f'module "m{number}" {{\n  source = "./m{number}"\n}}\n' for number in declared)
    (folder / "main.tf").write_text("".join(calls))
    outcome = _run(program, folder, "get", "-no-color")
    found = {int(match[1]) for match in _FAULT.finditer(outcome.stderr)}
    assert outcome.returncode == (1 if found else 0), outcome.stderr
    return found


def refused_values(
    program: Path, folder: Path, declared: Mapping[int, Declared], values: Mapping[int, Json]
) -> set[int]:
    """Give the values that a program refuses for variables, whose names are `v` and their number."""
    folder.mkdir()
    for number, item in declared.items():
        (folder / f"d{number}-{item.file}").write_text(item.text)
    given = {f"v{number}": values[number] for number in declared}
    (folder / "x.tfvars.json").write_text(PLAIN.write(given))
    outcome = _run(program, folder, "plan", "-input=false", "-json", "-var-file=x.tfvars.json")
    return refused_in(outcome)


def refused_in(planned: "subprocess.CompletedProcess[str]") -> set[int]:
    """Give the numbers of the variables whose values a plan with `-json` has refused."""
    found = set()
    for line in planned.stdout.splitlines():
        diagnostic = json.loads(line).get("diagnostic")
        if diagnostic and diagnostic["severity"] == "error":
            match = re.search(r"\bvar\.v(\d+)\b", diagnostic["detail"])
            assert match, diagnostic
            found.add(int(match[1]))
    assert planned.returncode == (1 if found else 0), planned.stderr
    return found


def _run(program: Path, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [program, *arguments], cwd=folder, env=_ENVIRONMENT, capture_output=True, text=True, check=False
    )
