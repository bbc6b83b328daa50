"""`approve`, `reject` and `cancel` on a real ledger: another process carries out the run."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.runs.steering import approve as use_case
from cellwright.app.runs.steering.approve import ApprovalReport, ApproveRequest, approve
from cellwright.app.session.session import FleetSession
from cellwright.cli.interaction import answering
from cellwright.cli.interaction import approval as approval_module
from cellwright.engine.unit.planned import to_json
from cellwright.ledger.approvals import Answer
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.ledger.run_state import Decision, UnitState
from cellwright.model.actor import Actor
from unit.cli.conftest import Run
from unit.engine.kit import APP, RUN, make_planned, make_run


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CELLWRIGHT_ACTOR", "grace")
    levels = "levels: [{name: client, cells: clients, stacks: {}}]\n"
    (tmp_path / "fleet.yaml").write_text(f"fleet: small\n{levels}")
    (tmp_path / ".cellwright").mkdir()
    return tmp_path


@pytest.fixture
def ledger(fleet: Path) -> Iterator[Ledger]:
    with open_ledger(sqlite_url(fleet / ".cellwright" / "ledger.db")) as opened:
        opened.recorder.start_run(make_run())
        opened.recorder.enter(RUN, APP, UnitState.PLANNING)
        opened.approvals.ask(RUN, APP, to_json(make_planned()), "digest", None)
        yield opened


def decisions(ledger: Ledger) -> list[tuple[Decision | None, str | None]]:
    return [(item.decision, item.answered_by) for item in ledger.approvals.of_run(RUN)]


def test_approve_records_the_answer_of_who_calls_it(run: Run, fleet: Path, ledger: Ledger) -> None:
    answer = run("--fleet", str(fleet), "approve", RUN, "--yes", "--reason", "seen")
    assert answer.code == 0
    assert answer.out == f"1 plan of run {RUN} approved\n"
    assert decisions(ledger) == [(Decision.APPROVED, "grace")]


def test_reject_as_a_document(run: Run, fleet: Path, ledger: Ledger) -> None:
    answer = run("--fleet", str(fleet), "--json", "reject", RUN, str(APP))
    assert answer.code == 0
    assert answer.document == {"run": RUN, "decision": "rejected", "units": [str(APP)], "void": []}
    assert decisions(ledger) == [(Decision.REJECTED, "grace")]


@pytest.mark.parametrize(("typed", "code", "decision"), [("yes\n", 0, Decision.APPROVED), ("no\n", 1, None)])
def test_approve_shows_the_plans_and_asks(  # noqa: PLR0917  fixtures and cases
    run: Run,
    fleet: Path,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    code: int,
    decision: Decision | None,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    monkeypatch.setattr(approval_module, "_input_ready", lambda _seconds: True)
    monkeypatch.setattr(answering, "interactive", lambda: True)
    answer = run("--fleet", str(fleet), "approve", RUN)
    assert answer.code == code
    assert "1 to add in 1 unit" in answer.err
    assert [item for item, _ in decisions(ledger)] == [decision]


def test_with_no_terminal_approve_needs_yes(run: Run, fleet: Path, ledger: Ledger) -> None:
    answer = run("--fleet", str(fleet), "approve", RUN)
    assert answer.code == 1
    assert "--yes" in answer.err
    assert "saved plan" not in answer.err, "approve carries out none"
    assert decisions(ledger) == [(None, None)]


def test_an_answer_that_does_not_count_says_why_and_fails(run: Run, fleet: Path, ledger: Ledger) -> None:
    def late(session: FleetSession, actor: Actor, request: ApproveRequest) -> ApprovalReport:
        seen = replace(request, plans={APP: "digest"})
        ledger.approvals.answer(RUN, {APP: "digest"}, Answer(actor=Actor("ada"), approved=False))
        return approve(session, actor, seen)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(use_case, "approve", late)
        answer = run("--fleet", str(fleet), "approve", RUN, "--yes")
    assert answer.code == 1
    assert "was rejected before by ada" in answer.out


@pytest.mark.parametrize("unit", ["client/acme", "client/acme/other"])
def test_a_unit_that_does_not_wait_is_named(run: Run, fleet: Path, ledger: Ledger, unit: str) -> None:
    answer = run("--fleet", str(fleet), "reject", RUN, unit)
    assert answer.code == 1
    assert unit in answer.err
    assert decisions(ledger) == [(None, None)]


def test_cancel_asks_the_run_to_stop(run: Run, fleet: Path, ledger: Ledger) -> None:
    answer = run("--fleet", str(fleet), "cancel", RUN, "--reason", "wrong account")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"grace has asked run {RUN} to stop")
    found = ledger.cancels.of_run(RUN)
    assert found is not None
    assert (found.requested_by, found.reason) == ("grace", "wrong account")
    document = run("--fleet", str(fleet), "--json", "cancel", RUN).document
    assert document == {
        "run": RUN,
        "requested_by": "grace",
        "requested_at": found.requested_at,
        "reason": "wrong account",
        "ended": False,
    }
