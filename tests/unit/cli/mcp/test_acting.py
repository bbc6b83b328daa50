"""The MCP server's acting tools: what they begin waits in the ledger, in whose name, and nobody approves."""

from pathlib import Path

import pytest
from mcp.types import CallToolResult

from cellwright.model.runs.run import RunKind, RunStatus
from unit.app.kit import NOBODY, install_program, ledger_of, make_fleet, put_under_git
from unit.cli.mcp.kit import calling, spoken, text_of
from unit.console.kit import TOKEN
from unit.remote.conftest import Served, served

__all__ = ["served"]


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n", globex="{}\n")
    put_under_git(root)
    return root


def asked(root: Path | None, name: str, arguments: dict[str, object], **environment: str) -> CallToolResult:
    return spoken(root, calling(name, arguments), acting=True, environment=environment, only=name)


def test_an_apply_waits_in_the_ledger_and_says_who_asked_through_what(fleet: Path, tmp_path: Path) -> None:
    path = install_program(tmp_path / "bin")
    found = asked(fleet, "apply", {"selectors": ["client/acme"], "reason": "grow"}, PATH=path)
    assert not found.is_error, text_of(found)
    run = found.structured_content["run"]
    assert f"cellwright approve {run}" in found.structured_content["for_a_person"]
    with ledger_of(fleet) as ledger:
        summary = ledger.reader.summary(run)
        assert summary is not None
        assert (summary.kind, summary.status, summary.actor) == (RunKind.APPLY, RunStatus.RUNNING, "ada")
        vouched = summary.identity["vouched_by"]
        assert isinstance(vouched, list)
        assert vouched[-1] == {
            "kind": "mcp-client",
            "name": "MCP client trial client 1.2",
            "proof": "claimed",
        }
        assert ledger.approvals.of_run(run) == ()
        assert [item.action for item in ledger.reader.events() if "approv" in item.action] == []


def test_a_plan_is_begun_as_one_that_applies_nothing(fleet: Path, tmp_path: Path) -> None:
    path = install_program(tmp_path / "bin")
    found = asked(fleet, "plan", {"selectors": ["client/acme"], "reason": "look"}, PATH=path)
    with ledger_of(fleet) as ledger:
        summary = ledger.reader.summary(found.structured_content["run"])
    assert summary is not None
    assert summary.kind is RunKind.PLAN


def test_a_client_is_written_and_committed_and_its_plans_wait(fleet: Path, tmp_path: Path) -> None:
    path = install_program(tmp_path / "bin")
    arguments: dict[str, object] = {"name": "initech", "reason": "signed", "settings": {"tags": ["new"]}}
    found = asked(fleet, "onboard", arguments, PATH=path)
    assert not found.is_error, text_of(found)
    (written,) = (fleet / "clients" / "initech").iterdir()
    assert "new" in written.read_text()
    with ledger_of(fleet) as ledger:
        summary = ledger.reader.summary(found.structured_content["run"])
    assert summary is not None
    assert summary.status is RunStatus.RUNNING


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("apply", {"selectors": [], "reason": "all"}, "no units are named"),
        ("apply", {"selectors": ["client/acme"], "reason": ""}, "reason"),
        ("apply", {"selectors": ["client/nobody"], "reason": "x"}, "client/nobody"),
        ("onboard", {"name": "../x", "reason": "x"}, "../x"),
        ("repair_drift", {"reason": "x"}, "there is no drift to repair"),
    ],
)
def test_what_can_t_begin_leaves_no_run(
    fleet: Path, tmp_path: Path, name: str, arguments: dict[str, object], said: str
) -> None:
    found = asked(fleet, name, arguments, PATH=install_program(tmp_path / "bin"))
    assert found.is_error
    assert said in text_of(found)
    with ledger_of(fleet) as ledger:
        assert ledger.reader.runs(10) == ()


def test_a_server_is_asked_with_a_token_and_told_through_what(served: Served) -> None:
    environment = {"CELLWRIGHT_SERVER": served.address, "CELLWRIGHT_TOKEN": TOKEN}
    environment |= {name: value for name, value in NOBODY.items() if name not in environment}
    before = {run.id for run in served.services.session.ledger().reader.runs(10)}
    found = asked(None, "apply", {"selectors": ["client/acme"], "reason": "grow"}, **environment)
    assert not found.is_error, text_of(found)
    (new,) = [run for run in served.services.session.ledger().reader.runs(10) if run.id not in before]
    assert new.id == found.structured_content["run"]
    assert new.reason == "grow (through MCP: trial client 1.2)"
    told = asked(None, "run", {"run": new.id}, **environment)
    assert not told.is_error, text_of(told)
    assert new.id in text_of(told)
    status = asked(None, "status", {}, **environment)
    assert status.structured_content["fleet"] == "trial"
    refused = asked(None, "diff", {}, **environment)
    assert refused.is_error
    assert "can't run against a server" in text_of(refused)
