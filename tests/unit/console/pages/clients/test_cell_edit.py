"""Editing a cell in the form: the change is shown, committed by key, and never over another's."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from cellwright.console.services import Services
from cellwright.model.diagnostic import DiagnosticError, error
from unit.app.kit import put_under_git
from unit.console.kit import CSRF
from unit.console.pages.clients.test_onboard import client, root, services

__all__ = ["client", "root", "services"]
PATH = "/cells/client/acme/edit"
FILE = "clients/acme.yaml"


def base(client: TestClient) -> str:
    found = re.search(r'name="_base" value="([0-9a-f]+)"', client.get(PATH).text)
    assert found is not None
    return found[1]


def test_the_form_has_what_the_files_say(client: TestClient) -> None:
    page = client.get(PATH).text
    assert re.search(
        r'name="stacks.app.size"[^>]*>\n?2</textarea>|name="stacks.app.size"[^>]*value="2"', page
    )
    assert "Nothing is changed yet" in page


def test_the_change_is_shown_before(client: TestClient) -> None:
    answer = client.post(f"{PATH}/check", data={"csrf": CSRF, "stacks.app.size": "5"})
    assert "-    size: 2" in answer.text
    assert "+    size: 5" in answer.text
    assert "<strong>app</strong>: size" in answer.text
    answer = client.post(f"{PATH}/check", data={"csrf": CSRF, "stacks.extra.enabled": "true"})
    assert "<strong>extra</strong>: switched on" in answer.text


def test_the_commit_keeps_every_other_character(client: TestClient, services: Services, root: Path) -> None:
    form = {"csrf": CSRF, "_base": base(client), "stacks.app.size": "5", "_start": "true", "_reason": "why"}
    answer = client.post(PATH, data=form)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    assert (root / FILE).read_text() == "stacks:\n  app:\n    # More than most.\n    size: 5\n"
    (run,) = services.session.ledger().reader.runs(5)
    assert answer.headers["location"] == f"/runs/{run.id}"
    assert client.post(PATH, data=form).headers["location"] == f"/runs/{run.id}", "a double click"
    assert len(services.session.ledger().reader.runs(5)) == 1
    events = [item.action for item in services.session.ledger().reader.events(subject="client/acme")]
    assert events[:2] == ["cell.editing", "cell.edited"]


def test_without_a_run_it_is_only_committed(client: TestClient, services: Services, root: Path) -> None:
    answer = client.post(PATH, data={"csrf": CSRF, "_base": base(client), "stacks.app.size": ""})
    assert answer.headers["location"] == "/cells/client/acme"
    assert (root / FILE).read_text() == "{}\n" or "size" not in (root / FILE).read_text()
    assert services.session.ledger().reader.runs(5) == ()


def test_what_somebody_else_changed_meanwhile_is_not_lost(client: TestClient, root: Path) -> None:
    mine = base(client)
    (root / FILE).write_text("stacks: {app: {size: 7}}\n")
    put_under_git(root)
    answer = client.post(PATH, data={"csrf": CSRF, "_base": mine, "stacks.app.size": "5"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "was changed by somebody else" in answer.text
    assert (root / FILE).read_text() == "stacks: {app: {size: 7}}\n"


def test_what_the_checker_refuses_is_not_committed(client: TestClient, root: Path) -> None:
    answer = client.post(PATH, data={"csrf": CSRF, "_base": base(client), "stacks.app.settings": "- [\n"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Not sent yet" in answer.text
    assert "size: 2" in (root / FILE).read_text()


def test_a_cell_that_is_not_there_can_t_be_edited(client: TestClient) -> None:
    assert client.get("/cells/client/nobody/edit").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/cells/nolevel/acme/edit").status_code == HTTPStatus.NOT_FOUND


def test_an_edit_that_can_not_be_committed_is_on_record_as_undone(
    client: TestClient, services: Services, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DiagnosticError(error("the push was refused"))

    form = {"csrf": CSRF, "_base": base(client), "stacks.app.size": "5"}
    before = (root / FILE).read_text()
    monkeypatch.setattr("cellwright.app.clients.editing.commit", refuse)
    assert "the push was refused" in client.post(PATH, data=form).text
    events = [item.action for item in services.session.ledger().reader.events(subject="client/acme")]
    assert events == ["cell.editing", "cell.edit_undone"]
    assert (root / FILE).read_text() == before
