"""Which levels' cells belong to clients, whatever they are called."""

from pathlib import Path

import pytest

from cellwright.fleet.owners import client_levels, placements
from cellwright.model.address import CellAddress
from unit.fleet.workbench import load

LEVELS = "fleet: t\nlevels:\n"


def level(name: str, cells: str, placement: str = "") -> str:
    return f"  - {{name: {name}, cells: {cells}{placement and f', placement: {placement}'}}}\n"


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (level("base", "a") + level("utility", "a") + level("tenant", "t", "account"), ("tenant",)),
        (level("base", "a") + level("tenant", "t", "account") + level("extra", "t"), ("tenant", "extra")),
        (level("base", "a") + level("tenant", "t"), ("tenant",)),
        (level("base", "a") + level("utility", "a"), ()),
        (level("tenant", "t"), ("tenant",)),
    ],
)
def test_client_levels(tmp_path: Path, levels: str, expected: tuple[str, ...]) -> None:
    assert client_levels(load(tmp_path, {"fleet.yaml": LEVELS + levels}).levels) == expected


def test_what_is_a_client_s_own(tmp_path: Path) -> None:
    levels = level("base", "a") + level("tenant", "t", "account") + level("site", "s", "tenant")
    files: dict[str, str | bytes] = {
        "fleet.yaml": LEVELS + levels,
        "a/prod.yaml": "{}",
        "t/acme.yaml": "account: prod",
        "s/north.yaml": "tenant: acme",
    }
    fleet = load(tmp_path, files)
    found = placements(CellAddress("site", "north"), fleet.cells, fleet.levels)
    assert list(map(str, found)) == ["site/north", "tenant/acme", "base/prod"]
