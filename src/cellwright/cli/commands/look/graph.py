"""Show the units and their dependencies.

Panel: Look 140
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import command
from cellwright.cli.parser.selection import SelectionArguments

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


class Format(Enum):
    """How a graph is written."""

    TEXT = "text"
    MERMAID = "mermaid"
    DOT = "dot"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphArguments(SelectionArguments):
    """The arguments of `graph`."""

    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            metavar="FORM",
            help="text (a tree), mermaid, dot (for Graphviz) or json.",
            show_default=False,
        ),
    ] = None


@command(GraphArguments)
def graph(invocation: Invocation, arguments: GraphArguments) -> int:
    """Show the units and what each depends on."""
    from cellwright.api.fleet import graph as document
    from cellwright.app.fleet import graph as use_case
    from cellwright.cli.progress.spinner import spinner
    from cellwright.cli.views.look import graph as view

    request = use_case.GraphRequest(selectors=arguments.chosen_selectors, relatives=arguments.relatives)
    with spinner(invocation.error.stream, "reading the fleet"):
        found = invocation.look(use_case.graph, request)
    form = arguments.form or Format.TEXT
    invocation.answer_in_parts(lambda: view.graph(found, form.value), lambda: document.graph(found))
    return exit_codes.DONE
