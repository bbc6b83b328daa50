"""The option `--format` of commands that print a page as text, JSON or Markdown."""

from dataclasses import replace
from enum import Enum
from typing import Annotated

import typer

from cellwright.cli.options import CommonOptions


class Format(Enum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        metavar="FORM",
        help="text (the default), json (as --json), or markdown, as a comment on a pull request takes it.",
        show_default=False,
    ),
]


def with_format(common: CommonOptions, arguments: object) -> CommonOptions:
    """Let `--format json` mean the same as `--json`, where a command's arguments have a `form`.

    Raises:
        typer.BadParameter: `--json` was given, and another form.
    """
    form = getattr(arguments, "form", None)
    if not isinstance(form, Enum):
        return common
    if form.value == Format.JSON.value:
        return replace(common, json=True)
    if common.json:
        raise typer.BadParameter(
            f"--json and --format {form.value} contradict each other: leave out one", param_hint="--format"
        )
    return common
