from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.engine.approval import Preapproved
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import RunStatus
from golden.cli import samples
from unit.cli.conftest import Place, Run

GREEN = RunReport(replace(samples.APPLIED.run, status=RunStatus.SUCCEEDED), samples.APPLIED.results[:1])


def test_apply_with_yes_asks_nothing(run: Run, place: Place) -> None:
    use_case = place("app.runs.apply.apply", GREEN)
    assert run("apply", "base/**", "--yes", "--reason", "because", "--parallel=2").code == 0
    _, actor, request, talk = use_case.given
    assert isinstance(actor, Actor)
    assert (actor.name, actor.named_by) == ("ada", "environment")
    assert isinstance(request, ApplyRequest)
    assert isinstance(talk, Conversation)
    assert (request.reason, request.parallel, request.plan_file) == ("because", 2, None)
    assert isinstance(talk.approver, Preapproved)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "out.plan"
    path.touch()
    return path


@pytest.mark.parametrize("words", [("--plan", "{}"), ("{}",)])
def test_a_saved_plan_needs_no_approval(run: Run, place: Place, file: Path, words: tuple[str, ...]) -> None:
    use_case = place("app.runs.apply.apply", GREEN)
    assert run("apply", *(word.format(file) for word in words)).code == 0
    request = use_case.given[2]
    assert isinstance(request, ApplyRequest)
    assert request.plan_file == file
    assert tuple(request.selection.selectors) == ()


@pytest.mark.parametrize(
    "more", ["--destroy", "--with-upstreams", "--with-downstreams", "--all", "--move-state", "client/acme"]
)
@pytest.mark.parametrize("option", [("--plan",), ()])
def test_a_saved_plan_takes_nothing_that_selects_units(
    run: Run, place: Place, file: Path, option: tuple[str, ...], more: str
) -> None:
    use_case = place("app.runs.apply.apply", GREEN)
    assert run("apply", *option, str(file), more).code == 2
    assert not use_case.given


def test_stored_plans_need_no_approval(run: Run, place: Place) -> None:
    use_case = place("app.runs.apply.apply", GREEN)
    assert run("apply", "--stored", "job-7").code == 0
    request = use_case.given[2]
    assert isinstance(request, ApplyRequest)
    assert (request.stored, request.plan_file, request.selection.selectors) == ("job-7", None, ())


@pytest.mark.parametrize("more", ["--destroy", "--with-upstreams", "--all", "client/acme", "--plan"])
def test_stored_plans_take_nothing_that_selects_units(run: Run, place: Place, file: Path, more: str) -> None:
    use_case = place("app.runs.apply.apply", GREEN)
    words = ("--plan", str(file)) if more == "--plan" else (more,)
    assert run("apply", "--stored", "job-7", *words).code == 2
    assert not use_case.given


@pytest.mark.parametrize("words", [("missing.plan",), ("--plan", "missing"), ("/missing",)])
def test_a_plan_file_that_does_not_exist_is_a_usage_error(
    run: Run, place: Place, words: tuple[str, ...]
) -> None:
    use_case = place("app.runs.apply.apply", GREEN)
    answer = run("apply", *words, "--yes")
    assert answer.code == 2
    assert f"there is no plan file '{words[-1]}'; make one with: cellwright plan -o {words[-1]}" in " ".join(
        answer.err.split()
    )
    assert not use_case.given


@pytest.mark.parametrize("selector", ["client/acme/app", "client", "tier=gold.v1"])
def test_a_file_that_lies_where_a_selector_leads_is_no_plan(
    run: Run, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, selector: str
) -> None:
    monkeypatch.chdir(tmp_path)
    planted = tmp_path / selector
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.touch()
    use_case = place("app.runs.apply.apply", GREEN)
    assert run("apply", selector).code == 1  # nobody can be asked: it is not approved
    assert not use_case.given
    answer = run("apply", selector, "--yes")
    request = use_case.given[2]
    assert isinstance(request, ApplyRequest)
    assert (request.plan_file, request.selection.selectors) == (None, (selector,))
    assert f"--plan {selector}" in answer.err


@pytest.mark.parametrize("report", [samples.APPLIED, replace(GREEN, run=samples.APPLIED.run)])
def test_a_run_that_did_not_succeed_ends_with_1(run: Run, place: Place, report: RunReport) -> None:
    place("app.runs.apply.apply", report)
    answer = run("apply", "--yes")
    assert answer.code == 1
    assert f"cellwright resume {samples.RUN}" in answer.out or report is not samples.APPLIED


def test_a_failure_without_a_report_is_one_document(run: Run, place: Place) -> None:
    place("app.runs.apply.apply", DiagnosticError(error("no unit matches 'x'")))
    answer = run("apply", "x", "--yes", "--json")
    assert answer.code == 1
    assert isinstance(answer.document, dict)
    assert set(answer.document) == {"diagnostics"}
