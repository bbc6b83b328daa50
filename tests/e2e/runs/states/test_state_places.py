"""Where states lie: they follow their settings, and one that is gone is not made up again."""

from pathlib import Path

from e2e.conftest import Start
from e2e.kit.fleet import make_fleet


def states(root: Path) -> list[Path]:
    return [path for path in root.rglob("*.tfstate") if ".terraform" not in path.parts]


def test_a_state_follows_its_settings_to_another_place(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"first": {}}, {"acme": {}})
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    settings = fleet.root / "fleet.yaml"
    place = 'state: {backend: local, config: {path: "elsewhere/${unit.address}.tfstate"}}\n'
    settings.write_text(settings.read_text() + place)

    moved = cellwright.run("apply", "--yes", "--json").expect(0)

    assert set(moved.outcomes.values()) == {"unchanged"}
    assert (fleet.root / "elsewhere/client/acme/first.tfstate").exists()
    assert set(fleet.desk.count("done").values()) == {1}
    assert cellwright.look("status", "--json").expect(0).document["counts"]["up_to_date"] == 1


def test_a_state_that_is_gone_is_not_made_up_again(tmp_path: Path, program: Start) -> None:
    fleet = make_fleet(tmp_path, {"first": {}}, {"acme": {}})
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    for path in states(fleet.root):
        path.unlink()

    refused = cellwright.run("apply", "--yes", "--json").expect(1)

    assert set(refused.outcomes.values()) == {"failed"}
    assert "is gone" in refused.document["units"][0]["diagnostics"][0]["summary"]
    assert set(fleet.desk.count("done").values()) == {1}
