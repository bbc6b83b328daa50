"""GitHub's workflows: every shell line of them, run as GitHub's runner runs it."""

import pytest

from cellwright.cli.views.markdown.page import LONGEST
from e2e.kit.people import events, faults
from e2e.pipelines.conftest import ARTIFACTS, Place
from e2e.pipelines.jobs import Ended, document

SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
"""What `shell: bash` means."""
REPOSITORY = "repos/acme-org/fleet"
GIVEN = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "acme-org/fleet",
    "GITHUB_RUN_ID": "71",
    "GITHUB_RUN_ATTEMPT": "1",
    "GITHUB_REF_NAME": "main",
    "GITHUB_SHA": "c0ffee",
    "GITHUB_TRIGGERING_ACTOR": "ada",
    "GH_TOKEN": "t0ken",
}
MARK = "<!-- cellwright: trial -->"


def job(place: Place, workflow: str, name: str, **environment: str) -> Ended:
    """Run the shell lines of a job."""
    folder = place.repository / ".github" / "workflows"
    found = document(folder / f"cellwright-trial-{workflow}.yml")["jobs"][name]
    scripts = [step["run"] for step in found["steps"] if "run" in step]
    where = found["defaults"]["run"].get("working-directory", ".")
    return place.runner.run("".join(scripts), SHELL, folder=where, **{**GIVEN, **environment})


def approve(place: Place, login: str, environment: str = "production") -> None:
    given = [{"state": "approved", "user": {"login": login}, "environments": [{"name": environment}]}]
    place.desk.answer(f"{REPOSITORY}/actions/runs/71/approvals", given)


@pytest.mark.long
def test_a_pull_request_is_checked_planned_and_told(place: Place) -> None:
    page = job(place, "pull-request", "check").expect(0)
    assert page.summary == "### Check: no findings\n"
    planned = job(place, "pull-request", "plan").expect(0)
    assert "### Plan: 1 to add in 1 unit; 1 unit could not be planned" in planned.summary
    assert "ab" * 32 not in planned.text
    place.desk.answer(f"{REPOSITORY}/issues/7/comments", [{"id": 1, "user": {"type": "User"}, "body": MARK}])
    lines = f"mkdir cellwright-plan-page; cp {planned.outputs['page']} cellwright-plan-page/page.md\n"
    first = comment(place, lines).expect(0)
    assert f"--method POST {REPOSITORY}/issues/7/comments" in place.desk.log("gh")
    body = (place.desk.folder / "body").read_text()
    assert body == f"{MARK}\n{planned.summary}"
    assert len(body) <= LONGEST
    ours = {"id": 2, "user": {"type": "Bot"}, "body": f"{MARK}\nold"}
    place.desk.answer(f"{REPOSITORY}/issues/7/comments", [ours])
    comment(place, lines).expect(0)
    assert f"--method PATCH {REPOSITORY}/issues/comments/2" in place.desk.log("gh")
    assert not first.outputs


def comment(place: Place, before: str) -> Ended:
    found = document(place.repository / ".github/workflows/cellwright-trial-pull-request.yml")
    script = found["jobs"]["comment"]["steps"][-1]["run"]
    return place.runner.run(before + script, SHELL, **{**GIVEN, "NUMBER": "7"})


def test_what_was_planned_is_applied_in_the_name_of_who_approved(place: Place) -> None:
    planned = job(place, "apply", "plan").expect(0)
    assert planned.outputs == {"plans": "github-71-1"}
    kept = place.runner.place / ARTIFACTS / "saved" / "github-71-1"
    assert kept.exists()
    place.fleet.cell("globex")  # merged meanwhile: nobody has approved it
    place.commit()

    refused = job(place, "apply", "apply", PLANS=planned.outputs["plans"])
    assert refused.code != 0, "who has approved can't be told"
    assert place.fleet.desk.lines() == []

    approve(place, "grace")
    applied = job(place, "apply", "apply", PLANS=planned.outputs["plans"]).expect(0)

    assert place.fleet.desk.count("done") == {"acme-a": 1}
    assert applied.outputs == {"more": "yes"}
    trail = events(place.ledger)
    approved = next(event for event in trail if event.action == "run.approved")
    assert approved.actor == "grace"
    vouched = str(approved.detail["identity"])
    assert "GitHub Actions" in vouched
    assert "acme-org/fleet" in vouched
    assert not kept.exists()
    assert list(faults(trail)) == []

    job(place, "apply", "again").expect(0)
    assert "workflow run cellwright-trial-apply.yml --repo acme-org/fleet --ref main" in place.desk.log("gh")


@pytest.mark.long
def test_nothing_to_apply_asks_nobody(place: Place) -> None:
    for _ in range(2):
        planned = job(place, "apply", "plan", GITHUB_RUN_ATTEMPT="1", GITHUB_RUN_ID="71").expect(0)
        approve(place, "grace", "another environment")
        job(place, "apply", "apply", PLANS=planned.outputs["plans"]).expect(0)
    assert "There is nothing to apply." in job(place, "apply", "plan").expect(0).text
    # An approval of another environment is none of this one: the one who merged is on record.
    assert {event.actor for event in events(place.ledger) if event.action == "run.approved"} == {"ada"}
    job(place, "drift", "look").expect(0)


@pytest.mark.long
def test_a_client_is_onboarded_by_a_form(place: Place) -> None:
    form = {
        "FORM_TRIAL_NAME": "globex",
        "FORM_TRIAL_MORE": "stacks.b.enabled=false",
        "FORM_TRIAL_REASON": "new",
    }
    job(place, "onboard", "onboard", **form).expect(0)
    assert place.fleet.desk.count("done") == {"globex-a": 1}
    assert place.heads().splitlines()[0].startswith("ada: ")
    begun = [event for event in events(place.ledger) if "globex" in event.subject]
    assert {event.actor for event in begun} == {"ada"}


def test_a_form_holds_no_commands(place: Place) -> None:
    before = place.heads()
    planted = place.runner.place / "planted"
    for evil in (f"$(touch {planted}); touch {planted} `touch {planted}`", "--help"):
        form = {
            "FORM_TRIAL_NAME": evil,
            "FORM_TRIAL_MORE": f"$(touch {planted}) *",
            "FORM_TRIAL_REASON": evil,
        }
        assert job(place, "onboard", "onboard", **form).code != 0
    assert not planted.exists()
    assert place.heads() == before
    assert place.fleet.desk.lines() == []


@pytest.mark.long
def test_a_secret_that_can_t_be_read_stops_the_job(place: Place) -> None:
    (place.desk.folder / "secrets" / "trial" / "key").unlink()
    for workflow, name in (("apply", "plan"), ("drift", "look"), ("pull-request", "plan")):
        ended = job(place, workflow, name)
        assert ended.code != 0
        assert not ended.outputs.get("plans")
    assert events(place.ledger) == ()
