from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.clients.offboard import OffboardRequest
from cellwright.app.clients.onboard import OnboardRequest
from cellwright.app.history.logs import UnitLog
from cellwright.app.history.prune import PruneRequest
from cellwright.app.history.runs import RunPage, RunsRequest
from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.conversation import Conversation
from cellwright.app.runs.plan import PlanRequest
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.resume import ResumeRequest
from cellwright.app.status.paging import Page
from cellwright.app.status.status import FleetStatus, StatusRequest
from cellwright.engine.approval import Preapproved
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.progress import RunFinished, RunStarted
from cellwright.model.run import RunStatus
from cellwright.planning.selection import Relatives
from golden.cli import samples
from unit.cli.conftest import Place, Run

GREEN = RunReport(replace(samples.APPLIED.run, status=RunStatus.SUCCEEDED), samples.APPLIED.results[:1])


def test_check_with_errors_ends_with_1(run: Run, place: Place) -> None:
    place("check.check_fleet", samples.FINDINGS)
    answer = run("check")
    assert answer.code == 1
    assert "clients/acme/client.yaml:5:11: error: the stack 'app' has no variable 'replica'" in answer.out
    assert len([line for line in answer.out.splitlines() if ": error: " in line]) == 2


def test_check_with_warnings_alone_ends_with_0(run: Run, place: Place) -> None:
    place("check.check_fleet", samples.FINDINGS[1:2])
    assert run("check").code == 0
    assert run("check", "--json").code == 0


def test_status_hands_on_selectors_and_relatives(run: Run, place: Place) -> None:
    use_case = place("status.fleet_status", samples.STATUS)
    assert run("status", "client/acme", "tier=gold", "--with-upstreams").code == 0
    assert use_case.given[1] == StatusRequest(
        selectors=("client/acme", "tier=gold"), relatives=Relatives(upstreams=True), page=Page()
    )


def test_status_lists_the_quiet_cells_of_a_big_fleet_when_asked(run: Run, place: Place) -> None:
    place("status.fleet_status", samples.BIG_STATUS)
    assert "client/client-011" not in run("status").out
    assert "client/client-011" in run("status", "--all").out


def test_status_of_an_empty_fleet_says_so(run: Run, place: Place) -> None:
    place("status.fleet_status", FleetStatus("new", ()))
    assert "no units" in run("status").out


def test_show_masks_what_the_use_case_masked(run: Run, place: Place) -> None:
    place("inspect.show_units", lambda *_: samples.shown())
    assert "token    = (sensitive)" in run("show").out
    assert '"token": "(sensitive)"' in run("show", "--json").out


def test_explain_one_input_is_one_object_and_all_are_a_list(run: Run, place: Place) -> None:
    place("inspect.explain_inputs", samples.EXPLAINED)
    one = run("explain", "client/acme/app", "replicas", "--json").document
    assert isinstance(one, dict)
    assert set(one) == {"unit", "input", "value", "chain"}
    every = run("explain", "client/acme/app", "--json").document
    assert isinstance(every, dict)
    assert every["inputs"] == [one]


@pytest.mark.parametrize(
    ("form", "first"),
    [("text", "base/prod-use1/network"), ("mermaid", "flowchart LR"), ("dot", "digraph fleet {")],
)
def test_graph_is_drawn_in_the_wanted_form(run: Run, place: Place, form: str, first: str) -> None:
    place("inspect.unit_graph", samples.GRAPH)
    assert run("graph", "--format", form).out.splitlines()[0] == first


def test_graph_is_json_by_format_and_by_option(run: Run, place: Place) -> None:
    place("inspect.unit_graph", samples.GRAPH)
    assert run("graph", "--format", "json").document == run("graph", "--json").document


def test_plan_hands_on_everything(run: Run, place: Place) -> None:
    use_case = place("plan.plan_changes", samples.PLANNED)
    run("plan", "client/acme", "-o", "out.plan", "--destroy", "--parallel", "3")
    _, actor, request, _ = use_case.given
    assert actor == Actor("ada", "environment")
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
def test_plan_ends_with_the_code_that_was_asked_for(
    run: Run, place: Place, report: RunReport, options: list[str], code: int
) -> None:
    place("plan.plan_changes", report)
    assert run("plan", *options).code == code
    assert run("plan", "--json", *options).code == code


