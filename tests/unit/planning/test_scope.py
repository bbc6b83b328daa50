"""A scope holds all that its selectors can match, whatever a fleet has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.fleet.scope import Scope
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.planning.neighbour_flags import Relatives
from cellwright.planning.scope import scope_of, scope_of_units
from cellwright.planning.selection import select
from unit.planning.conftest import make_unit


def scope(*cells: str, levels: tuple[str, ...] = ()) -> Scope:
    return Scope(frozenset(map(CellAddress.parse, cells)), frozenset(levels))


@pytest.mark.parametrize(
    ("selectors", "found"),
    [
        (["client/acme"], scope("client/acme")),
        (["client/acme/"], scope("client/acme")),
        (["client/acme/app", "client/globex/*"], scope("client/acme", "client/globex")),
        (["client/acme/**"], scope("client/acme")),
        (["tier=gold,client/acme", "base"], scope("client/acme", levels=("base",))),
        (["base/**,base/prod"], scope("base/prod")),
        (["base/*/network"], scope(levels=("base",))),
        (["client/a?me"], scope(levels=("client",))),
        ([], None),
        (["**"], None),
        (["*/acme"], None),
        (["client/acme", "tier=gold"], None),
        (["cell=acme"], None),
        ([""], None),
        (["a/b/c/d"], None),
        (["client/ac[m]e/app", "[c]lient/acme"], None),
    ],
)
def test_what_selectors_name(selectors: list[str], found: Scope | None) -> None:
    assert scope_of(selectors) == found


def test_what_depends_on_a_unit_may_be_anywhere() -> None:
    assert scope_of(["client/acme"], Relatives(downstreams=True)) is None
    assert scope_of(["client/acme"], Relatives(upstreams=True)) == scope("client/acme")


def test_units_lie_in_their_cells() -> None:
    units = [UnitAddress("client", "acme", stack) for stack in ("app", "sftp")]
    assert scope_of_units(units) == scope("client/acme")


LEVELS, CELLS, STACKS = ("base", "client", "b*"), ("acme", "a", "*", "a?me"), ("app", "*", "**")
ADDRESSES = st.tuples(st.sampled_from(LEVELS), st.sampled_from(CELLS[:2]), st.sampled_from(STACKS[:1])).map(
    "/".join
)
WORDS = st.tuples(st.sampled_from(LEVELS), st.sampled_from((*CELLS, "**")), st.sampled_from(STACKS)).flatmap(
    lambda parts: st.integers(1, 3).map(lambda count: "/".join(parts[:count]))
)
SELECTORS = st.lists(
    st.lists(WORDS | st.sampled_from(["tier=gold", "cell=acme"]), min_size=1, max_size=2).map(",".join),
    min_size=1,
    max_size=3,
)


@given(st.sets(ADDRESSES, max_size=5), SELECTORS)
def test_nothing_outside_of_a_scope_is_chosen(addresses: set[str], selectors: list[str]) -> None:
    units = {
        item.address: item
        for item in (make_unit(text, labels={"tier": "gold"}) for text in addresses if "*" not in text)
    }
    found = scope_of(selectors)
    try:
        chosen = select(units, selectors)
    except DiagnosticError:
        return
    if found is not None:
        assert all(unit.of_cell in found.cells or unit.level in found.levels for unit in chosen)
