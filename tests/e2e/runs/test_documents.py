"""Programs read it too: with --json every command prints one document, with these names."""

import json
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program

FINDING = {"severity", "summary", "detail", "file", "line", "column"}
COUNTS = {"add", "change", "destroy", "replace", "forget", "imports", "moves", "refresh"}
UNIT = {"address", "outcome", "seconds", "resources", "diagnostics"}


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    takes = {"stacks": {"b": {"upstream": "${output.a.value}"}}}
    return make_fleet(tmp_path, {"a": {}, "b": {}}, {"acme": takes})


def test_every_command_prints_one_document(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    assert _document(cellwright, "check") == {"diagnostics": []}
    _about_settings(cellwright)
    planned = _document(cellwright, "plan")
    _is_run(planned, {"client/acme/a": "planned", "client/acme/b": "blocked"})
    _is_run(
        _document(cellwright, "apply", "--yes"), dict.fromkeys(("client/acme/a", "client/acme/b"), "applied")
    )
    status = _document(cellwright, "status")
    assert status["fleet"] == "trial"
    assert status["units"] == [
        {"address": f"client/acme/{name}", "status": "up_to_date", "new": False, "reasons": []}
        for name in ("a", "b")
    ]
    assert status["counts"]["up_to_date"] == 2
    fleet.cell("acme", {"stacks": {"a": {"value": "2"}, "b": {"upstream": "${output.a.value}"}}})
    (changed, _) = _document(cellwright, "status")["units"]
    assert changed["status"] == "changed"
    assert changed["reasons"] == [{"kind": "input", "summary": "value: unset -> 2 (clients/acme.yaml:3)"}]
    _about_the_past(cellwright)


def _about_settings(cellwright: Program) -> None:
    units = _document(cellwright, "show")["units"]
    assert [unit["address"] for unit in units] == ["client/acme/a", "client/acme/b"]
    assert units[1]["enabled"] is True
    assert units[1]["stack"] == {"source": "./stacks/worker", "version": None}
    assert units[1]["needs"] == ["client/acme/a"]
    assert units[1]["inputs"]["mark"] == "acme-b"
    explained = _document(cellwright, "explain", "client/acme/b", "mark")
    assert (explained["unit"], explained["input"], explained["value"]) == ("client/acme/b", "mark", "acme-b")
    assert set(explained["chain"][-1]) >= {"layer", "file", "line", "column", "value"}
    graph = _document(cellwright, "graph")
    assert graph["nodes"] == ["client/acme/a", "client/acme/b"]
    assert graph["edges"] == [{"from": "client/acme/b", "to": "client/acme/a", "why": "output"}]


def _about_the_past(cellwright: Program) -> None:
    runs = _document(cellwright, "runs")["runs"]
    assert {run["kind"] for run in runs} == {"plan", "apply"}
    applied = next(run["run"] for run in runs if run["kind"] == "apply")
    logs = _document(cellwright, "logs", applied)
    assert {log["unit"] for log in logs["logs"]} == {"client/acme/a", "client/acme/b"}
    events = _document(cellwright, "events")
    names = {"sequence", "time", "actor", "action", "subject", "reason", "detail", "previous", "hash"}
    assert all(names <= set(event) for event in events)
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    verified = _document(cellwright, "events", "verify")
    assert isinstance(verified, dict)


def test_a_failure_is_one_document_too(fleet: FleetFolder, program: Start) -> None:
    cellwright = program(fleet)
    fleet.desk.fail("acme-a")
    failed = cellwright.run("apply", "--yes", "--json").expect(1).document
    _is_run(failed, {"client/acme/a": "failed", "client/acme/b": "skipped"})
    assert failed["units"][0]["diagnostics"][0]["severity"] == "error"
    fleet.write("clients/acme.yaml", "stacks: {a: {valve: 2}}\n")
    for command in (["check"], ["status"], ["plan"], ["apply", "--yes"], ["show"], ["graph"]):
        findings = cellwright.look(*command, "--json").expect(1).document["diagnostics"]
        assert set(findings[0]) >= FINDING
        assert (findings[0]["file"], findings[0]["line"]) == ("clients/acme.yaml", 1)
        assert "valve" in findings[0]["summary"]


def test_nothing_to_do_is_a_document_too(fleet: FleetFolder, program: Start) -> None:
    fleet.write("clients/acme.yaml", "stacks: {a: {enabled: false}, b: {enabled: false}}\n")
    assert _document(program(fleet), "apply", "--yes")["units"] == []


def _document(cellwright: Program, *arguments: str) -> Any:  # noqa: ANN401  each command has its own
    starts_terraform = arguments[0] in {"plan", "apply"}
    answer = (cellwright.run if starts_terraform else cellwright.look)(*arguments, "--json").expect(0)
    document = json.loads(answer.out)
    assert answer.out.endswith("\n")
    return document


def _is_run(document: Any, outcomes: dict[str, str]) -> None:  # noqa: ANN401  what a program reads
    assert isinstance(document["run"], str)
    assert {unit["address"]: unit["outcome"] for unit in document["units"]} == outcomes
    for unit in document["units"]:
        assert set(unit) >= UNIT
        assert set(unit["resources"]) == COUNTS
        for finding in unit["diagnostics"]:
            assert set(finding) >= FINDING