def test_a_plan_that_waits_for_its_upstream_is_a_change_too(run: Run, place: Place) -> None:
    place("plan.plan_changes", RunReport(samples.PLANNED.run, samples.PLANNED.results[3:]))
    assert run("plan", "--exit-code").code == 3


def test_apply_with_yes_asks_nothing(run: Run, place: Place) -> None:
    use_case = place("apply.apply_changes", GREEN)
    assert run("apply", "base/**", "--yes", "--reason", "because", "--parallel=2").code == 0
    _, actor, request, talk = use_case.given
    assert actor == Actor("ada", "environment")
    assert isinstance(request, ApplyRequest)
    assert isinstance(talk, Conversation)
    assert (request.reason, request.parallel, request.plan_file) == ("because", 2, None)
    assert isinstance(talk.approver, Preapproved)


@pytest.mark.parametrize("arguments", [["apply"], ["resume"], ["onboard", "acme"], ["offboard", "acme"]])
def test_without_a_terminal_and_without_yes_nothing_is_begun(
    run: Run, place: Place, arguments: list[str]
) -> None:
    use_cases = [
        place(where, GREEN)
        for where in (
            "apply.apply_changes",
            "apply.resume_run",
            "clients.onboard_client",
            "clients.offboard_client",
        )
    ]
    answer = run(*arguments)
    assert answer.code == 1
    assert "--yes" in answer.err
    assert not any(use_case.given for use_case in use_cases)


def test_a_saved_plan_was_seen_and_needs_no_terminal(run: Run, place: Place, tmp_path: Path) -> None:
    use_case = place("apply.apply_changes", GREEN)
    file = tmp_path / "out.plan"
    file.touch()
    assert run("apply", str(file)).code == 0
    request = use_case.given[2]
    assert isinstance(request, ApplyRequest)
    assert request.plan_file == file
    assert tuple(request.selection.selectors) == ()


@pytest.mark.parametrize("option", ["--destroy", "--with-upstreams", "--with-downstreams"])
def test_a_saved_plan_takes_no_choice_of_units(run: Run, place: Place, tmp_path: Path, option: str) -> None:
    use_case = place("apply.apply_changes", GREEN)
    file = tmp_path / "out.plan"
    file.touch()
    assert run("apply", str(file), option).code == 2
    assert not use_case.given


def test_a_plan_file_that_is_not_there_is_no_selector(run: Run, place: Place) -> None:
    use_case = place("apply.apply_changes", GREEN)
    answer = run("apply", "missing.plan", "--yes")
    assert answer.code == 2
    assert "there is no plan file 'missing.plan'" in answer.err
    assert not use_case.given


@pytest.mark.parametrize("report", [samples.APPLIED, replace(GREEN, run=samples.APPLIED.run)])
def test_what_is_left_undone_ends_with_1(run: Run, place: Place, report: RunReport) -> None:
    place("apply.apply_changes", report)
    answer = run("apply", "--yes")
    assert answer.code == 1
    assert f"cellwright resume {samples.RUN}" in answer.out or report is not samples.APPLIED


def test_resume_takes_a_run_or_the_last(run: Run, place: Place) -> None:
    use_case = place("apply.resume_run", GREEN)
    assert run("resume", samples.RUN, "--yes").code == 0
    assert use_case.given[1:3] == (Actor("ada", "environment"), ResumeRequest(run=samples.RUN))
    run("resume", "--yes", "--parallel", "2")
    assert use_case.given[2] == ResumeRequest(run=None, parallel=2)


def test_onboard_hands_on_its_settings_as_a_tree(run: Run, place: Place) -> None:
    use_case = place("clients.onboard_client", GREEN)
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
    )


def test_offboard_with_yes_asks_for_no_name(run: Run, place: Place) -> None:
    use_case = place("clients.offboard_client", samples.DESTROYED)
    assert run("offboard", "globex", "--yes", "--reason", "gone").code == 0
    assert use_case.given[2] == OffboardRequest(name="globex", reason="gone")


