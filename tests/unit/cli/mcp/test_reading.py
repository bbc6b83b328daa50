"""The MCP server's reading tools: what they answer, how much of it, and what they never tell."""

import json
from pathlib import Path

import anyio
import pytest
from mcp import Client
from mcp.types import ListToolsResult

from cellwright.app.overview.runs.run_report import ReportPage, ReportRequest, run_report
from cellwright.app.session.session import FleetSession
from cellwright.cli.invocation import Invocation
from cellwright.cli.late_interrupts import interrupts_as_before
from cellwright.cli.mcp import record_tools
from cellwright.cli.mcp.desk import Desk
from cellwright.cli.mcp.server import listed
from cellwright.cli.options import CommonOptions
from cellwright.model.runs.run import RunStatus
from unit.app.kit import NOBODY, ledger_of, make_fleet, make_run, put_under_git
from unit.cli.mcp.kit import called, calling, spoken, text_of

RUN = "20261126-101010-aaaa"
READING = ["status", "show", "explain", "diff", "check", "capacity", "runs", "run", "events", "drift"]


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="stacks: {app: {size: 3}}\n", globex="{}\n")
    put_under_git(root)
    with ledger_of(root) as ledger:
        ledger.recorder.start_run(make_run(RUN))
    return root


def listing(root: Path, *, acting: bool) -> ListToolsResult:
    return spoken(root, lambda client: client.list_tools(), acting=acting)


def test_without_the_flag_every_tool_only_reads(fleet: Path) -> None:
    found = listing(fleet, acting=False).tools
    assert [tool.name for tool in found] == READING
    for tool in found:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.description
        assert tool.output_schema is not None
        assert tool.output_schema["type"] == "object"


def test_with_the_flag_acting_tools_say_that_they_act_and_none_approves(fleet: Path) -> None:
    found = {tool.name: tool for tool in listing(fleet, acting=True).tools}
    acting = sorted(set(found) - set(READING))
    assert acting == ["apply", "onboard", "plan", "repair_drift"]
    for name in acting:
        annotations = found[name].annotations
        assert annotations is not None
        assert annotations.read_only_hint is False
    assert not [name for name in found if "approve" in name or "reject" in name]


def test_an_acting_tool_is_unknown_without_the_flag(fleet: Path) -> None:
    found = spoken(fleet, calling("apply", {"selectors": ["client/acme"], "reason": "try"}))
    assert found.is_error
    with ledger_of(fleet) as ledger:
        assert len(ledger.reader.runs(10)) == 1


def test_status_counts_first_and_lists_a_page(fleet: Path) -> None:
    found = called(fleet, "status", limit=1)
    assert text_of(found).startswith("trial: 2 units: 2 never_applied")
    assert found.structured_content["counts"]["never_applied"] == 2
    assert [unit["address"] for unit in found.structured_content["units"]] == ["client/acme/app"]
    assert found.structured_content["next"] == "client/acme/app"
    rest = called(fleet, "status", after="client/acme/app")
    assert [unit["address"] for unit in rest.structured_content["units"]] == ["client/globex/app"]
    assert called(fleet, "status", statuses=["failed"]).structured_content["units"] == []


def test_each_reading_tool_answers_with_text_and_document(fleet: Path) -> None:
    arguments = {"explain": {"unit": "client/acme/app", "input_name": "size"}, "run": {"run": RUN}}

    async def talk(client: Client) -> dict[str, tuple[bool, str, object]]:
        answers = {}
        for name in READING:
            found = await client.call_tool(name, arguments.get(name, {}))
            answers[name] = (found.is_error, text_of(found), found.structured_content)
        return answers

    found = spoken(fleet, talk)
    assert {name: told for name, (failed, told, _) in found.items() if failed} == {}
    assert all(isinstance(document, dict) for _, _, document in found.values())
    assert "size" in found["explain"][1]
    assert "clients/acme.yaml" in found["explain"][1]
    assert RUN in found["runs"][1]
    assert "run.started" in found["events"][1]


def test_diff_shows_what_is_not_committed(fleet: Path) -> None:
    (fleet / "clients" / "globex.yaml").write_text("stacks: {app: {size: 7}}\n")
    found = called(fleet, "diff")
    assert "size" in text_of(found)
    assert found.structured_content["units"][0]["units"] == ["client/globex/app"]


