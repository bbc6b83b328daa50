"""Rules and choices: which places are allowed, which one is taken, and what is said if none is."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cellwright.capacity.book import CapacityBook, PlaceUse, read_book
from cellwright.capacity.choosing import Candidate, choose, refusal
from cellwright.capacity.places import Entry, Place
from cellwright.capacity.rules import allowed_places
from cellwright.fleet.capacity import CapacitySettings, PlacementRule
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from unit.capacity.fleets import client, fleet_of
from unit.fleet.workbench import told

HERE = Position("clients/acme.yaml", 1, 10)


def rule(**labels: str) -> PlacementRule:
    return PlacementRule(tuple((key, (value,)) for key, value in labels.items()), HERE)


def allowed(tmp_path: Path, asked: PlacementRule) -> tuple[str, ...]:
    book, _ = read_book(
        fleet_of(tmp_path, {"accounts/ten-10.yaml": "tier: gold\n", "accounts/ten-9.yaml": "tier: gold\n"})
    )
    return allowed_places(book, asked, ("base", "utility"))


def test_a_rule_allows_the_places_that_have_all_its_labels_in_natural_order(tmp_path: Path) -> None:
    assert allowed(tmp_path, rule(tier="gold")) == ("ten-9", "ten-10", "two")
    assert allowed(tmp_path, rule(tier="standard", region="eu")) == ("two",)
    assert allowed(tmp_path, rule(name="one")) == ("one",)
    assert allowed(tmp_path, PlacementRule((), HERE)) == ("one", "ten-9", "ten-10", "two")
    assert allowed(tmp_path, PlacementRule((("region", ("us", "eu")),), HERE)) == ("one", "two")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            rule(teir="gold"),
            "no place has the label 'teir' of the rule !place {teir: gold}; did you mean 'tier'?",
        ),
        (
            rule(tier="golden"),
            "no place has tier 'golden', as !place {tier: golden} wants; did you mean 'gold'?",
        ),
        (
            rule(tier="gold", region="us"),
            "none of the 4 places has all that !place {tier: gold, region: us} wants",
        ),
    ],
)
def test_a_rule_that_allows_no_place_is_told_with_its_line(
    tmp_path: Path, asked: PlacementRule, expected: str
) -> None:
    with pytest.raises(DiagnosticError) as raised:
        allowed(tmp_path, asked)
    assert str(raised.value).startswith(f"clients/acme.yaml:1:10: error: {expected}")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "!place {tier: gold}",
            "its rule !place {tier: gold} has not been decided (client/acme); cellwright place client/acme",
        ),
        ("!place", "its rule !place {} has not been decided"),
        ('!place {tier: "${cell.plan}"}', "its rule !place {tier: silver} has not been decided"),
        ("!place {tier: [gold, silver]}", "its rule !place {tier: [gold, silver]} has not been decided"),
        ("!place gold", "!place takes labels, not a name; write !place {tier: gold}, or the name alone"),
        ("!place [gold]", "!place takes a mapping of labels; write it like !place {tier: gold}"),
        ("!place {tier: {a: b}}", "'tier' of a rule must be a plain text, or a list of them"),
        ("!place {tier: []}", "'tier' of a rule lists no value (client/acme); list one"),
        ('!place {tier: "${account.tier}"}', "'tier' of a rule must be a plain text"),
        ('!place {tier: "${cell.nothing}"}', "'tier' of a rule must be a plain text"),
    ],
)
def test_a_rule_as_it_is_written(tmp_path: Path, written: str, expected: str) -> None:
    found = told(fleet_of(tmp_path, {"clients/acme.yaml": f"account: {written}\nplan: silver\n"}))
    assert any(expected in item and item.startswith("clients/acme.yaml:1:") for item in found), found


def test_a_rule_stands_only_where_a_cell_is_placed(tmp_path: Path) -> None:
    files = {
        "clients/acme.yaml": (
            "account: one\nacount: !place {tier: gold}\nstacks: {app: {flag: !place {a: b}}}\n"
        ),
    }
    found = told(fleet_of(tmp_path, files))
    assert any(
        "2:9: error: !place can't stand at 'acount', which places no cell; did you mean 'account'?" in item
        for item in found
    )
    assert any("3:22: error: !place can't stand here" in item for item in found), found


def test_the_cells_own_word_wins_over_the_rule_of_a_layer(tmp_path: Path) -> None:
    files = {
        "defaults/client.yaml": "account: !place {tier: gold, region: eu}\n",
        "clients/acme.yaml": "account: one\n",
        "clients/globex.yaml": "account: !place {tier: standard}\n",
        "clients/initech.yaml": "{}\n",
    }
    found = told(fleet_of(tmp_path, files))
    # A rule is one value: it takes no labels over from the layer's.
    assert sorted(item.partition("its rule ")[2].partition(" has not")[0] for item in found) == [
        "!place {region: eu, tier: gold}",
        "!place {tier: standard}",
    ]


def test_places_are_filled_in_turn_or_evenly(tmp_path: Path) -> None:
    fleet = fleet_of(
        tmp_path, {"accounts/one.yaml": "capacity: {vpc_blocks: 3}\n", "clients/acme.yaml": client("one", 1)}
    )
    book, _ = read_book(fleet)
    both = [Candidate(name, (("vpc_blocks", 1),)) for name in ("one", "two")]
    assert _name(choose(book, both, "fill")) == "one"
    assert _name(choose(book, both, "spread")) == "two"
    full = book.expecting({"client/x": ("one", (("vpc_blocks", 1),))})
    assert _name(choose(full, both, "fill")) == "two"
    lacking = [Candidate("one", ()), Candidate("two", (), ("utility/two/ecs",))]
    assert _name(choose(book, lacking, "spread")) == "one"


def test_a_refusal_says_why_each_place_can_t_take_it_and_what_helps(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, {f"clients/c{index}.yaml": client("one", index) for index in range(4)})
    book, _ = read_book(fleet)
    candidates = [Candidate("one", (("vpc_blocks", 1),)), Candidate("two", (), ("utility/two/ecs",))]
    assert choose(book, candidates, "fill") is None
    assert str(refusal(book, candidates, "client/new can't be placed", HERE)).startswith(
        "clients/acme.yaml:1:10: error: client/new can't be placed: one: 5 of 5 VPC address blocks are used,"
        " and it needs 1 more; two: it lacks utility/two/ecs; there is room in two (49 more); or have AWS"
    )


def _name(chosen: Candidate | None) -> str:
    assert chosen is not None
    return chosen.place


_AMOUNTS = st.integers(min_value=0, max_value=4)


@settings(max_examples=60, deadline=None)
@given(
    limits=st.lists(st.integers(min_value=0, max_value=9), min_size=1, max_size=4),
    wanted=st.lists(st.tuples(_AMOUNTS, st.sampled_from(["fill", "spread"])), max_size=12),
)
def test_whatever_comes_no_place_is_ever_overfilled_and_none_refused_that_fits(
    limits: list[int], wanted: list[tuple[int, str]]
) -> None:
    book = _book(limits)
    placed: dict[str, tuple[str, tuple[tuple[str, int], ...]]] = {}
    for number, (amount, strategy) in enumerate(wanted):
        uses = (("subnets", amount),) if amount else ()
        before = book.expecting(placed)
        candidates = [Candidate(name, uses) for name in book.places]
        chosen = choose(before, candidates, "fill" if strategy == "fill" else "spread")
        fits = [name for name in book.places if (room := before.room(name, uses)) is None or room > 0]
        assert (chosen is None) == (not fits)
        if chosen is not None:
            assert chosen == choose(before, candidates, "fill" if strategy == "fill" else "spread")
            placed[f"client/c{number}"] = (chosen.place, uses)
    after = book.expecting(placed)
    for name in book.places:
        free = after.holding(name, "subnets").free
        assert free is not None
        assert free >= 0


def _book(limits: list[int]) -> CapacityBook:
    places = {
        f"p{number}": Place(
            name=f"p{number}",
            cells=(CellAddress("base", f"p{number}"),),
            cell=CellAddress("base", f"p{number}"),
            path="",
            labels={},
            account=f"p{number}",
            entries={"subnets": Entry(limit, limited=True)},
        )
        for number, limit in enumerate(limits)
    }
    return CapacityBook(
        settings=CapacitySettings(),
        places={name: PlaceUse(place=place) for name, place in places.items()},
        resources=("clients", "subnets"),
        usual=(),
        totals={name: ({}, {}) for name in places},
        accounts={name: (name,) for name in places},
    )
