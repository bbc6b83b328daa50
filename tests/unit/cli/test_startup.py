"""Which modules are imported for help and usage errors; benchmarks/ measure the time."""

import subprocess
import sys

import pytest

from cellwright.cli.command_files import command_files

_HEAVY = {
    "alembic",
    "cellwright.engine",
    "cellwright.fleet",
    "cellwright.ledger",
    "cellwright.stacks",
    "cellwright.terraform",
    "grpc",
    "hcl2",
    "rich.live",
    "sqlalchemy",
    "yaml",
}
_SCRIPT = """
import sys
from cellwright.cli.main import main
main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], *([file.name, "--help"] for file in command_files())]
)
def test_help_imports_no_heavy_module(arguments: list[str]) -> None:
    assert not loaded(*arguments) & (_HEAVY | {"rich"})


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_top_level_help_do_not_import_pydantic(option: str) -> None:
    # Typer itself loads pydantic as soon as there is a command with arguments to check.
    assert not loaded(option) & {"pydantic"}


def test_a_usage_error_imports_no_heavy_module() -> None:
    assert not loaded("status", "--nonsense") & _HEAVY
