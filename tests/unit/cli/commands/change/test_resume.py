from dataclasses import replace

from cellwright.app.runs.report import RunReport
from cellwright.app.runs.resume import ResumeRequest
from cellwright.model.actor import Actor
from cellwright.model.runs.run import RunStatus
from golden.cli import samples
from unit.cli.conftest import Place, Run

GREEN = RunReport(replace(samples.APPLIED.run, status=RunStatus.SUCCEEDED), samples.APPLIED.results[:1])


def test_without_an_argument_the_last_run_is_resumed(run: Run, place: Place) -> None:
    use_case = place("app.runs.resume.resume", GREEN)
    assert run("resume", samples.RUN, "--yes").code == 0
    _, actor, request, _ = use_case.given
    assert isinstance(actor, Actor)
    assert (actor.name, request) == ("ada", ResumeRequest(run=samples.RUN))
    run("resume", "--yes")
    assert use_case.given[2] == ResumeRequest()
