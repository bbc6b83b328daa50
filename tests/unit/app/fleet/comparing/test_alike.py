"""`diff` says the same whether it looks at each cell by itself or at one of those that are alike."""

import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellwright.app.fleet.comparing import sides
from cellwright.app.fleet.comparing.alike import AlikeChanges
from cellwright.app.fleet.comparing.change import FleetDiff
from cellwright.app.fleet.comparing.units import UnitComparison
from cellwright.app.fleet.diff import DiffRequest, diff
from cellwright.fleet.load.alike import AlikeCells
from cellwright.model.unit import Unit
from examples import examples
from unit.app.kit import open_session, put_under_git
from unit.fleet.block_style import FLEET, FleetWriter
from unit.fleet.workbench import write

VARIABLES = "".join(f'variable "{name}" {{ default = null }}\n' for name in ("size", "tags", "many"))
OUTPUT = 'output "out" { value = "x" }\n'
ONE = f'{VARIABLES}{OUTPUT}variable "name" {{ default = null }}\n'
TWO = f'{VARIABLES}{OUTPUT}variable "name" {{\n  default = null\n  sensitive = true\n}}\n'
STACKS = {"one/main.tf": ONE, "two/main.tf": TWO}
FLEET_OF_FOLDERS = FLEET.replace("source: one", "source: ./one").replace("source: two", "source: ./two")


def compared(root: Path) -> FleetDiff:
    with open_session(root) as session:
        return diff(session, DiffRequest())


def one_by_one(root: Path) -> FleetDiff:
    """The reference: both sides are read as a whole, every cell is resolved and compared by itself."""
    with (
        patch.object(AlikeCells, "class_of", lambda *_: None),
        patch.object(AlikeChanges, "class_of", lambda *_: None),
        patch.object(sides, "unchanged_files", lambda *_: {}),
    ):
        return compared(root)


def positions(found: FleetDiff) -> list[object]:
    """Where each change is decided, which is no part of its equality."""
    return [(group.units, [item.position for item in group.changes]) for group in found.groups]


@settings(max_examples=examples(16), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_the_same_differs_as_if_each_cell_were_compared(seed: int) -> None:
    writer = FleetWriter(seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "fleet"
        files = {"fleet.yaml": FLEET_OF_FOLDERS, ".gitignore": ".cellwright\n"}
        write(root, {**writer.files(), **STACKS, **files})
        put_under_git(root)
        compared(root)
        for _ in range(2):
            path, text = writer.edit()
            write(root, {path: text})
            found, expected = compared(root), one_by_one(root)
            assert found == expected
            assert positions(found) == positions(expected)


def test_one_of_alike_cells_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = "tier: gold\nstacks:\n  app:\n    size: 1\n"
    clients = {f"clients/c{number}.yaml": "account: one\n" for number in range(20)}
    clients["clients/own.yaml"] = "account: one\nstacks:\n  app:\n    size: 7\n"
    others = {"tiers/gold.yaml": "{}\n", "suspended.yaml": "{}\n", "accounts/one.yaml": "{}\n"}
    write(tmp_path, {"fleet.yaml": FLEET_OF_FOLDERS, **STACKS, **clients, **others, "defaults.yaml": layer})
    put_under_git(tmp_path)
    compared(tmp_path)
    seen: list[str] = []
    compare_units = UnitComparison.unit

    def noting(self: UnitComparison, before: Unit, after: Unit, own_file: str) -> object:
        seen.append(before.address.cell)
        return compare_units(self, before, after, own_file)

    monkeypatch.setattr(UnitComparison, "unit", noting)
    write(tmp_path, {"defaults.yaml": layer.replace("size: 1", "size: 2")})
    (group,) = compared(tmp_path).groups
    assert sorted(seen) == ["c0", "own"]
    assert len(group.units) == 20
