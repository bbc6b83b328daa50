"""Graph, addresses, versions, drift and events: what they show, to whom, and how they are exported."""

import csv
import io
import json
from http import HTTPStatus
from pathlib import Path

import pytest

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.model.actor import Actor, Voucher, VoucherKind
from unit.app.overview.kit import APP, CLIENT, FLEET, NETWORK, SECOND, apply, record_drift
from unit.console.kit import CSRF
from unit.console.pages.kit import console

ONLY_ACME = (Grant(Role.VIEWER, GrantScope(cells=("client/acme",))),)
EVERY_PAGE = [
    "/graph",
    "/graph?cell=client/acme",
    "/addresses",
    "/versions",
    "/drift",
    "/events",
    "/events/1",
]


@pytest.mark.parametrize("path", EVERY_PAGE)
@pytest.mark.parametrize("grants", [(), ONLY_ACME])
def test_a_page_is_there(tmp_path: Path, path: str, grants: tuple[Grant, ...]) -> None:
    session, client = console(tmp_path, grants)
    evil = "<script>alert(1)</script>"
    session.ledger(writing=True).recorder.append_event(evil, "unit.noted", str(APP), evil, {"summary": evil})
    apply(session, NETWORK, APP)
    record_drift(session, APP, SECOND)
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK
    assert "<script>alert" not in answer.text
    if grants:
        assert "globex" not in answer.text
        assert "base/prod" not in answer.text


def test_the_graph_of_a_cell_has_what_its_units_stand_on(tmp_path: Path) -> None:
    _, client = console(tmp_path)
    text = client.get("/graph?cell=client/acme").text
    assert 'href="/units/base/prod/network"' in text
    assert "<svg" in text
    assert " style=" not in text
    assert client.get("/graph?cell=client/nobody").status_code == HTTPStatus.NOT_FOUND
    stacks = client.get("/graph").text
    assert "base/network" in stacks
    assert "client · 2 units" in stacks


POOLS = "addresses: {pools: {clients: {cidr: 10.64.0.0/16, size: 20}}}\n"
BLOCK = "addresses: {clients: 10.64.16.0/20}\n"


def test_blocks_are_shown_with_their_cells(tmp_path: Path) -> None:
    files = {"fleet.yaml": FLEET + POOLS, "clients/acme.yaml": CLIENT + BLOCK}
    _, client = console(tmp_path, files=files)
    text = client.get("/addresses").text
    assert "10.64.0.0/16" in text
    assert 'href="/cells/client/acme"' in text
    assert "10.64.16.0/20" in text
    free = client.get("/addresses?use=free").text
    assert "10.64.16.0/20" not in free
    assert "10.64.128.0/17" in free
    assert "No block matches" in client.get("/addresses?q=nobody").text


def test_whose_block_it_is_stays_hidden_from_those_who_may_not_see_the_cell(tmp_path: Path) -> None:
    files = {"fleet.yaml": FLEET + POOLS, "clients/globex.yaml": "account: prod\n" + BLOCK}
    _, client = console(tmp_path, ONLY_ACME, files=files)
    text = client.get("/addresses").text
    assert "10.64.16.0/20" in text
    assert "globex" not in text


def test_versions_are_grouped(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    apply(session, NETWORK, APP)
    text = client.get("/versions").text
    assert "Terraform 1.11.4" in text
    assert "never applied" in text
    row = text.partition('class="row-link" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert 'href="/units/base/prod/network"' in client.get(row).text


def test_drift_is_listed_and_found(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    assert "Nobody has looked yet" in client.get("/drift").text
    apply(session, NETWORK, APP)
    record_drift(session, APP, SECOND)
    assert "aws_x.this" in client.get("/drift").text
    assert "Nothing matches" in client.get("/drift?q=globex").text


def ada_vouched(name: str) -> Actor:
    return Actor("ada", "console", (Voucher(VoucherKind.SESSION, name, checked=True),))


def found_actions(text: str) -> list[str]:
    return [part.partition("</code>")[0] for part in text.split('<th scope="row"><code>')[1:]]


def test_events_are_searched_by_person_subject_action_and_time(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    recorder = session.ledger(writing=True).recorder
    recorder.append_event(ada_vouched("Ada Lovelace"), "unit.one", str(APP))
    recorder.append_event("grace", "run.two", "20261122-100000-0001")
    recorder.append_event(ada_vouched('Zoë "Z" Müller'), "unit.three", str(NETWORK))
    assert found_actions(client.get("/events").text) == ["unit.three", "run.two", "unit.one"]
    for query, expected in (
        ("person=lovelace", ["unit.one"]),
        ("person=GRACE", ["run.two"]),
        ("person=Zo%C3%AB", ["unit.three"]),
        ("person=%22z%22", ["unit.three"]),
        ("subject=client", ["unit.one"]),
        ("action=unit.*", ["unit.three", "unit.one"]),
        ("since=2020-01-01&until=2020-12-31", []),
        ("before=2", ["unit.one"]),
    ):
        assert found_actions(client.get(f"/events?{query}").text) == expected, query
    today = session.now().date().isoformat()
    assert len(found_actions(client.get(f"/events?since={today}&until={today}").text)) == 3


def test_a_time_that_is_none_is_told(tmp_path: Path) -> None:
    _, client = console(tmp_path)
    for query in ("since=yesterday", "until=9999-12-31", "since=0001-01-01T00:00%2B23:00", "before=%C2%B2"):
        answer = client.get(f"/events?{query}")
        assert answer.status_code == HTTPStatus.OK, query
    assert "&#39;yesterday&#39; is no time" in client.get("/events?since=yesterday").text
    assert client.get("/events/export.csv?since=yesterday").status_code == HTTPStatus.CONFLICT


def test_events_are_exported_as_lines_of_json(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    apply(session, NETWORK)
    answer = client.get("/events/export.jsonl?action=unit.*")
    assert answer.headers["content-disposition"].startswith('attachment; filename="events-')
    (event,) = map(json.loads, answer.text.splitlines())
    assert (event["action"], event["subject"]) == ("unit.applied", str(NETWORK))


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "|calc"])
def test_no_exported_text_is_a_formula(tmp_path: Path, evil: str) -> None:
    session, client = console(tmp_path)
    session.ledger(writing=True).recorder.append_event(evil, "unit.noted", evil, evil)
    _, row = csv.reader(io.StringIO(client.get("/events/export.csv").text))
    assert [row[number] for number in (2, 5, 6)] == [f"'{evil}"] * 3


def test_the_trail_is_verified(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    apply(session, NETWORK)
    assert client.post("/events/verify").status_code == HTTPStatus.FORBIDDEN
    assert "The trail holds" in client.post("/events/verify", data={"csrf": CSRF}).text


def test_who_may_see_one_cell_sees_and_exports_its_events_only(tmp_path: Path) -> None:
    session, client = console(tmp_path, ONLY_ACME)
    apply(session, NETWORK, APP)
    assert found_actions(client.get("/events").text) == ["unit.applied"]
    exported = client.get("/events/export.jsonl").text
    assert [json.loads(line)["subject"] for line in exported.splitlines()] == [str(APP)]
    assert client.get("/events/1").status_code == HTTPStatus.NOT_FOUND
    assert client.post("/events/verify", data={"csrf": CSRF}).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("number", ["0", "99", "-1", str(2**70)])
def test_an_event_that_is_not_there_is_told(tmp_path: Path, number: str) -> None:
    _, client = console(tmp_path)
    assert client.get(f"/events/{number}").status_code == HTTPStatus.NOT_FOUND
