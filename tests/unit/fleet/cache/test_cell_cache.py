"""A fleet is the same with a cache or without one, whatever happened to the files or to the cache."""

import os
import tempfile
from collections.abc import Collection, Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import load_fleet
from cellwright.fleet.resolve.units import CellContext, make_units
from cellwright.fleet.yaml.document import Document
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.unit import Unit
from examples import examples
from unit.fleet import fleet_writing
from unit.fleet.fleet_writing import Writing
from unit.fleet.workbench import ANY, THREE_LEVELS, Stacks, contract, write

OTHER = contract({"a": "?number", "b": "?any", "c": "?list(string)"}, ["out"])


def fresh(root: Path, cache: Path | None = None, *, other: bool = False) -> Fleet:
    stacks = {"any": ANY, "other": contract({"a": "string"}) if other else OTHER}
    return load_fleet(root, Stacks(stacks), cache)


def look(fleet: Fleet) -> object:
    """All that a fleet says, without what it is made of."""
    units = dict(fleet.units)
    assert all(fleet.units.upstreams(address) == unit.upstreams() for address, unit in units.items())
    return (
        fleet.name,
        dict(fleet.cells),
        units,
        fleet.diagnostics,
        fleet.uses,
        [fleet.units.upstreams(unit) for unit in units],
        [dict(fleet.units.labels(unit)) for unit in units],
        [fleet.units.is_enabled(unit) for unit in units],
    )


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fleet_writing.writings(), st.lists(st.tuples(fleet_writing.edits(), st.booleans()), max_size=6))
def test_edits_show_as_if_there_were_no_cache(
    start: Writing, changes: list[tuple[tuple[str, str | None], bool]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, cache = Path(folder) / "fleet", Path(folder) / "cache"
        start.write(root)
        assert look(fresh(root, cache)) == look(fresh(root))
        for (path, content), other in changes:
            # The same time for every file: nothing may hang on it.
            Writing({path: content}).write(root)
            for file in root.rglob("*.yaml"):
                os.utime(file, (1, 1))
            assert look(fresh(root, cache, other=other)) == look(fresh(root, other=other))
            assert look(fresh(root, cache, other=other)) == look(fresh(root, other=other))


def sound(root: Path) -> Path:
    files = {f"clients/c{n}.yaml": f"account: one\nstacks: {{app: {{a: {n}}}}}\n" for n in range(20)}
    return write(
        root,
        files
        | {
            "fleet.yaml": THREE_LEVELS,
            "accounts/one.yaml": "region: eu",
            "defaults/client.yaml": "tier: gold",
            "tiers/gold.yaml": "{stacks: {app: {b: '${output.base.network.id}'}}}",
        },
    )


def test_what_is_as_it_was_is_not_resolved_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache = sound(tmp_path / "fleet"), tmp_path / "cache"
    fresh(root, cache)
    resolved: list[str] = []

    def noting(source: object, *_: object) -> None:
        resolved.append(str(source))
        raise AssertionError(source)

    monkeypatch.setattr("cellwright.fleet.resolve.cell.resolve_cell", noting)
    again = fresh(root, cache)
    assert not again.diagnostics
    assert len(again.units) == 42
    assert not resolved
    (root / "clients/c3.yaml").write_text("account: one\nstacks: {app: {a: 33}}\n")
    with pytest.raises(AssertionError, match="c3"):
        fresh(root, cache)
    assert len(resolved) == 1


def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the units that are made from now on."""
    units: list[str] = []

    def noting(parts: CellContext, only: Collection[str] | None = None) -> Iterator[Unit]:
        for unit in make_units(parts, only):
            units.append(str(unit.address))
            yield unit

    monkeypatch.setattr("cellwright.fleet.resolve.cell.make_units", noting)
    return units


TWO_STACKS = """
    fleet: test
    levels:
      - {name: client, cells: clients, layers: [defaults/client.yaml],
         stacks: {app: {source: any}, sftp: {source: other}}}
"""
LAYER = """
    tier: gold
    stacks:
      app: {a: 1, b: "${cell.tier}"}
      sftp: {a: 1}
"""
APP, SFTP = "client/acme/app", "client/acme/sftp"


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        ("app: {a: 1,", "app: {a: 2,", [APP]),
        ("sftp: {a: 1}", "sftp: {a: 2}", [SFTP]),
        ("sftp: {a: 1}", "sftp: {enabled: false}", [SFTP]),
        ("      sftp: {a: 1}\n", "", [SFTP]),
        ("app: {a: 1,", "app: !replace {a: 1,", [APP]),
        ("tier: gold\n", "# gold\n    tier: gold\n", []),
        ("tier: gold", "tier: silver", [APP, SFTP]),
        ("stacks:", "stacks: !replace", [APP, SFTP]),
        ("sftp: {a: 1}", "sftp: {a: 1, z: 3}", [SFTP, APP, SFTP]),
    ],
)
def test_a_layer_concerns_the_units_about_whose_stacks_it_says_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, units: list[str]
) -> None:
    root, cache = tmp_path / "fleet", tmp_path / "cache"
    client = "stacks: {app: {c: [1]}, sftp: {b: x}}"
    write(root, {"fleet.yaml": TWO_STACKS, "defaults/client.yaml": LAYER, "clients/acme.yaml": client})
    assert not fresh(root, cache).diagnostics
    assert before in LAYER
    write(root, {"defaults/client.yaml": LAYER.replace(before, after)})
    expected = look(fresh(root))
    with monkeypatch.context() as patching:
        seen = made(patching)
        fleet = fresh(root, cache)
        assert seen == units
    assert look(fleet) == expected
    assert look(fresh(root, cache)) == expected


def test_of_an_unchanged_file_only_changed_stacks_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, cache = tmp_path / "fleet", tmp_path / "cache"
    write(root, {"fleet.yaml": TWO_STACKS, "defaults/client.yaml": LAYER})
    write(root, {"clients/acme/app.yaml": "# acme\nstacks:\n  app:\n    c: [1]\n"})
    write(root, {"clients/acme/sftp.yaml": "stacks:\n  sftp:\n    b: x\n"})
    assert not fresh(root, cache).diagnostics
    write(root, {"defaults/client.yaml": LAYER.replace("sftp: {a: 1}", "sftp: {a: 2}")})
    expected = look(fresh(root))
    read: dict[str, str] = {}

    def noting(text: str, layer: str) -> Document:
        read[layer] = text
        return read_document(text, layer)

    with monkeypatch.context() as patching:
        patching.setattr("cellwright.fleet.yaml.reader.read_document", noting)
        fleet = fresh(root, cache)
    assert read["clients/acme/app.yaml"] == "# acme\nstacks: {}\n#\n#\n"
    assert read["clients/acme/sftp.yaml"] == "stacks:\n  sftp:\n    b: x\n"
    assert look(fleet) == expected
    assert look(fresh(root, cache)) == expected


@pytest.mark.parametrize("cut", [0, 1, 20, 60, 90, 200, -1])
def test_a_truncated_cache_is_as_none(tmp_path: Path, cut: int) -> None:
    root, cache = sound(tmp_path / "fleet"), tmp_path / "cache"
    expected = look(fresh(root, cache))
    whole = (cache / "cells").read_bytes()
    (cache / "cells").write_bytes(whole[:cut])
    assert look(fresh(root, cache)) == expected
    assert (cache / "cells").read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    root = sound(tmp_path / "fleet")
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert look(fresh(root, tmp_path / "cache")) == look(fresh(root))


def _load(root: str, cache: str) -> None:
    fresh(Path(root), Path(cache))


def test_two_processes_at_once_leave_a_good_cache(tmp_path: Path) -> None:
    root, cache = sound(tmp_path / "fleet"), tmp_path / "cache"
    processes = [get_context("spawn").Process(target=_load, args=(str(root), str(cache))) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    expected = [".neighbours.lock", "cells", "cells-below", "configuration", "names", "neighbours"]
    assert sorted(item.name for item in cache.iterdir()) == expected
    assert look(fresh(root, cache)) == look(fresh(root))


def test_the_program_of_a_cell_comes_from_the_cache_and_moves_with_its_layer(tmp_path: Path) -> None:
    files = {"fleet.yaml": THREE_LEVELS, "defaults/client.yaml": "{}", "accounts/prod.yaml": "{}"}
    ring = "terraform: {binary: tofu, version: '>= 1.12'}"
    write(tmp_path, {**files, "tiers/gold.yaml": ring, "clients/acme.yaml": "account: prod\ntier: gold\n"})
    for _ in range(2):
        assert look(fresh(tmp_path, tmp_path / "cache")) == look(fresh(tmp_path))
    write(tmp_path, {"tiers/gold.yaml": "terraform: {binary: terraform}"})

    found = fresh(tmp_path, tmp_path / "cache")

    assert look(found) == look(fresh(tmp_path))
    assert {unit.stack.binary.name for address, unit in found.units.items() if address.level == "client"} == {
        "terraform"
    }
