import pytest

from golden.cli import samples
from unit.cli.conftest import Place, Run


@pytest.mark.parametrize(
    ("form", "first"),
    [("text", "base/prod-use1/network"), ("mermaid", "flowchart LR"), ("dot", "digraph fleet {")],
)
def test_a_graph_is_drawn_in_the_form_that_was_asked_for(
    run: Run, place: Place, form: str, first: str
) -> None:
    place("app.fleet.graph.graph", samples.GRAPH)
    assert run("graph", "--format", form).out.splitlines()[0] == first


def test_graph_is_json_by_format_and_by_option(run: Run, place: Place) -> None:
    place("app.fleet.graph.graph", samples.GRAPH)
    assert run("graph", "--format", "json").document == run("graph", "--json").document
