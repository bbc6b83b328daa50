from dataclasses import replace

import pytest

from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.snapshot import LoadCancelledError
from cellwright.model.diagnostic import error
from cellwright.model.runs.progress import RunFinished, RunStarted
from cellwright.model.runs.run import RunStatus
from golden.cli import samples
from unit.cli.conftest import Place, Run
from unit.cli.progress.made_up_run import stamped

GREEN = RunReport(replace(samples.APPLIED.run, status=RunStatus.SUCCEEDED), samples.APPLIED.results[:1])


@pytest.mark.parametrize("arguments", [["apply"], ["resume"], ["onboard", "acme"], ["offboard", "acme"]])
def test_without_a_terminal_and_without_yes_no_use_case_is_called(
    run: Run, place: Place, arguments: list[str]
) -> None:
    use_cases = [
        place(where, GREEN)
        for where in (
            "app.runs.apply.apply",
            "app.runs.resume.resume",
            "app.clients.onboarding.onboard.onboard",
            "app.clients.offboard.offboard",
        )
    ]
    answer = run(*arguments)
    assert answer.code == 1
    assert "--yes" in answer.err
    assert not any(use_case.given for use_case in use_cases)


@pytest.mark.parametrize("arguments", [["plan"], ["apply", "--yes"], ["resume", "--yes"]])
def test_progress_goes_to_standard_error_and_only_the_document_to_standard_output(
    run: Run, place: Place, arguments: list[str]
) -> None:
    def reporting(_session: object, _actor: object, _request: object, talk: Conversation) -> RunReport:
        talk.reporter.report(stamped(RunStarted(samples.APPLIED.run)))
        talk.reporter.report(stamped(RunFinished(samples.APPLIED.run)))
        return samples.APPLIED

    for where in ("app.runs.plan.plan", "app.runs.apply.apply", "app.runs.resume.resume"):
        place(where, reporting)
    answer = run(*arguments, "--json")
    assert f"apply {samples.RUN}: 4 units" in answer.err
    assert isinstance(answer.document, dict)
    assert answer.document["run"] == samples.RUN


@pytest.mark.parametrize("arguments", [["plan"], ["apply", "--yes"], ["resume", "--yes"]])
def test_ctrl_c_while_the_fleet_is_loaded_ends_as_interrupted(
    run: Run, place: Place, arguments: list[str]
) -> None:
    def cancelled(*_: object) -> RunReport:
        raise LoadCancelledError(error("loading the fleet was cancelled", "nothing was changed"))

    for where in ("app.runs.plan.plan", "app.runs.apply.apply", "app.runs.resume.resume"):
        place(where, cancelled)
    answer = run(*arguments)
    assert answer.code == 130
    assert answer.err == "error: interrupted\n"
