"""Help as plain text: arguments, options, and apart from them what every command takes."""

from collections.abc import Iterable
from typing import Any

from typer.core import TyperCommand

from cellwright.cli.options import EVERYWHERE

ARGUMENTS = "Arguments"
OPTIONS = "Options"


class HelpfulCommand(TyperCommand):
    """A command whose own options are not lost among those that every command takes."""

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  the base names private classes
        """Write one section per kind of parameter."""
        write_parameters(self.get_params(ctx), ctx, formatter)


def write_parameters(parameters: Iterable[Any], ctx: Any, formatter: Any) -> None:  # noqa: ANN401  as above
    """Write parameters as sections of definitions; a section without any is left out."""
    sections: dict[str, list[tuple[str, str]]] = {ARGUMENTS: [], OPTIONS: [], EVERYWHERE: []}
    for parameter in parameters:
        record = parameter.get_help_record(ctx)
        if record is not None:
            sections[_section(parameter)].append(record)
    for name, records in sections.items():
        if records:
            with formatter.section(name):
                formatter.write_dl(records)


def _section(parameter: Any) -> str:  # noqa: ANN401  as above
    if parameter.param_type_name == "argument":
        return ARGUMENTS
    # The help option is Typer's own and has no panel; it fits with what is accepted everywhere.
    everywhere = parameter.name == "help" or parameter.rich_help_panel == EVERYWHERE
    return EVERYWHERE if everywhere else OPTIONS
