"""The page of all commands, made from what their help is made of."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from typer.core import TyperGroup

from cellwright.cli.command_files import command_files
from cellwright.cli.options import EVERYWHERE
from cellwright.cli.parser.examples import examples
from docs_site.reference.markdown import cell, table

PROGRAM = "cellwright"
_HEAD = """# Every command

Made from the code: what `cellwright COMMAND --help` says, of all commands on one page.
[Commands](../commands.md) says what they have in common: selectors, exit codes, JSON documents, variables of
the environment.

"""


def commands_page() -> str:
    """Write the page."""
    lines: list[str] = []
    for panel, files in groupby(command_files(), key=lambda file: file.panel):
        lines += [f"## {panel}", ""]
        for file in files:
            lines += _command(file.load(), (file.name,))
    first = command_files()[0].load()
    return _HEAD + "\n".join([*_everywhere(first, command_files()[0].name), *lines])


def _everywhere(command: Any, name: str) -> Iterator[str]:  # noqa: ANN401  Typer's classes are private
    """The options that every command takes."""
    records = _records(command, (name,), everywhere=True)
    yield from ("## Options of every command", "", *table(("option", "does"), records))


def _command(command: Any, path: tuple[str, ...]) -> Iterator[str]:  # noqa: ANN401  as above
    name = " ".join(path)
    context = _context(command, path)
    usage = " ".join((PROGRAM, name, *command.collect_usage_pieces(context)))
    yield from (f"### {name}", "", "```", usage, "```", "")
    for paragraph in (command.help or "").split("\n\n"):
        yield from (cell(paragraph), "")
    shown = examples(f"{PROGRAM} {name}")
    if shown:
        yield from ("```console", *(f"$ {line}" for line in shown), "```", "")
    arguments = [
        (f"`{item.metavar or item.name}`", item.help or "")
        for item in command.params
        if item.param_type_name == "argument"
    ]
    yield from table(("argument", "is"), arguments)
    yield from table(("option", "does"), _records(command, path, everywhere=False))
    if isinstance(command, TyperGroup):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from _command(found, (*path, inner))


def _records(command: Any, path: tuple[str, ...], *, everywhere: bool) -> list[tuple[str, str]]:  # noqa: ANN401
    """List the options with their texts."""
    context = _context(command, path)
    return [
        (f"`{record[0]}`", record[1])
        for item in command.params
        if item.param_type_name != "argument"
        and (item.rich_help_panel == EVERYWHERE) is everywhere
        and (record := item.get_help_record(context)) is not None
    ]


def _context(command: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401  as above
    return command.make_context(" ".join((PROGRAM, *path)), [], resilient_parsing=True)
