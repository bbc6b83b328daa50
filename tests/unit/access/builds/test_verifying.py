"""A build's identity token: signed by a real key, verified by what its issuer publishes over HTTP."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from build_issuer import GITHUB, GITLAB, JENKINS, Issuer, issuing, new_key
from cellwright.access.builds.faults import IssuerFault, TokenFault
from cellwright.access.builds.verifying import BuildVerifier
from cellwright.model.settings.build_settings import BuildIssuer, BuildSettings
from cellwright.web.json_client import JsonClient

SUBJECTS = (
    "repo:medloop/fleet:*",
    "project_path:medloop/fleet:*",
    "https://jenkins.example.com/job/medloop/*",
)
OTHER_KEY = new_key("two")


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as found:
        yield found


@pytest.fixture(autouse=True)
def as_it_should_be(issuer: Issuer) -> Iterator[None]:
    key = issuer.key
    yield
    issuer.broken, issuer.named, issuer.key = 0, "", key


def verifier(issuer: Issuer, clock: Any = time.monotonic) -> BuildVerifier:  # noqa: ANN401  a clock
    settings = BuildSettings(issuers=(BuildIssuer(issuer=issuer.address, subjects=SUBJECTS),))
    return BuildVerifier(settings, JsonClient({}, 5.0), clock=clock)


@pytest.mark.parametrize(
    ("claims", "system", "run", "person"),
    [
        (GITHUB, "GitHub Actions", "4711", "ada"),
        (GITLAB, "GitLab", "815", "grace"),
        (JENKINS, "Jenkins", "7", "ada"),
        ({**JENKINS, "build_user": "timer"}, "Jenkins", "7", ""),
        ({**GITHUB, "run_attempt": "2"}, "GitHub Actions", "4711", ""),
        ({**GITHUB, "event_name": "schedule"}, "GitHub Actions", "4711", ""),
        ({**GITLAB, "pipeline_source": "schedule"}, "GitLab", "815", ""),
        ({**GITHUB, "actor": "renovate[bot]"}, "GitHub Actions", "4711", ""),
    ],
)
def test_a_build_is_who_its_token_says(
    issuer: Issuer, claims: Mapping[str, Any], system: str, run: str, person: str
) -> None:
    build = verifier(issuer).verify(issuer.token(claims))
    assert (build.system, dict(build.facts)["run"], build.person) == (system, run, person)
    assert (build.issuer, build.subject) == (issuer.address, claims["sub"])
    voucher = build.voucher().to_json()
    assert isinstance(voucher, dict)
    assert voucher["proof"] == "checked"


NOW = int(time.time())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "https://ci.example.com"}, "issued by somebody else"),
        ({"iss": None}, "no identity token"),
        ({"aud": "sts.amazonaws.com"}, "made for somebody else"),
        ({"aud": None}, "does not say `aud`"),
        ({"exp": NOW - 3600}, "has expired"),
        ({"exp": None}, "does not say `exp`"),
        ({"iat": NOW + 3600, "exp": NOW + 7200}, "issued in the future"),
        ({"nbf": NOW + 3600}, "not valid yet"),
        ({"sub": None}, "does not say `sub`"),
        ({"sub": "repo:mallory/fleet:ref:refs/heads/main"}, "no build that may act in this fleet"),
        ({"sub": "repo:medloop/fleet"}, "no build that may act in this fleet"),
        ({"run_id": None}, "does not say for which run"),
    ],
)
def test_a_token_that_does_not_fit_is_refused(issuer: Issuer, changed: dict[str, Any], why: str) -> None:
    token = issuer.token(**changed)
    with pytest.raises(TokenFault, match=why) as told:
        verifier(issuer).verify(token)
    assert token.split(".")[1] not in str(told.value)


def test_a_token_that_another_key_has_signed_is_refused(issuer: Issuer) -> None:
    same_name = new_key()
    for key in (OTHER_KEY, same_name):
        with pytest.raises(TokenFault, match="not signed with a key of its issuer"):
            verifier(issuer).verify(issuer.token(key=key))


def test_a_token_that_is_not_signed_is_refused(issuer: Issuer) -> None:
    with pytest.raises(TokenFault, match="refused"):
        verifier(issuer).verify(issuer.unsigned())


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ü", "a" * 20_000, "e30.e30."])
def test_what_is_no_token_is_refused_before_anybody_is_asked(issuer: Issuer, token: str) -> None:
    before = list(issuer.asked)
    with pytest.raises(TokenFault, match="no identity token"):
        verifier(issuer).verify(token)
    assert issuer.asked == before


@pytest.mark.parametrize("name", ["one", "two"])
def test_keys_that_were_changed_are_asked_for_again_but_not_all_the_time(issuer: Issuer, name: str) -> None:
    now = [0.0]
    found = verifier(issuer, lambda: now[0])
    old, new = issuer.token(), new_key(name)
    found.verify(old)
    issuer.key = new
    with pytest.raises(TokenFault, match="not signed with a key"):  # the keys were asked for a moment ago
        found.verify(issuer.token())
    now[0] = 61.0
    found.verify(issuer.token())
    asked = len(issuer.asked)
    with pytest.raises(TokenFault):
        found.verify(old)
    assert len(issuer.asked) == asked, "a bad token makes us ask once a minute at most"


def test_an_issuer_that_is_down_is_told_as_such_and_not_asked_each_time(issuer: Issuer) -> None:
    now = [0.0]
    found = verifier(issuer, lambda: now[0])
    issuer.broken = 503
    for _ in range(2):
        with pytest.raises(IssuerFault, match=r"can't be verified: .* answers 503"):
            found.verify(issuer.token())
    assert issuer.asked[-2:].count("/.well-known/openid-configuration") >= 1
    asked = len(issuer.asked)
    issuer.broken = 0
    now[0] = 6.0
    found.verify(issuer.token())
    assert len(issuer.asked) == asked + 2


def test_an_issuer_that_can_not_be_reached_is_told_as_such() -> None:
    with issuing() as gone:
        token = gone.token()
    settings = BuildSettings(issuers=(BuildIssuer(issuer=gone.address, subjects=SUBJECTS),))
    with pytest.raises(IssuerFault, match="can't be asked"):
        BuildVerifier(settings, JsonClient({}, 2.0)).verify(token)


def test_an_issuer_that_calls_itself_otherwise_is_not_believed(issuer: Issuer) -> None:
    issuer.named = "https://ci.example.com"
    with pytest.raises(IssuerFault, match="another issuer"):
        verifier(issuer).verify(issuer.token())


def test_a_person_is_who_the_token_names_and_signs_of_the_terminal_do_no_harm(issuer: Issuer) -> None:
    build = verifier(issuer).verify(issuer.token(actor="ada\x1b[2J"))
    facts = dict(build.voucher().facts)
    assert "\x1b" not in facts["started_by"]


def test_what_signs_people_in_is_not_needed() -> None:
    # An agent has `cellwright[builds]`, and no console.
    program = "import sys; sys.modules['authlib'] = None; import cellwright.access.builds.verifying"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
