import json
from pathlib import Path

import pytest

from cellwright.app.runs.plan import PlanRequest
from cellwright.app.runs.report import RunReport
from cellwright.cli.views.markdown.plans import plan_page
from cellwright.model.actor import Actor
from golden.cli import samples
from unit.cli.conftest import Place, Run


def test_the_options_reach_the_use_case(run: Run, place: Place) -> None:
    use_case = place("app.runs.plan.plan", samples.PLANNED)
    run("plan", "client/acme", "-o", "out.plan", "--destroy", "--parallel", "3")
    _, actor, request, _ = use_case.given
    assert isinstance(actor, Actor)
    assert (actor.name, actor.named_by) == ("ada", "environment")
    assert isinstance(request, PlanRequest)
    assert tuple(request.selection.selectors) == ("client/acme",)
    assert (request.selection.destroy, request.parallel, request.out) == (True, 3, Path("out.plan"))


@pytest.mark.parametrize(
    ("report", "options", "code"),
    [
        (samples.PLANNED, [], 0),
        (samples.PLANNED, ["--exit-code"], 3),
        (samples.NOTHING_PLANNED, ["--exit-code"], 0),
        (samples.APPLIED, ["--exit-code"], 1),
    ],
)
def test_the_exit_code_tells_of_changes_if_asked_for(
    run: Run, place: Place, report: RunReport, options: list[str], code: int
) -> None:
    place("app.runs.plan.plan", report)
    assert run("plan", *options).code == code
    assert run("plan", "--json", *options).code == code


def test_a_blocked_unit_is_a_change_too(run: Run, place: Place) -> None:
    place("app.runs.plan.plan", RunReport(samples.PLANNED.run, samples.PLANNED.results[3:]))
    assert run("plan", "--exit-code").code == 3


def test_plans_may_go_to_the_store_or_into_a_file(run: Run, place: Place) -> None:
    use_case = place("app.runs.plan.plan", samples.PLANNED)
    assert run("plan", "--store", "job-7").code == 0
    request = use_case.given[2]
    assert isinstance(request, PlanRequest)
    assert (request.store, request.out) == ("job-7", None)
    assert run("plan", "--store", "job-7", "-o", "out.plan").code == 2


def test_a_page_in_markdown_is_not_wrapped(run: Run, place: Place) -> None:
    place("app.runs.plan.plan", samples.PLANNED)
    answer = run("plan", "--format", "markdown", "--exit-code")
    assert answer.code == 3
    assert answer.out == f"{plan_page(samples.PLANNED)}\n"


def test_format_json_means_the_same_as_json(run: Run, place: Place) -> None:
    place("app.runs.plan.plan", samples.PLANNED)
    expected = run("plan", "--json").out
    assert json.loads(expected)["run"]
    for words in (["--format", "json"], ["--format=json"], ["--json", "--format", "json"]):
        assert run("plan", *words).out == expected
    assert run("--json", "plan", "--format", "json").out == expected
    assert run("plan", "--format", "text").out == run("plan").out


@pytest.mark.parametrize("form", ["text", "markdown"])
@pytest.mark.parametrize("command", ["plan", "check", "diff", "show"])
def test_json_and_another_format_contradict_each_other(run: Run, command: str, form: str) -> None:
    for words in (["--json", command, "--format", form], [command, "--json", "--format", form]):
        answer = run(*words)
        assert answer.code == 2
        assert f"--json and --format {form} contradict each other" in json.dumps(answer.document)


def test_a_failure_is_json_where_the_format_is(run: Run) -> None:
    for words in (["--format", "json"], ["--format=json"]):
        answer = run("plan", "--no-such-option", *words)
        assert answer.code == 2
        assert answer.document
        assert "diagnostics" in answer.document  # type: ignore[operator]  # not a scalar
    assert run("plan", "--format", "pdf").code == 2