def test_a_changed_file_is_seen_by_the_next_answer(fleet: Path) -> None:
    async def talk(client: Client) -> list[str]:
        told = [text_of(await client.call_tool("show", {"selectors": ["client/acme"]}))]
        (fleet / "clients" / "acme.yaml").write_text("stacks: {app: {size: 77777}}\n")
        told.append(text_of(await client.call_tool("show", {"selectors": ["client/acme"]})))
        return told

    before, after = spoken(fleet, talk)
    assert "77777" not in before
    assert "77777" in after


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("status", {"selectors": ["client/nobody"]}, "client/nobody"),
        ("status", {"after": "no address"}, "no address"),
        ("explain", {"unit": "client/acme/none"}, "client/acme/none"),
        ("run", {"run": "R0"}, "there is no run 'R0'"),
        ("diff", {"before": "--output=x"}, "no revision begins with '-'"),
        ("diff", {"after": "main"}, "give 'before'"),
        ("events", {"since": "yesterday-ish"}, "yesterday-ish"),
        ("status", {"limit": 100_000}, "limit"),
        ("explain", {}, "unit"),
    ],
)
def test_a_fault_is_told_as_a_tool_s_error(
    fleet: Path, name: str, arguments: dict[str, object], said: str
) -> None:
    found = called(fleet, name, **arguments)
    assert found.is_error
    assert said in text_of(found)


def test_a_fault_of_the_settings_has_its_place(fleet: Path) -> None:
    (fleet / "clients" / "acme.yaml").write_text("stacks: {app: {size: [}}\n")
    found = called(fleet, "status")
    assert found.is_error
    assert "clients/acme.yaml:1:" in text_of(found)
    assert found.structured_content["diagnostics"][0]["line"] == 1


def test_a_fault_of_ours_gives_no_text_of_it(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("hunter2")

    monkeypatch.setattr("cellwright.app.fleet.check.check", broken)
    monkeypatch.setattr("tempfile.tempdir", str(fleet.parent))
    found = called(fleet, "check")
    assert found.is_error
    assert "internal error (ZeroDivisionError)" in text_of(found)
    assert "hunter2" not in text_of(found) + json.dumps(found.structured_content)


def test_secrets_are_masked(fleet: Path) -> None:
    (fleet / "clients" / "acme.yaml").write_text("stacks: {app: {password: hunter2}}\n")
    for name in ("show", "diff", "explain"):
        arguments = {"unit": "client/acme/app"} if name == "explain" else {}
        found = called(fleet, name, **arguments)
        assert "password" in text_of(found)
        assert "hunter2" not in text_of(found) + json.dumps(found.structured_content)


def test_answers_stay_below_50_kb_and_say_what_is_missing(fleet: Path) -> None:
    for number in range(30):
        text = json.dumps({"stacks": {"app": {"settings": {f"k{key}": "ä" * 40 for key in range(60)}}}})
        (fleet / "clients" / f"c{number:02}.yaml").write_text(text)
    found = called(fleet, "show", limit=30)
    whole = json.dumps(found.model_dump(mode="json", by_alias=True), ensure_ascii=False).encode()
    assert 20_000 < len(whole) < 50_000
    assert "the first" in found.structured_content["left_out"]
    assert "limit" in found.structured_content["left_out"] or "after" in found.structured_content["left_out"]
    assert "lines are left out" in text_of(found)


def test_several_answers_at_once(fleet: Path) -> None:
    async def talk(client: Client) -> list[bool]:
        found: list[bool] = []

        async def one(name: str) -> None:
            found.append((await client.call_tool(name, {})).is_error)

        async with anyio.create_task_group() as group:
            for name in ("status", "check", "runs", "events", "show", "status", "capacity", "drift"):
                group.start_soon(one, name)
        return found

    assert spoken(fleet, talk) == [False] * 8


def test_a_run_is_waited_for_until_it_ends_and_only_while_there_is_a_client(
    fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []

    def counted(session: FleetSession, request: ReportRequest) -> ReportPage:
        looks.append(request.run)
        if len(looks) == 3:
            session.ledger(writing=True).recorder.finish_run(RUN, RunStatus.CANCELLED)
        return run_report(session, request)

    monkeypatch.setattr("cellwright.cli.mcp.record_tools.run_report", counted)
    with interrupts_as_before(), Invocation.of(CommonOptions(fleet=fleet), NOBODY) as invocation:
        desk = Desk(invocation)
        desk.gone.set()
        alone = record_tools.RecordTools(desk).run(RUN, wait_seconds=50)
        assert (alone.structured_content["status"], len(looks)) == ("running", 1)
        desk.gone.clear()
        waited = record_tools.RecordTools(desk).run(RUN, wait_seconds=50)
    assert (waited.structured_content["status"], len(looks)) == ("cancelled", 3)
    assert f"cellwright resume {RUN}" in waited.structured_content["for_a_person"]


def test_the_list_says_what_would_be_served(fleet: Path) -> None:
    with interrupts_as_before(), Invocation.of(CommonOptions(fleet=fleet), {}) as invocation:
        assert [name for name, _, reads in listed(Desk(invocation), acting=True) if reads] == READING
