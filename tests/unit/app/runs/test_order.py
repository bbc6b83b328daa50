"""A run lists its units as `status` does."""

from pathlib import Path

from cellwright.app.runs.choosing import Selection, choice_of, choose_units
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import Operation
from unit.app.kit import make_fleet, open_session

FLEET = """\
fleet: trial
levels:
  - name: zone
    cells: zones
    stacks: {network: {source: ./stack}}
  - name: client
    cells: clients
    stacks:
      web: {source: ./stack, needs: [queue]}
      queue: {source: ./stack}
      app: {source: ./stack}
"""
WANTED = (
    "zone/east/network",
    *(f"client/{name}/{stack}" for name in ("acme", "bolt") for stack in ("queue", "web", "app")),
)


def test_a_run_lists_its_units_by_level_then_cell_then_after_what_they_need(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n", bolt="{}\n")
    (tmp_path / "fleet.yaml").write_text(FLEET)
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones" / "east.yaml").write_text("{}\n")
    fleet = open_session(tmp_path).open(writing=False)

    chosen = choose_units(fleet, Selection())
    again = choice_of(fleet, {UnitAddress.parse(name): Operation.APPLY for name in sorted(WANTED)})

    assert tuple(str(part.address) for part in chosen.parts) == WANTED
    assert again.parts == chosen.parts
