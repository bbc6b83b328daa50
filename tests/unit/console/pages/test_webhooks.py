"""The page of webhooks."""

import re
from pathlib import Path

from fastapi.testclient import TestClient

from cellwright.console.services import Services
from unit.console.kit import CSRF, browser, make_services
from unit.console.rest.kit import TWO, VIEWER

FORM = {
    "csrf": CSRF,
    "name": "team & co",
    "url": "https://hooks.example.com/x",
    "actions": "run.* client.*",
}


def opened(root: Path) -> tuple[Services, TestClient]:
    services = make_services(root, (), **TWO)
    return services, browser(services)


def test_a_webhook_is_made_tested_switched_off_and_removed(tmp_path: Path) -> None:
    services, page = opened(tmp_path)
    assert "Nobody is told yet" in page.get("/webhooks").text
    made = page.post("/webhooks", data=FORM)
    secret = re.search(r"whsec_[A-Za-z0-9+/=]{44}", made.text)
    assert secret is not None
    [hook] = services.session.ledger().webhooks.all()
    assert hook.actions == ("run.*", "client.*")
    listed = page.get("/webhooks").text
    assert "team &amp; co" in listed
    assert "team & co" not in listed
    where = f"/webhooks/{hook.id}"
    assert "Nothing was sent" in page.get(where).text
    assert secret[0] not in page.get(where).text
    assert page.post(f"{where}/test", data={"csrf": CSRF}).status_code == 303
    assert "not sent yet" in page.get(where).text
    assert page.post(f"{where}/enabled", data={"csrf": CSRF, "enabled": "false"}).status_code == 303
    assert not services.session.ledger().webhooks.all()[0].enabled
    assert page.post(f"{where}/remove", data={"csrf": CSRF}).status_code == 303
    assert services.session.ledger().webhooks.all() == ()


def test_what_can_not_be_used_is_said_beside_what_was_typed(tmp_path: Path) -> None:
    _, page = opened(tmp_path)
    answer = page.post("/webhooks", data={**FORM, "url": "http://169.254.169.254/"})
    assert answer.status_code == 422
    assert "in a private network" in answer.text
    assert 'value="http://169.254.169.254/"' in answer.text


def test_only_administrators_see_and_change_them(tmp_path: Path) -> None:
    services = make_services(tmp_path, VIEWER, **TWO)
    page = browser(services)
    assert page.get("/webhooks").status_code == 403
    assert page.post("/webhooks", data=FORM).status_code == 403
    assert page.post("/webhooks/wh_1/remove", data={"csrf": CSRF}).status_code == 403
    assert "/webhooks" not in page.get("/events").text


def test_without_the_forms_token_nothing_is_made(tmp_path: Path) -> None:
    services, page = opened(tmp_path)
    assert page.post("/webhooks", data={**FORM, "csrf": "another"}).status_code == 403
    assert services.session.ledger().webhooks.all() == ()
