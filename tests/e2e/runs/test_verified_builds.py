"""A build on the command line: its identity token is verified and recorded, or nothing happens."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from build_issuer import GITLAB, Issuer, issuing
from e2e.kit.fleet import make_fleet
from e2e.kit.program import Program

SUBJECTS = ["project_path:medloop/fleet:*"]


def accept(program: Program, token: str) -> tuple[int, str]:
    """Do something that is recorded; gives the exit code and all that was said."""
    build = replace(program, environment={**program.environment, "CELLWRIGHT_ID_TOKEN": token})
    answer = build.look("events", "accept", "--reason", "a test")
    return answer.code, answer.out + answer.err


def test_the_trail_says_which_build_it_was_and_the_token_is_nowhere(tmp_path: Path) -> None:
    with issuing() as issuer:
        program = believing(tmp_path, issuer)
        token = issuer.token(GITLAB)
        code, said = accept(program, token)
        assert code == 0, said

    shown = program.look("events").out
    assert "verified GitLab build 815 of grace" in " ".join(shown.split())
    (event,) = json.loads(program.look("events", "--json").out)
    assert event["actor"] == "grace"
    job = next(item for item in event["detail"]["identity"]["vouched_by"] if item["kind"] == "ci-job")
    assert job["proof"] == "checked"
    assert job["facts"] == {
        "issuer": issuer.address,
        "subject": GITLAB["sub"],
        "project": "medloop/fleet",
        "run": "815",
        "pipeline": "77",
        "commit": "0" * 40,
        "started_by": "grace",
    }
    files = [path for path in program.fleet.root.rglob("*") if path.is_file()]
    assert files
    for part in (token, token.split(".")[1], token.split(".")[2]):
        assert part not in said
        assert not [path for path in files if part.encode() in path.read_bytes()]


@pytest.mark.parametrize("bad", ["signature", "audience", "subject", "unsigned", "down", "none"])
def test_a_token_that_does_not_verify_is_told_and_nothing_happens(tmp_path: Path, bad: str) -> None:
    with issuing() as issuer:
        program = believing(tmp_path, issuer, required=True)
        token = {
            "signature": issuer.token(GITLAB)[:-8] + "AAAAAAAA",
            "audience": issuer.token(GITLAB, aud="sts.amazonaws.com"),
            "subject": issuer.token(GITLAB, sub="project_path:mallory/fleet:ref_type:branch:ref:main"),
            "unsigned": issuer.unsigned(GITLAB),
            "down": issuer.token(GITLAB),
            "none": "",
        }[bad]
        issuer.broken = 503 if bad == "down" else 0
        code, said = accept(program, token)
    assert code == 1
    assert "error: " in said
    assert "Traceback" not in said
    assert not token or token.split(".")[1] not in said
    assert json.loads(program.look("events", "--json").out) == []


def believing(folder: Path, issuer: Issuer, *, required: bool = False) -> Program:
    """A fleet that believes the builds of this issuer."""
    builds = {"required": required, "issuers": [{"issuer": issuer.address, "subjects": SUBJECTS}]}
    fleet = make_fleet(folder, {"a": {}}, {"acme": {}}, builds=builds)
    person = folder / "person"
    person.mkdir()
    return Program(fleet, person)
