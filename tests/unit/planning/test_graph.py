from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.address import UnitAddress
from cellwright.model.unit import Unit
from cellwright.model.value import OutputReference
from cellwright.planning.graph import Edge, Graph, edges_of


def address(number: int) -> UnitAddress:
    return UnitAddress("client", "acme", f"s{number}")


@st.composite
def acyclic(draw: st.DrawFn) -> Graph:
    """Numbered units that depend on lower numbers only."""
    size = draw(st.integers(1, 12))
    return Graph(
        {
            address(number): frozenset(
                address(other) for other in draw(st.sets(st.integers(0, number - 1), max_size=4))
            )
            if number
            else frozenset()
            for number in range(size)
        }
    )


@given(acyclic())
def test_every_unit_comes_after_all_that_it_depends_on(graph: Graph) -> None:
    order = graph.ordered()
    assert sorted(order) == sorted(graph.upstreams)
    place = {item: index for index, item in enumerate(order)}
    for item, ups in graph.upstreams.items():
        assert all(place[upstream] < place[item] for upstream in ups)


@given(acyclic())
def test_turning_the_arrows_twice_changes_nothing(graph: Graph) -> None:
    assert graph.reversed().reversed() == graph


@given(acyclic())
def test_upstreams_and_downstreams_are_each_others_mirror(graph: Graph) -> None:
    for item in graph.upstreams:
        for reached in graph.with_upstreams([item]):
            assert item in graph.with_downstreams([reached])


def test_a_cycle_is_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        Graph({address(1): frozenset({address(2)}), address(2): frozenset({address(1)})}).ordered()


def test_ties_are_broken_by_address() -> None:
    graph = Graph({address(number): frozenset() for number in (3, 1, 2)})
    assert graph.ordered() == (address(1), address(2), address(3))


def test_edges_name_their_cause(unit: Callable[..., Unit]) -> None:
    network = UnitAddress("base", "prod", "network")
    app = unit("client/acme/app", {"vpc": OutputReference(network, "vpc_id")}, ("client/acme/foundation",))
    foundation = unit("client/acme/foundation")
    assert list(edges_of([app, foundation])) == [
        Edge(app.address, network, "output"),
        Edge(app.address, foundation.address, "needs"),
    ]
    assert Graph.of([app, foundation]).upstreams[app.address] == {foundation.address}
