"""Answers from pages: only what was seen is approved, the first answer counts, and every refusal is told."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, GrantScope, Permission, Role
from cellwright.app.runs.submit import submit_resume
from cellwright.console.pages.runs import run_changes
from cellwright.console.services import Services
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import Decision, UnitState
from cellwright.ledger.write.queueing import QueuedRun, QueuedUnit
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Outcome, RunKind, RunStatus
from unit.app.overview.seeds import ADA, RUN, change, end, fail, plan, start, unit, with_digest
from unit.console.kit import CSRF, OneVisitor
from unit.console.runs.conftest import as_visitor

ACME, GLOBEX = "client/acme/app", "client/globex/app"
APPROVER = Grant(Role.APPROVER)


def give(client: TestClient, plans: str, answer: str = "approve", **more: str) -> Any:  # noqa: ANN401  the test client's answer
    form = {"csrf": CSRF, "run": RUN, "plans": plans, "answer": answer, **more}
    return client.post("/approvals", data=form)


def decisions(ledger: Ledger) -> dict[str, tuple[Decision | None, str | None]]:
    return {str(item.unit): (item.decision, item.answered_by) for item in ledger.approvals.of_run(RUN)}


@pytest.fixture
def asked(ledger: Ledger) -> Ledger:
    start(ledger, ACME, GLOBEX)
    for address in (ACME, GLOBEX):
        plan(ledger, address)
    return ledger


SEEN = f"{ACME} digest-of-{ACME}\n{GLOBEX} digest-of-{GLOBEX}"


def test_equal_plans_are_one_question(client: TestClient, asked: Ledger) -> None:
    text = client.get("/approvals").text
    assert "2 client cells, app: the same change" in text
    assert "2 plans that do the same" in text
    assert "Approve 2 plans" in text
    assert SEEN in text
    assert decisions(asked)[ACME] == (None, None)


def test_plans_that_differ_are_told_apart(client: TestClient, ledger: Ledger) -> None:
    units = [f"client/c{number}/app" for number in range(4)]
    start(ledger, *units)
    for address in units[:3]:
        plan(ledger, address)
    plan(ledger, units[3], change("9.9.9"))
    text = client.get(f"/approvals?run={RUN}").text
    assert "3 plans do the same; 1 differs" in text


def test_plans_that_differ_in_their_own_names_say_so(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME, GLOBEX)
    plan(ledger, ACME, with_digest(change(), "w1", "n"))
    plan(ledger, GLOBEX, with_digest(change(), "w2", "n"))
    text = client.get("/approvals").text
    assert "the same change, each with its own name" in text
    assert "in the place of <code>acme</code>" in text


def test_what_is_approved_is_all_there_or_one_click_away(client: TestClient, ledger: Ledger) -> None:
    long, longer = "x" * 20_000 + "the end", "y" * 60_000 + "the other end"
    start(ledger, ACME)
    plan(ledger, ACME, replace(change(policy=long, template=longer), cut=1))
    text = client.get("/approvals").text
    assert f"{long}</pre>" in text
    assert longer not in text
    assert f'href="/runs/{RUN}/units/{ACME}">Whole value, 60,013 characters' in text
    assert "1 attribute too long to be kept whole" in text
    assert f"{longer}</pre>" in client.get(f"/runs/{RUN}/units/{ACME}").text


@pytest.mark.parametrize(
    ("answer", "decision"), [("approve", Decision.APPROVED), ("reject", Decision.REJECTED)]
)
def test_one_answer_counts_for_a_group_and_is_on_record(
    services: Services, asked: Ledger, answer: str, decision: Decision
) -> None:
    client = as_visitor(services, APPROVER, name="Grace Hopper")
    found = give(client, SEEN, answer, reason="looked at it", only=RUN)
    assert found.status_code == HTTPStatus.SEE_OTHER
    assert found.headers["location"] == f"/approvals?run={RUN}&done=2&answer={answer}"
    assert f"2 plans {answer}" in client.get(found.headers["location"]).text
    assert set(decisions(asked).values()) == {(decision, "Grace Hopper")}
    event = asked.reader.latest_events(1)[0]
    assert (event.actor, event.reason, event.detail["how"]) == ("Grace Hopper", "looked at it", "console")


def test_a_plan_that_was_made_anew_is_left_alone_and_told(client: TestClient, asked: Ledger) -> None:
    plan(asked, GLOBEX, digest="another")
    found = give(client, SEEN)
    assert found.status_code == HTTPStatus.CONFLICT
    assert "Not all of this answer counts" in found.text
    assert f"the plan of {GLOBEX} is another one now than the one that was seen" in found.text
    open_ones = [item.plan_digest for item in asked.approvals.of_run(RUN) if item.decision is None]
    assert open_ones == ["another"]


def test_of_two_people_at_once_the_second_is_told_who_was_first(services: Services, asked: Ledger) -> None:
    give(as_visitor(services, APPROVER, name="Grace Hopper"), SEEN, "reject")
    found = give(as_visitor(services, APPROVER, name="Ada Lovelace"), SEEN)
    assert found.status_code == HTTPStatus.CONFLICT
    assert "This answer does not count" in found.text
    assert f"the plan of {ACME} was rejected before by Grace Hopper" in found.text
    assert set(decisions(asked).values()) == {(Decision.REJECTED, "Grace Hopper")}


def test_who_may_only_look_is_offered_no_answer_and_refused_one(services: Services, asked: Ledger) -> None:
    client = as_visitor(services, Grant(Role.VIEWER))
    text = client.get("/approvals").text
    assert "You may look, and not answer" in text
    assert 'name="answer"' not in text
    assert give(client, SEEN).status_code == HTTPStatus.FORBIDDEN
    assert decisions(asked)[ACME] == (None, None)


def test_a_refusal_is_on_record(services: Services, asked: Ledger) -> None:
    client = as_visitor(services, Grant(Role.VIEWER))
    give(client, SEEN)
    visitors = client.app.state.services.visitors  # type: ignore[attr-defined]  # the application's own
    assert isinstance(visitors, OneVisitor)
    assert visitors.refusals == [(Permission.APPROVE, CellAddress("client", "acme"))]
    assert decisions(asked)[ACME] == (None, None)


def test_who_may_answer_for_some_cells_is_offered_these(services: Services, asked: Ledger) -> None:
    mine = GrantScope(cells=("client/acme",))
    client = as_visitor(services, Grant(Role.VIEWER), Grant(Role.APPROVER, mine))
    text = client.get("/approvals").text
    assert "You may answer for 1 of these 2 plans" in text
    assert f'value="{ACME} digest-of-{ACME}"' in text
    assert give(client, SEEN).status_code == HTTPStatus.FORBIDDEN
    assert decisions(asked)[ACME] == (None, None)


@pytest.mark.parametrize("plans", [f"{ACME}", "nonsense d", f"{ACME} d\n", " ", f"{ACME} d e"])
def test_an_answer_without_plans_is_refused(client: TestClient, asked: Ledger, plans: str) -> None:
    found = give(client, plans)
    assert found.status_code == HTTPStatus.CONFLICT
    assert "this answer does not say which plans it is for" in found.text
    assert decisions(asked)[ACME] == (None, None)


@pytest.mark.parametrize("more", [{"answer": "maybe"}, {"reason": "x" * 501}])
def test_a_wrong_form_is_refused(client: TestClient, asked: Ledger, more: dict[str, str]) -> None:
    form = {"csrf": CSRF, "run": RUN, "plans": SEEN, "answer": "approve", **more}
    assert client.post("/approvals", data=form).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert decisions(asked)[ACME] == (None, None)


def test_an_answer_to_an_unknown_run_is_told(client: TestClient) -> None:
    assert "there is no run" in give(client, SEEN).text


def test_nothing_waits_is_said(client: TestClient) -> None:
    assert "Nothing waits for approval" in client.get("/approvals").text


def test_cancelling_says_how_much_it_touches_and_is_recorded(client: TestClient, asked: Ledger) -> None:
    assert "2 units that wait are not begun any more" in client.get(f"/runs/{RUN}/cancel").text
    found = client.post(f"/runs/{RUN}/cancel", data={"csrf": CSRF, "reason": "wrong version"})
    assert found.status_code == HTTPStatus.SEE_OTHER
    request = asked.cancels.of_run(RUN)
    assert request
    assert (request.requested_by, request.reason) == ("Ada Lovelace", "wrong version")
    assert "has cancelled this run" in client.get(f"/runs/{RUN}").text
    assert "Somebody has cancelled it already" in client.get(f"/runs/{RUN}/cancel").text


def test_a_run_that_is_over_can_not_be_cancelled(client: TestClient, asked: Ledger) -> None:
    asked.recorder.finish_run(RUN, RunStatus.CANCELLED)
    assert "there is nothing to cancel" in client.get(f"/runs/{RUN}/cancel").text
    found = client.post(f"/runs/{RUN}/cancel", data={"csrf": CSRF})
    assert found.status_code == HTTPStatus.CONFLICT


def test_retrying_says_how_much_it_touches(
    client: TestClient, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    resumed: list[str] = []
    monkeypatch.setattr(run_changes, "submit_resume", lambda *given: resumed.append(given[2]))
    start(ledger, ACME, GLOBEX)
    ledger.recorder.enter(RUN, unit(ACME), UnitState.PLANNING)
    end(ledger, ACME, Outcome.APPLIED)
    fail(ledger, [GLOBEX])
    ledger.recorder.finish_run(RUN, RunStatus.FAILED)
    assert "Retry 1 unit…" in client.get(f"/runs/{RUN}").text
    assert "1 unit is tried again" in client.get(f"/runs/{RUN}/retry").text
    found = client.post(f"/runs/{RUN}/retry", data={"csrf": CSRF})
    assert (found.status_code, resumed) == (HTTPStatus.SEE_OTHER, [RUN])


@pytest.fixture(name="queued")
def queued_fixture(ledger: Ledger) -> Ledger:
    run = start(ledger, ACME, GLOBEX)
    units = tuple(QueuedUnit(address=part.address) for part in run.units)
    ledger.recorder.reopen_run(RUN, queued=QueuedRun(task={}, units=units))
    return ledger


def test_a_run_is_paused_with_a_reason_and_goes_on(client: TestClient, queued: Ledger) -> None:
    assert "Pause…" in client.get(f"/runs/{RUN}").text
    assert "2 units that wait are not begun until somebody unpauses" in client.get(f"/runs/{RUN}/pause").text
    found = client.post(f"/runs/{RUN}/pause", data={"csrf": CSRF, "reason": "look <b>first</b>"})
    assert found.status_code == HTTPStatus.SEE_OTHER
    assert queued.pauses.of_run(RUN)
    for path in (f"/runs/{RUN}", "/runs", f"/runs/{RUN}/unpause"):
        shown = client.get(path).text
        assert "Ada Lovelace has paused this run (look &lt;b&gt;first&lt;/b&gt;)" in shown, path
    page = client.get(f"/runs/{RUN}").text
    assert '<a href="#run-state">Ada Lovelace has paused the run</a>' in page
    assert "Unpause…" in page
    client.post(f"/runs/{RUN}/unpause", data={"csrf": CSRF, "reason": "seen"})
    assert queued.pauses.of_run(RUN) is None
    assert "has paused" not in client.get(f"/runs/{RUN}").text
    assert "It is not paused" in client.get(f"/runs/{RUN}/unpause").text


def test_a_run_is_paused_until_a_time(client: TestClient, queued: Ledger) -> None:
    refused = client.post(f"/runs/{RUN}/pause", data={"csrf": CSRF, "until": "2001-01-01T14:00"})
    assert "has passed" in refused.text
    client.post(f"/runs/{RUN}/pause", data={"csrf": CSRF, "until": "2999-12-31T14:00"})
    assert queued.pauses.of_run(RUN)
    for path in (f"/runs/{RUN}", "/runs"):
        text = client.get(path).text
        assert "nothing begins before" in text
        assert "2999-12-31 14:00:00 UTC" in text


def test_a_run_of_one_process_says_why_it_can_not_be_paused(client: TestClient, asked: Ledger) -> None:
    assert "Pause…" not in client.get(f"/runs/{RUN}").text
    assert "One process of its own carries it out" in client.get(f"/runs/{RUN}/pause").text
    found = client.post(f"/runs/{RUN}/pause", data={"csrf": CSRF})
    assert found.status_code == HTTPStatus.CONFLICT
    assert asked.pauses.of_run(RUN) is None


@pytest.mark.parametrize("what", ["cancel", "retry", "pause", "unpause"])
def test_who_may_only_look_changes_no_run(services: Services, asked: Ledger, what: str) -> None:
    client = as_visitor(services, Grant(Role.VIEWER))
    found = client.post(f"/runs/{RUN}/{what}", data={"csrf": CSRF})
    assert found.status_code == HTTPStatus.FORBIDDEN
    assert asked.cancels.of_run(RUN) is None


def test_a_run_with_a_cell_of_somebody_else_is_not_cancelled(services: Services, asked: Ledger) -> None:
    mine = Grant(Role.OPERATOR, GrantScope(cells=("client/acme",)))
    found = as_visitor(services, mine).post(f"/runs/{RUN}/cancel", data={"csrf": CSRF})
    assert found.status_code == HTTPStatus.FORBIDDEN
    assert asked.cancels.of_run(RUN) is None


def test_where_four_eyes_are_demanded_who_started_a_run_is_not_offered_to_approve_it(
    services: Services, asked: Ledger
) -> None:
    root = services.session.root
    (root / "fleet.yaml").write_text(f"{(root / 'fleet.yaml').read_text()}approvals: {{four_eyes: true}}\n")
    services.session.renew()
    text = as_visitor(services, APPROVER, name="Ada Lovelace").get("/approvals").text
    assert "somebody else approves it" in text
    assert 'value="approve"' not in text
    assert 'value="reject"' in text
    assert 'value="approve"' in as_visitor(services, APPROVER, name="Grace Hopper").get("/approvals").text
    found = give(as_visitor(services, APPROVER, name="Ada Lovelace"), SEEN)
    assert found.status_code == HTTPStatus.CONFLICT
    assert "this fleet demands a second person" in found.text
    assert decisions(asked)[ACME] == (None, None)


def test_one_person_may_change_their_mind_until_the_plan_is_acted_on(
    services: Services, asked: Ledger
) -> None:
    client = as_visitor(services, APPROVER, name="Grace Hopper")
    assert give(client, SEEN).status_code == HTTPStatus.SEE_OTHER
    assert give(client, SEEN, "reject").status_code == HTTPStatus.SEE_OTHER
    assert set(decisions(asked).values()) == {(Decision.REJECTED, "Grace Hopper")}


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.CANCELLED])
def test_a_failed_plan_of_an_offboarding_is_planned_again_and_not_retried(
    client: TestClient, services: Services, ledger: Ledger, status: RunStatus
) -> None:
    """Retried, it would keep every unit, since the client is still wanted, and have planned nothing."""
    start(ledger, ACME, kind=RunKind.PLAN, destroys=True)
    fail(ledger, [ACME])
    ledger.recorder.finish_run(RUN, status)
    page = client.get(f"/runs/{RUN}").text
    assert f"/runs/{RUN}/retry" not in page
    assert 'href="/cells/client/acme/offboard">Plan it again' in page
    assert "has planned the destruction of client/acme" in client.get(f"/runs/{RUN}/retry").text
    with pytest.raises(DiagnosticError, match="cellwright offboard acme"):
        submit_resume(services.session, ADA, RUN, services.host)
    assert client.post(f"/runs/{RUN}/retry", data={"csrf": CSRF}).status_code == HTTPStatus.CONFLICT
    found = ledger.reader.summary(RUN)
    assert found is not None
    assert found.status is status, "nothing goes on"
