"""Copies of states for plans: a run removes its own when it ends, and what a killed one has left."""

from pathlib import Path

from cellwright.app.runs.moving.plan_copies import PlanCopies
from cellwright.model.address import UnitAddress

APP = UnitAddress("client", "acme", "app")
BESIDE = UnitAddress("client", "acme", "app-2")


def placed(copies: PlanCopies, unit: UnitAddress) -> Path:
    path = copies.place(unit)
    path.write_text("{}")
    return path


def test_a_run_that_ends_leaves_the_copies_of_a_later_one_alone(tmp_path: Path) -> None:
    first, second = PlanCopies(tmp_path, "20261127-1"), PlanCopies(tmp_path, "20261127-2")
    own = placed(first, APP)
    others = placed(second, APP)
    first.close()
    assert not own.exists()
    assert others.exists()


def test_what_a_killed_run_has_left_of_a_unit_goes_with_the_next_plan_of_it(tmp_path: Path) -> None:
    killed = PlanCopies(tmp_path, "20261127-1")
    left, beside = placed(killed, APP), placed(killed, BESIDE)
    copies = PlanCopies(tmp_path, "20261127-2")
    placed(copies, APP)
    assert not left.exists()
    assert beside.exists()
    copies.close()
    assert [path.name for path in tmp_path.iterdir()] == ["client.acme.app-2.20261127-1"]
