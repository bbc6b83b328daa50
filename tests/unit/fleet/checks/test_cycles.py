"""Cycles among units."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cellwright.fleet.checks.cycles import Edges, find_cycles
from cellwright.model.address import UnitAddress


def name(letter: str) -> UnitAddress:
    return UnitAddress("l", "c", letter)


def cycles(**edges: str) -> list[str]:
    wired: Edges = {name(unit): [name(other) for other in before] for unit, before in edges.items()}
    return ["".join(unit.stack for unit in cycle) for cycle in find_cycles(wired)]


def test_no_cycle() -> None:
    assert cycles() == []
    assert cycles(a="bc", b="c", c="") == []


def test_one_cycle_begins_with_its_first_unit() -> None:
    assert cycles(c="b", b="a", a="c") == ["acba"]


def test_what_waits_for_a_cycle_is_no_part_of_it() -> None:
    assert cycles(x="a", a="b", b="ay", y="") == ["aba"]


def test_two_cycles_through_one_unit() -> None:
    assert cycles(a="bc", b="a", c="a") == ["aba", "aca"] or cycles(a="bc", b="a", c="a") == ["aba", "cac"]


def test_a_unit_that_waits_for_itself() -> None:
    assert cycles(a="a", b="a") == ["aa"]


def test_between_two_cycles_there_is_none() -> None:
    assert cycles(a="b", b="am", m="x", x="y", y="x") == ["aba", "xyx"]


def test_long_chains_do_not_recurse() -> None:
    units = [UnitAddress("l", f"c{n}", "s") for n in range(20_000)]
    edges = {unit: [before] for unit, before in zip(units[1:], units, strict=False)}
    assert list(find_cycles(edges)) == []
    assert len(next(find_cycles({**edges, units[0]: [units[-1]]}))) == 20_001


LETTERS = "abcdef"


@given(st.dictionaries(st.sampled_from(LETTERS), st.sets(st.sampled_from(LETTERS), max_size=3)))
def test_every_unit_in_a_cycle_is_told_and_every_cycle_is_one(edges: dict[str, set[str]]) -> None:
    found = cycles(**{unit: "".join(sorted(before)) for unit, before in edges.items()})
    told = set("".join(found))
    assert told == {letter for letter in LETTERS if letter in _reachable(letter, edges)}
    for cycle in found:
        assert cycle[0] == cycle[-1]
        assert all(second in edges[first] for first, second in pairwise(cycle))


def _reachable(start: str, edges: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        letter = waiting.pop()
        if letter not in reached:
            reached.add(letter)
            waiting.extend(edges.get(letter, ()))
    return reached
