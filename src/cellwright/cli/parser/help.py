"""Help as plain text, in sections: arguments, options, and the options that every command takes."""

from collections.abc import Iterable
from typing import Any

from typer.core import TyperCommand, TyperGroup

from cellwright.cli.options import EVERYWHERE
from cellwright.cli.parser.conversion import spare
from cellwright.cli.parser.examples import examples

ARGUMENTS = "Arguments"
OPTIONS = "Options"
COMMANDS = "Commands"
EXAMPLES = "Examples"


class SectionedCommand(TyperCommand):
    """A command whose help lists its own options apart from those that every command takes."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401  the base names private classes
        """The library's option; without its conversion where it was not given."""
        return _spared(super().get_help_option(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ANN401  the base names private classes
        """Return the parts of `[OPTIONS] UNIT [INPUT]`, arguments as their metavars are written."""
        named = [item.metavar or item.name for item in self.get_params(ctx) if _is_argument(item)]
        return ["[OPTIONS]", *named]

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  as above
        """Write examples, then one section per kind of parameter."""
        write_examples(ctx, formatter)
        write_parameters(self.get_params(ctx), ctx, formatter)


class SectionedGroup(TyperGroup):
    """A group whose help lists its commands before its options."""

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401  the base names private classes
        """The library's option; without its conversion where it was not given."""
        return _spared(super().get_help_option(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  as above
        """Write examples and the commands, then one section per kind of parameter."""
        write_examples(ctx, formatter)
        for panel, rows in self.panels(ctx).items():
            with formatter.section(panel):
                formatter.write_dl(rows)
        write_parameters(self.get_params(ctx), ctx, formatter)

    def panels(self, ctx: Any) -> dict[str, list[tuple[str, str]]]:  # noqa: ANN401  as above
        """The commands with their summaries, by heading."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        return {COMMANDS: [(name, command.get_short_help_str(1000)) for name, command in found if command]}


def _spared(option: Any) -> Any:  # noqa: ANN401  as above
    if option is not None:
        spare(option, text=False)
    return option


def write_examples(ctx: Any, formatter: Any) -> None:  # noqa: ANN401  as above
    """Write a command's examples, each on a line that can be copied: it is not wrapped."""
    found = examples(ctx.command_path)
    if found:
        with formatter.section(EXAMPLES):
            formatter.write("".join(f"{' ' * formatter.current_indent}{line}\n" for line in found))


def write_parameters(parameters: Iterable[Any], ctx: Any, formatter: Any) -> None:  # noqa: ANN401  as above
    """Write parameters in sections; an empty section is left out."""
    sections: dict[str, list[tuple[str, str]]] = {ARGUMENTS: [], OPTIONS: [], EVERYWHERE: []}
    for parameter in parameters:
        record = parameter.get_help_record(ctx)
        if _is_argument(parameter):
            sections[ARGUMENTS].append((parameter.metavar or parameter.name, parameter.help or ""))
        elif record is not None:
            sections[EVERYWHERE if _is_everywhere(parameter) else OPTIONS].append(record)
    for name, records in sections.items():
        if records:
            with formatter.section(name):
                formatter.write_dl(records)


def _is_argument(parameter: Any) -> bool:  # noqa: ANN401  as above
    return bool(parameter.param_type_name == "argument")


def _is_everywhere(parameter: Any) -> bool:  # noqa: ANN401  as above
    # The help option is Typer's own and has no panel.
    return bool(parameter.name == "help" or parameter.rich_help_panel == EVERYWHERE)
