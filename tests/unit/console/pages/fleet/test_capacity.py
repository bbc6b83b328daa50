"""The page of capacity, its call of the API, and the onboarding form: what has room, and for whom."""

from http import HTTPStatus
from pathlib import Path

from cellwright.access.roles import Grant, GrantScope, Role
from unit.app.overview.kit import FLEET
from unit.console.kit import CSRF
from unit.console.pages.kit import console

ONLY_ACME = (Grant(Role.VIEWER, GrantScope(cells=("client/acme",))),)
COUNTED = FLEET + "capacity: {few: 2}\n"
FILES = {"fleet.yaml": COUNTED, "accounts/spare.yaml": "capacity: {clients: 1}\n"}


def test_each_place_is_shown_with_what_it_has(tmp_path: Path) -> None:
    _, client = console(tmp_path, files={**FILES, "clients/hooli.yaml": "account: spare\n"})
    text = client.get("/capacity").text
    assert "Full" in text
    assert "No limit known" in text
    assert 'href="/cells/base/spare"' in text
    assert " style=" not in text
    document = client.get("/api/v1/capacity?place=spare").json()
    (spare,) = document["places"]
    assert (spare["room"], spare["clients"], spare["tightest"]) == (0, 1, "clients")
    assert client.get("/api/v1/capacity?place=spar").status_code == HTTPStatus.NOT_FOUND


def test_who_uses_how_much_is_said_as_the_command_line_says_it(tmp_path: Path) -> None:
    uses = FLEET.replace("network: {source: ./stack}", "network: {source: ./stack, uses: {roles: 2}}")
    assert "uses" in uses
    _, client = console(tmp_path, files={"fleet.yaml": uses})
    assert '<td class="wrap soft">2 of its own</td>' in client.get("/capacity").text


def test_places_that_one_may_not_see_are_left_out(tmp_path: Path) -> None:
    _, client = console(tmp_path, ONLY_ACME, files=FILES)
    answer = client.get("/capacity")
    assert answer.status_code == HTTPStatus.OK
    assert "spare" not in answer.text
    assert client.get("/api/v1/capacity").status_code == HTTPStatus.FORBIDDEN


def test_the_form_offers_accounts_with_their_room_and_no_full_ones(tmp_path: Path) -> None:
    _, client = console(tmp_path, files={**FILES, "clients/hooli.yaml": "account: spare\n"})
    text = client.get("/onboard").text
    assert '<option value="spare" disabled>spare (full)</option>' in text
    assert '<option value="prod">prod</option>' in text
    sent = {"csrf": CSRF, "level": "client", "name": "initech", "account": "spare"}
    answer = client.post("/onboard", data=sent)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "client/initech can&#39;t be placed there: spare: 1 of 1 clients are used" in answer.text
    (field,) = [
        item for item in client.get("/api/v1/clients/form").json()["keys"] if item["key"] == "account"
    ]
    assert field["closed"] == ["spare"]
