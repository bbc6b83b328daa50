import pytest

from cellwright.cli.progress.board import Line
from cellwright.cli.screen.run_palette import ACTION, changes, tally
from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import Action, ResourceCounts

EVERYTHING = ResourceCounts(add=2, change=1, destroy=4, replace=3, forget=5)


@pytest.mark.parametrize(
    ("counts", "short", "long"),
    [
        (ResourceCounts(), "", "no resource to change"),
        (ResourceCounts(forget=1), ".1", "1 to forget"),
        (
            EVERYTHING,
            "+2 ~1 -/+3 -4 .5",
            "2 to add, 1 to change, 3 to replace, 4 to destroy, 5 to forget",
        ),
    ],
)
def test_counts_in_words_and_in_short(counts: ResourceCounts, short: str, long: str) -> None:
    assert tally(counts).plain == short
    assert changes(counts) == long


def test_every_action_has_a_mark_of_its_own() -> None:
    assert len({ACTION[action].symbol for action in Action}) == len(Action)


def test_forgetting_is_no_step_of_which_anything_will_be_heard() -> None:
    line = Line(unit=UnitAddress("client", "acme", "app"), counts=EVERYTHING)

    assert EVERYTHING.total == 15
    assert line.steps == 2 + 1 + 4 + 2 * 3
