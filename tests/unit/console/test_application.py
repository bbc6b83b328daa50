"""What holds for every page and call of the console."""

from http import HTTPStatus
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from cellwright.access.roles import Grant, Permission, Role
from cellwright.console.application import create_application
from cellwright.console.services import Services
from cellwright.console.visitor import SignedIn
from cellwright.model.diagnostic import DiagnosticError, error
from unit.console.kit import ADDRESS, COOKIE, CSRF, TOKEN, OneVisitor, browser, make_services

router = APIRouter()


@router.get("/trial")
def _look(visitor: SignedIn) -> str:
    return visitor.name


@router.get("/trial/admin")
def _administer(visitor: SignedIn) -> None:
    visitor.demand(Permission.ADMINISTER)


@router.get("/trial/findings")
def _findings() -> None:
    raise DiagnosticError(error("<script>alert(1)</script>", "correct it"))


@router.get("/trial/bug")
def _bug() -> None:
    raise RuntimeError("secret detail")


@router.post("/trial")
def _change(visitor: SignedIn) -> str:
    return visitor.name


def _client(root: Path, *grants: Grant, signed_in: bool = True) -> TestClient:
    return _browser_of(make_services(root, grants), signed_in=signed_in)


def _browser_of(services: Services, *, signed_in: bool = True) -> TestClient:
    client = browser(services, signed_in=signed_in)
    assert isinstance(client.app, FastAPI)
    client.app.include_router(router)
    client.app.include_router(router, prefix="/api/v1")
    return client


def test_it_is_alive_without_signing_in(tmp_path: Path) -> None:
    answer = _client(tmp_path, signed_in=False).get("/healthz")
    assert answer.status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    "path", ["/healthz", "/static/css/tokens.css", "/nothing", "/trial", "/api/v1/trial"]
)
def test_every_answer_has_its_security_headers(tmp_path: Path, path: str) -> None:
    headers = _client(tmp_path).get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_each_page_has_a_nonce_of_its_own(tmp_path: Path) -> None:
    client = _client(tmp_path)
    policies = {client.get("/nothing").headers["content-security-policy"] for _ in range(2)}
    assert len(policies) == 2


def test_a_stranger_is_sent_to_the_sign_in_and_back(tmp_path: Path) -> None:
    answer = _client(tmp_path, signed_in=False).get("/trial?q=a b")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert answer.headers["location"] == "/sign-in?next=%2Ftrial%3Fq%3Da%2520b"


def test_a_strange_program_is_told_how_to_sign_in(tmp_path: Path) -> None:
    answer = _client(tmp_path, signed_in=False).get("/api/v1/trial")
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_token_is_a_stranger_even_with_a_session(tmp_path: Path) -> None:
    answer = _client(tmp_path).get("/api/v1/trial", headers={"authorization": "Bearer wrong"})
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_what_one_may_not_do_is_refused_and_recorded(tmp_path: Path) -> None:
    services = make_services(tmp_path, (Grant(Role.VIEWER),))
    answer = _browser_of(services).get("/trial/admin")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Ada Lovelace may not administer" in answer.text
    assert isinstance(services.visitors, OneVisitor)
    assert services.visitors.refusals == [(Permission.ADMINISTER, None)]


def test_findings_are_shown_as_text(tmp_path: Path) -> None:
    answer = _client(tmp_path).get("/trial/findings")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_a_fault_of_the_server_shows_nothing_of_itself(tmp_path: Path) -> None:
    services = make_services(tmp_path)
    application = create_application(services)
    application.include_router(router)
    client = TestClient(application, base_url=ADDRESS, raise_server_exceptions=False)
    answer = client.get("/trial/bug")
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("headers", "data", "status"),
    [
        ({}, {"csrf": CSRF}, HTTPStatus.OK),
        ({"x-csrf-token": CSRF}, {}, HTTPStatus.OK),
        ({}, {}, HTTPStatus.FORBIDDEN),
        ({}, {"csrf": "another"}, HTTPStatus.FORBIDDEN),
        ({"sec-fetch-site": "cross-site"}, {"csrf": CSRF}, HTTPStatus.FORBIDDEN),
        ({"sec-fetch-site": "same-site"}, {"csrf": CSRF}, HTTPStatus.FORBIDDEN),
    ],
)
def test_only_forms_of_the_own_session_are_taken(
    tmp_path: Path, headers: dict[str, str], data: dict[str, str], status: HTTPStatus
) -> None:
    answer = _client(tmp_path).post("/trial", headers=headers, data=data)
    assert answer.status_code == status


def test_a_browser_that_sends_no_fetch_headers_is_judged_by_the_origin(tmp_path: Path) -> None:
    client = _client(tmp_path)
    del client.headers["sec-fetch-site"]
    data = {"csrf": CSRF}
    foreign = client.post("/trial", data=data, headers={"origin": "https://evil.example"})
    assert foreign.status_code == HTTPStatus.FORBIDDEN
    assert client.post("/trial", data=data, headers={"origin": ADDRESS}).status_code == HTTPStatus.OK
    other_name = {"origin": "http://10.0.0.5:8080", "host": "10.0.0.5:8080"}
    client.cookies.set("cellwright-session", COOKIE, domain="10.0.0.5")
    assert client.post("/trial", data=data, headers=other_name).status_code == HTTPStatus.OK


def test_a_token_needs_no_form(tmp_path: Path) -> None:
    client = _client(tmp_path, signed_in=False)
    answer = client.post("/api/v1/trial", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == HTTPStatus.OK


def test_the_document_of_the_api_is_there(tmp_path: Path) -> None:
    assert _client(tmp_path).get("/api/v1/openapi.json").json()["info"]["title"] == "Cellwright"
