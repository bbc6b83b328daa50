"""Jenkins' jobs: the library's own Groovy in the real Groovy; its `sh` is a shell with the real commands."""

import pytest

from e2e.pipeline.conftest import Site

pytestmark = pytest.mark.terraform


def test_the_button_brings_a_client_up_in_the_name_of_whoever_pressed_it(site: Site) -> None:
    build = site.build("cellwrightOnboard", {"NAME": "acme", "REASON": "signed"}).expect("SUCCESS")

    trail = site.trail()
    assert ("ada", "client.onboarded", "client/acme") in trail
    assert {actor for actor, _, _ in trail} == {"ada"}
    assert trail[-1] == ("ada", "client.moved", "client/acme"), "it is active"
    assert site.fleet.desk.lines() == ["begin acme-a", "done acme-a", "begin acme-b", "done acme-b"]
    assert build.steps("input") == []
    assert '"active"' in site.cellwright("status", "--json") or "active" in site.cellwright("events")
