"""The programs that are compared: those that are here, and the names of those that are not."""

import os
import re
import shutil
import subprocess  # a program is asked for its version
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version as installed
from pathlib import Path

from atmos import atmos
from terragrunt import terragrunt
from terramate import terramate
from tool import Command, Tool

VARIABLES = {
    "terragrunt": "PEER_TERRAGRUNT",
    "atmos": "PEER_ATMOS",
    "terramate": "PEER_TERRAMATE",
    "terraform": "PEER_TERRAFORM",
    "tofu": "PEER_TOFU",
}
"""The variable that names a program's path; else the PATH is searched for its name."""

TITLES = {"terraform": "Terraform", "tofu": "OpenTofu"}
_PEERS: Mapping[str, Callable[[Path, str], Tool]] = {
    "terragrunt": terragrunt,
    "atmos": atmos,
    "terramate": terramate,
}
_OURS = (sys.executable, "-c", "import sys; from cellwright.cli.main import main; sys.exit(main())")


def find(name: str) -> Path | None:
    """The program of that name."""
    found = os.environ.get(VARIABLES[name]) or shutil.which(name)
    return Path(found).absolute() if found else None


def version_of(program: Path) -> str:
    """What a program says of itself, as three numbers."""
    for words in (("--version",), ("version",)):
        done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
        if found := re.search(r"\d+\.\d+\.\d+[^\s,)]*", done.stdout + done.stderr):
            return found[0]
    return "of unknown version"


def tools(told: Callable[[str], None]) -> list[Tool]:
    """Cellwright and the peers that are here; `told` hears of those that are not."""
    found = [cellwright("Cellwright")]
    for name, made in _PEERS.items():
        program = find(name)
        if program is None:
            told(f"{name} is not here (neither on the PATH nor in {VARIABLES[name]}): not measured")
        else:
            found.append(made(program, version_of(program)))
    return found


def cellwright(name: str, *options: str) -> Tool:
    """This project. The fleet's settings name the binary and how many units run at once."""

    def command(*words: str) -> Command:
        return (*_OURS, *words, *options)

    return Tool(
        name=name,
        program=Path(sys.executable),
        version=installed("cellwright"),
        write=lambda layout, _: layout.fleet,
        prepare=(),
        apply=lambda _: (command("apply", "--yes"),),
        look=lambda _: (command("plan", "--all"),),
        changed=command("status"),
    )
