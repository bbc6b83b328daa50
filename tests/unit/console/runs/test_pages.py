"""The pages of runs: what they say, to whom, and that nothing in them is taken for markup."""

from dataclasses import replace
from http import HTTPStatus

import pytest
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.console.services import Services
from cellwright.engine.adapter.logs import log_path
from cellwright.engine.lease.keeper import this_process
from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import error
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.progress import ProgressEvent, UnitPlanned
from cellwright.model.runs.run import Outcome, RunKind, RunStatus, UnitResult
from unit.app.overview.seeds import GRACE, RUN, change, end, fail, plan, start, unit
from unit.console.runs.conftest import as_visitor

ACME, GLOBEX = "client/acme/app", "client/globex/app"
LATER = "20261123-080000-0001"
SCRIPT = "<script>alert(1)</script>"


def text_of(client: TestClient, path: str, status: HTTPStatus = HTTPStatus.OK) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    assert SCRIPT not in answer.text
    return " ".join(answer.text.split())


def test_runs_are_listed_newest_first_and_linked(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME)
    start(ledger, GLOBEX, run=LATER, reason=SCRIPT, actor=GRACE)
    text = text_of(client, "/runs")
    assert text.index(f'href="/runs/{LATER}"') < text.index(f'href="/runs/{RUN}"')
    assert "&lt;script&gt;alert(1)" in text
    assert "Grace Hopper" in text


def test_approvals_that_have_not_changed_are_not_sent_again(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME)
    plan(ledger, ACME, change())
    address = client.get("/approvals").text.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    assert client.get(address).status_code == HTTPStatus.NO_CONTENT
    start(ledger, GLOBEX, run=LATER)
    plan(ledger, GLOBEX, change(), run=LATER)
    assert client.get(address).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?status=failed", [LATER]),
        ("?status=nonsense&kind=nonsense", [LATER, RUN]),
        ("?cell=client/acme/", [RUN]),
        ("?q=ROLL", [RUN]),
        (f"?before={LATER}", [RUN]),
        ("?actor=grace", [LATER]),
    ],
)
def test_what_is_listed_is_in_the_address(
    client: TestClient, ledger: Ledger, query: str, shown: list[str]
) -> None:
    start(ledger, ACME)
    start(ledger, GLOBEX, run=LATER, reason="nightly", actor=GRACE)
    ledger.recorder.finish_run(LATER, RunStatus.FAILED)
    text = text_of(client, f"/runs{query}")
    assert [run for run in (LATER, RUN) if f'href="/runs/{run}"' in text] == shown


def test_refused_runs_have_a_tab_and_are_none_that_failed(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME)
    ledger.recorder.record_result(RUN, UnitResult(UnitAddress.parse(ACME), Outcome.REFUSED))
    ledger.recorder.finish_run(RUN, RunStatus.FAILED)
    assert f'href="/runs/{RUN}"' not in text_of(client, "/runs?status=failed")
    text = text_of(client, "/runs?status=refused")
    assert f'href="/runs/{RUN}"' in text
    assert 'href="/runs?status=refused"' in text


def test_the_newest_runs_are_followed_with_their_filter_and_older_ones_are_not(
    client: TestClient, ledger: Ledger
) -> None:
    start(ledger, ACME)
    assert 'data-live="/live/runs"' in text_of(client, "/runs?q=roll")
    assert 'hx-get="/runs?q=roll"' in text_of(client, "/runs?q=roll")
    assert "data-live" not in text_of(client, f"/runs?before={LATER}")


def test_an_empty_list_says_what_to_do(client: TestClient) -> None:
    assert "Nothing was run yet" in text_of(client, "/runs")
    assert "No run matches" in text_of(client, "/runs?q=x")


def test_a_filter_that_is_too_long_is_refused(client: TestClient) -> None:
    text_of(client, f"/runs?q={'x' * 201}", HTTPStatus.UNPROCESSABLE_ENTITY)


