from cellwright.app.history.runs import RunPage, RunsRequest
from golden.cli import history_samples, samples
from unit.cli.conftest import Place, Run


def test_the_limit_reaches_the_use_case(run: Run, place: Place) -> None:
    use_case = place("app.history.runs.runs", RunPage(history_samples.RUNS))
    assert run("runs", "--limit", "5").code == 0
    assert use_case.given[1] == RunsRequest(limit=5)


def test_older_runs_are_on_the_next_page(run: Run, place: Place) -> None:
    use_case = place("app.history.runs.runs", RunPage(history_samples.RUNS, history_samples.RUNS[-1].id))
    answer = run("runs", "--before", samples.RUN, "--limit", "2")
    assert use_case.given[1] == RunsRequest(limit=2, before=samples.RUN)
    assert answer.out.splitlines()[-1] == f"more: repeat this with --before {history_samples.RUNS[-1].id}"
