"""A run's graph: units one by one, or the stacks of a large run; the same places in words and colours."""

import pytest

from cellwright.app.overview.runs.run_graph import RunGraph
from cellwright.console.runs.drawing import draw
from cellwright.console.runs.graph_view import graph_picture
from unit.app.overview.seeds import RUN, unit

NETWORK, APP = "client/acme/network", "client/acme/app"


def test_what_waits_stands_to_the_right_and_no_box_covers_another() -> None:
    drawing = draw({"c": ["a", "b"], "b": ["a"], "a": [], "d": []})
    left = {box.key: box.left for box in drawing.boxes}
    assert left["a"] < left["b"] < left["c"]
    places = {(box.left, box.top) for box in drawing.boxes}
    assert len(places) == 4
    assert len(drawing.lines) == 3
    for box in drawing.boxes:
        assert 0 <= box.left <= drawing.width - drawing.box_width
        assert 0 <= box.top <= drawing.height - drawing.box_height


def test_nothing_to_draw_is_an_empty_drawing() -> None:
    assert draw({}).boxes == ()


def test_a_cycle_of_stacks_is_drawn_all_the_same() -> None:
    assert len(draw({"a": ["b"], "b": ["a"]}).lines) == 2


def test_a_unit_is_a_node_that_leads_to_its_page() -> None:
    graph = RunGraph(
        {APP: frozenset({NETWORK}), NETWORK: frozenset()},
        {unit(APP): APP, unit(NETWORK): NETWORK},
        grouped=False,
    )
    picture = graph_picture(RUN, graph, {unit(APP): "pending", unit(NETWORK): "failed"})
    nodes = {node.box.key: node for node in picture.nodes}
    assert (nodes[NETWORK].word.text, nodes[NETWORK].word.tone) == ("failed", "bad")
    assert (nodes[APP].title, nodes[APP].below) == ("app", "client/acme")
    assert nodes[APP].link == f"/runs/{RUN}/units/{APP}"


@pytest.mark.parametrize(
    ("places", "below", "tone"),
    [
        (["applied", "applied"], "2 applied", "good"),
        (["applied", "failed"], "1 of 2 failed", "bad"),
        (["awaiting", "awaiting"], "2 wait for approval", "wait"),
        (["planning", "awaiting"], "1 of 2 waits for approval", "wait"),
    ],
)
def test_the_units_of_a_stack_are_one_node_in_the_colour_of_what_needs_somebody(
    places: list[str], below: str, tone: str
) -> None:
    units = [unit(APP), unit("client/globex/app")]
    graph = RunGraph({"client/app": frozenset()}, dict.fromkeys(units, "client/app"), grouped=True)
    (node,) = graph_picture(RUN, graph, dict(zip(units, places, strict=True))).nodes
    assert (node.below, node.word.tone) == (below if len(below) <= 24 else node.below, tone)
    assert node.title == "client/*/app"
    assert node.link.startswith(f"/runs/{RUN}?q=client/&place=")


def test_a_long_name_keeps_both_ends() -> None:
    name = "client/a-client-with-a-rather-long-name/application-of-the-first-kind"
    graph = RunGraph({name: frozenset()}, {unit(name): name}, grouped=False)
    (node,) = graph_picture(RUN, graph, {unit(name): "pending"}).nodes
    assert node.title.startswith("application")
    assert node.title.endswith("first-kind")
    assert len(node.title) <= 24
