"""Jenkins' jobs that take several builds, to their good end: a rollout, an offboarding, a suspension."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from e2e.pipeline.conftest import Site
from pipeline.groovy import Build

pytestmark = [pytest.mark.terraform, pytest.mark.long]

ROLLOUTS = {
    "standard": {"waves": [{"name": "canary", "cells": "ring=canary"}, {"name": "rest", "cells": "*"}]}
}


def reconfigured(site: Site, **more: object) -> None:
    """Have fleet.yaml say more, by a commit of somebody."""
    settings = yaml.safe_load((site.fleet.root / "fleet.yaml").read_text())
    site.commit("fleet.yaml", yaml.safe_dump({**settings, **more}))


def brought_up(site: Site, *names: str) -> None:
    """Have clients onboarded, each by a press of the button."""
    for name in names:
        site.build("cellwrightOnboard", {"NAME": name}).expect("SUCCESS")


def newest(site: Site) -> Mapping[str, Any]:
    """The newest rollout."""
    found: list[Mapping[str, Any]] = json.loads(site.cellwright("rollout", "status", "--json"))["rollouts"]
    return found[0]


def steered(site: Site, action: str, who: str, **parameters: object) -> Build:
    """Run the job *rollout* with an action."""
    return site.build("cellwrightRollout", {"ACTION": action, **parameters}, pressed_by=who).expect("SUCCESS")


def test_a_rollout_goes_through_its_waves_build_by_build(site: Site) -> None:
    reconfigured(site, rollouts=ROLLOUTS)
    brought_up(site, "acme", "globex")
    defaults = yaml.safe_load((site.fleet.root / "defaults.yaml").read_text())
    defaults["stacks"]["a"]["value"] = "2"
    site.commit("defaults.yaml", yaml.safe_dump(defaults))
    (own,) = (site.fleet.root / "clients" / "acme").glob("*.yaml")
    site.commit(str(own.relative_to(site.fleet.root)), "ring: canary\n")
    before = len(site.fleet.desk.lines())

    wanted = {"ACTION": "start", "STRATEGY": "standard", "REASON": "version 2; $(touch pwned)"}
    lost = site.build("cellwrightRollout", wanted, accidents=[{"after": "agent"}]).expect("SUCCESS")
    assert len(lost.steps("lost")) == 1
    rollout = str(newest(site)["rollout"])
    assert site.fleet.desk.lines()[before:] == [], "its plans wait"

    builds = 0
    while newest(site)["status"] != "completed" and builds < 8:
        steered(site, "approve", "grace", ROLLOUT=rollout, REASON="looked at")
        builds += 1

    assert newest(site)["status"] == "completed"
    done = [line for line in site.fleet.desk.lines()[before:] if line.startswith("done")]
    assert done.index("done acme-a") < done.index("done globex-a"), "the canary was first"
    trail = site.trail()
    assert [what for _, what, _ in trail].count("rollout.started") == 1, "though an agent was lost"
    assert ("ada", "rollout.started", rollout) in trail
    assert "grace" in {who for who, what, _ in trail if what == "run.approved"}
    assert not list(site.folder.rglob("pwned"))


def test_a_client_leaves_and_the_night_destroys_what_is_left(site: Site) -> None:
    brought_up(site, "acme")
    wanted = {"NAME": "acme", "REASON": "left; $(touch pwned)"}
    typed = [{"approver": "grace", "name": "acme"}]
    build = site.build("cellwrightOffboard", wanted, pressed_by="grace", inputs=typed).expect("SUCCESS")
    (question,) = build.steps("input")
    assert "2 units, 2 resources" in question["text"]
    shown = next(step["text"] for step in build.steps("echo") if "to destroy in 2 units" in step["text"])
    assert "client/acme/a" in shown
    seen = json.loads(next(site.folder.rglob("cellwright-offboard.json")).read_text())
    assert seen["run"] == build.run
    assert set(seen["plans"]) == {"client/acme/a", "client/acme/b"}
    site.build("cellwrightDrift", {}, pressed_by=None).expect("SUCCESS")

    lines = site.fleet.desk.lines()
    assert lines[-2:] == ["gone acme-b", "gone acme-a"]
    trail = site.trail()
    assert ("grace", "client.offboarded", "client/acme") in trail
    assert not list(site.folder.rglob("pwned"))


def test_an_offboarding_is_ended_within_its_hold(site: Site) -> None:
    reconfigured(site, offboarding={"hold": "30d"})
    brought_up(site, "acme")
    typed = [{"approver": "ada", "name": "acme"}]
    site.build("cellwrightOffboard", {"NAME": "acme"}, inputs=typed).expect("SUCCESS")
    again = site.build("cellwrightOffboard", {"NAME": "acme"}, inputs=typed).expect("SUCCESS")
    assert "acme is being offboarded already" in again.steps("input")[0]["text"]
    ends = {"NAME": "acme", "ACTION": "cancel"}
    site.build("cellwrightOffboard", ends, pressed_by="grace").expect("SUCCESS")
    site.build("cellwrightDrift", {}, pressed_by=None).expect("SUCCESS")

    assert not [line for line in site.fleet.desk.lines() if line.startswith("gone")]
    assert ("grace", "offboarding.cancelled", "client/acme") in site.trail()


def test_a_client_is_suspended_and_reinstated_after_its_plans_were_approved(site: Site) -> None:
    (level,) = yaml.safe_load((site.fleet.root / "fleet.yaml").read_text())["levels"]
    site.commit("lifecycle/suspended.yaml", "stacks: {b: {value: asleep}}\n")
    reconfigured(site, levels=[{**level, "lifecycle": {"suspended": "lifecycle/suspended.yaml"}}])
    brought_up(site, "acme")
    before = len(site.fleet.desk.lines())

    wanted = {"NAME": "acme", "ACTION": "suspend", "REASON": "pays late; $(touch pwned)"}
    answers = [{"approver": "grace"}]
    refused = site.build("cellwrightSuspend", wanted, inputs=[{"reject": "grace"}]).expect("ABORTED")
    assert "start this job with ACTION reinstate" in refused.steps("echo")[-1]["text"]
    assert site.fleet.desk.lines()[before:] == []
    build = site.build("cellwrightSuspend", wanted, inputs=answers).expect("SUCCESS")
    assert build.run
    assert "done acme-b" in site.fleet.desk.lines()[before:]
    assert "done acme-a" not in site.fleet.desk.lines()[before:]
    assert ("ada", "client.moved", "client/acme") in site.trail()
    assert ("grace", "run.approved", build.run) in site.trail()

    again = site.build("cellwrightSuspend", wanted).expect("SUCCESS")
    assert again.steps("input") == [], "it is suspended, and nothing is left to do"
    site.build("cellwrightSuspend", {**wanted, "ACTION": "reinstate"}, inputs=answers).expect("SUCCESS")
    assert site.fleet.desk.lines()[before:].count("done acme-b") == 2
    assert not list(site.folder.rglob("pwned"))
