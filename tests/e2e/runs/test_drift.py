"""Drift with the real Terraform: somebody changes what was applied behind its back."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from e2e.conftest import Start
from e2e.kit.people import events
from e2e.kit.program import Program
from e2e.kit.waiting import eventually
from e2e.kit.world import World, applied_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "store")


@pytest.fixture
def cellwright(tmp_path: Path, world: World, program: Start) -> Program:
    return applied_world(tmp_path, world, program, "--no-relay")


def drift_of(answer: Any) -> list[tuple[str, list[str], list[tuple[str, str, list[str]]]]]:  # noqa: ANN401
    """Groups: where, in which units, and what differs in the first."""
    return [
        (
            group["where"],
            [unit["unit"] for unit in group["units"]],
            [
                (item["address"], item["action"], item["attributes"])
                for item in group["units"][0]["resources"]
                if item["repaired_by_apply"]
            ],
        )
        for group in answer["groups"]
    ]


def test_drift_is_found_grouped_acknowledged_repaired_and_gone(
    cellwright: Program, world: World, tmp_path: Path
) -> None:
    for cell in ("acme", "globex"):
        world.change(f"{cell}-kept", value="changed by hand")
    world.change("acme-loose", value="nobody minds")

    looked = cellwright.run("drift", "run", "--no-relay", "--json", "--exit-code").expect(3).document

    kept = [("demo_item.kept", "update", ["value"])]
    assert drift_of(looked) == [("client/*/app", ["client/acme/app", "client/globex/app"], kept)]
    shown = cellwright.run("drift", "show", "client/acme/app", "--json").expect(0).document
    noticed = [item["address"] for item in shown["history"] if not item["repaired_by_apply"]]
    assert noticed == ["demo_item.loose"]
    assert "changed by hand" not in json.dumps(shown)
    assert cellwright.run("status").expect(0).text.count("up to date")

    group = looked["groups"][0]["group"]
    cellwright.run(
        "drift", "ack", "--group", group, "--reason", "a test of the day", "--until", "2027-03-01"
    ).expect(0)
    listed = cellwright.run("drift", "--json").expect(0).document
    assert (listed["groups"], len(listed["acknowledged"])) == ([], 1)

    world.change("acme-kept", value="changed once more")
    again = cellwright.run("plan", "--all", "--no-relay", "--json")
    listed = cellwright.run("drift", "--json").expect(0).document
    assert drift_of(listed) == [("client/acme/app", ["client/acme/app"], kept)], again.text
    assert listed["groups"][0]["units"][0]["times"] == 2

    cellwright.run("drift", "repair", "--yes", "--no-relay").expect(0)
    assert json.loads(world.item("acme-kept").read_text())["value"] == "as it was applied"
    assert json.loads(world.item("globex-kept").read_text())["value"] == "changed by hand"
    shown = cellwright.run("drift", "show", "client/acme/app", "--json").expect(0).document
    assert shown["newest_look"]["result"] == "clean"

    # Drift that a saved plan has seen is repaired as it was seen.
    world.change("acme-kept", value="changed again")
    saved = str(tmp_path / "plans")
    cellwright.run("plan", "client/acme", "--all", "-o", saved, "--no-relay").expect(0)
    cellwright.run("apply", "--plan", saved, "--no-relay").expect(0)
    assert world.value("acme-kept") == "as it was applied"
    assert {item["ended_how"] for item in shown["history"]} == {"applied"}

    world.change("globex-kept", value="as it was applied")
    looked = cellwright.run("drift", "run", "client/globex", "--no-relay", "--json", "--exit-code").expect(0)
    assert looked.document["groups"] == []
    shown = cellwright.run("drift", "show", "client/globex/app", "--json").expect(0).document
    assert [item["ended_how"] for item in shown["history"]] == ["gone"]


@pytest.mark.long
def test_what_can_t_be_looked_at_is_unknown_and_takes_nothing_back(cellwright: Program, world: World) -> None:
    world.change("acme-kept", value="changed by hand")
    cellwright.run("drift", "run", "client/acme", "--no-relay").expect(0)
    sound = world.item("acme-kept").read_text()
    world.item("acme-kept").write_text("{")
    answer = cellwright.run("drift", "run", "client/acme", "--no-relay", "--json").expect(1)
    assert [item["unit"] for item in answer.document["unknown"]] == ["client/acme/app"]
    assert len(answer.document["groups"]) == 1, "what was known is still known"
    world.item("acme-kept").write_text(sound)
    assert cellwright.run("drift", "run", "client/acme", "--no-relay", "--json").document["unknown"] == []


@pytest.mark.long
def test_schedules_are_gone_by_without_a_server(cellwright: Program, world: World) -> None:
    schedule = {"name": "often", "cron": "* * * * *", "window": "60s"}
    text = cellwright.fleet.root / "fleet.yaml"
    text.write_text(text.read_text() + yaml.safe_dump({"drift": {"schedules": [schedule]}}))
    cellwright.commit_all()
    world.change("globex-kept", value="changed by hand")

    def has_looked() -> bool:
        cellwright.run("drift", "run", "--due", "--no-relay").expect(0)
        found = cellwright.run("drift", "--json").expect(0).document
        return bool(found["groups"]) and found["looked_at"]["clean"] == 1

    eventually(has_looked, "both units to be looked at")
    shown = cellwright.run("drift", "schedules", "--json").expect(0).document
    assert shown["schedules"][0]["newest"]["run"]
    [event, *_] = [item for item in events(cellwright.fleet.ledger) if item.action == "unit.drifted"]
    assert (event.actor, event.subject) == ("schedule often", "client/globex/app")
