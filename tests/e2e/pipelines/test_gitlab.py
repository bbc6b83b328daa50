"""GitLab's pipeline: every shell line of it, run as GitLab's runner runs it."""

import pytest

from cellwright.cli.main import main
from e2e.kit.people import events, faults
from e2e.pipelines.conftest import Place
from e2e.pipelines.jobs import Ended, document

pytestmark = pytest.mark.long

GIVEN = {
    "GITLAB_CI": "true",
    "CI_SERVER_URL": "https://gitlab.example",
    "CI_SERVER_HOST": "gitlab.example",
    "CI_API_V4_URL": "https://gitlab.example/api/v4",
    "CI_PROJECT_ID": "12",
    "CI_PROJECT_PATH": "acme/fleet",
    "CI_JOB_ID": "9001",
    "CI_JOB_TOKEN": "job-t0ken",
    "CI_COMMIT_SHA": "c0ffee",
    "CI_COMMIT_BRANCH": "main",
    "GITLAB_USER_LOGIN": "ada",
    "CELLWRIGHT_AWS_TOKEN": "signed-by-gitlab",
}


def job(place: Place, name: str, **environment: str) -> Ended:
    """Run the shell lines of a job."""
    found = document(place.repository / ".gitlab" / "cellwright-trial.yml")[f"trial: {name}"]
    return place.runner.run("".join(found["script"]), ("bash",), **{**GIVEN, **environment})


def test_a_merge_request_is_checked_and_planned(place: Place) -> None:
    assert "no findings" in job(place, "check").expect(0).text
    planned = job(place, "plan").expect(0)
    page = (planned.clone / "cellwright-trial-plan.md").read_text()
    assert page.startswith("### Plan: 1 to add in 1 unit")
    assert page in planned.text
    assert "signed-by-gitlab" not in planned.text
    tokens = [path for path in planned.clone.parent.glob("tmp/tmp.*") if path.is_file()]
    assert [path.read_text() for path in tokens] == ["signed-by-gitlab"]
    assert {path.stat().st_mode & 0o777 for path in tokens} == {0o600}


def test_what_was_planned_is_applied_in_the_name_of_who_pressed_the_button(place: Place) -> None:
    planned = job(place, "plan what was merged").expect(0)
    assert (planned.clone / "cellwright.env").read_text() == "CELLWRIGHT_PLANS=gitlab-9001\n"
    applied = job(place, "apply", CELLWRIGHT_PLANS="gitlab-9001", GITLAB_USER_LOGIN="grace").expect(0)
    assert place.fleet.desk.count("done") == {"acme-a": 1}
    trail = events(place.ledger)
    assert [event.actor for event in trail if event.action == "run.approved"] == ["grace"]
    assert "GitLab" in str(
        next(event for event in trail if event.action == "run.approved").detail["identity"]
    )
    assert list(faults(trail)) == []
    asked = place.desk.log("curl").splitlines()
    assert asked[0].endswith("https://gitlab.example/api/v4/projects/12/trigger/pipeline")
    assert "t0ken" not in asked[0], "no token among the arguments"
    assert asked[1:] == ['form = "token=job-t0ken"', 'form = "ref=main"']
    assert "t0ken" not in applied.text
    second = job(place, "plan what was merged", CI_JOB_ID="9002").expect(0)
    assert (second.clone / "cellwright.env").read_text() == "CELLWRIGHT_PLANS=gitlab-9002\n"
    job(place, "apply", CELLWRIGHT_PLANS="gitlab-9002").expect(0)
    third = job(place, "plan what was merged", CI_JOB_ID="9003").expect(0)
    assert (third.clone / "cellwright.env").read_text() == "CELLWRIGHT_PLANS=\n"
    assert "There is nothing to apply." in job(place, "apply", CELLWRIGHT_PLANS="").expect(0).text
    job(place, "drift").expect(0)


def test_a_client_is_onboarded_by_a_form(place: Place) -> None:
    form = {
        "FORM_TRIAL_NAME": "globex",
        "FORM_TRIAL_MORE": "stacks.b.enabled=false",
        "FORM_TRIAL_REASON": "new",
    }
    job(place, "onboard", **form).expect(0)
    assert place.fleet.desk.count("done") == {"globex-a": 1}
    assert place.heads().splitlines()[0].startswith("ada: ")
    before = place.heads()
    evil = {"FORM_TRIAL_NAME": "$(id); x", "FORM_TRIAL_MORE": "*", "FORM_TRIAL_REASON": "`id`"}
    assert job(place, "onboard", **evil).code != 0
    assert place.heads() == before


NOTES = "https://gitlab.example/api/v4/projects/12/merge_requests/7/notes"


def commented(place: Place, **environment: str) -> tuple[Ended, list[str]]:
    """Write the comment of a plan; gives what `curl` was asked for."""
    fleet = place.fleet.root / "fleet.yaml"
    if "comment_token" not in fleet.read_text():
        text = fleet.read_text().replace(
            "region: us-east-1", "region: us-east-1\n  comment_token: trial/notes"
        )
        fleet.write_text(text)
        assert main(["ci", "gitlab", "--fleet", str(place.fleet.root)]) == 0
        place.desk.secret("trial/notes", "glpat-s3cret")
    lines = "".join(
        document(place.repository / ".gitlab" / "cellwright-trial.yml")["trial: comment"]["script"]
    )
    page = "printf '### Plan: `one`\\n' > \"$CI_PROJECT_DIR/cellwright-trial-plan.md\"\n"
    given = {**GIVEN, "CI_MERGE_REQUEST_IID": "7", **environment}
    before = len(place.desk.log("curl").splitlines())
    ended = place.runner.run(page + lines, ("bash",), **given).expect(0)
    return ended, place.desk.log("curl").splitlines()[before:]


def test_one_comment_is_kept_up_to_date_with_a_token_that_no_argument_has(place: Place) -> None:
    ended, asked = commented(place)
    calls = [line for line in asked if not line.startswith("header")]
    assert [line.rpartition(" ")[2].partition("?")[0] for line in calls] == [NOTES, NOTES]
    assert "--request POST" in calls[1]
    assert "s3cret" not in "".join(calls) + ended.text
    assert 'header = "PRIVATE-TOKEN: glpat-s3cret"' in asked
    text = (ended.clone / "cellwright-comment.md").read_text()
    assert text == "<!-- cellwright: trial -->\n### Plan: `one`\n"

    ours = '{"id":302,"type":null,"body":"\\u003c!-- cellwright: trial --\\u003e x"}'
    place.desk.notes(
        f'[{{"id":301,"type":null,"body":"cellwright: trial"}},{ours},{ours.replace("302", "9")}]'
    )
    _, asked = commented(place)
    calls = [line for line in asked if not line.startswith("header")]
    assert [line.rpartition(" ")[2].partition("?")[0] for line in calls] == [NOTES, f"{NOTES}/302"]
    assert "--request PUT" in calls[1]

    _, asked = commented(place, CURL_REFUSES="PUT")  # it is somebody else's
    calls = [line for line in asked if not line.startswith("header")]
    assert "--request POST" in calls[2]
