from pathlib import Path

import pytest

from cellwright.app.runs.report import RunReport
from cellwright.demo.demo import DemoRequest
from cellwright.demo.steps import DemoPlace, DemoView
from cellwright.engine.approval import Preapproved
from cellwright.model.diagnostic import DiagnosticError, error
from golden.cli import history_samples, samples
from unit.cli.conftest import Place, Run

PLACE = DemoPlace(Path("/somewhere/fleet"), {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000"}, running=True)


def steps(request: DemoRequest, view: DemoView) -> DemoPlace:
    assert isinstance(view.conversation().approver, Preapproved)
    view.note("fetching a program")
    view.begin_step("A fleet", "cellwright init fleet")
    view.begin_step("A run", "cellwright apply --yes")
    view.show_run(RunReport(samples.DESTROYED.run, samples.DESTROYED.results))
    view.show_status(samples.STATUS)
    view.show_events(history_samples.EVENTS, history_samples.SOUND)
    view.show_place(PLACE)
    if request.once:
        view.wait()
    return PLACE


def test_the_steps_are_printed_in_order(run: Run, place: Place) -> None:
    place("demo.demo.demo", steps)
    answer = run("demo")
    assert answer.code == 0
    parts = [
        "fetching a program\n",
        "1. A fleet\n   $ cellwright init fleet",
        "2. A run",
        "2 units destroyed",
        "medloop  7 units",
        "client.onboarded",
        "the chain holds",
        "The fleet lies in /somewhere/fleet",
        "export AWS_ENDPOINT_URL=http://127.0.0.1:5000",
    ]
    assert [answer.out.index(part) for part in parts] == sorted(answer.out.index(part) for part in parts)


def test_with_json_the_demo_is_one_document(run: Run, place: Place) -> None:
    place("demo.demo.demo", steps)
    answer = run("demo", "--json")
    assert isinstance(answer.document, dict)
    assert answer.document["fleet"] == "/somewhere/fleet"
    assert set(answer.document) >= {"environment", "runs", "status", "events", "verification"}
    assert "1. A fleet" in answer.err


def test_no_relay_is_handed_on(run: Run, place: Place) -> None:
    use_case = place("demo.demo.demo", PLACE)
    run("demo", "--no-relay")
    request = use_case.given[0]
    assert isinstance(request, DemoRequest)
    assert (request.relay, request.once) == (False, False)


@pytest.fixture
def pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C was pressed."""
    monkeypatch.setattr("cellwright.cli.interaction.interrupts.SignalInterrupts.requested", lambda _: 1)


@pytest.mark.usefixtures("pressed")
def test_ctrl_c_between_steps_ends_the_demo(run: Run, place: Place) -> None:
    place("demo.demo.demo", steps)
    answer = run("demo")
    assert answer.code == 130
    assert "A run" not in answer.out


@pytest.mark.usefixtures("pressed")
def test_a_run_that_ctrl_c_ended_is_reported_as_interrupted(run: Run, place: Place) -> None:
    place("demo.demo.demo", DiagnosticError(error("run x ended as cancelled")))
    answer = run("demo")
    assert answer.code == 130
    assert "cancelled" not in answer.err


def test_a_demo_that_fails_says_why(run: Run, place: Place) -> None:
    place("demo.demo.demo", DiagnosticError(error("there is no terraform", "install it")))
    answer = run("demo")
    assert answer.code == 1
    assert answer.err == "error: there is no terraform; install it\n"


@pytest.mark.usefixtures("pressed")
def test_a_kept_demo_ends_with_ctrl_c_and_that_is_no_failure(run: Run, place: Place) -> None:
    def keep(_request: DemoRequest, view: DemoView) -> DemoPlace:
        view.show_place(PLACE)
        view.wait()
        return PLACE

    place("demo.demo.demo", keep)
    assert run("demo").code == 0


def test_the_whole_fleet_is_asked_for(run: Run, place: Place) -> None:
    use_case = place("demo.demo.demo", PLACE)
    run("demo", "--full")
    request = use_case.given[0]
    assert isinstance(request, DemoRequest)
    assert request.full


@pytest.mark.parametrize(
    ("given", "handed_on"),
    [
        ((), None),
        (("--binary", "tofu"), "tofu"),
        (("--binary", "./bin/tofu"), str(Path.cwd() / "bin" / "tofu")),
        (("--binary", "/opt/tofu"), "/opt/tofu"),
    ],
)
def test_what_runs_it_is_handed_on_and_a_path_is_completed(
    run: Run, place: Place, given: tuple[str, ...], handed_on: str | None
) -> None:
    use_case = place("demo.demo.demo", PLACE)
    run("demo", *given)
    request = use_case.given[0]
    assert isinstance(request, DemoRequest)
    assert request.binary == handed_on
