"""FleetLoad as a whole: where a fleet is, and that no content of it raises."""

import gc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellwright.fleet.load.entry import find_root, load_fleet
from cellwright.model.diagnostic import DiagnosticError
from examples import examples
from unit.fleet.workbench import ONE_LEVEL, THREE_LEVELS, Stacks, load, told, write


def test_the_root_is_the_nearest_folder_with_a_fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"fleet.yaml": "", "a/fleet.yaml": "", "a/b/c/x": ""})
    assert find_root(tmp_path / "a/b/c") == tmp_path / "a"
    assert find_root(tmp_path) == tmp_path
    monkeypatch.chdir(tmp_path / "a/b")
    assert find_root(Path()) == tmp_path / "a"


def test_no_root(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match=r"there is no fleet\.yaml .* cellwright init"):
        find_root(tmp_path)


@pytest.mark.parametrize("name", ["a" * 300, "b/" * 3_000])
def test_a_folder_whose_name_is_too_long(tmp_path: Path, name: str) -> None:
    with pytest.raises(DiagnosticError, match=r"can't be looked for a fleet\.yaml: File name too long"):
        find_root(tmp_path / name)


def test_no_fleet_at_all(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match=r"there is no fleet\.yaml"):
        load_fleet(tmp_path, Stacks({}))
    (tmp_path / "fleet.yaml").mkdir()
    with pytest.raises(DiagnosticError, match=r"there is no fleet\.yaml"):
        load_fleet(tmp_path, Stacks({}))


def test_a_relative_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"f/fleet.yaml": ONE_LEVEL, "f/accounts/a.yaml": "{}"})
    monkeypatch.chdir(tmp_path)
    fleet = load_fleet(Path("f"), Stacks({}))
    assert fleet.root == tmp_path / "f"
    assert [str(address) for address in fleet.cells] == ["base/a"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"\xff\xfe",
        b"fleet: {" + b"[" * 10_000,
        b"\tfleet: x",
        b"fleet: a\nfleet: b\nlevels: []",
        b"fleet: a\n---\nfleet: b",
        b"#" * 10_000_000,
    ],
)
def test_a_fleet_file_that_can_not_be_read(tmp_path: Path, content: bytes) -> None:
    fleet = load(tmp_path, {"fleet.yaml": content})
    assert fleet.diagnostics
    assert not fleet.units
    assert {item.position.file for item in fleet.diagnostics if item.position} == {"fleet.yaml"}


def test_a_fleet_file_outside(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("fleet: a")
    (tmp_path / "fleet").mkdir()
    (tmp_path / "fleet/fleet.yaml").symlink_to("../outside.yaml")
    assert "leaves the fleet repository" in told(load_fleet(tmp_path / "fleet", Stacks({})))[0]


def test_units_come_in_the_order_of_levels_cells_and_stacks(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": THREE_LEVELS,
        "defaults/client.yaml": "tier: x",
        "tiers/x.yaml": "{}",
        "accounts/prod.yaml": "{}",
        "clients/b.yaml": "account: prod",
        "clients/a.yaml": "account: prod",
    }
    assert [str(address) for address in load(tmp_path, files).units] == [
        "base/prod/network",
        "utility/prod/ecs",
        "client/a/app",
        "client/a/sftp",
        "client/b/app",
        "client/b/sftp",
    ]


def test_a_bug_in_the_stacks_room_is_not_swallowed_and_the_collector_runs_again(tmp_path: Path) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    write(tmp_path, {"fleet.yaml": ONE_LEVEL, "accounts/a.yaml": "{}"})
    with pytest.raises(ZeroDivisionError):
        load_fleet(tmp_path, broken)  # type: ignore[arg-type]
    assert gc.isenabled()


SCRAPS = st.sampled_from(
    [
        *(
            "account: prod\n",
            "tier: x\n",
            "tier: y\n",
            "a: 1\n",
            "stacks:\n",
            "  app:\n",
            "  sftp: {}\n",
            "    a: 1\n",
        ),
        *(
            "    b: ${cell.a}\n",
            "    c: '${output.app.id}'\n",
            "    d: !unset\n",
            "    e: !append [1]\n",
            "  nope: 3\n",
        ),
        *(
            "levels: {client: {stacks: {app: {x: 1}}}}\n",
            "environment: {A: b}\n",
            "- x\n",
            "{",
            "&a ",
            "*a\n",
            "\t",
        ),
    ]
)


@settings(
    max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    own=st.lists(SCRAPS, max_size=8),
    account=st.lists(SCRAPS, max_size=5),
    defaults=st.lists(SCRAPS, max_size=5),
)
def test_no_content_raises(tmp_path: Path, own: list[str], account: list[str], defaults: list[str]) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": THREE_LEVELS,
        "tiers/x.yaml": "{}",
        "defaults/client.yaml": "".join(defaults).encode(),
        "accounts/prod.yaml": "".join(account).encode(),
        "clients/acme.yaml": "".join(own).encode(),
    }
    fleet = load(tmp_path, files)
    places = [item.position for item in fleet.diagnostics if item.position is not None]
    assert places == sorted(places)
    assert len(set(fleet.diagnostics)) == len(fleet.diagnostics)
