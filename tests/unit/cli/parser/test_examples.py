"""Every help text has examples, and they can be typed."""

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from cellwright.cli.command_files import command_files
from cellwright.cli.command_line import app
from cellwright.cli.parser.examples import EXAMPLES, examples
from unit.cli.conftest import Run


def commands() -> Iterator[tuple[str, Any]]:
    yield "", get_command(app)
    for file in command_files():
        found = file.load()
        yield file.name, found
        for name, command in getattr(found, "commands", {}).items():
            yield f"{file.name} {name}", command


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples(name: str) -> None:
    in_text = f"cellwright {name} " in (COMMANDS[name].help or "")
    assert in_text or examples(f"cellwright {name}".strip()), f"write some into {examples.__module__}"


@pytest.mark.parametrize("line", sorted({line for name in COMMANDS for line in EXAMPLES.get(name, ())}))
def test_examples_name_commands_and_options_that_there_are(line: str) -> None:
    words = shlex.split(line.split(" > ", maxsplit=1)[0].split(" -- ", maxsplit=1)[0])
    path = next(" ".join(words[:count]) for count in (2, 1) if " ".join(words[:count]) in COMMANDS)
    known = {name for item in COMMANDS[path].params for name in item.opts}
    known |= {name for item in COMMANDS[words[0]].params for name in item.opts}
    assert {word for word in words if word.startswith("-")} <= known


def test_help_shows_them_on_lines_of_their_own(run: Run) -> None:
    answer = run("status", "--help")
    assert "\nExamples:\n  cellwright status\n  cellwright status client/acme\n" in answer.out
