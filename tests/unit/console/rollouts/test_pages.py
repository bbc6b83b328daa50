"""The pages of rollouts: what they show, to whom, and what their forms do."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.app.rollouts.task import RolloutTask, to_json
from cellwright.console.services import Services
from cellwright.ledger.rollouts.values import NewRollout
from cellwright.model.address import CellAddress
from cellwright.model.runs.run import RunStatus
from cellwright.rollout.plan import SHARED, Budget, PlannedCell, RolloutPlan, Stage
from unit.app.kit import ADA
from unit.app.overview.seeds import change, fail, plan
from unit.app.rollouts.kit import begin, commit, end_runs, settle
from unit.console.kit import CSRF
from unit.console.rest.kit import VIEWER
from unit.console.rollouts.kit import OPERATES_ACME, OTHERS, VIEWS_ACME, browser_of, make_services

ACTIONS = ("pause", "resume", "halt", "cancel", "retry", "expedite", "rollback")
GATED = "rollouts: {one: {waves: [{name: all, cells: '*', before: [approval]}]}}\n"
AT_ONCE = "rollouts: {one: {waves: [{name: all, cells: '*', max_parallel: 3, failure_mode: soft}]}}\n"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = make_services(tmp_path / "fleet")
    with made.session:
        yield made


@pytest.fixture
def halted(services: Services) -> str:
    """A rollout whose canary has failed."""
    rollout = begin(services.session).record.id
    record = settle(services.session, rollout)
    fail(services.session.ledger(writing=True), ["client/acme/app"], run=record.state.cells[0].run)
    end_runs(services.session, rollout, RunStatus.FAILED)
    return rollout


def text_of(page: TestClient, path: str) -> str:
    answer = page.get(path)
    assert answer.status_code == 200, (path, answer.text[:500])
    body = answer.text[answer.text.index("<main") :]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def posted(page: TestClient, path: str, **fields: str) -> str:
    """Send a form; gives where it leads."""
    answer = page.post(path, data={"csrf": CSRF, **fields})
    assert answer.status_code == 303, (path, answer.status_code, answer.text[-3000:])
    return answer.headers["location"]


def test_the_list_tells_where_each_stands_and_is_filtered_by_its_address(
    services: Services, halted: str
) -> None:
    page = browser_of(services)
    listed = text_of(page, "/rollouts")
    assert "halted 1 cell of the rollout failed, 0 may" in listed
    assert "1 failed, 2 to come" in listed
    assert halted in text_of(page, f"/rollouts?q={halted}&status=halted&strategy=standard")
    assert "No rollout matches" in text_of(page, "/rollouts?status=running")
    assert halted in text_of(page, "/rollouts?status=nonsense"), "a status that there is not filters nothing"
    assert "No rollout matches" in text_of(page, "/rollouts?q=%25"), "a sign of patterns is a letter"


def test_a_page_shows_waves_causes_and_who_did_what(services: Services, halted: str) -> None:
    page = browser_of(services)
    shown = text_of(page, f"/rollouts/{halted}")
    assert "canary halted 1 of 1 cell over" in shown
    assert "rest to come 0 of 2 cells over" in shown
    assert "the account's limit is reached" in shown, "what the run said, not only that it failed"
    assert "At worst 2 of 3 cells fail" in shown
    run = services.session.ledger().rollouts.find(halted).state.cells[0].run
    assert f'href="/runs/{run}/units/client/acme/app"' in page.get(f"/rollouts/{halted}").text
    assert f'href="/rollouts/{halted}"' in page.get(f"/runs/{run}").text
    assert f'href="/rollouts/{halted}"' in page.get("/").text
    assert "halted" in shown[shown.index("Who did what") :]


def test_a_page_that_would_be_the_same_is_not_sent_again(services: Services, halted: str) -> None:
    page = browser_of(services)
    marked = re.search(r'hx-get="([^"]+)"', page.get(f"/rollouts/{halted}").text)
    assert marked is not None
    assert page.get(marked[1]).status_code == 204
    posted(page, f"/rollouts/{halted}/retry")
    assert page.get(marked[1]).status_code == 200


def test_a_run_that_a_retry_has_replaced_still_leads_to_its_rollout(services: Services, halted: str) -> None:
    page = browser_of(services)
    run = services.session.ledger().rollouts.find(halted).state.cells[0].run
    posted(page, f"/rollouts/{halted}/retry")
    assert settle(services.session, halted).state.cells[0].run != run
    assert f'href="/rollouts/{halted}"' in page.get(f"/runs/{run}").text


def test_cells_are_listed_a_page_at_a_time(services: Services, halted: str) -> None:
    page = browser_of(services)
    assert "client/hooli" in text_of(page, f"/rollouts/{halted}/cells")
    one = text_of(page, f"/rollouts/{halted}/cells?wave=canary&phase=failed&q=ACM")
    assert ("client/acme" in one, "client/hooli" in one) == (True, False)
    assert "No cell of this rollout matches" in text_of(page, f"/rollouts/{halted}/cells?phase=running")
    assert "client/acme" not in text_of(page, f"/rollouts/{halted}/cells?after=client/acme")
    assert page.get("/rollouts/none/cells").status_code == page.get("/rollouts/none").status_code == 404


def test_a_page_of_many_cells_has_numbers_and_no_row_for_each(services: Services) -> None:
    session = services.session
    cells = tuple(PlannedCell(CellAddress("client", f"c{number:03}")) for number in range(300))
    stage = Stage(name="all", wave="all", first=0, end=300, parallel=9, mode="soft", budget=0)
    plan = RolloutPlan(stages=(stage,), budgets=(Budget(SHARED, 0, 300),), cells=cells)
    task = to_json(RolloutTask(actor=ADA))
    new = NewRollout(
        id="ro-many", strategy="s", commit="c0ffee", made_by="ada", reason="", plan=plan, task=task
    )
    session.ledger(writing=True).rollouts.start(new, ADA, {})
    page = browser_of(services)
    shown = text_of(page, "/rollouts/ro-many")
    assert ("0 of 300 cells over" in shown, "client/c" in shown) == (True, False)
    first = page.get("/rollouts/ro-many/cells?wave=all")
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert (first.text.count("data-row"), following is not None) == (200, True)
    assert following is not None
    assert page.get(unescape(following[1])).text.count("data-row") == 100


def test_it_begins_only_as_it_was_shown(services: Services) -> None:
    page = browser_of(services)
    assert "Show who changes when" in text_of(page, "/rollouts/new")
    assert "there is no rollout" in text_of(page, "/rollouts/new?preview=true&strategy=none")
    path = "/rollouts/new?preview=true&strategy=standard&cells=client/acme+client/hooli"
    shown = text_of(page, path)
    assert "2 cells, 2 units" in shown
    assert "At worst 1 of 2 cells fail" in shown
    seen = re.search(r'name="seen" value="(\w+)"', page.get(path).text)
    assert seen is not None
    fields = {"strategy": "standard", "cells": "client/acme client/hooli", "seen": seen[1]}
    commit(services.session.root)
    refused = page.post("/rollouts/new", data={"csrf": CSRF, **fields, "reason": "mine"})
    assert (refused.status_code, "another one" in refused.text) == (409, True)
    assert 'value="mine"' in refused.text, "what was typed stays"
    again = re.search(r'name="seen" value="(\w+)"', refused.text)
    assert again is not None
    where = posted(page, "/rollouts/new", **{**fields, "seen": again[1]}, reason="mine")
    record = services.session.ledger().rollouts.find(where.removeprefix("/rollouts/"))
    assert [cell.address.cell for cell in record.plan.cells] == ["acme", "hooli"]
    assert (record.summary.reason, record.summary.made_by) == ("mine", "Ada Lovelace")


def test_selectors_that_can_choose_nothing_say_so(services: Services) -> None:
    page = browser_of(services)
    shown = text_of(page, "/rollouts/new?preview=true&strategy=standard&cells=rang%3Dcanary")
    assert "none has the key" in shown
    shown = text_of(page, "/rollouts/new?preview=true&strategy=standard&cells=client/none")
    assert "that client/none chooses has anything to change" in shown


def test_each_change_asks_first_and_is_done_by_its_form(services: Services, halted: str) -> None:
    page = browser_of(services)
    assert "Retry 3 cells" in text_of(page, f"/rollouts/{halted}/retry")
    assert "does not take that" in text_of(page, f"/rollouts/{halted}/pause")
    assert posted(page, f"/rollouts/{halted}/retry", reason="mended") == f"/rollouts/{halted}"
    assert "Pause the rollout" in text_of(page, f"/rollouts/{halted}/pause")
    posted(page, f"/rollouts/{halted}/pause", reason="lunch")
    assert "by Ada Lovelace: lunch" in text_of(page, f"/rollouts/{halted}")
    posted(page, f"/rollouts/{halted}/resume")
    assert page.post(f"/rollouts/{halted}/expedite", data={"csrf": CSRF}).status_code == 409
    posted(page, f"/rollouts/{halted}/expedite", reason="urgent")
    posted(page, f"/rollouts/{halted}/halt")
    end_runs(services.session, halted, RunStatus.FAILED)
    assert "Roll back" in text_of(page, f"/rollouts/{halted}/rollback")
    assert page.post(f"/rollouts/{halted}/rollback", data={"csrf": CSRF}).status_code == 409, (
        "no commit before"
    )
    posted(page, f"/rollouts/{halted}/cancel")
    assert "cancelled" in text_of(page, f"/rollouts/{halted}")


def test_an_approval_between_waves_is_given_in_its_dialog(tmp_path: Path) -> None:
    services = make_services(tmp_path / "fleet", GATED)
    with services.session:
        page = browser_of(services)
        rollout = begin(services.session, "one").record.id
        settle(services.session, rollout)
        assert "Waits for approval between waves" in text_of(page, f"/rollouts/{rollout}")
        posted(page, f"/rollouts/{rollout}/answer", answer="approve", reason="seen")
        shown = text_of(page, f"/rollouts/{rollout}")
        assert ("Waits for approval" in shown, "approval passed Ada Lovelace" in shown) == (False, True)
        assert (
            page.post(f"/rollouts/{rollout}/answer", data={"csrf": CSRF, "answer": "maybe"}).status_code
            == 422
        )


def test_plans_that_do_the_same_are_shown_and_answered_for_once(tmp_path: Path) -> None:
    services = make_services(tmp_path / "fleet", AT_ONCE)
    with services.session:
        page = browser_of(services)
        rollout = begin(services.session, "one").record.id
        record = settle(services.session, rollout)
        ledger = services.session.ledger(writing=True)
        for cell, version in zip(record.state.cells, ("2", "2", "3"), strict=True):
            (unit,) = ledger.reader.run_units(cell.run)
            plan(ledger, str(unit), change(version), run=cell.run)
        settle(services.session, rollout)
        shown = text_of(page, f"/rollouts/{rollout}")
        assert "3 plans in 2 groups" in shown
        folded = page.get("/approvals").text
        assert (f'href="/rollouts/{rollout}#waiting"' in folded, "3 plans wait" in folded) == (True, True)
        assert "plan-group" not in folded, "they are answered for once, at the rollout"
        alone = page.get(f"/approvals?run={record.state.cells[0].run}").text
        assert "plan-group" in alone
        some = browser_of(services, (Grant(Role.APPROVER, GrantScope(cells=("client/acme",))),))
        assert "plan-group" in some.get("/approvals").text, "who may answer for some cells does so there"
        assert "2 client cells, app: the same change, each with its own name" in shown
        names = re.findall(r'name="group" value="(\w+)"', page.get(f"/rollouts/{rollout}").text)
        assert len(names) == 2
        posted(page, f"/rollouts/{rollout}/answer", answer="approve", group=names[0])
        assert "1 plan in 1 group" in text_of(page, f"/rollouts/{rollout}")
        posted(page, f"/rollouts/{rollout}/answer", answer="reject", group=names[1], reason="too new")
        assert "Plans that wait" not in text_of(page, f"/rollouts/{rollout}")
        answers = [item for cell in record.state.cells for item in ledger.approvals.of_run(cell.run)]
        assert [item.decision and item.decision.value for item in answers] == [
            "approved",
            "approved",
            "rejected",
        ]
        assert len(ledger.rollouts.approved_shapes(rollout)) == 1, "what was rejected asks again"


def test_of_other_cells_nothing_is_shown(services: Services, halted: str) -> None:
    page = browser_of(services, VIEWS_ACME)
    for path in ("/rollouts", f"/rollouts/{halted}", f"/rollouts/{halted}/cells"):
        shown = text_of(page, path)
        assert not any(name in shown for name in OTHERS), path
        assert not re.search(r"[2-9] (to come|of)|of [2-9]", shown), path
    shown = text_of(page, f"/rollouts/{halted}")
    assert "nothing of the others" in shown
    assert not any(word in shown for word in ("Worst case", "Who did what", "Retry", "0 may"))
    refused = page.get("/rollouts/new?preview=true&strategy=standard")
    assert (refused.status_code, any(name in refused.text for name in OTHERS)) == (403, False)


@pytest.mark.parametrize("grants", [VIEWER, VIEWS_ACME, OPERATES_ACME])
def test_who_may_not_change_all_its_cells_is_offered_nothing(
    services: Services, halted: str, grants: tuple[Grant, ...]
) -> None:
    page = browser_of(services, grants)
    before = services.session.ledger().rollouts.find(halted)
    assert f"/rollouts/{halted}/" not in page.get(f"/rollouts/{halted}").text.replace("/cells", "")
    for action in ACTIONS:
        assert page.get(f"/rollouts/{halted}/{action}").status_code == 403
        assert page.post(f"/rollouts/{halted}/{action}", data={"csrf": CSRF}).status_code == 403
    fields = {"csrf": CSRF, "answer": "approve"}
    assert page.post(f"/rollouts/{halted}/answer", data=fields).status_code == 403
    new = {"csrf": CSRF, "strategy": "standard", "seen": "x"}
    assert page.post("/rollouts/new", data=new).status_code == 403
    assert services.session.ledger().rollouts.find(halted) == before


def test_four_eyes_offer_no_approval_to_who_began_it(tmp_path: Path) -> None:
    services = make_services(tmp_path / "fleet", f"approvals: {{four_eyes: true}}\n{GATED}")
    with services.session:
        page = browser_of(services)
        seen = re.search(r'name="seen" value="(\w+)"', page.get("/rollouts/new?preview=true").text)
        assert seen is not None
        where = posted(page, "/rollouts/new", seen=seen[1])
        settle(services.session, where.removeprefix("/rollouts/"))
        shown = page.get(where).text
        assert "demands a second person" in shown
        assert ('value="approve"' in shown, 'value="reject"' in shown) == (False, True)
        answer = page.post(f"{where}/answer", data={"csrf": CSRF, "answer": "approve"})
        assert (answer.status_code, "second person" in answer.text) == (409, True)
