"""Certificates in the console and the API: listed, issued, validated by another person, downloaded."""

import json
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path

import pytest

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.console.services import Services
from cellwright.ledger.clients.offboardings import Step
from cellwright.ledger.clients.values import NewOffboarding
from cellwright.model.client_life import ClientState
from cellwright.model.offboarding import Phase
from cellwright.model.value import Json
from unit.app.certificates.kit import (
    ACME,
    ADA,
    NOTHING_TO_LOOK_FOR,
    WAITING_KEY,
    Clock,
    destroy,
    make_gone,
    offboard,
    opened,
    removal,
)
from unit.app.kit import make_fleet
from unit.console.kit import CSRF, browser, make_services
from unit.console.rest.kit import program

PAGE = "/cells/client/acme/certificate"
API = "/api/v1/clients/acme/certificates"
_PHASES = (
    Phase.PLANNING,
    Phase.HOLDING,
    Phase.EXPORTING,
    Phase.DESTROYING,
    Phase.VERIFYING,
    Phase.REMOVING,
)
OTHERS = (Grant(Role.ADMIN, GrantScope(cells=("client/globex",))),)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_fleet(tmp_path, other="{}")
    return tmp_path


def served(root: Path, *grants: Grant, waits: bool = False) -> Services:
    gone = (WAITING_KEY, removal("aws_vpc")) if waits else (NOTHING_TO_LOOK_FOR,)
    make_gone(root, Clock(), *gone)
    return make_services(root, grants, other="{}\n")


def post(services: Services, path: str = PAGE, **data: object) -> tuple[int, str]:
    answer = browser(services).post(path, data={"csrf": CSRF, **data})
    return answer.status_code, answer.text


def test_it_is_issued_validated_and_downloaded(root: Path) -> None:
    services = served(root)
    client = browser(services)
    assert "none yet" in client.get("/certificates").text
    assert "Issue the certificate" in client.get(PAGE).text
    assert post(services)[0] == HTTPStatus.SEE_OTHER
    page = client.get(PAGE).text
    assert "interim" in page
    assert "nobody else has validated the outcome" in page
    assert "Issue it anew" not in page
    assert post(services, f"{PAGE}/validate", findings="all gone")[0] == HTTPStatus.SEE_OTHER
    page = client.get(PAGE).text
    assert "Nothing is open" in page
    assert "Earlier certificates" in page
    assert "final" in client.get("/certificates").text
    text = client.get(f"{PAGE}/2/json")
    assert text.headers["content-disposition"] == 'attachment; filename="acme-certificate-2.json"'
    assert json.loads(text.text)["kind"] == "final"
    assert client.get(f"{PAGE}/2/pdf").content.startswith(b"%PDF-")
    for ending in ("json.asc", "pdf.asc"):
        assert "PGP SIGNATURE" in client.get(f"{PAGE}/2/{ending}").text
    assert client.get(f"{PAGE}/2/exe").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{PAGE}/9/json").status_code == HTTPStatus.NOT_FOUND


def test_copies_of_states_that_went_with_the_client_are_shown(root: Path) -> None:
    copies: dict[str, Json] = {
        "machine": "desk",
        "removed": ["client/acme/data: data.tfstate.backup"],
        "kept": ["states/o1"],
    }
    with opened(root, Clock()) as session:
        offboardings = session.ledger(writing=True).offboardings
        new = NewOffboarding(
            id="o1",
            cell=ACME,
            reason="",
            back_to=ClientState.ACTIVE,
            task={},
            hold_seconds=0,
            approvals_needed=0,
        )
        offboardings.begin(new, ADA)
        for before, after in pairwise(_PHASES):
            detail: dict[str, Json] = {"state_copies": copies} if after is Phase.REMOVING else {}
            offboardings.step("o1", Step(before=before, after=after, detail=detail), ADA)
        destroy(session, (NOTHING_TO_LOOK_FOR,))
        offboard(session)
    services = make_services(root, (), other="{}\n")
    assert post(services)[0] == HTTPStatus.SEE_OTHER
    page = browser(services).get(PAGE).text
    assert "removed on desk: client/acme/data: data.tfstate.backup" in page
    assert "kept from before the destruction: states/o1" in page


def test_what_is_refused_is_said_and_what_was_typed_stays(root: Path) -> None:
    services = served(root, waits=True)
    post(services)
    page = browser(services).get(PAGE).text
    assert "client/acme/data/aws_vpc.main" in page
    assert "2026-11-08" in page
    status, text = post(services, f"{PAGE}/validate", findings="seen it", over=["nothing"])
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "somebody has to declare over" in text
    assert "seen it" in text


def test_a_client_that_still_has_resources_says_so_on_its_page(root: Path) -> None:
    services = make_services(root, (), acme="{}\n")
    services.session.ledger(writing=True).recorder.append_event("ada", "client.onboarded", "client/acme")
    assert "was not offboarded" in browser(services).get(PAGE).text
    assert post(services)[0] == HTTPStatus.UNPROCESSABLE_ENTITY


def test_who_may_not_see_the_client_sees_nothing_of_it(root: Path) -> None:
    client = browser(served(root, *OTHERS))
    assert "acme" not in client.get("/certificates").text
    for path in (PAGE, f"{PAGE}/1/json"):
        assert client.get(path).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(("role", "issues"), [(Role.OPERATOR, True), (Role.VIEWER, False)])
def test_issuing_and_validating_are_other_rights(root: Path, role: Role, *, issues: bool) -> None:
    services = served(root, Grant(role))
    assert ("Issue the certificate" in browser(services).get(PAGE).text) is issues
    assert (post(services)[0] == HTTPStatus.SEE_OTHER) is issues
    assert post(services, f"{PAGE}/validate", findings="x")[0] == HTTPStatus.FORBIDDEN


def test_no_client_has_no_page(root: Path) -> None:
    client = browser(served(root))
    for path in (
        "/cells/client/nobody/certificate",
        "/cells/base/acme/certificate",
        "/cells/a/B!/certificate",
    ):
        assert client.get(path).status_code == HTTPStatus.NOT_FOUND, path


def test_programs_do_the_same(root: Path) -> None:
    services = served(root)
    api = program(services)
    assert api.get("/api/v1/certificates").json()["clients"][0]["certificate"] is None
    assert api.get(API).json()["document"] is None
    made = api.post(API, json={})
    assert (made.status_code, made.json()["kind"], made.json()["new"]) == (
        HTTPStatus.CREATED,
        "interim",
        True,
    )
    assert api.post(API, json={}).status_code == HTTPStatus.OK
    refused = api.post(f"{API}/validate", json={"findings": "x", "over": ["nothing"]})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert api.post(f"{API}/validate", json={"findings": "all gone"}).json()["kind"] == "final"
    found = api.get(API).json()
    assert (found["outdated"], found["document"]["kind"]) == (False, "final")
    assert api.get(f"{API}/2/pdf").content.startswith(b"%PDF-")
    assert api.get(f"{API}/3/pdf").status_code == HTTPStatus.NOT_FOUND
