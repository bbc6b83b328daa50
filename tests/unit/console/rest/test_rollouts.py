"""Rollouts through the API: the same as on the command line, as far as whoever asks may see and do it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.console.services import Services
from cellwright.model.runs.run import RunStatus
from unit.app.rollouts.kit import begin, commit, end_runs, settle
from unit.console.rest.kit import VIEWER
from unit.console.rollouts.kit import OPERATES_ACME, OTHERS, VIEWS_ACME, make_services, program_of

ROLLOUTS = "/api/v1/rollouts"
ACTIONS = ("pause", "resume", "halt", "cancel", "retry", "expedite", "rollback")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = make_services(tmp_path / "fleet")
    with made.session:
        yield made


@pytest.fixture
def halted(services: Services) -> str:
    """A rollout whose canary has failed."""
    rollout = begin(services.session).record.id
    settle(services.session, rollout)
    end_runs(services.session, rollout, RunStatus.FAILED)
    return rollout


def test_it_begins_as_it_was_simulated_and_never_as_another_one(services: Services) -> None:
    api = program_of(services)
    simulated = api.post(f"{ROLLOUTS}/simulate", json={"strategy": "standard"}).json()
    assert [[cell["cell"] for cell in wave["cells"]] for wave in simulated["waves"]] == [
        ["client/acme"],
        ["client/globex", "client/hooli"],
    ]
    assert simulated["worst_case"]["failed"] == 2
    assert api.get(ROLLOUTS).json() == {"rollouts": [], "next": None}
    commit(services.session.root)
    body = {"strategy": "standard", "seen": simulated["seen"], "reason": "a new default"}
    refused = api.post(ROLLOUTS, json=body)
    assert (refused.status_code, "another one" in refused.text) == (409, True)
    seen = api.post(f"{ROLLOUTS}/simulate", json={"strategy": "standard"}).json()["seen"]
    key = {"Idempotency-Key": "once"}
    begun = api.post(ROLLOUTS, json={**body, "seen": seen}, headers=key)
    assert begun.status_code == 202, begun.text
    [listed] = api.get(ROLLOUTS).json()["rollouts"]
    assert listed == begun.json()["rollout"]
    assert (listed["by"], listed["reason"], listed["status"]) == ("Ada Lovelace", "a new default", "pending")
    assert begun.headers["location"] == f"{ROLLOUTS}/{listed['rollout']}"
    again = api.post(ROLLOUTS, json={**body, "seen": seen}, headers=key)
    assert (again.json(), again.headers["idempotency-replayed"]) == (begun.json(), "true")
    assert api.post(ROLLOUTS, json=body | {"seen": ""}).status_code == 409, "its cells are taken"


def test_it_tells_where_it_stands_and_who_failed(services: Services, halted: str) -> None:
    api = program_of(services)
    found = api.get(f"{ROLLOUTS}/{halted}").json()
    assert (found["status"], found["why"]) == ("halted", "1 cell of the rollout failed, 0 may")
    assert [wave["cells"] for wave in found["waves"]] == [{"failed": 1}, {"waiting": 2}]
    assert found["waves"][0]["after"][0]["state"] == "open"
    [failure] = found["failures"]
    assert (failure["count"], failure["cells"][0]["cell"]) == (1, "client/acme")
    summary = api.get(f"{ROLLOUTS}/{halted}/summary").json()
    assert summary["cells"] == {"failed": 1, "waiting": 2}
    [first] = api.get(f"{ROLLOUTS}/{halted}/cells", params={"limit": 1}).json()["cells"]
    assert (first["cell"], first["phase"]) == ("client/acme", "failed")
    page = api.get(f"{ROLLOUTS}/{halted}/cells", params={"limit": 1, "cursor": "client/acme"})
    assert [cell["cell"] for cell in page.json()["cells"]] == ["client/globex"]
    assert 'rel="next"' in page.headers["link"]
    late = api.get(f"{ROLLOUTS}/{halted}/cells", params={"phase": "waiting", "q": "HOO"}).json()
    assert ([cell["cell"] for cell in late["cells"]], late["next"]) == (["client/hooli"], None)


def test_lists_are_filtered_and_have_pages(services: Services, halted: str) -> None:
    api = program_of(services)
    other = begin(services.session, "plain").record.id

    def ids(**asked: str) -> list[str]:
        return [item["rollout"] for item in api.get(ROLLOUTS, params=asked).json()["rollouts"]]

    assert ids() == [other, halted]
    assert ids(strategy="plain") == [other]
    assert ids(status="superseded") == [halted]
    assert ids(q=halted[-8:].upper()) == [halted]
    assert ids(q="a new default") == [other, halted]
    assert ids(cursor=other) == [halted]
    assert ids(cursor=halted) == []


def test_what_is_asked_is_done_and_recorded(services: Services, halted: str) -> None:
    api = program_of(services)

    def ask(action: str, **body: Any) -> Any:  # noqa: ANN401  documents
        answer = api.post(f"{ROLLOUTS}/{halted}/{action}", json=body)
        assert answer.status_code == 202, (action, answer.text)
        return answer.json()

    assert ask("retry", reason="mended")["status"] == "running"
    assert ask("pause", reason="lunch")["why"] == "by Ada Lovelace: lunch"
    assert ask("resume")["status"] == "running"
    assert api.post(f"{ROLLOUTS}/{halted}/expedite", json={}).status_code == 409, "it needs a reason"
    ask("expedite", reason="urgent")
    ask("halt")
    end_runs(services.session, halted, RunStatus.FAILED)
    assert ask("cancel")["status"] == "cancelled"
    back = api.post(f"{ROLLOUTS}/{halted}/rollback", json={"to": "nowhere"})
    assert back.status_code == 409
    events = services.session.ledger().reader.events(subject=halted)
    asked = [event.action for event in events if event.actor == "Ada Lovelace"]
    assert asked == [
        f"rollout.{item}"
        for item in ("retried", "paused", "resumed", "expedited", "halt_requested", "cancel_requested")
    ]


def test_an_approval_between_waves_is_answered_once(tmp_path: Path) -> None:
    waves = "waves: [{name: all, cells: '*', before: [approval]}]"
    made = make_services(tmp_path / "fleet", f"rollouts: {{one: {{{waves}}}}}\n")
    with made.session:
        api = program_of(made)
        rollout = begin(made.session, "one").record.id
        settle(made.session, rollout)
        where = f"{ROLLOUTS}/{rollout}/approvals"
        assert api.get(f"{ROLLOUTS}/{rollout}").json()["waits_for_approval"]
        for wrong in ({"approved": True}, {"approved": True, "step": True, "groups": ["x"]}):
            assert api.post(where, json=wrong).status_code == 422
        assert api.post(where, json={"approved": True, "groups": ["none"]}).status_code == 409
        answered = api.post(where, json={"approved": True, "step": True, "reason": "seen"})
        assert (answered.status_code, answered.json()["status"]) == (200, "running")
        assert api.post(where, json={"approved": False, "step": True}).status_code == 409


def test_of_other_cells_nothing_is_told(services: Services, halted: str) -> None:
    api = program_of(services, VIEWS_ACME)
    answers = [
        api.get(ROLLOUTS),
        api.get(f"{ROLLOUTS}/{halted}"),
        api.get(f"{ROLLOUTS}/{halted}/summary"),
        api.get(f"{ROLLOUTS}/{halted}/cells"),
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert not any(name in answer.text for name in OTHERS), answer.text
        assert "waiting" not in answer.json().get("cells", {})
    [listed] = answers[0].json()["rollouts"]
    assert (listed["cells"], listed["why"]) == ({"failed": 1}, "")
    found = answers[1].json()
    assert ([wave["name"] for wave in found["waves"]], found["worst_case"]) == (["canary"], None)


def test_what_one_may_not_see_is_not_there(services: Services) -> None:
    commit(services.session.root)
    rollout = begin(services.session, "plain").record.id
    nobody = program_of(services, (Grant(Role.VIEWER, GrantScope(cells=("client/none",))),))
    assert nobody.get(ROLLOUTS).json()["rollouts"] == []
    for path in ("", "/summary", "/cells"):
        seen = nobody.get(f"{ROLLOUTS}/{rollout}{path}")
        missing = nobody.get(f"{ROLLOUTS}/none{path}")
        assert seen.status_code == missing.status_code == 404
        assert seen.text.replace(rollout, "none") == missing.text


@pytest.mark.parametrize("grants", [VIEWER, VIEWS_ACME, OPERATES_ACME])
def test_who_may_not_change_all_its_cells_changes_none(
    services: Services, halted: str, grants: tuple[Grant, ...]
) -> None:
    api = program_of(services, grants)
    before = services.session.ledger().rollouts.find(halted)
    calls: list[tuple[str, dict[str, Any]]]
    calls = [(f"/{halted}/{action}", {"reason": "mine"}) for action in ACTIONS]
    calls += [("", {"strategy": "standard"}), (f"/{halted}/approvals", {"approved": True, "step": True})]
    for path, body in calls:
        answer = api.post(f"{ROLLOUTS}{path}", json=body)
        assert answer.status_code == 403, (path, answer.text)
        assert not any(name in answer.text for name in OTHERS) or grants is VIEWER
    assert services.session.ledger().rollouts.find(halted) == before


def test_to_simulate_one_must_see_all_of_it(services: Services) -> None:
    body = {"strategy": "standard"}
    assert program_of(services, VIEWER).post(f"{ROLLOUTS}/simulate", json=body).status_code == 200
    refused = program_of(services, VIEWS_ACME).post(f"{ROLLOUTS}/simulate", json=body)
    assert (refused.status_code, any(name in refused.text for name in OTHERS)) == (403, False)


def test_faults_of_cells_are_not_told_to_who_may_not_see_them(services: Services) -> None:
    (services.session.root / "clients" / "globex.yaml").write_text("stacks:\n  nope: {}\n")
    refused = program_of(services, VIEWS_ACME).post(f"{ROLLOUTS}/simulate", json={"strategy": "standard"})
    assert (refused.status_code, "globex" in refused.text) == (409, False)
    unknown = program_of(services, VIEWS_ACME).post(f"{ROLLOUTS}/simulate", json={"strategy": "none"})
    assert "there is no rollout 'none'" in unknown.text


def test_beforehand_approves_who_may_approve(services: Services) -> None:
    operator = program_of(services, (Grant(Role.OPERATOR),))
    refused = operator.post(ROLLOUTS, json={"strategy": "standard", "approved": True})
    assert (refused.status_code, services.session.ledger().rollouts.newest(1)) == (403, ())
    assert operator.post(ROLLOUTS, json={"strategy": "standard"}).status_code == 202
