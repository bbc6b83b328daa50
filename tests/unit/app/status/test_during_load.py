"""Cells are evaluated many at a time, and every one is, whatever their number."""

from pathlib import Path

import pytest

from cellwright.app.session.home import Home
from cellwright.model.address import UnitAddress
from cellwright.model.runs.change import Status
from unit.app.status.test_comparison import World
from unit.fleet.workbench import write

FLEET = """
    fleet: test
    levels: [{name: client, cells: clients, layers: [all.yaml], stacks: {app: {source: any}}}]
"""
CELLS = 5


@pytest.mark.parametrize("at_once", [1, 2, 5, 9])
def test_every_cell_is_evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr("cellwright.app.status.during_load._CELLS_AT_ONCE", at_once)
    cells = {f"clients/c{n}.yaml": f"stacks:\n  app:\n    b: {n}\n" for n in range(CELLS)}
    write(tmp_path, {"fleet.yaml": FLEET, "all.yaml": "stacks: {app: {a: 1}}", **cells})
    world = World(tmp_path)
    Home(tmp_path).prepare()
    world.apply(world.load(), 0)
    write(tmp_path, {"all.yaml": "stacks: {app: {a: 2}}"})
    seen = world.observer()
    fleet = world.load(seen)
    found = [seen.status(UnitAddress("client", f"c{n}", "app")) for n in range(CELLS)]
    assert tuple(found) == world.by_settings(fleet)
    assert {status.status for status in found if status is not None} == {Status.CHANGED}
    assert [cell.cell for cell, _ in seen.digests()] == [f"c{n}" for n in range(CELLS)]