def test_a_run_says_where_it_stands(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME, GLOBEX, "client/initech/app")
    plan(ledger, ACME)
    fail(ledger, [GLOBEX])
    text = text_of(client, f"/runs/{RUN}")
    assert "Review 1 plan" in text
    assert "client/acme/app: 1 change" in text
    assert "1 unit failed" in text
    assert "the account&#39;s limit is reached" in text
    assert f'href="/approvals?run={RUN}">its plan waits for approval' in text
    assert f'hx-sse:connect="/runs/{RUN}/live' in text


def test_a_run_of_many_equal_failures_lists_them_once(client: TestClient, ledger: Ledger) -> None:
    units = [f"client/c{number}/app" for number in range(20)]
    start(ledger, *units)
    fail(ledger, units)
    text = text_of(client, f"/runs/{RUN}?place=pending")
    assert "20 units failed" in text
    assert text.count("api error ThrottlingException") == 1
    assert "No unit of this run matches" in text


def test_units_come_in_pages_that_keep_the_filter(client: TestClient, ledger: Ledger) -> None:
    start(ledger, *(f"client/c{number:03}/app" for number in range(201)))
    text = text_of(client, f"/runs/{RUN}?q=client/")
    assert f'href="/runs/{RUN}?q=client%2F&amp;after=client%2Fc199%2Fapp#units"' in text
    assert "c200" in text_of(client, f"/runs/{RUN}?q=client/&after=client/c199/app")


@pytest.mark.parametrize("path", [f"/runs/{LATER}", f"/runs/{LATER}/units/{ACME}", f"/runs/{LATER}/cancel"])
def test_a_run_that_there_is_not_is_not_found(client: TestClient, path: str) -> None:
    assert "there is no run" in text_of(client, path, HTTPStatus.NOT_FOUND)


