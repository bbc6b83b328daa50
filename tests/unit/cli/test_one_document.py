"""Whatever happens, `--json` means exactly one JSON document on standard output."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from cellwright.app.history.logs import UnitLog
from cellwright.app.history.runs import RunPage
from cellwright.cli.group import COMMANDS
from cellwright.demo.demo import DemoRequest
from cellwright.demo.steps import DemoPlace, DemoView
from cellwright.model.diagnostic import DiagnosticError, error
from golden.addresses import samples as address_samples
from golden.cli import samples
from unit.cli.conftest import Place, Run


def shown(_request: DemoRequest, view: DemoView) -> DemoPlace:
    place = DemoPlace(Path("/somewhere/fleet"), {}, running=False)
    view.show_place(place)
    return place


LOG = (UnitLog(samples.ACME_APP, Path(__file__)),)
CASES: Mapping[str, tuple[list[str], str, object]] = {
    "init": (["init", "fleet"], "scaffold.scaffold_fleet", samples.SCAFFOLDED),
    "demo": (["demo"], "demo.run_demo", shown),
    "check": (["check"], "check.check_fleet", samples.FINDINGS),
    "show": (["show"], "inspect.show_units", lambda *_: samples.shown()),
    "explain": (["explain", "client/acme/app"], "inspect.explain_inputs", samples.EXPLAINED_ALL),
    "graph": (["graph"], "inspect.unit_graph", samples.GRAPH),
    "status": (["status"], "status.fleet_status", samples.STATUS),
    "plan": (["plan"], "plan.plan_changes", samples.PLANNED),
    "apply": (["apply", "--yes"], "apply.apply_changes", samples.APPLIED),
    "resume": (["resume", "--yes"], "apply.resume_run", samples.APPLIED),
    "onboard": (["onboard", "acme", "--yes"], "clients.onboard_client", samples.APPLIED),
    "offboard": (["offboard", "acme", "--yes"], "clients.offboard_client", samples.DESTROYED),
    "runs": (["runs"], "history.list_runs", RunPage(samples.RUNS)),
    "logs": (["logs", samples.RUN], "history.run_logs", LOG),
    "events": (["events"], "events.use_case.events", lambda *_: iter(samples.EVENTS)),
    "events verify": (["events", "verify"], "events.use_case.verify", samples.SOUND),
    "prune": (["prune"], "pruning.prune_history", samples.PRUNABLE),
    "policy": (["policy"], "policies.use_case.list_policies", samples.POLICIES),
    "policy test": (["policy", "test"], "policies.use_case.run_fleet_tests", samples.TRIALS[:1]),
    "ip": (["ip"], "addresses.show_pools", address_samples.POOLS),
    "ip show": (["ip", "show"], "addresses.show_pools", address_samples.POOLS),
    "ip check": (["ip", "check"], "addresses.check_addresses", samples.FINDINGS),
    "ip free": (["ip", "free", "--size", "22"], "addresses.free_blocks", address_samples.FREE),
    "ip history": (["ip", "history", "10.0.0.1"], "addresses.block_history", address_samples.HISTORY),
}


def test_no_command_is_missing_here() -> None:
    assert {name.split()[0] for name in CASES} == set(COMMANDS)


@pytest.mark.parametrize("name", CASES)
def test_a_result_is_one_document(run: Run, place: Place, name: str) -> None:
    arguments, where, result = CASES[name]
    place(where, result)
    after, before = run(*arguments, "--json"), run("--json", *arguments)
    assert after.code in {0, 1}
    assert after.document == before.document
    assert "diagnostics" not in after.document or "check" in name  # type: ignore[operator]  # not a scalar


@pytest.fixture
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tracebacks go into the test's own folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.mark.usefixtures("_temporary")
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (DiagnosticError(error("there is no fleet.yaml")), 1),
        (PermissionError(13, "Permission denied", "/fleet"), 1),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("x"), 70),
    ],
)
def test_a_failure_is_one_document(
    run: Run,
    place: Place,
    name: str,
    fault: BaseException,
    code: int,
) -> None:
    arguments, where, _ = CASES[name]
    place(where, fault)
    answer = run(*arguments, "--json")
    assert answer.code == code
    assert isinstance(answer.document, dict)
    assert list(answer.document) == ["diagnostics"]
