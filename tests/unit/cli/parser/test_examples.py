"""Every help text has examples, and they can be typed."""

import re
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


# Not a test for each of them: three hundred take longer to be collected than to be run.
def test_every_command_has_examples() -> None:
    without = [name for name in COMMANDS if not has_examples(name)]
    assert without == [], f"write some into {examples.__module__}"


def has_examples(name: str) -> bool:
    in_text = f"cellwright {name} " in (COMMANDS[name].help or "")
    return in_text or bool(examples(f"cellwright {name}".strip()))


def test_examples_name_commands_and_options_that_there_are() -> None:
    lines = sorted({line for name in COMMANDS for line in EXAMPLES.get(name, ())})
    assert len(lines) > 100
    assert {line: found for line in lines if (found := unknown_options(line))} == {}


def unknown_options(line: str) -> set[str]:
    words = shlex.split(line.split(" > ", maxsplit=1)[0].split(" -- ", maxsplit=1)[0])
    paths = (" ".join(words[:count]) for count in (2, 1))
    path = next((path for path in paths if path in COMMANDS), None)
    assert path is not None, f"no such command: {line}"
    known = {name for item in COMMANDS[path].params for name in item.opts}
    known |= {name for item in COMMANDS[words[0]].params for name in item.opts}
    return {word for word in words if word.startswith("-")} - known


@pytest.mark.parametrize("command", ["serve", "worker", "apply", "runs"])
def test_help_names_values_by_what_they_are_not_by_a_type(run: Run, command: str) -> None:
    assert re.findall(r"<(?:str|int|float|text)[^>]*>", run(command, "--help").out) == []


def test_help_shows_them_on_lines_of_their_own(run: Run) -> None:
    answer = run("status", "--help")
    assert "\nExamples:\n  cellwright status\n  cellwright status client/acme\n" in answer.out