@pytest.mark.parametrize("arguments", [["plan"], ["apply", "--yes"], ["resume", "--yes"]])
def test_progress_goes_to_standard_error_and_the_document_stays_alone(
    run: Run, place: Place, arguments: list[str]
) -> None:
    def reporting(_session: object, _actor: object, _request: object, talk: Conversation) -> RunReport:
        talk.reporter.report(RunStarted(samples.APPLIED.run))
        talk.reporter.report(RunFinished(samples.APPLIED.run))
        return samples.APPLIED

    for where in ("plan.plan_changes", "apply.apply_changes", "apply.resume_run"):
        place(where, reporting)
    answer = run(*arguments, "--json")
    assert f"apply {samples.RUN}: 4 units" in answer.err
    assert isinstance(answer.document, dict)
    assert answer.document["run"] == samples.RUN


def test_a_failure_before_there_is_a_report_is_one_document(run: Run, place: Place) -> None:
    place("apply.apply_changes", DiagnosticError(error("no unit matches 'x'")))
    answer = run("apply", "x", "--yes", "--json")
    assert answer.code == 1
    assert isinstance(answer.document, dict)
    assert set(answer.document) == {"diagnostics"}


def test_runs_are_limited(run: Run, place: Place) -> None:
    use_case = place("history.list_runs", RunPage(samples.RUNS))
    assert run("runs", "--limit", "5").code == 0
    assert use_case.given[1] == RunsRequest(limit=5)


def test_logs_are_printed_as_they_are(run: Run, place: Place, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(b"21:48:12Z " + b"x" * 200 + b"\n21:48:13Z odd \xff byte\x1b[31m\n")
    place("history.run_logs", (UnitLog(samples.ACME_APP, log),))
    answer = run("logs", samples.RUN, "client/acme/app")
    assert answer.out.splitlines() == [
        f"21:48:12Z {'x' * 200}",
        "21:48:13Z odd \N{REPLACEMENT CHARACTER} byte\N{REPLACEMENT CHARACTER}[31m",
    ]
    document = run("logs", samples.RUN, "--json").document
    assert isinstance(document, dict)
    assert document["run"] == samples.RUN


def test_logs_of_several_units_have_headings_and_are_never_mixed(
    run: Run, place: Place, tmp_path: Path
) -> None:
    logs = []
    for unit in (samples.ACME_APP, samples.GLOBEX_APP):
        path = tmp_path / f"{unit.cell}.log"
        path.write_text(f"of {unit}\n")
        logs.append(UnitLog(unit, path))
    place("history.run_logs", tuple(logs))
    out = run("logs", samples.RUN).out
    assert (
        out.index("of client/acme/app") < out.index("client/globex/app  ") < out.index("of client/globex/app")
    )


def test_a_run_without_logs_says_so(run: Run, place: Place) -> None:
    place("history.run_logs", ())
    assert "no unit of this run left a log" in run("logs", samples.RUN).out


@pytest.mark.parametrize(("found", "code"), [(samples.SOUND, 0), (samples.BROKEN, 1)])
def test_events_verify_ends_with_1_if_the_chain_is_broken(
    run: Run, place: Place, found: object, code: int
) -> None:
    place("events.use_case.verify", found)
    listed = place("events.use_case.events", lambda *_: iter(samples.EVENTS))
    assert run("events", "verify").code == code
    for arguments in (["events", "verify", "--json"], ["events", "--json", "verify"]):
        document = run(*arguments).document
        assert isinstance(document, dict)
        assert document["valid"] is (code == 0)
    assert not listed.given


def test_init_says_what_to_do_next(run: Run, place: Place) -> None:
    use_case = place("scaffold.scaffold_fleet", samples.SCAFFOLDED)
    assert "cellwright check" in run("init", "fleet").out
    assert use_case.given[0] == Path("fleet")
    assert run("init", "fleet", "--json").document == {
        "fleet": "fleet",
        "files": [str(path) for path in samples.SCAFFOLDED],
    }


def test_nothing_is_pruned_unless_it_is_said(run: Run, place: Place) -> None:
    use_case = place("pruning.prune_history", samples.PRUNABLE)
    assert "Nothing was removed yet" in run("prune").out
    assert use_case.given[2] == PruneRequest(kept_days=90, kept_runs=100)
    run("prune", "--keep-days", "365", "--keep-runs", "5", "--reason", "disk", "--yes")
    assert use_case.given[2] == PruneRequest(kept_days=365, kept_runs=5, reason="disk", carry_out=True)
