"""The pages of fleet, cell and unit: what they show, whom they show it, and that nothing there is HTML."""

from http import HTTPStatus
from pathlib import Path

import pytest

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.ledger.run_state import UnitState
from cellwright.model.address import UnitAddress
from unit.app.overview.kit import APP, NETWORK, SECOND, apply, fail, record_drift, run_of
from unit.console.pages.kit import console

ONLY_ACME = (Grant(Role.VIEWER, GrantScope(cells=("client/acme",))),)
EVERY_PAGE = [
    "/",
    "/cells",
    "/cells/client/acme",
    "/cells/client/acme/settings",
    "/cells/client/acme/outputs",
    "/cells/client/acme/history",
    "/cells/client/acme/events",
    "/cells/client/acme/access",
    "/units/client/acme/app",
]


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_is_there_before_anything_was_applied_and_after(tmp_path: Path, path: str) -> None:
    session, client = console(tmp_path)
    assert client.get(path).status_code == HTTPStatus.OK
    apply(session, NETWORK, APP)
    assert client.get(path).status_code == HTTPStatus.OK


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_what_files_say_is_text(tmp_path: Path, path: str) -> None:
    evil = "<script>alert(1)</script>"
    files = {
        "clients/acme.yaml": f"account: prod\ntier: '{evil}'\ntags: ['{evil}']\n"
        f"stacks: {{app: {{size: '{evil}'}}}}\n"
    }
    session, client = console(tmp_path, files=files)
    recorder = session.ledger(writing=True).recorder
    recorder.append_event(evil, "unit.noted", str(APP), evil, {"summary": evil})
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK
    assert "<script>alert" not in answer.text


def test_every_cell_is_a_tile_with_its_state(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    apply(session, NETWORK, APP)
    text = client.get("/cells").text
    assert 'href="/cells/client/acme"' in text
    assert "3 cells of" in text
    assert 'class="tile tile-not_applied"' in text


def test_filters_stand_in_the_address(tmp_path: Path) -> None:
    _, client = console(tmp_path)
    text = client.get("/cells?tier=gold&level=client").text
    assert 'href="/cells/client/acme"' in text
    assert 'href="/cells/client/globex"' not in text
    several = client.get("/cells?state=blocked,not_applied").text
    assert '<option value="blocked,not_applied" selected>' in several
    assert 'href="/cells/client/globex"' in several
    assert "No cell matches" in client.get("/cells?q=nothing-like-it").text
    assert client.get("/cells?state=bogus&page=x&sort=y&level=%00").status_code == HTTPStatus.OK


def test_a_page_that_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    apply(session, NETWORK)
    for path in ("/cells", "/cells/client/acme", "/units/client/acme/app", "/"):
        address = client.get(path).text.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
        assert client.get(address).status_code == HTTPStatus.NO_CONTENT, address
    apply(session, APP, run_id=SECOND)
    assert client.get(address).status_code == HTTPStatus.OK


def test_who_may_see_one_cell_sees_that_one(tmp_path: Path) -> None:
    session, client = console(tmp_path, ONLY_ACME)
    apply(session, NETWORK, APP)
    text = client.get("/cells").text
    assert "globex" not in text
    assert 'href="/cells/client/acme"' in text
    for path in ("/cells/client/globex", "/units/client/globex/app", "/cells/base/prod/settings"):
        answer = client.get(path)
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert "or you may not see it" in answer.text


@pytest.mark.parametrize("path", ["/cells/client/nobody", "/cells/a/b%2e%2e", "/units/client/acme/nothing"])
def test_what_is_not_there_is_told(tmp_path: Path, path: str) -> None:
    _, client = console(tmp_path)
    assert client.get(path).status_code == HTTPStatus.NOT_FOUND


def test_the_start_page_says_what_waits(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    assert "Nothing waits for anybody" in client.get("/").text
    apply(session, NETWORK)
    fail(session, APP, skipped=[UnitAddress("client", "globex", "app")])
    ledger = session.ledger(writing=True)
    other = "20261122-100000-0009"
    ledger.recorder.start_run(run_of(APP, run_id=other))
    record_drift(session, NETWORK, other)
    text = client.get("/").text
    assert "Halted" in text
    assert "1 was left out because of it" in text
    assert 'href="/units/base/prod/network"' in text
    ledger.recorder.enter(other, APP, UnitState.PLANNING)
    ledger.approvals.ask(other, APP, {}, "p1", None)
    assert "Waiting for approval" in client.get("/").text


def test_findings_stand_on_the_start_page_with_their_line(tmp_path: Path) -> None:
    _, client = console(tmp_path, files={"clients/acme.yaml": "account: prod\nstacks: {app: {siz: 3}}\n"})
    text = client.get("/").text
    assert "clients/acme.yaml:2:16" in text
    assert "1 error concerns this cell" in client.get("/cells/client/acme").text


def test_a_value_is_followed_to_its_line_and_to_what_it_overrides(tmp_path: Path) -> None:
    files = {"clients/acme.yaml": "account: prod\nstacks:\n  app:\n    size: 7\n"}
    _, client = console(tmp_path, files=files)
    for path in ("/cells/client/acme/settings", "/units/client/acme/app"):
        text = client.get(path).text
        assert "<code>7</code>" in text
        assert "clients/acme.yaml:4" in text
        assert "overrides 1" in text
        assert "defaults.yaml:3" in text
    assert "clients/acme.yaml:1" in client.get("/cells/client/acme/settings").text


def test_sensitive_values_are_nowhere(tmp_path: Path) -> None:
    secret = "s3cret-of-acme"
    files = {
        "clients/acme.yaml": f"account: prod\npass: {secret}\n"
        "stacks: {app: {password: '${cell.pass}'}}\n"
    }
    session, client = console(tmp_path, files=files)
    apply(session, NETWORK, APP)
    for path in EVERY_PAGE:
        text = client.get(path).text
        assert secret not in text, path
    assert "(sensitive)" in client.get("/cells/client/acme/settings").text
    assert "(sensitive)" in client.get("/cells/client/acme/outputs").text


def test_reasons_name_the_line_that_decides(tmp_path: Path) -> None:
    session, client = console(tmp_path)
    apply(session, NETWORK, APP)
    (session.root / "defaults.yaml").write_text("stacks: {app: {size: 3}}\n")
    session.renew()
    text = client.get("/cells/client/acme").text
    assert "Changed" in text
    assert "defaults.yaml:1" in text
