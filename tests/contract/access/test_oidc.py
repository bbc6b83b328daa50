"""Signing in at a real provider, npm's `oidc-provider`: there and back as a browser goes; what is refused."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from cellwright.access.oidc.directory import Directory
from cellwright.access.oidc.faults import AnswerRefusedError, ProviderFault
from cellwright.access.oidc.identity import grants_of
from cellwright.access.oidc.provider import OidcProvider, PendingSignIn
from cellwright.access.roles import Role
from cellwright.model.settings.console_settings import GroupGrant, OidcSettings
from cellwright.web.json_client import JsonClient
from oidc_provider import running
from unit.app.people.kit import SetClock
from unit.console.people_kit import open_browser, people_services

CONSOLE = "http://localhost:1"
BACK = f"{CONSOLE}/oidc/callback"
LEFT = f"{CONSOLE}/sign-in"
SECRET = "s3cret with + and % and : in it"
COMMON: dict[str, object] = {
    "redirect_uris": [BACK],
    "post_logout_redirect_uris": ["http://localhost:1/", LEFT],
}
CLIENTS: list[dict[str, object]] = [
    {**COMMON, "client_id": "console", "client_secret": SECRET},
    {**COMMON, "client_id": "public", "token_endpoint_auth_method": "none"},
]
GROUPS = {
    "platform": (GroupGrant("admin"),),
    "on-call": (GroupGrant("operator"), GroupGrant("approver")),
}


@pytest.fixture(scope="module", params=[True, False], ids=["user-info", "id-token"])
def issuer(request: pytest.FixtureRequest) -> Iterator[str]:
    with running(CLIENTS, claims_in_user_info_only=request.param) as found:
        yield found


@dataclass
class Browser:
    """Goes where it is sent, fills in the provider's forms, and stops where it is sent back to us."""

    client: httpx.Client

    def sign_in(self, url: str, name: str) -> Mapping[str, str]:
        page = self.client.get(url)
        for _ in range(20):
            if page.has_redirect_location:
                target = str(page.headers["location"])
                if target.startswith(BACK):
                    return dict(parse_qsl(urlsplit(target).query))
                page = self.client.get(page.url.join(target))
                continue
            form = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="(\w*)"', page.text))
            action = re.search(r'<form[^>]*action="([^"]*)"', page.text)
            assert action is not None, page.text
            page = self.client.post(
                page.url.join(action.group(1)), data={**form, "login": name, "password": "any"}
            )
        raise AssertionError(page.text)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with httpx.Client(trust_env=False) as client:
        yield Browser(client)


def provider(issuer: str, client: str = "console", secret: str | None = SECRET) -> OidcProvider:
    scopes = ("openid", "profile", "email", "groups")
    settings = OidcSettings(issuer=issuer, client_id=client, scopes=scopes, groups=GROUPS)
    environment = {"PATH": os.environ["PATH"]}
    return OidcProvider(settings, Directory(settings, JsonClient(environment, 10)), lambda: secret)


def answered(
    provider: OidcProvider, browser: Browser, name: str = "ada"
) -> tuple[PendingSignIn, Mapping[str, str]]:
    url, pending = provider.begin(BACK)
    return pending, browser.sign_in(url, name)


def test_there_and_back(issuer: str, browser: Browser) -> None:
    console = provider(issuer)
    identity = console.finish(*answered(console, browser))
    assert (identity.issuer, identity.subject, identity.login) == (issuer, "ada", "ada")
    assert (identity.name, identity.email) == ("ada Example", "ada@example.com")
    assert identity.groups == {"platform", "on-call"}
    roles = {grant.role for grant in grants_of(identity.groups, GROUPS)}
    assert roles == {Role.ADMIN, Role.OPERATOR, Role.APPROVER}


def test_a_client_without_a_secret(issuer: str, browser: Browser) -> None:
    console = provider(issuer, "public", None)
    assert console.finish(*answered(console, browser, "bob")).groups == {"nobody-knows"}


def test_an_answer_counts_once(issuer: str, browser: Browser) -> None:
    console = provider(issuer)
    pending, answer = answered(console, browser)
    console.finish(pending, answer)
    with pytest.raises(AnswerRefusedError, match="too old, or was used before"):
        console.finish(pending, answer)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"state": "another"}, "belongs to another sign-in"),
        ({"nonce": "another"}, "it was issued for another sign-in"),
        ({"verifier": "another" * 8}, "too old, or was used before"),
        ({"redirect_uri": BACK + "x"}, "too old, or was used before"),
    ],
)
def test_an_answer_to_another_sign_in(
    issuer: str, browser: Browser, changed: dict[str, str], why: str
) -> None:
    console = provider(issuer)
    pending, answer = answered(console, browser)
    with pytest.raises(AnswerRefusedError, match=why):
        console.finish(replace(pending, **changed), answer)


