"""Which build acts: the token of the environment, verified, or nothing happens."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from build_issuer import GITLAB, Issuer, issuing, new_key
from cellwright.app.session.actor.build_token import find_build_token
from cellwright.app.session.actor.building import with_build
from cellwright.app.session.actor.vouching import vouchers
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.settings.build_settings import BuildIssuer, BuildSettings

SUBJECTS = ("repo:medloop/fleet:*", "project_path:medloop/fleet:*")


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as found:
        yield found


def settings(issuer: Issuer, *, required: bool = False) -> BuildSettings:
    return BuildSettings(issuers=(BuildIssuer(issuer=issuer.address, subjects=SUBJECTS),), required=required)


def acting(
    issuer: Issuer,
    environment: Mapping[str, str],
    *,
    name: str = "ada",
    named_by: str = "git",
    required: bool = False,
) -> Actor:
    actor = Actor(name, named_by, vouchers(environment))
    return with_build(actor, settings(issuer, required=required), environment)


def job(actor: Actor) -> Voucher:
    (found,) = (item for item in actor.vouchers if item.kind is VoucherKind.CI_JOB)
    return found


def test_gitlab_s_variable_is_verified_in_place_of_what_the_environment_claims(issuer: Issuer) -> None:
    claimed = {"GITLAB_CI": "true", "CI_JOB_ID": "1", "GITLAB_USER_LOGIN": "mallory"}
    actor = acting(issuer, {**claimed, "CELLWRIGHT_ID_TOKEN": issuer.token(GITLAB)})
    facts = dict(job(actor).facts)
    assert (facts["run"], facts["started_by"], job(actor).checked) == ("815", "grace", True)
    assert (actor.name, actor.named_by) == ("grace", "build")


def test_a_name_that_was_given_stays_with_the_build_behind_it(issuer: Issuer) -> None:
    environment = {"CELLWRIGHT_ID_TOKEN": issuer.token(GITLAB)}
    actor = acting(issuer, environment, name="lin", named_by="environment")
    assert (actor.name, actor.named_by) == ("lin", "environment")
    assert dict(job(actor).facts)["started_by"] == "grace"


def test_jenkins_file_is_read(issuer: Issuer, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(issuer.token(GITLAB) + "\n")
    assert job(acting(issuer, {"CELLWRIGHT_ID_TOKEN_FILE": str(file)})).checked
    with pytest.raises(DiagnosticError, match="can't be read"):
        acting(issuer, {"CELLWRIGHT_ID_TOKEN_FILE": str(tmp_path / "none")})


def test_github_is_asked_for_a_token_of_its_own(issuer: Issuer) -> None:
    environment = {
        "GITHUB_ACTIONS": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{issuer.address}/token?api-version=2.0",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "runner",
    }
    actor = acting(issuer, environment)
    assert (actor.name, dict(job(actor).facts)["run"]) == ("ada", "4711")
    with pytest.raises(DiagnosticError, match="made for somebody else"):
        with_build(actor, settings(issuer), {"CELLWRIGHT_ID_TOKEN": find_build_token(environment, "another")})


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://ci.example.com/token", "no address that begins with https://"),
        ("http://127.0.0.1:9/token", "GitHub gives no identity token"),
        ("{}/nothing", "it answers 404"),
    ],
)
def test_github_that_gives_none_is_told_as_such(issuer: Issuer, url: str, told: str) -> None:
    url = url.format(issuer.address)
    environment = {"ACTIONS_ID_TOKEN_REQUEST_URL": url, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "runner-secret"}
    with pytest.raises(DiagnosticError, match=told) as caught:
        acting(issuer, environment)
    assert "runner-secret" not in str(caught.value)


def test_a_bad_token_is_never_a_claim_instead(issuer: Issuer) -> None:
    token = issuer.token(GITLAB, key=new_key())
    with pytest.raises(DiagnosticError, match="refused") as caught:
        acting(issuer, {"GITLAB_CI": "true", "CELLWRIGHT_ID_TOKEN": token})
    assert token not in str(caught.value)
    with pytest.raises(DiagnosticError, match="is none"):
        acting(issuer, {"CELLWRIGHT_ID_TOKEN": "one\ntwo"})


def test_without_a_token_a_job_is_the_claim_that_it_was_unless_the_fleet_demands_more(issuer: Issuer) -> None:
    environment = {"GITLAB_CI": "true", "CI_JOB_ID": "1"}
    assert not job(acting(issuer, environment)).checked
    with pytest.raises(DiagnosticError, match="builds that show who they are"):
        acting(issuer, environment, required=True)


def test_a_fleet_that_names_no_issuer_looks_at_no_token(issuer: Issuer) -> None:
    actor = Actor("ada", "git")
    asked = len(issuer.asked)
    assert with_build(actor, BuildSettings(), {"CELLWRIGHT_ID_TOKEN": issuer.token()}) is actor
    assert len(issuer.asked) == asked
