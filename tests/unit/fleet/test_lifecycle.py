"""Suspended cells: one more layer on top, put there by a key of the cell, explained like any other."""

from pathlib import Path

import pytest

from cellwright.fleet.explain import Origins
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.lifecycle import is_suspended
from cellwright.fleet.load.entry import load_fleet
from cellwright.model.address import CellAddress, UnitAddress
from unit.fleet.workbench import ANY, Stacks, load, told, write

ACME, BETA = CellAddress("client", "acme"), CellAddress("client", "beta")
FLEET = """
    fleet: medloop
    levels:
      - name: client
        cells: clients
        lifecycle: {suspended: lifecycle/suspended.yaml}
        stacks: {app: {source: any}}
    """
FILES: dict[str, str | bytes] = {
    "fleet.yaml": FLEET,
    "defaults/client.yaml": "stacks: {app: {a: 1, b: 1}}",
    "lifecycle/suspended.yaml": "stacks: {app: {a: 0}}",
    "clients/acme.yaml": "lifecycle: suspended\nstacks: {app: {a: 3, b: 2}}",
    "clients/beta.yaml": "stacks: {app: {a: 3}}",
}


def value(fleet: Fleet, cell: CellAddress, name: str) -> object:
    return fleet.units[UnitAddress(cell.level, cell.cell, "app")].inputs[name].value


def test_the_layer_wins_over_the_cell_s_own_files(tmp_path: Path) -> None:
    fleet = load(tmp_path, FILES)
    assert not told(fleet)
    assert (value(fleet, ACME, "a"), value(fleet, ACME, "b")) == (0, 2)
    assert value(fleet, BETA, "a") == 3
    assert is_suspended(fleet.cells[ACME])
    assert not is_suspended(fleet.cells[BETA])
    assert not is_suspended(None)


def test_explain_names_the_layer_last(tmp_path: Path) -> None:
    fleet = load(tmp_path, FILES)
    chain = [origin.layer for origin in Origins(fleet, ()).of(UnitAddress("client", "acme", "app"), "a")]
    assert chain == ["defaults/client.yaml", "clients/acme.yaml", "lifecycle/suspended.yaml"]


def test_a_change_of_the_layer_or_the_mark_is_seen_through_the_cache(tmp_path: Path) -> None:
    root, stacks = write(tmp_path / "fleet", FILES), Stacks({"any": ANY})

    def again(name: str, text: str) -> Fleet:
        write(root, {name: text})
        return load_fleet(root, stacks, tmp_path / "cache")

    assert value(again("clients/beta.yaml", "lifecycle: active\nstacks: {app: {a: 3}}"), ACME, "a") == 0
    assert value(again("lifecycle/suspended.yaml", "stacks: {app: {a: -1}}"), ACME, "a") == -1
    back = again("clients/acme.yaml", "stacks: {app: {a: 3, b: 2}}")
    assert (value(back, ACME, "a"), is_suspended(back.cells[ACME])) == (3, False)
    assert is_suspended(again("clients/beta.yaml", "lifecycle: suspended").cells[BETA])


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"clients/acme.yaml": "lifecycle: asleep"},
            "'lifecycle' is neither 'suspended' nor 'active'",
        ),
        ({"clients/acme.yaml": 'lifecycle: "${cell.tier}"\ntier: suspended'}, "neither 'suspended' nor"),
        (
            {"fleet.yaml": FLEET.replace("        lifecycle: {suspended: lifecycle/suspended.yaml}\n", "")},
            "level 'client' has no layer for suspended cells",
        ),
        ({"fleet.yaml": FLEET.replace("suspended.yaml", "gone.yaml")}, "no layer 'lifecycle/gone.yaml'"),
        ({"fleet.yaml": FLEET.replace("lifecycle/susp", "../susp")}, "is a file of the fleet repository"),
        ({"lifecycle/suspended.yaml": "stacks: {nope: {a: 1}}"}, "unknown stack 'nope'"),
        ({"lifecycle/suspended.yaml": "stacks: 3"}, "'stacks' must be a mapping"),
    ],
)
def test_what_can_t_be(tmp_path: Path, files: dict[str, str | bytes], expected: str) -> None:
    findings = told(load(tmp_path, {**FILES, **files}))
    assert any(expected in finding for finding in findings), findings


def test_a_level_without_the_layer_may_use_the_key_for_itself(tmp_path: Path) -> None:
    plain = FLEET.replace("        lifecycle: {suspended: lifecycle/suspended.yaml}\n", "")
    fleet = load(tmp_path, {**FILES, "fleet.yaml": plain, "clients/acme.yaml": "lifecycle: {stage: 3}"})
    assert not told(fleet)
    assert not is_suspended(fleet.cells[ACME])
