"""Each tool says what its document is, and what it answers is that, also where it was shortened."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp import Client
from pydantic import BaseModel

from cellwright.cli.mcp import answers, documents
from cellwright.cli.mcp.shape import Shape
from cellwright.cli.mcp.shortening import shortened
from unit.app.kit import ledger_of, make_fleet, make_run, put_under_git
from unit.cli.mcp.kit import spoken, text_of

RUN = "20261126-101010-aaaa"
CALLS: dict[str, dict[str, Any]] = {
    "status": {},
    "show": {},
    "explain": {"unit": "client/acme/app"},
    "diff": {},
    "check": {},
    "capacity": {},
    "runs": {},
    "run": {"run": RUN},
    "events": {},
    "drift": {},
}


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="stacks: {app: {size: 3}}\n", globex="{}\n")
    put_under_git(root)
    with ledger_of(root) as ledger:
        ledger.recorder.start_run(make_run(RUN))
    return root


async def checked(client: Client) -> dict[str, Any]:
    """Call each tool; the SDK's client checks its document by the schema, too."""
    schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
    found: dict[str, Any] = {}
    for name, arguments in CALLS.items():
        answer = await client.call_tool(name, arguments)
        assert not answer.is_error, (name, text_of(answer))
        schema = schemas[name]
        assert schema is not None
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(answer.structured_content)
        named = set(schema["properties"])
        assert set(answer.structured_content) <= named, name
        assert named - set(answer.structured_content) <= {"left_out"}, name
        found[name] = answer.structured_content
    return found


def test_each_document_is_what_its_tool_says(fleet: Path) -> None:
    (fleet / "clients" / "acme.yaml").write_text("stacks: {app: {size: 4}}\n")
    (fleet / "clients" / "hooli.yaml").write_text("{}\n")
    found = spoken(fleet, checked)
    assert found["diff"]["new_cells"] == [{"cell": "client/hooli", "units": 1}]
    assert found["diff"]["units"][0]["changes"][0]["after"] == {"value": 4}
    assert found["explain"]["inputs"]
    assert found["run"]["run"] == RUN


def test_a_shortened_document_is_still_what_its_tool_says(
    fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MOST_DOCUMENT", 1_000)
    for number in range(30):
        (fleet / "clients" / f"c{number}.yaml").write_text(f"key: {'x' * 100}\n")
    found = spoken(fleet, checked)
    assert "shortened" in found["status"]["left_out"]
    assert len(json.dumps(found["show"])) < 1_400


def test_an_open_mapping_loses_keys_and_one_with_a_shape_keeps_them() -> None:
    class Part(BaseModel):
        names: dict[str, str]
        one: int
        two: int

    class Whole(documents.Answer):
        part: Part | None

    names = {f"k{number}": "v" * 50 for number in range(100)}
    document: dict[str, Any] = {"part": {"names": names, "one": 1, "two": 2}}
    found, left_out = shortened(document, 2_000, Shape.of(Whole))
    assert "part.names" in left_out
    Whole.model_validate(found)


def test_acting_tools_say_what_they_answer(fleet: Path) -> None:
    async def listed(client: Client) -> dict[str, Any]:
        return {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}

    found = spoken(fleet, listed, acting=True)
    for name, key in (("plan", "run"), ("apply", "run"), ("onboard", "run"), ("repair_drift", "rollout")):
        assert set(found[name]["required"]) == {key, "for_a_person"}
