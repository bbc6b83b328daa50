"""Where the fleet says so the button opens a pull request: nothing is committed here, nothing is lost."""

import subprocess
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.console.services import Services
from unit.app.kit import FLEET, make_fleet, put_under_git
from unit.console.kit import CSRF, browser
from unit.console.pages.clients.test_onboard import served
from unit.git.hosting.stand_in import TOKEN, GitHubHosting, HostedRepository, hosted

GOOD = {"csrf": CSRF, "level": "client", "name": "initech", "stacks.app.size": "3", "_reason": "ticket 7"}
PULL_REQUESTS = """\
secrets:
  ci: {type: environment, allow: [FORGE_*]}
console:
  pull_requests:
    kind: github
    repository: acme/fleet
    token: "${secret.ci.FORGE_TOKEN}"
    url: URL
addresses:
  pools:
    clients: {cidr: 10.0.0.0/16, size: 24, level: client}
"""


@pytest.fixture
def forge() -> Iterator[tuple[str, HostedRepository]]:
    with hosted(GitHubHosting) as found:
        yield found


@pytest.fixture
def root(tmp_path: Path, forge: tuple[str, HostedRepository]) -> Path:
    folder = tmp_path / "fleet"
    make_fleet(folder, acme="addresses: {clients: 10.0.0.0/24}\n")
    (folder / "fleet.yaml").write_text(FLEET + PULL_REQUESTS.replace("URL", forge[0]))
    put_under_git(folder)
    url, repository = forge
    command = ["git", "rev-parse", "HEAD"]
    head = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
    repository.commits[head] = {"tree": "t0", "message": "All", "author": {}, "parents": []}
    del url
    return folder


@pytest.fixture
def services(root: Path) -> Iterator[Services]:
    found = served(root, environment={"FORGE_TOKEN": TOKEN})
    with found.session:
        yield found


@pytest.fixture
def client(services: Services) -> TestClient:
    return browser(services)


def test_the_button_says_what_it_does_and_does_it(
    client: TestClient, services: Services, root: Path, forge: tuple[str, HostedRepository]
) -> None:
    assert "Open a pull request" in client.get("/onboard").text
    answer = client.post("/onboard", data=GOOD)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    assert answer.headers["location"] == "/onboard/proposed/client/initech"
    (request,) = forge[1].requests
    files = forge[1].files(request["branch"])
    assert files["clients/initech/client.yaml"] == (
        "stacks:\n  app:\n    size: 3\naddresses: {clients: 10.0.1.0/24}\n"
    )
    assert not (root / "clients/initech").exists()
    assert services.session.ledger().reader.runs(5) == ()
    page = client.get(answer.headers["location"]).text
    assert request["html_url"] in page
    (event,) = services.session.ledger().reader.events(subject="client/initech")
    assert (event.action, event.actor, event.reason) == ("cell.proposed", "Ada Lovelace", "ticket 7")
    assert TOKEN not in repr(event)


def test_pressed_twice_there_is_one_request_with_the_same_addresses(
    client: TestClient, forge: tuple[str, HostedRepository]
) -> None:
    for _ in range(2):
        assert client.post("/onboard", data=GOOD).is_redirect
    assert len(forge[1].requests) == 1
    assert client.post("/onboard", data={**GOOD, "name": "hooli"}).is_redirect
    assert "10.0.2.0/24" in forge[1].files(forge[1].requests[1]["branch"])["clients/hooli/client.yaml"]


def test_a_pull_request_for_who_had_the_name_before_is_not_shown(
    client: TestClient, services: Services, forge: tuple[str, HostedRepository]
) -> None:
    page = client.post("/onboard", data=GOOD).headers["location"]
    url = forge[1].requests[0]["html_url"]
    assert url in client.get(page).text
    recorder = services.session.ledger(writing=True).recorder
    for action in ("client.onboarded", "client.offboarded"):
        recorder.append_event("ada", action, "client/initech")
    assert url in client.get(page).text, "nobody else has the name"
    recorder.append_event("ada", "client.onboarded", "client/initech")
    assert url not in client.get(page).text


def test_the_name_of_a_client_that_has_left_is_not_proposed(
    client: TestClient, root: Path, forge: tuple[str, HostedRepository]
) -> None:
    (root / "archived/initech").mkdir(parents=True)
    (root / "archived/initech/client.yaml").write_text("{}\n")
    answer = client.post("/onboard", data=GOOD)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "has left this fleet" in answer.text
    assert not forge[1].requests


def test_what_the_forge_refuses_is_explained_and_claims_no_addresses(
    client: TestClient, services: Services, forge: tuple[str, HostedRepository]
) -> None:
    forge[1].failing = "git/trees"
    answer = client.post("/onboard", data=GOOD)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "GitHub refuses: 500 out of order" in answer.text
    assert TOKEN not in answer.text
    assert [item.cell for item in services.session.ledger().blocks.claims()] in ([], ["client/acme"])


def test_an_edit_is_proposed_too(client: TestClient, root: Path, forge: tuple[str, HostedRepository]) -> None:
    page = client.get("/cells/client/acme/edit").text
    assert "Open a pull request" in page
    base = page.partition('name="_base" value="')[2].partition('"')[0]
    form = {"csrf": CSRF, "_base": base, "stacks.app.size": "5"}
    assert client.post("/cells/client/acme/edit", data=form).is_redirect
    (request,) = forge[1].requests
    assert "size: 5" in forge[1].files(request["branch"])["clients/acme.yaml"]
    assert (root / "clients/acme.yaml").read_text() == "addresses: {clients: 10.0.0.0/24}\n"
