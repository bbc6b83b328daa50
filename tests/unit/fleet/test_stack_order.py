"""The order in which people read a fleet."""

from pathlib import Path

from cellwright.fleet.stack_order import cells_in_order, fleet_order, units_in_order
from cellwright.model.address import CellAddress, UnitAddress
from unit.fleet.workbench import load, told

FILES: dict[str, str | bytes] = {
    "fleet.yaml": """
        fleet: trial
        levels:
          - name: zone
            cells: zones
            stacks: {network: {source: any}}
          - name: client
            cells: clients
            layers: [client.yaml]
            stacks:
              web: {source: any}
              app: {source: any, needs: [queue]}
              foundation: {source: any}
              queue: {source: any}
        """,
    "client.yaml": 'stacks: {web: {a: "${output.foundation.id}"}}\n',
    "zones/east.yaml": "{}\n",
    "clients/acme.yaml": "{}\n",
}


def test_stacks_come_after_what_they_depend_on_else_as_they_are_named(tmp_path: Path) -> None:
    fleet = load(tmp_path, FILES)
    assert not told(fleet)
    order = fleet_order(fleet)
    assert list(order) == ["zone", "client"]
    assert order["client"] == ("foundation", "web", "queue", "app")


def test_stacks_that_depend_on_each_other_in_different_cells_are_listed_once(tmp_path: Path) -> None:
    clients: dict[str, str | bytes] = {
        "clients/acme.yaml": 'stacks: {queue: {a: "${output.foundation.id}"}}\n',
        "clients/bolt.yaml": 'stacks: {foundation: {a: "${output.queue.id}"}}\n',
    }
    order = fleet_order(load(tmp_path, {**FILES, **clients}))
    assert sorted(order["client"]) == ["app", "foundation", "queue", "web"]


def test_what_the_fleet_has_no_more_comes_last() -> None:
    order = {"zone": ("network",), "client": ("web", "app")}
    cells = [CellAddress("client", "acme"), CellAddress("base", "old"), CellAddress("zone", "east")]
    assert [str(cell) for cell in cells_in_order(cells, order)] == ["zone/east", "client/acme", "base/old"]
    units = [UnitAddress("client", "acme", stack) for stack in ("app", "gone", "web")]
    assert [unit.stack for unit in units_in_order(units, order)] == ["web", "app", "gone"]
    assert units_in_order((), order) == []


def test_units_are_listed_by_level_then_cell_then_stack() -> None:
    order = {"zone": ("network",), "client": ("web", "app")}
    wanted = ["zone/east/network", "client/a/web", "client/a/app", "client/b/web", "old/x/y"]
    units = [UnitAddress.parse(name) for name in sorted(wanted)]
    assert [str(unit) for unit in units_in_order(units, order)] == wanted
