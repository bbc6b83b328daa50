"""Stacks move into git projects and nothing changes; then one key brings a client to a newer tag."""

from pathlib import Path

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import WORKER, FleetFolder, make_fleet
from e2e.kit.program import Program
from unit.git.origins import git

pytestmark = pytest.mark.terraform

RELEASED = """\
release: v1.0.0
stacks:
  app: {mark: "${unit.cell}-app", desk: %s, version: "${cell.release}"}
  store: {mark: "${unit.cell}-store", desk: %s, version: "${cell.release}"}
"""


@pytest.fixture(name="fleet")
def fleet_fixture(tmp_path: Path) -> FleetFolder:
    fleet = make_fleet(
        tmp_path,
        {"app": {"source": "./stacks/app"}, "store": {"source": "./stacks/store"}},
        {"acme": {}, "globex": {}},
    )
    desk = fleet.desk.folder
    fleet.stack("app")
    fleet.stack("store")
    fleet.write("defaults.yaml", (RELEASED % (desk, desk)).replace(', version: "${cell.release}"', ""))
    return fleet


def standing(program: Program) -> dict[str, str]:
    units = program.look("status", "--json").expect(0).document["units"]
    return {unit["address"]: unit["status"] for unit in units}


def versions(program: Program) -> dict[str, dict[str, int]]:
    listed = program.look("stacks", "--json").expect(0).document["stacks"]
    return {
        item["stack"]: {used["version"]: len(used["units"]) for used in item["versions"]} for item in listed
    }


def tag(project: Path, name: str) -> None:
    """Change a stack, commit it and tag it, as whoever maintains it does."""
    (project / "main.tf").write_text(WORKER.replace('"${var.mark}:${var.value}"', '"${var.mark}:newer"'))
    git("commit", "--quiet", "--all", "--message", "Newer", cwd=project)
    git("tag", "--annotate", "--message", name, name, cwd=project)


def test_one_client_has_a_release_before_the_others(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    cellwright.commit_all()
    cellwright.run("apply", "--yes").expect(0)

    cellwright.run("stacks", "export", "../stacks").expect(0)

    assert set(standing(cellwright).values()) == {"up_to_date"}
    desk = fleet.desk.folder
    fleet.write("defaults.yaml", RELEASED % (desk, desk))
    assert set(standing(cellwright).values()) == {"up_to_date"}

    for name in ("app", "store"):
        tag(fleet.root.parent / "stacks" / name, "v1.1.0")
    fleet.cell("acme", {"release": "v1.1.0"})
    assert standing(cellwright) == {
        "client/acme/app": "changed",
        "client/acme/store": "changed",
        "client/globex/app": "up_to_date",
        "client/globex/store": "up_to_date",
    }
    assert versions(cellwright) == {name: {"v1.0.0": 1, "v1.1.0": 1} for name in ("app", "store")}
    cellwright.commit_all()
    first = cellwright.run("apply", "--yes", "--json").expect(0)
    assert first.outcomes == {"client/acme/app": "applied", "client/acme/store": "applied"}
    assert "acme-app:newer" in fleet.state("client/acme/app").read_text()
    assert "newer" not in fleet.state("client/globex/app").read_text()

    fleet.cell("globex", {"release": "v1.1.0"})
    cellwright.commit_all()
    rest = cellwright.run("apply", "--yes", "--json").expect(0)
    assert set(rest.outcomes) == {"client/globex/app", "client/globex/store"}
    assert versions(cellwright) == {name: {"v1.1.0": 2} for name in ("app", "store")}
    assert set(standing(cellwright).values()) == {"up_to_date"}

    # What is destroyed is found at the tag that it was applied with.
    fleet.cell("globex", {"release": "v1.1.0", "stacks": {"app": {"enabled": False}}})
    cellwright.commit_all()
    cellwright.run("apply", "client/globex/app", "--yes").expect(0)
    assert set(fleet.desk.count("gone")) >= {"globex-app"}


def test_a_release_that_does_not_exist_is_named_where_it_is_written(
    fleet: FleetFolder, program: Start
) -> None:
    cellwright = program(fleet)
    cellwright.commit_all()
    cellwright.run("stacks", "export", "../stacks").expect(0)
    desk = fleet.desk.folder
    fleet.write("defaults.yaml", RELEASED % (desk, desk))
    fleet.cell("acme", {"release": "v9.0.0"})

    found = cellwright.look("check", "--json").expect(1).document["diagnostics"]

    assert {(item["file"], item["line"]) for item in found} == {("clients/acme.yaml", 1)}
    assert all("has no tag or branch 'v9.0.0'" in item["summary"] for item in found)
    nothing = cellwright.look("plan")
    assert nothing.code == 1
    assert "v9.0.0" in nothing.text
