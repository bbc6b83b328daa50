"""Cells into waves: each into exactly one, in order, cut by size."""

from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.address import CellAddress
from cellwright.model.settings.rollout_settings import Amount, RolloutSettings
from cellwright.rollout.cells import KnownCell
from cellwright.rollout.waves import REMOVED, assign
from unit.rollout.fleets import cell, cells, strategy, wave

FLEET = [
    cell("one", level="base"),
    cell("a", ring="canary", order="10", tier="gold"),
    cell("b", ring="early", order="9"),
    cell("c", ring="early", order="x"),
    cell("d", ring="early"),
    cell("e", tier="gold"),
]


def names(plan: RolloutSettings, fleet: list[KnownCell] = FLEET) -> dict[str, list[str]]:
    found = assign(plan, fleet)
    assert not found.findings
    return {item.name: [member.cell for member in item.cells] for item in found.waves}


def told(plan: RolloutSettings, fleet: list[KnownCell] = FLEET) -> list[str]:
    return [str(item) for item in assign(plan, fleet).findings]


def test_the_rest_is_what_no_other_wave_takes() -> None:
    plan = strategy(wave("general"), wave("canary", "ring=canary"), wave("early", "ring=early"))
    assert names(plan) == {"general": ["one", "e"], "canary": ["a"], "early": ["b", "c", "d"]}


def test_whole_numbers_come_before_texts_and_those_without_a_value_last() -> None:
    plan = strategy(wave("all"), cells=("client/*",), order_by=("order", "name"))
    assert names(plan) == {"all": ["b", "a", "c", "d", "e"]}


def test_lower_levels_come_first_whatever_the_order_is() -> None:
    assert names(strategy(wave("all"), order_by=("tier",)))["all"][0] == "one"


def test_selectors_have_parts_and_patterns() -> None:
    plan = strategy(wave("gold", "client/*,tier=gold"), wave("some", "client/[b-c]"), wave("rest"))
    assert names(plan) == {"gold": ["a", "e"], "some": ["b", "c"], "rest": ["one", "d"]}
    assert names(strategy(wave("one", "base/**"), wave("rest")))["one"] == ["one"]


def test_size_cuts_a_wave() -> None:
    plan = strategy(wave("all", size=Amount(20, is_percent=True)), cells=("client/*",))
    assert names(plan) == {f"all {part}/5": [name] for part, name in enumerate("abcde", start=1)}
    plan = strategy(wave("all", size=Amount(2)), cells=("client/*",))
    assert names(plan) == {"all 1/3": ["a", "b"], "all 2/3": ["c", "d"], "all 3/3": ["e"]}


def test_a_percentage_of_few_cells_is_one_at_least() -> None:
    plan = strategy(wave("all", size=Amount(1, is_percent=True)), cells=("client/*",))
    assert len(names(plan)) == 5


def test_an_empty_wave_is_left_out() -> None:
    assert names(strategy(wave("none", "ring=late"), wave("rest"))).keys() == {"rest"}


def test_cells_that_leave_are_the_last_wave_in_reverse() -> None:
    leaving = [CellAddress("base", "old"), CellAddress("client", "x"), CellAddress("client", "y")]
    found = assign(strategy(wave("all")), FLEET, leaving)
    assert found.waves[-1].name == REMOVED
    assert [str(item) for item in found.waves[-1].cells] == ["client/y", "client/x", "base/old"]


def test_a_cell_in_two_waves_is_refused() -> None:
    plan = strategy(wave("canary", "ring=canary"), wave("gold", "tier=gold"), wave("rest"))
    assert told(plan) == [
        (
            "fleet.yaml:3:5: error: client/a is in two waves of 'it': 'canary' and 'gold';"
            " make their `cells` exclude each other"
        )
    ]
    assert not assign(plan, FLEET).waves


def test_a_cell_in_no_wave_is_refused() -> None:
    [finding] = told(strategy(wave("early", "ring=early")))
    assert "base/one, client/a, client/e are in no wave of 'it'" in finding
    [finding] = told(strategy(wave("early", "ring=early")), [*FLEET, *cells(9)])
    assert "and 9 more are in no wave" in finding
    assert not told(strategy(wave("early", "ring=early"), cells=("ring=early",)))


def test_a_selector_that_can_choose_nothing_is_refused() -> None:
    [finding] = told(strategy(wave("one", "rnig=canary"), wave("rest")))
    assert "'rnig=canary' chooses no cell: none has the key 'rnig'; did you mean 'ring'?" in finding
    [finding] = told(strategy(wave("one", "clinet/a"), wave("rest")))
    assert "there is no level 'clinet' with cells; did you mean 'client'?" in finding
    [finding] = told(strategy(wave("one", "client/a/app"), wave("rest")))
    assert "a rollout changes whole cells" in finding
    [finding] = told(strategy(wave("rest"), cells=("rign=x",)))
    assert "none has the key 'rign'" in finding


def test_a_rest_of_which_nothing_is_left_is_told_and_skipped() -> None:
    plan = strategy(wave("all", "client/*"), wave("rest"), cells=("client/*",))
    assert told(plan) == [
        (
            "fleet.yaml:3:5: warning: the wave 'rest' takes the rest, and no cell is left for it;"
            " the wave is skipped"
        )
    ]
    assert [item.name for item in assign(plan, FLEET).waves] == ["all"]


def test_a_cell_does_not_come_before_one_whose_outputs_it_takes() -> None:
    fleet = [*FLEET, cell("f", needs=("base/one",))]
    [finding] = told(strategy(wave("first", "client/f"), wave("rest")), fleet)
    assert "client/f of the wave 'first' takes outputs of base/one, which changes later" in finding
    assert not told(strategy(wave("all", size=Amount(1))), fleet)


@given(
    rings=st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=60),
    size=st.none() | st.builds(Amount, st.integers(1, 100), st.booleans()),
    named=st.sets(st.sampled_from(["a", "b", "c"])),
)
def test_each_cell_is_in_exactly_one_wave(rings: list[str], size: Amount | None, named: set[str]) -> None:
    fleet = [cell(f"c{number}", ring=ring) for number, ring in enumerate(rings)]
    parts = [wave(name, f"ring={name}", size=size) for name in sorted(named)]
    found = assign(strategy(*parts, wave("rest", size=size)), fleet)
    members = [member for item in found.waves for member in item.cells]
    assert sorted(members) == sorted(item.address for item in fleet)
    assert all(item.cells for item in found.waves)