def test_a_unit_that_was_no_part_is_not_found(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME)
    assert "was no part of run" in text_of(client, f"/runs/{RUN}/units/{GLOBEX}", HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("address", ["client/ACME!/app", "client/..%2f/app"])
def test_what_is_no_address_is_told(client: TestClient, ledger: Ledger, address: str) -> None:
    start(ledger, ACME)
    answer = client.get(f"/runs/{RUN}/units/{address}")
    assert answer.status_code in (HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND)


def test_a_plan_is_shown_whole(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME)
    long = "x" * 300 + "the end"
    plan(
        ledger,
        ACME,
        change(policy=long, password="(sensitive value)", arn="(known after apply)", name=SCRIPT),
    )
    text = text_of(client, f"/runs/{RUN}/units/{ACME}")
    assert long in text
    assert "1 value hidden" in text
    assert "(known after apply)" in text
    assert '"app:1.<mark>4.2</mark>"'.replace('"', "&#34;") in text


def test_a_plan_is_shown_after_it_was_applied(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME)
    told = UnitPlanned(unit(ACME), change())
    time = "2026-11-22T21:48:13+00:00"
    ledger.progress.record([ProgressEvent(run=RUN, unit=unit(ACME), time=time, sequence=1, progress=told)])
    ledger.recorder.enter(RUN, unit(ACME), UnitState.PLANNING)
    end(ledger, ACME, Outcome.APPLIED)
    text = text_of(client, f"/runs/{RUN}/units/{ACME}")
    assert "aws_ecs_service.app" in text
    assert "/live?" not in text


def test_a_plan_without_its_attributes_says_so(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME)
    bare = change()
    bare = replace(bare, resources=tuple(replace(item, attributes=()) for item in bare.resources))
    plan(ledger, ACME, bare)
    assert "too large to be kept attribute by attribute" in text_of(client, f"/runs/{RUN}/units/{ACME}")


def test_what_was_said_of_a_unit_is_text(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME)
    end(ledger, ACME, Outcome.FAILED, error(SCRIPT, SCRIPT))
    assert "&lt;script&gt;" in text_of(client, f"/runs/{RUN}/units/{ACME}")
    text_of(client, f"/runs/{RUN}")


def test_a_log_has_numbers_and_no_commands_to_a_terminal(
    client: TestClient, services: Services, ledger: Ledger
) -> None:
    start(ledger, ACME)
    path = log_path(services.session.home.logs, RUN, unit(ACME))
    path.parent.mkdir(parents=True)
    path.write_text(f"first\n{SCRIPT}\x1b[31mred\nnot yet a who")
    text = text_of(client, f"/runs/{RUN}/units/{ACME}")
    assert 'id="L2"' in text
    assert "\\u001b[31mred" in text
    assert "not yet" not in text
    whole = client.get(f"/runs/{RUN}/units/{ACME}/log")
    assert whole.headers["content-type"].startswith("text/plain")
    assert whole.text.splitlines() == ["first", f"{SCRIPT}\\u001b[31mred", "not yet a who"]


def test_who_may_see_one_client_sees_no_other(services: Services, ledger: Ledger) -> None:
    start(ledger, ACME, GLOBEX)
    start(ledger, GLOBEX, run=LATER)
    client = as_visitor(services, Grant(Role.VIEWER, GrantScope(cells=("client/acme",))))
    for path in ("/runs", f"/runs/{RUN}", "/approvals"):
        text = text_of(client, path)
        assert "globex" not in text
        assert LATER not in text
    text_of(client, f"/runs/{LATER}", HTTPStatus.NOT_FOUND)
    text_of(client, f"/runs/{RUN}/units/{GLOBEX}", HTTPStatus.FORBIDDEN)


def test_a_stranger_sees_nothing(services: Services, ledger: Ledger) -> None:
    start(ledger, ACME)
    client = as_visitor(services)
    client.cookies.clear()
    for path in ("/runs", f"/runs/{RUN}", f"/runs/{RUN}/live", "/approvals", f"/runs/{RUN}/units/{ACME}/log"):
        assert client.get(path).status_code == HTTPStatus.SEE_OTHER


def test_a_run_that_only_planned_is_no_run_that_waits(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME, kind=RunKind.PLAN)
    end(ledger, ACME, Outcome.PLANNED)
    ledger.recorder.finish_run(RUN, RunStatus.SUCCEEDED)
    text = text_of(client, f"/runs/{RUN}")
    assert "1 planned" in text
    assert "Retry" not in text
    assert "Cancel" not in text


def test_empty_plans_have_words(client: TestClient, ledger: Ledger) -> None:
    start(ledger, ACME)
    plan(ledger, ACME, PlanSummary(change().counts, (), ("url",), applyable=True))
    assert "Outputs that change: url" in text_of(client, f"/runs/{RUN}/units/{ACME}")


def test_a_run_whose_process_is_gone_stands_still_in_lists_and_on_its_page(
    client: TestClient, ledger: Ledger
) -> None:
    me = this_process(RUN)
    start(ledger, ACME, holder=Holder(me.host, 2**22 + 1, me.process_started, RUN))
    start(ledger, GLOBEX, run=LATER)
    for path in ("/runs", f"/cells/client/acme/history?run={RUN}", f"/units/{ACME}", f"/runs/{RUN}"):
        text = text_of(client, path)
        assert text.count("stands still") == 1, path
    assert f"/runs/{RUN}/cancel" not in text
    assert f"/runs/{RUN}/retry" in text
    first, _, at_work = text_of(client, "/").partition("At work")
    assert f"/runs/{RUN}" in first.partition("Nobody carries these out")[2]
    assert f"/runs/{RUN}" not in at_work
    assert f"/runs/{LATER}" in at_work
    listed = {item["run"]: item["status"] for item in client.get("/api/v1/runs").json()["runs"]}
    assert listed == {RUN: "running", LATER: "running"}
    assert client.get("/api/v1/runs").json()["stopped"] == {RUN: f"cellwright resume {RUN}"}
    start(ledger, ACME, run="20261124-080000-0001")
    assert client.get("/api/v1/runs").json()["stopped"] == {RUN: ""}, "a later run has its unit"