def test_an_answer_from_another_provider(issuer: str, browser: Browser) -> None:
    console = provider(issuer)
    pending, answer = answered(console, browser)
    without = {name: value for name, value in answer.items() if name != "iss"}
    for wrong in (without, {**answer, "iss": "http://localhost:2"}):
        with pytest.raises(AnswerRefusedError, match="comes from another provider"):
            console.finish(pending, wrong)


def test_a_token_that_has_expired(issuer: str, browser: Browser) -> None:
    console = provider(issuer)
    late = replace(console, now=lambda: 4e9)
    with pytest.raises(AnswerRefusedError, match="it has expired"):
        late.finish(*answered(late, browser))


def test_a_token_from_the_future(issuer: str, browser: Browser) -> None:
    early = replace(provider(issuer), now=lambda: 1e9)
    with pytest.raises(AnswerRefusedError, match="issued in the future"):
        early.finish(*answered(early, browser))


def test_who_goes_back_is_told(issuer: str) -> None:
    console = provider(issuer)
    _, pending = console.begin(BACK)
    with pytest.raises(AnswerRefusedError, match="did not let you in"):
        console.finish(pending, {"state": pending.state, "iss": issuer, "error": "access_denied"})


def test_a_wrong_client_secret(issuer: str, browser: Browser) -> None:
    console = provider(issuer, secret="wrong")
    with pytest.raises(ProviderFault, match="does not know this client") as caught:
        console.finish(*answered(console, browser))
    assert "wrong" not in str(caught.value).replace("correct", "")


def test_signing_out_at_the_provider(issuer: str, browser: Browser) -> None:
    console = provider(issuer)
    url = console.sign_out_url("http://localhost:1/")
    assert url is not None
    assert browser.client.get(url).status_code == 200
    identity = console.finish(*answered(console, browser))
    assert signed_out_at(browser, console.sign_out_url(LEFT, identity.id_token) or "") == LEFT
    # The provider does look at the token.
    refused = browser.client.get(console.sign_out_url(LEFT, f"{identity.id_token[:-8]}AAAAAAAA") or "")
    assert refused.status_code == 400


def signed_out_at(browser: Browser, url: str) -> str:
    """Follow the provider's pages of signing out, as a browser does; gives where they lead."""
    page = browser.client.get(url)
    assert page.status_code == 200, page.text
    form = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page.text))
    action = re.search(r'action="([^"]*)"', page.text)
    assert action is not None
    page = browser.client.post(page.url.join(action[1]), data={**form, "logout": "yes"})
    return str(page.headers["location"]).partition("?")[0]


def test_an_issuer_with_another_name(issuer: str) -> None:
    console = provider(issuer.replace("localhost", "127.0.0.1"))
    with pytest.raises(ProviderFault, match="it calls itself 'http://localhost"):
        console.begin(BACK)


def test_a_provider_that_is_down() -> None:
    with pytest.raises(ProviderFault, match="refused; see whether it is up"):
        provider("http://localhost:1").begin(BACK)


def test_the_console_lets_in_whom_the_provider_names(issuer: str, browser: Browser, tmp_path: Path) -> None:
    settings = f"""
secrets: {{env: {{type: environment, allow: [CONSOLE_*]}}}}
console:
  url: {CONSOLE}
  oidc:
    issuer: {issuer}
    client_id: console
    client_secret: ${{secret.env.CONSOLE_SECRET}}
    scopes: [profile, email, groups]
    groups: {{platform: admin}}
"""
    services = people_services(tmp_path, SetClock(), CONSOLE, fleet=settings)
    services.session.environment = {**services.session.environment, "CONSOLE_SECRET": SECRET}
    console = open_browser(services)
    there = console.get("/sign-in/oidc?next=/account")
    back = browser.sign_in(there.headers["location"], "ada")
    answer = console.get("/oidc/callback", params=dict(back))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    page = console.get("/account").text
    assert "ada Example" in page
    assert "admin" in page

    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert csrf is not None
    left = console.post("/sign-out", data={"csrf": csrf[1]})
    assert left.headers["location"] == "/sign-in?left=1"
    bye = console.get("/sign-out/provider").headers["location"]
    assert signed_out_at(browser, bye) == LEFT
    assert "id_token_hint=" in bye
    assert "id_token_hint=" not in console.get("/sign-out/provider").headers["location"], "it is given once"

    there = console.get("/sign-in/oidc")
    refused = open_browser(services).get("/oidc/callback", params=dict(back))
    assert refused.status_code == 401
    with httpx.Client(trust_env=False) as other:
        back = Browser(other).sign_in(there.headers["location"], "bob")
    answer = console.get("/oidc/callback", params=dict(back))
    assert answer.status_code == 401
    assert "is in no group that has a role here" in answer.text
