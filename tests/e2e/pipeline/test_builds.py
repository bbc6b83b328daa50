"""Jenkins' jobs: the library's own Groovy in the real Groovy; its `sh` is a shell with the real commands."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.console.application import create_application
from cellwright.console.server import ConsoleServer, Listening, address_of, listen
from cellwright.console.services import Services
from e2e.pipeline.conftest import Site
from patience import PATIENCE
from unit.console.kit import TOKEN, OneVisitor, visitor_with

pytestmark = pytest.mark.terraform

UP = ["begin acme-a", "done acme-a", "begin acme-b", "done acme-b"]
_MORE = ("cellwrightSuspend", "cellwrightApprove")
HOSTILE = "grow; touch pwned $(touch pwned) `touch pwned` \"quoted\" 'single'\nsecond line"


def test_the_button_brings_a_client_up_in_the_name_of_whoever_pressed_it(site: Site) -> None:
    build = site.build("cellwrightOnboard", {"NAME": "acme", "REASON": HOSTILE}).expect("SUCCESS")

    trail = site.trail()
    assert ("ada", "client.onboarded", "client/acme") in trail
    assert {actor for actor, _, _ in trail} == {"ada"}
    assert trail[-1] == ("ada", "client.moved", "client/acme"), "it is active"
    assert site.fleet.desk.lines() == UP
    assert build.steps("input") == []
    vouched = site.cellwright("runs", "--json")
    assert '"run": "7"' in vouched, "the build stands behind the name"
    assert not list(site.folder.rglob("pwned"))


@pytest.mark.parametrize("name", ["acme; touch pwned", "$(touch pwned)", "a'b\"c", "two\nlines", "--yes", ""])
def test_a_name_with_shell_characters_is_a_name_and_is_refused(site: Site, name: str) -> None:
    build = site.build("cellwrightOnboard", {"NAME": name}).expect("FAILURE")

    assert "can't be a client's name" in build.steps("sh")[0]["err"]
    assert not list(site.folder.rglob("pwned"))
    assert site.trail() == []


@pytest.fixture
def proposed(site: Site) -> Site:
    """A client whose settings are there, and nothing of it is up."""
    site.commit("clients/acme.yaml", "{}\n")
    return site


def test_exactly_the_plans_that_were_shown_are_applied_once_somebody_approved_them(proposed: Site) -> None:
    answers = [{"approver": "grace", "reason": HOSTILE}, {"approver": "grace"}]
    build = proposed.build("cellwrightApply", {"REASON": "new"}, inputs=answers).expect("SUCCESS")

    assert len(build.steps("input")) == 2, "one for each wave: b is planned when a is up"
    approvals = [(who, what) for who, what, _ in proposed.trail() if what == "run.approved"]
    assert approvals == [("grace", "run.approved")] * 2
    assert proposed.fleet.desk.lines() == UP
    assert not list(proposed.folder.rglob("pwned"))


def test_an_approval_that_names_nobody_applies_nothing_and_ends_the_run(proposed: Site) -> None:
    build = proposed.build("cellwrightApply", {}, inputs=[{"approver": None}]).expect("FAILURE")

    assert "does not say who has approved" in build.why
    assert proposed.ended(build.run) == "cancelled"
    assert proposed.fleet.desk.lines() == []
    assert ("ada", "run.cancel_requested", build.run) in proposed.trail()


@pytest.mark.parametrize(
    ("answer", "who"), [({"abort": "ada"}, "ada"), ({"reject": "grace"}, "grace"), ({"late": True}, "ada")]
)
def test_a_build_that_ends_while_it_waits_ends_its_run_and_says_why(
    proposed: Site, answer: dict[str, object], who: str
) -> None:
    build = proposed.build("cellwrightApply", {}, inputs=[answer]).expect("ABORTED")

    assert proposed.ended(build.run) in {"cancelled", "failed"}
    assert proposed.fleet.desk.lines() == []
    told = [(actor, action) for actor, action, subject in proposed.trail() if subject == build.run]
    wanted = "run.rejected" if "reject" in answer else "run.cancel_requested"
    assert (who, wanted) in told, told


def test_a_lost_agent_costs_nothing_and_makes_nothing_twice(proposed: Site) -> None:
    accidents = [{"after": "agent"}, {}, {"before": "agent"}, {}]
    answers = [{"approver": "grace"}, {"approver": "grace"}]
    build = proposed.build("cellwrightApply", {}, inputs=answers, accidents=accidents).expect("SUCCESS")

    assert len(build.steps("lost")) == 2
    assert [what for _, what, _ in proposed.trail()].count("run.started") == 1
    assert proposed.fleet.desk.lines() == UP


def test_nobody_s_build_begins_nothing(site: Site) -> None:
    for job in ("cellwrightOnboard", "cellwrightApply", "cellwrightOffboard", "cellwrightRollout", *_MORE):
        parameters = {"NAME": "acme"}
        build = site.build(job, parameters, pressed_by=None).expect("FAILURE")
        assert "Nobody is named" in build.why
        assert build.commands == []


def test_the_night_looks_for_drift_in_the_name_of_the_job(site: Site) -> None:
    site.build("cellwrightDrift", {}, pressed_by=None).expect("SUCCESS")


LEAVES = {"NAME": "acme", "REASON": HOSTILE}


def offboardings(site: Site) -> list[tuple[str, str]]:
    """What the trail says of offboardings, and of clients: who did what."""
    return [(who, what) for who, what, _ in site.trail() if what.startswith(("offboarding.", "client."))]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ({"approver": "ada", "name": "acne"}, "FAILURE"),
        ({"approver": "ada", "name": ""}, "FAILURE"),
        ({"approver": "ada", "name": "acme; touch pwned"}, "FAILURE"),
        ({"approver": "grace", "name": "acme"}, "FAILURE"),
        ({"approver": None, "name": "acme"}, "FAILURE"),
        ({"abort": "ada"}, "ABORTED"),
        ({"reject": "ada"}, "ABORTED"),
        ({"late": True}, "ABORTED"),
    ],
)
def test_who_does_not_type_the_name_has_begun_no_offboarding(
    proposed: Site, answer: dict[str, object], result: str
) -> None:
    build = proposed.build("cellwrightOffboard", LEAVES, inputs=[answer]).expect(result)

    (question,) = build.steps("input")
    assert question["submitter"] == "ada"
    assert "0 units, 0 resources: this destroys all infrastructure of acme" in question["text"]
    assert [step["text"] for step in build.steps("archive")] == ["cellwright-offboard.*"]
    assert proposed.ended(build.run) == "succeeded", "its run, which only planned, is over"
    assert offboardings(proposed) == []
    assert not list(proposed.folder.rglob("pwned"))


@pytest.mark.parametrize("who", ["ada", "grace"])
def test_a_build_that_is_aborted_while_it_plans_ends_its_run(proposed: Site, who: str) -> None:
    accidents = [{}, {"before": who}]
    build = proposed.build("cellwrightOffboard", LEAVES, accidents=accidents).expect("ABORTED")

    assert build.steps("input") == []
    assert offboardings(proposed) == []
    assert proposed.ended(build.run) != "running"


def test_the_name_is_typed_after_the_plans_were_seen_and_a_lost_agent_makes_nothing_twice(
    proposed: Site,
) -> None:
    accidents = [{"after": "agent"}, {}, {"after": "agent"}, {}, {}, {"after": "agent"}]
    answers = [{"approver": "ada", "name": "acme", "reason": HOSTILE}]
    build = proposed.build("cellwrightOffboard", LEAVES, inputs=answers, accidents=accidents)

    build.expect("SUCCESS")
    assert len(build.steps("lost")) == 3
    labels = [
        step.get("label", step["step"]) for step in build.document["steps"] if step["step"] in ("sh", "input")
    ]
    assert labels == ["plan", "plan", "follow", "follow", "look", "input", "offboard", "offboard"]
    assert ("ada", "client.offboarded", "client/acme") in proposed.trail()
    assert [what for _, what in offboardings(proposed)].count("offboarding.planning") == 1
    assert "is archived" in build.steps("sh")[-1]["out"]
    assert not list(proposed.folder.rglob("pwned"))
    same = proposed.build("cellwrightOffboard", LEAVES).expect("FAILURE")
    assert "Nothing was begun (0 units, 0 resources)" in same.why, (
        "its plans are those of an offboarding that is over"
    )
    assert (same.run, same.steps("input")) == (build.run, [])
    other = {"BUILD_URL": "https://jenkins.example.com/job/fleet/job/offboard/8/"}
    again = proposed.build("cellwrightOffboard", LEAVES, environment=other).expect("FAILURE")
    assert "there is no client 'acme'" in again.steps("sh")[0]["err"]


@pytest.mark.parametrize("action", ["", "leave", "cancel; touch pwned"])
def test_an_offboarding_s_action_is_one_of_three(site: Site, action: str) -> None:
    build = site.build("cellwrightOffboard", {"NAME": "acme", "ACTION": action}).expect("FAILURE")
    if action:
        assert "ACTION is none of" in build.why
        assert build.commands == []


def test_nobody_agrees_to_what_nobody_has_begun(proposed: Site) -> None:
    build = proposed.build("cellwrightOffboard", {"NAME": "acme", "ACTION": "agree"}).expect("FAILURE")
    assert "client/acme is not being offboarded" in build.steps("sh")[0]["err"]
    assert build.steps("input") == []
    assert proposed.trail() == []


def test_a_proposal_is_checked_and_planned_where_nothing_can_be_changed(proposed: Site) -> None:
    own = {"FLEET_REPOSITORY": proposed.environment["CELLWRIGHT_REPOSITORY"]}
    build = proposed.build("cellwrightCheck", {"REF": "main"}, pressed_by=None, environment=own)

    build.expect("SUCCESS")
    assert [step["text"] for step in build.steps("node")] == ["cellwright-check"]
    plan = next(proposed.folder.rglob("cellwright-plan.md")).read_text()
    assert "client/acme/a" in plan
    assert proposed.fleet.desk.lines() == []


@pytest.mark.parametrize("ref", ["", "$(touch pwned)", "-x", "a..b", "main; touch pwned", "main\nx"])
def test_what_names_no_branch_is_not_looked_at(site: Site, ref: str) -> None:
    build = site.build("cellwrightCheck", {"REF": ref}, pressed_by=None).expect("FAILURE")
    assert "REF is no name" in build.why
    assert build.steps("node") == []


@pytest.mark.parametrize(
    ("repository", "change", "address"),
    [
        (
            "https://github.com/acme/fleet.git",
            "7",
            "https://api.github.com/repos/acme/fleet/issues/7/comments",
        ),
        (
            "https://gitlab.example.com/infra/fleet.git",
            "7",
            "https://gitlab.example.com/api/v4/projects/infra%2Ffleet/merge_requests/7/notes",
        ),
        ("https://git.example.com/infra/fleet.git", "7", ""),
        ("https://github.com/acme/fleet.git", "7/../..", ""),
        ("https://github.com/acme/fleet.git", "", ""),
    ],
)
def test_a_comment_goes_to_the_change_alone(site: Site, repository: str, change: str, address: str) -> None:
    script = f"cellwrightComment.addressOf('{repository}', '{change}')"
    assert site.build("", {}, script=script).value == address


def test_a_rollout_s_action_is_one_of_those_that_stand_in_the_script(site: Site) -> None:
    build = site.build("cellwrightRollout", {"ACTION": "start; touch pwned"}).expect("FAILURE")
    assert "ACTION is none of" in build.why
    assert build.commands == []


def test_the_seed_makes_jobs_that_offer_what_the_fleet_has(site: Site) -> None:
    site.commit("tiers/gold.yaml", "{}\n")
    site.commit("tiers/standard.yaml", "{}\n")
    layered = (
        site.fleet.root.joinpath("fleet.yaml")
        .read_text()
        .replace("- defaults.yaml", "- tiers/${cell.tier}.yaml")
    )
    site.commit("fleet.yaml", layered)

    build = site.build("cellwrightSeed", {}, pressed_by=None).expect("SUCCESS")

    (made,) = build.steps("jobDsl")
    calls = {item["with"][0]: item["within"] for item in made["calls"]}
    jobs = {name.removeprefix("trial/") for name in calls} - {"trial"}
    assert jobs == {
        "onboard-client",
        "apply",
        "approve",
        "suspend",
        "check",
        "rollout",
        "offboard",
        "drift",
    }
    (form,) = [item["within"] for item in calls["trial/onboard-client"] if item["call"] == "parameters"]
    offered = {item["with"][0]: item["with"][1] for item in form if item["call"] == "choiceParam"}
    assert offered == {"TIER": ["", "gold", "standard"]}
    assert {step["text"] for step in build.steps("node")} == {"cellwright-check"}, "it may change nothing"


def test_the_seed_asks_a_server_where_there_is_one(site: Site) -> None:
    environment = {name: value for name, value in site.environment.items() if name != "CELLWRIGHT_REPOSITORY"}
    with (
        FleetSession(Location(fleet=site.fleet.root, environment=environment)) as session,
        served(session) as address,
    ):
        asked = {"CELLWRIGHT_SERVER": address, "CELLWRIGHT_TOKEN": TOKEN, "CELLWRIGHT_REPOSITORY": ""}
        build = site.build("cellwrightSeed", {}, pressed_by=None, environment=asked).expect("SUCCESS")

    assert [step["text"] for step in build.steps("node")] == ["cellwright", "cellwright-check"]
    (made,) = build.steps("jobDsl")
    assert "trial/apply" in {item["with"][0] for item in made["calls"]}


@contextmanager
def served(session: FleetSession) -> Iterator[str]:
    """Serve a fleet to one visitor, who may do everything."""
    listening, ready = listen(Listening(port=0)), threading.Event()
    services = Services(session=session, visitors=OneVisitor(visitor_with()))
    server = ConsoleServer(create_application(services), listening, (), ready.set)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        yield address_of(listening)
    finally:
        server.stop()
        thread.join()


@pytest.mark.parametrize("action", ["", "suspend; touch pwned", "delete"])
def test_a_suspension_s_action_is_one_of_two(site: Site, action: str) -> None:
    build = site.build("cellwrightSuspend", {"NAME": "acme", "ACTION": action}).expect("FAILURE")
    if action:
        assert "ACTION is none of" in build.why
        assert build.commands == []
    assert not list(site.folder.rglob("pwned"))


def test_who_approves_in_a_build_of_their_own_names_a_run_in_which_plans_wait(site: Site) -> None:
    build = site.build("cellwrightApprove", {"RUN": "$(touch pwned)"}).expect("FAILURE")
    assert "No plan of this run waits" in build.why
    assert build.steps("input") == []
    assert not list(site.folder.rglob("pwned"))
