"""What a planned file would say is what a load says once it is written, and nothing is written for it."""

from pathlib import Path

import pytest

from cellwright.fleet.load.entry import load_fleet, load_planned
from cellwright.model.address import CellAddress
from unit.fleet.workbench import ANY, THREE_LEVELS, Stacks, told, write

FILES = {
    "fleet.yaml": THREE_LEVELS,
    "accounts/prod.yaml": "region: here\n",
    "defaults/client.yaml": "tier: gold\n",
    "tiers/gold.yaml": "stacks: {app: {a: '${cell.name}', b: '${account.region}'}}\n",
    "clients/acme.yaml": "account: prod\n",
}
STACKS = Stacks({"any": ANY, "other": ANY})
TEXTS = [
    "account: prod\n",
    "account: prod\nstacks: {}\n",
    "account: nowhere\n",
    "stacks: {nothing: {a: 1}}\n",
    "account: prod\ntier: none\nstacks: {sftp: {enabled: true, nothing: 1}}\n",
    "account: prod\nstacks: [\n",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("path", ["clients/new.yaml", "clients/new/client.yaml", "clients/acme.yaml"])
@pytest.mark.parametrize("cached", [True, False])
def test_it_says_what_a_load_says_afterwards(tmp_path: Path, text: str, path: str, *, cached: bool) -> None:
    root = write(tmp_path / "fleet", FILES)
    cache = tmp_path / "cache" if cached else None
    load_fleet(root, STACKS, cache)
    before = {item: item.stat().st_mtime_ns for item in root.rglob("*")}
    cell = CellAddress("client", Path(path).parts[1].removesuffix(".yaml"))
    planned = load_planned(root, STACKS, cache, cell, {path: text})
    assert {item: item.stat().st_mtime_ns for item in root.rglob("*")} == before
    write(root, {path: text.encode()})
    written = load_fleet(root, STACKS)
    assert told(planned) == told(written)
    assert planned.cells.get(cell) == written.cells.get(cell)
    own = [unit for unit in written.units if unit.of_cell == cell]
    assert [planned.units[unit] for unit in own] == [written.units[unit] for unit in own]


def test_a_cell_below_the_last_level_is_planned_too(tmp_path: Path) -> None:
    root = write(tmp_path / "fleet", FILES)
    cell = CellAddress("base", "new")
    found = load_planned(root, STACKS, tmp_path / "cache", cell, {"accounts/new.yaml": "region: there\n"})
    assert found.cells[cell].settings["region"] == "there"
    assert cell not in load_fleet(root, STACKS, tmp_path / "cache").cells


def test_the_first_cell_of_a_level_needs_no_folder(tmp_path: Path) -> None:
    root = write(tmp_path / "fleet", {key: text for key, text in FILES.items() if "clients" not in key})
    cell = CellAddress("client", "new")
    found = load_planned(root, STACKS, None, cell, {"clients/new/client.yaml": "account: prod\n"})
    assert cell in found.cells
