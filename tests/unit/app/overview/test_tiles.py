"""Cells are found by text, state and labels, sorted and paged; labels that group cells are filters."""

import pytest

from cellwright.app.overview import tiles as module
from cellwright.app.overview.cell_state import CellState
from cellwright.app.overview.tiles import Facet, TileOrder, TileQuery, facets, search, tiles
from cellwright.app.overview.view import FleetView
from unit.app.overview.kit import NETWORK, apply, open_fleet, view_of


@pytest.fixture(scope="module", name="view")
def view_fixture(tmp_path_factory: pytest.TempPathFactory) -> FleetView:
    session = open_fleet(
        tmp_path_factory.mktemp("fleet"),
        {"clients/zeta.yaml": "account: prod\ntier: gold\n", "clients/acme-eu.yaml": "account: prod\n"},
    )
    apply(session, NETWORK)
    return view_of(session)


def found(view: FleetView, query: TileQuery) -> list[str]:
    return [str(tile.cell.address) for tile in tiles(view, query).tiles]


ALL = ["base/prod", "client/acme", "client/acme-eu", "client/globex", "client/zeta"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (TileQuery(), ALL),
        (TileQuery(level="client"), ALL[1:]),
        (TileQuery(text="ACME"), ["client/acme", "client/acme-eu"]),
        (TileQuery(text="gold client/z"), ["client/zeta"]),
        (TileQuery(text="vip"), ["client/acme"]),
        (TileQuery(labels={"tier": "gold"}), ["client/acme", "client/zeta"]),
        (TileQuery(labels={"tag": "eu"}), ["client/acme"]),
        (TileQuery(states=frozenset({CellState.APPLIED})), ["base/prod"]),
        (TileQuery(order=TileOrder.STATE), [*ALL[1:], "base/prod"]),
        (TileQuery(text="nothing"), []),
    ],
)
def test_cells_are_found(view: FleetView, query: TileQuery, expected: list[str]) -> None:
    assert found(view, query) == expected


def test_states_are_counted_of_what_the_other_filters_let_through(view: FleetView) -> None:
    page = tiles(view, TileQuery(text="acme", states=frozenset({CellState.APPLIED})))
    assert page.total == 0
    assert page.counts == {CellState.NOT_APPLIED: 2}


def test_a_page_beyond_the_last_is_the_last(view: FleetView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    page = tiles(view, TileQuery(page=9))
    assert (page.page, page.pages, page.total) == (3, 3, 5)
    assert [str(tile.cell.address) for tile in page.tiles] == ["client/zeta"]
    assert found(view, TileQuery(page=-1)) == ALL[:2]


def test_labels_that_group_cells_are_filters(view: FleetView) -> None:
    assert facets(view, "client") == (
        Facet(key="tag", values=(("eu", 1), ("vip", 1))),
        Facet(key="tier", values=(("gold", 2), ("silver", 1))),
    )


def test_a_name_that_begins_with_the_text_comes_first(view: FleetView) -> None:
    cells = search(view.cells.values(), "acme", 5)
    assert [str(cell.address) for cell in cells] == ["client/acme", "client/acme-eu"]
    assert search(view.cells.values(), "acme", 1)[0].address.cell == "acme"
