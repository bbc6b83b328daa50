"""The onboarding form, its preview, its button, and the page that follows; nothing runs Terraform here."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, GrantScope, Permission, Role
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.console.services import Services, WebSettings
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.runs.run import RunStatus
from unit.app.kit import NOBODY, install_program, make_fleet, put_under_git
from unit.console.kit import ADDRESS, CSRF, OneVisitor, browser, visitor_with

GOOD = {"csrf": CSRF, "level": "client", "name": "initech", "stacks.app.size": "3"}
FILE = "clients/initech/client.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "fleet"
    make_fleet(folder, acme="stacks:\n  app:\n    # More than most.\n    size: 2\n")
    put_under_git(folder)
    return folder


def served(root: Path, *grants: Grant, environment: Mapping[str, str] | None = None) -> Services:
    program = install_program(root.parent / "bin")
    known = {**NOBODY, "PATH": program, "CELLWRIGHT_KEY": "a" * 64, **(environment or {})}
    checked = (Voucher(VoucherKind.SESSION, "console", checked=True),)
    ada = replace(visitor_with(*grants), actor=Actor("Ada Lovelace", "console", checked))
    return Services(
        session=FleetSession(Location(fleet=root, environment=known)),
        visitors=OneVisitor(ada),
        settings=WebSettings(address=ADDRESS),
    )


@pytest.fixture
def services(root: Path) -> Iterator[Services]:
    found = served(root)
    with found.session:
        yield found


@pytest.fixture
def client(services: Services) -> TestClient:
    return browser(services)


def test_the_form_is_made_from_the_contracts(client: TestClient) -> None:
    page = client.get("/onboard").text
    assert 'name="stacks.app.size"' in page
    assert 'name="stacks.extra.enabled"' in page
    assert "needs another look" not in page, "nothing is wrong before something is filled in"
    assert "to fill in" in page


def test_a_link_fills_it_in_and_so_does_another_client(client: TestClient) -> None:
    page = client.get("/onboard?like=acme&name=initech&stacks.extra.enabled=true").text
    assert 'name="name" type="text" value="initech"' in page
    assert "size: 2" in page
    assert "enabled: true" in page
    assert "there is no client" in client.get("/onboard?like=nobody").text


def test_the_check_says_what_is_wrong_where(client: TestClient) -> None:
    answer = client.post("/onboard/check", data={**GOOD, "stacks.app.settings": "A: [\n"})
    assert answer.status_code == HTTPStatus.OK
    assert 'id="fault-stacks--app--settings" hx-swap-oob="true"' in answer.text
    assert "Line 2: not valid YAML" in answer.text
    assert "<html" not in answer.text


def test_the_button_commits_starts_one_run_and_leads_to_the_page_that_follows(
    client: TestClient, services: Services, root: Path
) -> None:
    answer = client.post("/onboard", data={**GOOD, "_reason": "ticket 7"})
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert answer.headers["location"] == "/cells/client/initech/progress"
    assert (root / FILE).read_text() == "stacks:\n  app:\n    size: 3\n"
    reader = services.session.ledger().reader
    (run,) = reader.runs(5)
    assert (run.actor, run.reason) == ("Ada Lovelace", "ticket 7")
    repository = services.session.repository()
    assert repository is not None
    assert repository.dirty() == ()
    assert repository.history(root / FILE)[0].author.name == "Ada Lovelace"
    page = client.get(answer.headers["location"]).text
    assert "0 of 1 units up" in page
    assert f"/runs/{run.id}" in page


def test_a_double_click_makes_one_client_and_one_run(client: TestClient, services: Services) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: client.post("/onboard", data=GOOD), range(2)))
    assert [answer.status_code for answer in answers] == [HTTPStatus.SEE_OTHER] * 2
    assert client.post("/onboard", data=GOOD).status_code == HTTPStatus.SEE_OTHER, "and later"
    assert len(services.session.ledger().reader.runs(5)) == 1


def test_of_two_who_want_the_same_name_one_gets_it(client: TestClient, root: Path) -> None:
    forms = [{**GOOD, "stacks.app.size": size} for size in ("3", "4")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda form: client.post("/onboard", data=form), forms))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == HTTPStatus.SEE_OTHER
    assert statuses[1] in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert (root / FILE).read_text().count("size") == 1


def test_a_client_that_exists_is_neither_changed_nor_lost(client: TestClient, root: Path) -> None:
    answer = client.post("/onboard", data={**GOOD, "name": "acme"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "there is a client of this name already" in answer.text
    assert "/cells/client/acme/edit" in answer.text
    assert "size: 2" in (root / "clients/acme.yaml").read_text()


@pytest.mark.parametrize(
    "name",
    ["", "Initech", "<script>alert(1)</script>", "../../etc", "a" * 300, "initесh", "a\nb", "a b"],  # noqa: RUF001  letters that look alike
)
def test_a_name_that_can_t_be_one_is_refused_and_shown_harmlessly(
    client: TestClient, root: Path, name: str
) -> None:
    answer = client.post("/onboard", data={**GOOD, "name": name})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Not sent yet" in answer.text
    assert "<script>alert" not in answer.text
    assert sorted(path.name for path in (root / "clients").iterdir()) == ["acme.yaml"]


def test_script_in_a_value_is_text_everywhere(client: TestClient, root: Path) -> None:
    script = '"><script>alert(1)</script>'
    settings = f"A: '{script}'\n"
    for path in ("/onboard/check", "/onboard"):
        answer = client.post(path, data={**GOOD, "name": "", "stacks.app.settings": settings})
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert" in answer.text
    assert client.post("/onboard", data={**GOOD, "stacks.app.settings": settings}).is_redirect
    assert script in (root / FILE).read_text()


def test_a_secret_that_is_typed_comes_back_nowhere(client: TestClient, root: Path) -> None:
    for path in ("/onboard/check", "/onboard"):
        answer = client.post(path, data={**GOOD, "stacks.app.password": "hunter2"})
        assert "is sensitive" in answer.text
        assert "hunter2" not in answer.text
    assert not (root / FILE).exists()


def test_a_fleet_with_findings_shows_them_and_the_server_stays_up(client: TestClient, root: Path) -> None:
    (root / "defaults.yaml").write_text("stacks:\n  app: {seize: 3}\n")
    answer = client.post("/onboard", data=GOOD)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "defaults.yaml:2:9" in answer.text
    (root / "fleet.yaml").write_text("levels: [\n")
    answer = client.get("/onboard")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "fleet.yaml" in answer.text
    assert client.get("/healthz").status_code == HTTPStatus.OK


def test_a_full_disk_is_explained_and_leaves_nothing(
    client: TestClient, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/onboard")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    answer = client.post("/onboard", data=GOOD)
    monkeypatch.undo()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "No space left" in answer.text
    assert not (root / "clients/initech").exists()


def test_a_form_that_is_too_long_is_refused(client: TestClient) -> None:
    for path in ("/onboard", "/onboard/check", "/cells/client/acme/edit"):
        answer = client.post(path, data={**GOOD, "stacks.app.settings": "x" * 600_000})
        assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_an_upload_in_place_of_a_text_is_no_text(client: TestClient) -> None:
    answer = client.post("/onboard", data=GOOD, files={"name": ("x.txt", b"initech")})
    assert answer.status_code in {HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY}


def test_whoever_may_not_is_refused_on_record(root: Path) -> None:
    services = served(root, Grant(Role.VIEWER))
    client = browser(services)
    for answer in (
        client.get("/onboard"),
        client.post("/onboard", data=GOOD),
        client.get("/cells/client/acme/edit"),
        client.post("/cells/client/acme/progress", data={"csrf": CSRF}),
    ):
        assert answer.status_code == HTTPStatus.FORBIDDEN
    assert isinstance(services.visitors, OneVisitor)
    assert {permission for permission, _ in services.visitors.refusals} == {
        Permission.ONBOARD,
        Permission.EDIT,
    }
    assert not (root / FILE).exists()


def test_a_grant_for_some_clients_is_one_for_these_only(root: Path) -> None:
    client = browser(served(root, Grant(Role.OPERATOR, GrantScope(cells=("client/eu-*",)))))
    assert client.get("/onboard").status_code == HTTPStatus.OK
    assert client.post("/onboard", data=GOOD).status_code == HTTPStatus.FORBIDDEN
    assert client.post("/onboard", data={**GOOD, "name": "eu-one"}).is_redirect
    page = client.get("/onboard?like=acme").text
    assert "or you may not see it" in page
    assert "size: 2" not in page


def test_a_grant_for_a_tag_is_one_for_clients_that_get_it(root: Path) -> None:
    (root / "defaults.yaml").write_text("tags: [trial]\n")
    put_under_git(root)
    client = browser(served(root, Grant(Role.OPERATOR, GrantScope(tags=frozenset({"trial"})))))
    assert client.post("/onboard", data=GOOD).is_redirect
    client = browser(served(root, Grant(Role.OPERATOR, GrantScope(tags=frozenset({"other"})))))
    assert client.post("/onboard", data={**GOOD, "name": "hooli"}).status_code == HTTPStatus.FORBIDDEN


def test_without_the_session_s_token_nothing_happens(client: TestClient, root: Path) -> None:
    for path in ("/onboard", "/onboard/check", "/cells/client/acme/edit"):
        assert client.post(path, data={**GOOD, "csrf": "x"}).status_code == HTTPStatus.FORBIDDEN
    assert not (root / FILE).exists()


def test_a_failed_onboarding_is_resumed_with_the_same_run(client: TestClient, services: Services) -> None:
    client.post("/onboard", data=GOOD)
    ledger = services.session.ledger(writing=True)
    (run,) = ledger.reader.runs(5)
    ledger.recorder.finish_run(run.id, RunStatus.FAILED)
    page = client.get("/cells/client/initech/progress").text
    assert "Resume" in page
    assert client.post("/cells/client/initech/progress", data={"csrf": CSRF}).is_redirect
    (again,) = ledger.reader.runs(5)
    assert replace(again, counts={}) == replace(run, counts={})


def test_nobody_s_progress_is_a_failure_that_says_so(client: TestClient) -> None:
    answer = client.get("/cells/client/nobody/progress")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "there is no cell" in answer.text


def _waiting(services: Services) -> str:
    """How the newest run's plans were approved beforehand."""
    reader = services.session.ledger().reader
    (run,) = reader.runs(1)
    task = reader.queued_task(run.id)
    assert isinstance(task, dict)
    return str(task["approved_how"])


def test_whoever_may_approve_can_do_so_with_the_button(client: TestClient, services: Services) -> None:
    assert 'name="_approved"' in client.get("/onboard").text
    assert client.post("/onboard", data={**GOOD, "_approved": "true"}).status_code == HTTPStatus.SEE_OTHER
    assert _waiting(services) == "beforehand, in the console"


def test_without_the_mark_plans_wait(client: TestClient, services: Services) -> None:
    client.post("/onboard", data=GOOD)
    assert _waiting(services) == ""


def test_who_may_not_approve_is_not_offered_it_and_refused(root: Path) -> None:
    services = served(root, Grant(Role.OPERATOR))
    with services.session:
        client = browser(services)
        assert 'name="_approved"' not in client.get("/onboard").text
        answer = client.post("/onboard", data={**GOOD, "_approved": "true"})
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert not (root / FILE).exists()


def test_where_two_people_are_demanded_nobody_is_offered_it(root: Path) -> None:
    with (root / "fleet.yaml").open("a") as file:
        file.write("approvals: {four_eyes: true}\n")
    put_under_git(root)
    services = served(root)
    with services.session:
        assert 'name="_approved"' not in browser(services).get("/onboard").text
