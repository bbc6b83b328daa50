"""A plan with fewer cells keeps waves, order, needs and budgets."""

from cellwright.model.address import CellAddress
from cellwright.model.settings.rollout_settings import Amount
from cellwright.rollout.restricting import restricted
from unit.rollout.fleets import cell, strategy, wave
from unit.rollout.world import plan_of

FLEET = [
    cell("one", level="base", ring="first"),
    cell("a", needs=("base/one",), ring="late"),
    cell("b", ring="late"),
    cell("c", needs=("base/one",), ring="last"),
]
PLAN = plan_of(
    strategy(
        wave("first", "ring=first"),
        wave("late", "ring=late", max_failures=Amount(1)),
        wave("last", "ring=last"),
    ),
    FLEET,
)


def test_cells_keep_their_waves_and_what_they_need() -> None:
    keep = {CellAddress("base", "one"), CellAddress("client", "c")}
    found = restricted(PLAN, keep)
    assert [str(item.address) for item in found.cells] == ["base/one", "client/c"]
    assert [(stage.name, list(stage.cells)) for stage in found.stages] == [("first", [0]), ("last", [1])]
    assert found.cells[1].needs == (0,)
    assert found.budgets == PLAN.budgets


def test_the_first_wave_that_is_left_is_the_canary() -> None:
    found = restricted(PLAN, {CellAddress("client", "a"), CellAddress("client", "c")})
    assert [(stage.name, stage.is_canary) for stage in found.stages] == [("late", True), ("last", False)]
    assert found.cells[0].needs == ()


def test_nothing_is_left_of_none() -> None:
    found = restricted(PLAN, set())
    assert (found.stages, found.cells) == ((), ())
