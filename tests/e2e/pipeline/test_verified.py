"""Jenkins' builds with the tokens that Jenkins signs for them: who pressed the button is known."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from build_issuer import JENKINS, Issuer, issuing
from e2e.kit.people import events
from e2e.pipeline.conftest import Site

pytestmark = pytest.mark.terraform

CREDENTIALS = "cellwright-id-token"
IDENTIFIED = {"CELLWRIGHT_ID_TOKEN_CREDENTIALS": CREDENTIALS}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as found:
        yield found


@pytest.fixture
def verified(site: Site, issuer: Issuer) -> Site:
    """A fleet that takes changes from verified builds alone, and demands a second person."""
    settings = yaml.safe_load((site.fleet.root / "fleet.yaml").read_text())
    subjects = ["https://jenkins.example.com/job/medloop/*"]
    builds = {"required": True, "issuers": [{"issuer": issuer.address, "subjects": subjects}]}
    more = {"builds": builds, "approvals": {"four_eyes": True}}
    site.commit("fleet.yaml", yaml.safe_dump({**settings, **more}))
    return site


def token(site: Site, issuer: Issuer, person: str, **claims: object) -> Path:
    """The file with the token that Jenkins signs for a build that somebody has started."""
    file = site.folder / f"token-{person}"
    file.write_text(issuer.token({**JENKINS, "build_user": person, **claims}))
    return file


def identified(site: Site, issuer: Issuer, person: str, **claims: object) -> Mapping[str, Any]:
    """What a build of somebody's is given."""
    file = token(site, issuer, person, **claims)
    return {"pressed_by": person, "environment": IDENTIFIED, "credentials": {CREDENTIALS: str(file)}}


@pytest.mark.long
def test_two_people_of_one_jenkins_are_two_where_their_builds_show_it(verified: Site, issuer: Issuer) -> None:
    verified.commit("clients/acme.yaml", "stacks: {b: {enabled: false}}\n")
    ada, grace = (identified(verified, issuer, person) for person in ("ada", "grace"))
    # Ada's build asks; an answer of Grace's there comes from Ada's build, so it is one person's.
    answers = [{"approver": "grace"}, {"late": True}]
    build = verified.build("cellwrightApply", {}, inputs=answers, **ada).expect("ABORTED")
    assert "demands a second person" in json.dumps(build.document)
    assert verified.fleet.desk.lines() == []

    # While another build of hers waits, Grace starts one of her own, which Jenkins signs for.
    asked = verified.folder / "request.json"
    asked.write_text(json.dumps({"selectors": ["client/acme/a"], "reason": "again"}))
    hers = {
        **verified.environment,
        "CELLWRIGHT_ACTOR": "ada",
        "CELLWRIGHT_ID_TOKEN_FILE": str(verified.folder / "token-ada"),
    }
    begun = verified.command("job", "apply", str(asked), environment=hers).strip()
    verified.command("job", "follow", begun, environment=hers, code=3)
    own = verified.build("cellwrightApprove", {"RUN": begun}, inputs=[{"approver": "ada"}], **ada)
    assert "by you" in json.dumps(own.expect("FAILURE").document)
    other = verified.build("cellwrightApprove", {"RUN": begun}, inputs=[{"approver": "ada"}], **grace)
    assert "Somebody else has answered" in other.expect("FAILURE").why
    signed = verified.build("cellwrightApprove", {"RUN": begun}, inputs=[{"approver": "grace"}], **grace)
    signed.expect("SUCCESS")
    verified.build("cellwrightApply", {"RUN": begun}, **ada).expect("SUCCESS")

    assert verified.fleet.desk.lines() == ["begin acme-a", "done acme-a"]
    approved = [event for event in events(verified.ledger) if event.action == "run.approved"]
    assert [event.actor for event in approved] == ["grace"]
    identity: Any = approved[0].detail["identity"]
    (job,) = (item for item in identity["vouched_by"] if item["kind"] == "ci-job")
    assert (job["proof"], job["facts"]["started_by"]) == ("checked", "grace")


@pytest.mark.parametrize("claims", [{"sub": "https://jenkins.example.com/job/other/"}, {"aud": "x"}, None])
def test_a_build_that_can_not_show_who_it_is_begins_nothing(
    verified: Site, issuer: Issuer, claims: dict[str, object] | None
) -> None:
    given = {"pressed_by": "ada"} if claims is None else identified(verified, issuer, "ada", **claims)
    build = verified.build("cellwrightOnboard", {"NAME": "acme"}, **given).expect("FAILURE")
    said = build.steps("sh")[0]["err"]
    assert "identity token is refused" in said or "builds that show who they are" in said
    assert verified.trail() == []


def test_an_offboarding_that_demands_another_person_has_them_agree_in_a_build_of_their_own(
    verified: Site, issuer: Issuer
) -> None:
    settings = yaml.safe_load((verified.fleet.root / "fleet.yaml").read_text())
    verified.commit("fleet.yaml", yaml.safe_dump({**settings, "offboarding": {"hold": "0d", "approvers": 1}}))
    verified.commit("clients/acme.yaml", "{}\n")
    ada, grace = (identified(verified, issuer, person) for person in ("ada", "grace"))
    leaves, agrees = {"NAME": "acme", "REASON": "left"}, {"NAME": "acme", "ACTION": "agree"}

    build = verified.build("cellwrightOffboard", leaves, inputs=[{"approver": "ada", "name": "acme"}], **ada)
    assert "1 more person has to agree" in build.expect("SUCCESS").steps("sh")[-1]["out"].replace("\n", " ")
    own = verified.build("cellwrightOffboard", agrees, inputs=[{"approver": "ada"}], **ada).expect("FAILURE")
    assert "you have asked for it" in json.dumps(own.document)
    for_another = verified.build("cellwrightOffboard", agrees, inputs=[{"approver": "grace"}], **ada)
    assert "Somebody else has answered" in for_another.expect("FAILURE").why
    second = verified.build("cellwrightOffboard", agrees, inputs=[{"approver": "grace"}], **grace)
    (question,) = second.expect("SUCCESS").steps("input")
    assert (question["submitter"], "0 units" in question["text"]) == ("grace", True)
    verified.build("cellwrightDrift", {}, **ada).expect("SUCCESS")

    trail = verified.trail()
    assert ("grace", "offboarding.approved", "client/acme") in trail
    assert ("ada", "client.offboarded", "client/acme") in trail
    (begun,) = (event for event in events(verified.ledger) if event.action == "offboarding.planning")
    identity: Any = begun.detail["identity"]
    (job,) = (item for item in identity["vouched_by"] if item["kind"] == "ci-job")
    assert (job["proof"], job["facts"]["started_by"]) == ("checked", "ada")
