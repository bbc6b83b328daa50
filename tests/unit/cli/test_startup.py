"""What is loaded for an answer that needs nothing: how long it takes is measured in benchmarks/."""

import subprocess
import sys

import pytest

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
    "ruamel",
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
    "arguments", [["--version"], ["--help"], ["status", "--help"], ["apply", "--help"], ["events", "--help"]]
)
def test_an_answer_that_needs_nothing_loads_nothing_heavy(arguments: list[str]) -> None:
    assert not loaded(*arguments) & _HEAVY


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_quickest_answers_need_neither_rich_nor_pydantic(option: str) -> None:
    # Typer itself loads pydantic as soon as there is a command with arguments to check.
    assert not loaded(option) & {"rich", "pydantic"}


def test_a_usage_error_does_not_wait_for_the_engine() -> None:
    assert not loaded("status", "--nonsense") & _HEAVY
