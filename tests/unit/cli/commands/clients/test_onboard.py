from dataclasses import replace

import pytest
import typer

from cellwright.app.clients.onboarding.onboard import OnboardRequest
from cellwright.app.runs.report import RunReport
from cellwright.cli.commands.clients.onboard import parse_settings
from cellwright.model.runs.run import RunStatus
from golden.cli import samples
from unit.cli.conftest import Place, Run

GREEN = RunReport(replace(samples.APPLIED.run, status=RunStatus.SUCCEEDED), samples.APPLIED.results[:1])


def test_settings_reach_the_use_case_as_nested_mappings(run: Run, place: Place) -> None:
    use_case = place("app.clients.onboarding.onboard.onboard", GREEN)
    settings = [
        "account=prod-use1",
        "stacks.app.replicas=6",
        "stacks.app.image=nginx:1",
        "stacks.sftp.enabled=true",
    ]
    arguments = [part for setting in settings for part in ("--set", setting)]
    assert run("onboard", "acme", *arguments, "--reason", "signed", "--yes").code == 0
    assert use_case.given[2] == OnboardRequest(
        name="acme",
        settings={
            "account": "prod-use1",
            "stacks": {"app": {"replicas": 6, "image": "nginx:1"}, "sftp": {"enabled": True}},
        },
        reason="signed",
        hooks=True,
    )


def test_values_are_json_where_they_can_be_read_as_such() -> None:
    given = ["a=1", "b=true", "c=null", 'd=[1,"x"]', 'e="6"', "f=prod-use1", "g=", "h=a=b", "i=1.2.3"]
    assert parse_settings(given) == {
        "a": 1,
        "b": True,
        "c": None,
        "d": [1, "x"],
        "e": "6",
        "f": "prod-use1",
        "g": "",
        "h": "a=b",
        "i": "1.2.3",
    }


def test_dots_make_a_tree() -> None:
    assert parse_settings(["a.b.c=1", "a.b.d=2", "a.e=3"]) == {"a": {"b": {"c": 1, "d": 2}, "e": 3}}


def test_a_value_nested_too_deeply_is_text() -> None:
    deep = "[" * 100_000
    assert parse_settings([f"a={deep}"]) == {"a": deep}


@pytest.mark.parametrize(
    "given", [["a"], ["=1"], [".a=1"], ["a..b=1"], ["a=1", "a=2"], ["a=1", "a.b=2"], ["a.b=2", "a=1"]]
)
def test_what_is_no_setting_or_contradicts_another_is_refused(given: list[str]) -> None:
    with pytest.raises(typer.BadParameter):
        parse_settings(given)
