"""Cells that are edited, and clients that are added, through the API."""

import subprocess
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, GrantScope, Role
from unit.app.kit import put_under_git
from unit.console.kit import OneVisitor, visitor_with
from unit.console.rest.kit import OF_ACME, VIEWER, program, services_that_run

FILES = "/api/v1/cells/client/acme/files"
ACME = "clients/acme.yaml"


@pytest.fixture
def api(tmp_path: Path) -> TestClient:
    services = services_that_run(tmp_path)
    put_under_git(tmp_path)
    return program(services)


def last_commit(root: Path) -> str:
    shown = subprocess.run(
        ["git", "log", "-1", "--format=%an: %s"],  # noqa: S607  whichever the machine has
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.strip()


def test_an_edit_is_committed_and_run(api: TestClient, tmp_path: Path) -> None:
    found = api.get(FILES)
    assert found.json() == {"cell": "client/acme", "files": {ACME: "{}\n"}}
    body = {"files": {ACME: "stacks: {app: {size: 3}}  # why\n"}, "reason": "more"}
    done = api.put(FILES, json=body, headers={"If-Match": found.headers["etag"]})
    assert done.status_code == 202
    assert (tmp_path / ACME).read_text() == "stacks: {app: {size: 3}}  # why\n"
    assert last_commit(tmp_path) == "Ada: Edit client/acme"
    run = api.get(f"/api/v1/runs/{done.json()['run']}/summary").json()
    assert (run["kind"], run["reason"], run["actor"]) == ("apply", "more", "Ada Lovelace")


def test_of_two_at_once_the_second_is_told(api: TestClient) -> None:
    tag = api.get(FILES).headers["etag"]
    assert api.get(FILES, headers={"If-None-Match": tag}).status_code == 304
    body = {"files": {ACME: "tags: [a]\n"}, "start": False}
    assert api.put(FILES, json=body).status_code == 428
    assert api.put(FILES, json=body, headers={"If-Match": tag}).status_code == 202
    answer = api.put(FILES, json=body, headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["title"]) == (412, "It was changed meanwhile")


@pytest.mark.parametrize(
    "files",
    [
        {ACME: "stacks: {nope: {}}\n"},
        {ACME: "a: [\n"},
        {"../outside.yaml": "{}\n"},
        {"/etc/passwd": "x\n"},
        {"clients/globex.yaml": "tags: [us]\n"},
        {"clients/new.yaml": "{}\n"},
    ],
)
def test_what_does_not_fit_changes_nothing(api: TestClient, tmp_path: Path, files: dict[str, str]) -> None:
    tag = api.get(FILES).headers["etag"]
    answer = api.put(FILES, json={"files": files}, headers={"If-Match": tag})
    assert answer.status_code == 409
    assert answer.json()["diagnostics"]
    assert (tmp_path / ACME).read_text() == "{}\n"
    assert (tmp_path / "clients/globex.yaml").read_text() == "tags: [eu]\n"
    assert last_commit(tmp_path) == "Ada: All"


def test_settings_tell_where_each_is_written_and_what_it_overrides(api: TestClient, tmp_path: Path) -> None:
    (tmp_path / "defaults.yaml").write_text("tier: bronze\n")
    (tmp_path / ACME).write_text("tier: gold\n")
    api.get("/api/v1/fleet")
    found = api.get("/api/v1/cells/client/acme/settings").json()["settings"]
    [tier] = [item for item in found if item["key"] == "tier"]
    assert (tier["value"], tier["written"]["file"], tier["written"]["line"]) == ("gold", ACME, 1)
    assert [item["file"] for item in tier["overrides"]] == ["defaults.yaml"]


def test_a_client_is_added_with_a_commit_and_a_run(api: TestClient, tmp_path: Path) -> None:
    body = {"name": "initech", "settings": {"tags": ["eu"]}, "reason": "signed"}
    made = api.post("/api/v1/clients", json=body)
    assert made.status_code == 202
    assert made.headers["location"] == f"/api/v1/runs/{made.json()['run']}"
    assert last_commit(tmp_path) == "Ada: Onboard client/initech"
    again = api.post("/api/v1/clients", json=body)
    assert again.json()["run"] == made.json()["run"], "no second run is made of it"


@pytest.mark.parametrize("name", ["Acme", "a/b", "..", "acme ", "\u0430cme", "x" * 64, "a\u202eb"])
def test_a_name_that_is_none_is_refused(api: TestClient, tmp_path: Path, name: str) -> None:
    answer = api.post("/api/v1/clients", json={"name": name})
    assert answer.status_code in {409, 422}
    assert sorted(path.name for path in (tmp_path / "clients").iterdir()) == ["acme.yaml", "globex.yaml"]


def test_whoever_may_not_edit_a_cell_sees_none_of_its_files(tmp_path: Path) -> None:
    services = services_that_run(tmp_path)
    for grants, statuses in (
        (VIEWER, (403, 403)),
        (OF_ACME, (200, 403)),
        ((Grant(Role.APPROVER),), (403, 403)),
    ):
        services.visitors = OneVisitor(visitor_with(*grants))
        api = program(services)
        found = tuple(
            api.get(f"/api/v1/cells/client/{cell}/files").status_code for cell in ("acme", "globex")
        )
        assert found == statuses
    assert program(services).post("/api/v1/clients", json={"name": "initech"}).status_code == 403


def test_what_onboarding_would_come_to_is_told_and_nothing_written(api: TestClient, tmp_path: Path) -> None:
    body = {"name": "initech", "settings": {"tags": ["eu"], "stacks": {"app": {"size": 3}}}}
    found = api.post("/api/v1/clients/check", json=body).json()
    assert (found["cell"], found["fits"], found["file"]) == (
        "client/initech",
        True,
        "clients/initech/client.yaml",
    )
    assert (found["units"], found["tags"]) == (["client/initech/app"], ["eu"])
    assert "size: 3" in found["text"]
    wrong = api.post("/api/v1/clients/check", json={"name": "initech", "settings": {"stacks": {"nope": {}}}})
    assert wrong.json()["fits"] is False
    assert wrong.json()["diagnostics"][0]["file"] == "clients/initech/client.yaml"
    assert api.post("/api/v1/clients/check", json={"name": "acme"}).json()["fits"] is False
    assert not (tmp_path / "clients/initech").exists()


def test_a_tag_lets_somebody_add_clients_that_have_it(tmp_path: Path) -> None:
    services = services_that_run(tmp_path)
    put_under_git(tmp_path)
    services.visitors = OneVisitor(visitor_with(Grant(Role.OPERATOR, GrantScope(tags=frozenset({"eu"})))))
    api = program(services)
    refused = api.post("/api/v1/clients", json={"name": "initech", "settings": {"tags": ["us"]}})
    assert refused.status_code == 403
    assert (
        api.post("/api/v1/clients", json={"name": "initech", "settings": {"tags": ["eu"]}}).status_code == 202
    )


@pytest.mark.parametrize("settings", ['{"a": "\\ud800"}', '{"\\ud800": 1}'])
def test_settings_that_no_file_can_hold_are_refused(api: TestClient, tmp_path: Path, settings: str) -> None:
    content = f'{{"name": "initech", "settings": {settings}}}'.encode()
    for path in ("clients", "clients/check"):
        answer = api.post(f"/api/v1/{path}", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in {409, 422} or answer.json()["fits"] is False, answer.text
    assert not (tmp_path / "clients/initech").exists()


def test_a_secret_that_is_written_out_is_not_committed(api: TestClient, tmp_path: Path) -> None:
    found = api.get(FILES)
    body = {"files": {ACME: "stacks: {app: {password: hunter2}}\n"}, "start": False}
    answer = api.put(FILES, json=body, headers={"If-Match": found.headers["etag"]})
    assert answer.status_code == 409
    assert "is sensitive" in answer.text
    assert "hunter2" not in answer.text
    assert (tmp_path / ACME).read_text() == "{}\n"
    assert last_commit(tmp_path) == "Ada: All"
