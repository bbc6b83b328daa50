"""`cellwright show`, `explain` and `graph`: the settings as Cellwright understands them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from rich.console import RenderableType
from rich.text import Text

from cellwright.api import inspection as document
from cellwright.api.document import print_document
from cellwright.app.fleet.explain import ExplainRequest
from cellwright.app.fleet.explain import explain as explain_inputs
from cellwright.app.fleet.graph import GraphRequest, GraphView
from cellwright.app.fleet.graph import graph as unit_graph
from cellwright.app.fleet.show import ShowRequest
from cellwright.app.fleet.show import show as show_units
from cellwright.cli import errors
from cellwright.cli.arguments.looking import ExplainArguments, Format, GraphArguments
from cellwright.cli.arguments.selecting import Paged
from cellwright.cli.progress.working import working
from cellwright.cli.session import Session
from cellwright.cli.views.text import graph as drawing
from cellwright.cli.views.text import inspection as text

_READING = "reading the fleet"


def show(session: Session, arguments: Paged) -> int:
    """Print the chosen units' resolved inputs, each as it is resolved."""
    request = ShowRequest(
        selectors=arguments.chosen_selectors, relatives=arguments.relatives, page=arguments.page
    )
    with working(session.error.stream, _READING):
        shown = show_units(session.fleet, request)
    session.answer_in_parts(lambda: text.units(shown), lambda: document.units(shown))
    return errors.DONE


def explain(session: Session, arguments: ExplainArguments) -> int:
    """Print the chain of layers behind one input, or behind each."""
    with working(session.error.stream, _READING):
        found = explain_inputs(session.fleet, ExplainRequest(unit=arguments.unit, input=arguments.name))
    session.answer(
        lambda: text.explanations(arguments.unit, found),
        lambda: (
            document.explanation(found[0])
            if arguments.name is not None and len(found) == 1
            else document.explanations(arguments.unit, found)
        ),
    )
    return errors.DONE


def graph(session: Session, arguments: GraphArguments) -> int:
    """Print the dependencies in the wanted form."""
    request = GraphRequest(selectors=arguments.chosen_selectors, relatives=arguments.relatives)
    with working(session.error.stream, _READING):
        view = unit_graph(session.fleet, request)
    if arguments.form is Format.JSON:
        print_document(document.graph(view))
    else:
        session.answer_in_parts(lambda: _DRAWINGS[arguments.form](view), lambda: document.graph(view))
    return errors.DONE


_DRAWINGS: Mapping[Format, Callable[[GraphView], Iterable[RenderableType]]] = {
    Format.TEXT: drawing.tree,
    Format.MERMAID: lambda view: _as_they_are(drawing.mermaid(view)),
    Format.DOT: lambda view: _as_they_are(drawing.dot(view)),
}


def _as_they_are(lines: Iterable[str]) -> Iterator[Text]:
    return (Text(line, no_wrap=True, overflow="ignore") for line in lines)
