"""Offboarding by a server asks for the name when the plans were seen, in the words of the fleet's folder."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cellwright.app.clients.offboarding.task import LeavingTask, to_json
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.cli import exit_codes
from cellwright.cli.interaction import approval
from cellwright.cli.main import main
from cellwright.ledger.clients.values import NewOffboarding
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.runs.event import PLAN_JUDGED
from cellwright.model.runs.run import RunStatus
from cellwright.model.value import Json
from cellwright.remote import changing
from cellwright.remote.client import ApiClient
from cellwright.remote.following import follow
from unit.app.clients.offboarding.kit import APP, stands
from unit.remote.conftest import Served

ACME = CellAddress("client", "acme")
FINDING: Json = {"level": "deny", "rule": "hipaa.destruction", "resource": "aws_s3_bucket.logs"}
Answer = Callable[[str], list[str]]


@pytest.fixture(name="typing")
def _typing(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """A person at a terminal, who types one thing; gives what they were asked."""

    def typing(text: str) -> list[str]:
        asked: list[str] = []

        def ask(_screen: object, question: str, *_: object) -> str:
            asked.append(question)
            return text

        monkeypatch.setattr(approval, "interactive", lambda: True)
        monkeypatch.setattr(approval, "ask", ask)
        return asked

    return typing


def test_nothing_is_begun_before_the_name_is_typed(
    served: Served, typing: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = served.services.session.ledger(writing=True)
    asked = typing("acne")
    assert main(("offboard", "acme", "--server", served.address)) == exit_codes.FINDINGS
    seen = "".join(capsys.readouterr())
    assert "0 units, 0 resources" in seen
    assert "the name 'acme' was not typed" in seen
    assert len(asked) == 1
    assert ledger.offboardings.of_cell(ACME) == ()
    typing("acme")
    assert main(("offboard", "acme", "--server", served.address)) == exit_codes.DONE
    assert "client/acme is archived" in "".join(capsys.readouterr())
    (record,) = ledger.offboardings.of_cell(ACME)
    runs = ledger.reader.runs(9)
    assert record.plan_run == runs[1].id, "what was seen, and not another plan"


def test_what_is_denied_is_told_as_in_the_folder_and_no_name_is_asked_for(
    served: Served, typing: Answer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = served.services.session.ledger(writing=True)
    stands(ledger)

    def denied(client: ApiClient, run: str, talk: Conversation) -> RunReport:
        detail: dict[str, Json] = {"run": run, "findings": [FINDING]}
        ledger.recorder.append_event(Actor("ada"), PLAN_JUDGED, str(APP), "", detail)
        ledger.recorder.finish_run(run, RunStatus.FAILED)
        return follow(client, run, talk)

    monkeypatch.setattr(changing, "follow", denied)
    asked = typing("acme")
    assert main(("offboard", "acme", "--server", served.address)) == exit_codes.FINDINGS
    seen = "".join(capsys.readouterr())
    assert asked == []
    assert "client/acme is not offboarded: its destruction is denied by hipaa.destruction" in " ".join(
        seen.split()
    )
    assert "1 unit, 0 resources, 1 denied by hipaa.destruction" in seen
    assert "  - rule: hipaa.destruction\n    stack: app\n" in seen
    assert not ledger.offboardings.open()


def test_who_interrupts_the_plans_has_begun_nothing(
    served: Served, typing: Answer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = served.services.session.ledger(writing=True)
    stands(ledger)

    def cancelled(client: ApiClient, run: str, talk: Conversation) -> RunReport:
        ledger.recorder.finish_run(run, RunStatus.CANCELLED)
        return follow(client, run, talk)

    monkeypatch.setattr(changing, "follow", cancelled)
    typing("acme")
    assert main(("offboard", "acme", "--server", served.address)) == exit_codes.FINDINGS
    assert "no offboarding was begun" in " ".join("".join(capsys.readouterr()).split())
    assert ledger.offboardings.of_cell(ACME) == ()


def test_a_build_offboards_by_the_plans_that_it_has_shown(
    served: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ledger = served.services.session.ledger(writing=True)
    monkeypatch.setenv("CELLWRIGHT_ACTOR", "grace")
    request, seen = tmp_path / "request.json", tmp_path / "seen.json"
    request.write_text(
        '{"name": "acme", "reason": "contract over", "build": "https://jenkins.example.com/7/"}'
    )

    def job(*words: str, code: int = exit_codes.DONE) -> str:
        capsys.readouterr()
        assert main(("job", *words, "--server", served.address)) == code
        return " ".join("".join(capsys.readouterr()).split())

    run = job("offboard-plan", str(request))
    assert job("offboard-plan", str(request)) == run, "the same build, the same run"
    assert "is not being offboarded" in job("offboard-look", "acme", code=exit_codes.FINDINGS)
    assert "0 units, 0 resources" in job("offboard-look", "acme", "--run", run, "--out", str(seen))
    named = ("--seen", str(seen))
    assert "was not typed" in job("offboard", "acne", *named, code=exit_codes.FINDINGS)
    shown = seen.read_text()
    seen.write_text(shown.replace(json.loads(shown)["digest"], "5f0c"))
    assert "are not those that were shown" in job("offboard", "acme", *named, code=exit_codes.FINDINGS)
    assert ledger.offboardings.of_cell(ACME) == ()
    seen.write_text(shown)
    for _ in range(2):  # whose agent was lost asks again
        assert "client/acme is archived" in job("offboard", "acme", *named)
    (record,) = ledger.offboardings.of_cell(ACME)
    assert record.plan_run == run


def test_of_a_client_that_is_being_offboarded_a_build_shows_how_far_it_is(
    served: Served, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ledger = served.services.session.ledger(writing=True)
    request, there = tmp_path / "request.json", ("--server", served.address)
    request.write_text('{"name": "acme"}')
    assert main(("job", "offboard-plan", str(request), *there)) == exit_codes.DONE
    run = capsys.readouterr().out.strip()
    new = NewOffboarding(
        id="o1",
        cell=ACME,
        reason="",
        back_to=ClientState.ACTIVE,
        task=to_json(LeavingTask(actor=Actor("ada"))),
        hold_seconds=60,
        approvals_needed=0,
        plan_run=run,
    )
    ledger.offboardings.begin(new, Actor("ada"))
    assert main(("job", "offboard-plan", str(request), *there)) == exit_codes.DONE
    assert capsys.readouterr().out.strip() == run, "nothing is planned again"
    assert main(("job", "offboard-look", "acme", *there)) == exit_codes.DONE
    assert "client/acme leaves: planning" in capsys.readouterr().out
