"""`cellwright show`, `explain` and `graph`: the settings as Cellwright understands them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from cellwright.app import inspect as use_case
from cellwright.app.results import GraphView
from cellwright.cli import errors
from cellwright.cli.arguments import Everywhere, command
from cellwright.cli.document import print_document
from cellwright.cli.selection import Selecting
from cellwright.cli.session import Session
from cellwright.cli.views.document import inspection as document
from cellwright.cli.views.text import graph as drawing
from cellwright.cli.views.text import inspection as text


class Format(Enum):
    """How a graph is written."""

    TEXT = "text"
    MERMAID = "mermaid"
    DOT = "dot"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainArguments(Everywhere):
    """What `explain` takes."""

    unit: Annotated[str, typer.Argument(metavar="UNIT", help="A unit's address: client/acme/app.")]
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[INPUT]",
            help="An input, or a path into one: replicas, tags.team; default: all.",
            show_default=False,
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphArguments(Selecting):
    """What `graph` takes."""

    form: Annotated[
        Format, typer.Option("--format", help="A tree, a Mermaid or Graphviz drawing, or JSON.")
    ] = Format.TEXT


@command(Selecting)
def show(session: Session, arguments: Selecting) -> int:
    """Show units with their resolved inputs, as Terraform will be given them.

    Outputs of other units stand as references; sensitive values are masked.
    """
    shown = use_case.show(session.location, arguments.chosen_selectors, relatives=arguments.relatives)
    session.answer(lambda: text.units(shown), lambda: document.units(shown))
    return errors.DONE


@command(ExplainArguments)
def explain(session: Session, arguments: ExplainArguments) -> int:
    """Show where an input's value comes from: every layer that set it, the winner last."""
    found = use_case.explain(session.location, arguments.unit, arguments.name)
    session.answer(
        lambda: text.explanations(arguments.unit, found),
        lambda: (
            document.explanation(found[0])
            if arguments.name is not None and len(found) == 1
            else document.explanations(arguments.unit, found)
        ),
    )
    return errors.DONE


@command(GraphArguments)
def graph(session: Session, arguments: GraphArguments) -> int:
    """Show the units and what each depends on."""
    view = use_case.graph(session.location, arguments.chosen_selectors, arguments.relatives)
    if arguments.form is Format.JSON:
        print_document(document.graph(view))
    else:
        session.answer(lambda: _DRAWINGS[arguments.form](view), lambda: document.graph(view))
    return errors.DONE


_DRAWINGS: dict[Format, Callable[[GraphView], RenderableType]] = {
    Format.TEXT: drawing.tree,
    Format.MERMAID: lambda view: Text(drawing.mermaid(view), no_wrap=True, overflow="ignore"),
    Format.DOT: lambda view: Text(drawing.dot(view), no_wrap=True, overflow="ignore"),
}
