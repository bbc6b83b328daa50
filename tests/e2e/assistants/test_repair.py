"""An assistant begins the repair of drift; what it would do waits until a person has approved it."""

import json
from pathlib import Path
from typing import Any

from mcp import Client

from e2e.assistants.test_mcp import document, spoken
from e2e.conftest import Start
from e2e.kit.people import second_person
from e2e.kit.world import World, applied_world


def test_a_repair_waits_for_a_person_and_is_carried_out_then(tmp_path: Path, program: Start) -> None:
    world = World(tmp_path / "store")
    cellwright = applied_world(tmp_path, world, program, "--no-relay")
    world.change("acme-kept", value="changed by hand")
    cellwright.run("drift", "run", "--no-relay").expect(0)

    async def talk(client: Client) -> Any:  # noqa: ANN401  a test knows what it asked for
        listed = await document(client, "drift")
        assert [unit["unit"] for unit in listed["groups"][0]["units"]] == ["client/acme/app"]
        return await document(client, "repair_drift", reason="back to what was applied")

    begun = spoken(cellwright, talk, "--allow-acting")
    rollout = begun["rollout"]
    assert f"cellwright rollout approve {rollout}" in begun["for_a_person"]
    cellwright.run("rollout", "resume", rollout, "--yes", "--no-relay").expect(0)
    assert world.value("acme-kept") == "changed by hand"
    second_person(cellwright).run("rollout", "approve", rollout, "--yes", "--no-relay").expect(0)
    assert json.loads(world.item("acme-kept").read_text())["value"] == "as it was applied"
    events = cellwright.look("events", "--json").document
    (started,) = [item for item in events if item["action"] == "rollout.started"]
    assert started["detail"]["identity"]["vouched_by"][-1]["name"] == "MCP client trial-client 1.2"
