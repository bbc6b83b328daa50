"""Where layers change inputs, one cell of a class says it for all: with the same result as resolving each."""

import tempfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellwright.fleet.load.entry import load_fleet
from cellwright.fleet.resolve.units import CellContext, make_units
from cellwright.model.hidden_keys import without_hidden
from cellwright.model.unit import Unit
from examples import examples
from unit.fleet.block_style import FLEET, FleetWriter
from unit.fleet.cache.test_cell_cache import look
from unit.fleet.workbench import Stacks, contract, write

ONE = contract({"size": "?any", "tags": "?any", "name": "?any", "many": "?any"}, ["out"])
SECRET = {"name": replace(ONE.variables["name"], sensitive=True)}
SOURCES = {"one": ONE, "two": replace(ONE, variables={**ONE.variables, **SECRET})}


def load(root: Path, cache: Path | None = None) -> object:
    """All that a fleet says; the cache does not hold what is sensitive."""
    fleet = load_fleet(root, Stacks(SOURCES), cache)
    cells = {
        address: replace(cell, settings=without_hidden(cell.settings, cell.sensitive))
        for address, cell in fleet.cells.items()
    }
    return look(replace(fleet, cells=cells))


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_cells_are_as_if_each_had_been_resolved(seed: int) -> None:
    writer = FleetWriter(seed)
    with tempfile.TemporaryDirectory() as folder:
        root, cache = Path(folder) / "fleet", Path(folder) / "cache"
        write(root, writer.files())
        load(root, cache)
        for _ in range(4):
            path, text = writer.edit()
            write(root, {path: text})
            assert load(root, cache) == load(root)


def made(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The cells of which units are made by a load."""
    cells: set[str] = set()

    def noting(parts: CellContext, only: Collection[str] | None = None) -> Iterator[Unit]:
        cells.add(parts.cell.address.cell)
        yield from make_units(parts, only)

    with monkeypatch.context() as patching:
        patching.setattr("cellwright.fleet.resolve.cell.make_units", noting)
        load_fleet(root, Stacks(SOURCES), cache)
    return cells


CELLS = {
    "a": "account: one\n",
    "b": "account: one\nstacks:\n  sftp:\n    size: 7\n",
    "c": "account: one\nstacks:\n  app:\n    many: !append [3]\n",
    "touching": "account: one\nstacks:\n  app:\n    size: 7\n",
    "escaped": 'account: one\nstacks:\n  app:\n    "\\x73ize": 7\n',
    "whole": "account: one\nstacks:\n  app: !replace\n    many: [2]\n",
    "later": "account: one\nstacks:\n  app:\n    !replace\n    many: [2]\n",
    "flow": "{account: one, stacks: {app: {many: [2]}}}\n",
    "other": "account: two\n",
    "suspended": "account: one\nlifecycle: suspended\n",
}
SINGLE = {"touching", "escaped", "whole", "later", "flow"}


@pytest.mark.parametrize(
    ("before", "after", "cells"),
    [
        ("size: 1", "size: 2", {"a", "other", "suspended", *SINGLE}),
        ("size: 1\n", "", {"a", "other", "suspended", *SINGLE}),
        (
            "many: [1]",
            "many: [1, 2]\n    tags: {a: 1}",
            {"a", "c", "other", "suspended", *SINGLE} - {"touching"},
        ),
        ("size: 1", 'size: "${cell.name}"', set(CELLS)),
        ("size: 1", "name: x", set(CELLS)),
        ("size: 1", "enabled: false", set(CELLS)),
        ("size: 1", "sise: 1", set(CELLS)),
        ("many: [1]\n    size: 1", "size: 1\n    many: [1]", set(CELLS)),
    ],
)
def test_only_one_of_alike_cells_is_resolved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, cells: set[str]
) -> None:
    root, cache = tmp_path / "fleet", tmp_path / "cache"
    layer = "tier: gold\nstacks:\n  app:\n    many: [1]\n    size: 1\n"
    write(
        root, {"fleet.yaml": FLEET, "defaults.yaml": layer, "tiers/gold.yaml": "{}", "suspended.yaml": "{}"}
    )
    write(root, {f"accounts/{name}.yaml": "{}\n" for name in ("one", "two")})
    write(root, {f"clients/{name}.yaml": text for name, text in CELLS.items()})
    assert load(root, cache) == load(root)
    assert before in layer
    write(root, {"defaults.yaml": layer.replace(before, after)})
    assert made(root, cache, monkeypatch) - {"one", "two"} == cells
    assert load(root, cache) == load(root)
