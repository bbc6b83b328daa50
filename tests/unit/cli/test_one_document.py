"""With `--json`, every result and every failure is exactly one JSON document on standard output."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.app.fleet.formatting import FormatReport
from cellwright.app.history.logs import UnitLog
from cellwright.app.history.runs import RunPage
from cellwright.app.runs.steering.approve import ApprovalReport
from cellwright.cli.command_files import command_files
from cellwright.console.serving import Serving
from cellwright.demo.demo import DemoRequest
from cellwright.demo.steps import DemoPlace, DemoView
from cellwright.ledger.cancels import CancelRequest
from cellwright.ledger.queue.pauses import Pause
from cellwright.model.diagnostic import DiagnosticError, error
from golden.addresses import samples as address_samples
from golden.cli import (
    adopt_samples,
    bootstrap_samples,
    capacity_samples,
    certificate_samples,
    diff_samples,
    drift_samples,
    evidence_samples,
    explain_samples,
    hand_samples,
    history_samples,
    import_samples,
    job_samples,
    life_samples,
    move_samples,
    pipeline_samples,
    rollout_samples,
    samples,
    stack_samples,
)
from unit.cli.conftest import Place, Run


def shown(_request: DemoRequest, view: DemoView) -> DemoPlace:
    place = DemoPlace(Path("/somewhere/fleet"), {}, running=False)
    view.show_place(place)
    return place


REQUESTS = Path(__file__).parent / "requests"
LOG = (UnitLog(samples.ACME_APP, Path(__file__)),)
ANSWERED = ApprovalReport(run=samples.RUN, approved=True, answered=(samples.ACME_APP,), void=())
CANCELLED = CancelRequest(samples.RUN, "grace", "2026-11-22T21:48:12+00:00", "wrong account")

PAUSED = Pause(run=samples.RUN, paused_by="grace", paused_at="2026-11-22T21:48:12+00:00")


def worked(_session: object, _request: object, _told: object, ready: Callable[[str], None]) -> None:
    ready("here-1")


def served(_session: object, _actor: object, _request: object, ready: Callable[[Serving], None]) -> None:
    ready(Serving(address="http://127.0.0.1:8080", first_admin=None))


CASES: Mapping[str, tuple[list[str], str, object]] = {
    "init": (["init", "fleet"], "app.fleet.init.init", samples.SCAFFOLDED),
    "import": (
        ["import", "terraform", "envs"],
        "app.importing.importing.import_fleet",
        import_samples.IMPORTED,
    ),
    "bootstrap": (["bootstrap", "--yes"], "app.bootstrap.sequence.bootstrap", bootstrap_samples.REPORTS),
    "bootstrap status": (
        ["bootstrap", "status"],
        "app.bootstrap.sequence.look_at",
        bootstrap_samples.REPORTS,
    ),
    "ci": (["ci", "github"], "app.pipelines.writing.write_pipelines", pipeline_samples.WRITTEN),
    "demo": (["demo"], "demo.demo.demo", shown),
    "check": (["check"], "app.fleet.check.check", samples.FINDINGS),
    "schema": (["schema"], "app.fleet.schema.writing.schema_of", {"title": "fleet.yaml"}),
    "fmt": (["fmt"], "app.fleet.formatting.format_files", FormatReport(1, (), ())),
    "show": (["show"], "app.fleet.show.show", lambda *_: samples.shown()),
    "explain": (["explain", "client/acme/app"], "app.fleet.explain.explain", explain_samples.EXPLAINED_ALL),
    "graph": (["graph"], "app.fleet.graph.graph", samples.GRAPH),
    "status": (["status"], "app.status.status.status", samples.STATUS),
    "capacity": (["capacity"], "app.fleet.capacity.show_capacity", capacity_samples.CAPACITY),
    "place": (["place"], "app.clients.deciding.place_cells", capacity_samples.PLACED),
    "versions": (["versions"], "app.status.versions.versions", samples.VERSIONS),
    "plan": (["plan"], "app.runs.plan.plan", samples.PLANNED),
    "apply": (["apply", "--yes"], "app.runs.apply.apply", samples.APPLIED),
    "resume": (["resume", "--yes"], "app.runs.resume.resume", samples.APPLIED),
    "approve": (["approve", samples.RUN, "--yes"], "app.runs.steering.approve.approve", ANSWERED),
    "reject": (["reject", samples.RUN], "app.runs.steering.approve.approve", ANSWERED),
    "cancel": (["cancel", samples.RUN], "app.runs.steering.cancel.cancel", CANCELLED),
    "pause": (["pause", samples.RUN], "app.runs.steering.pause.pause", PAUSED),
    "unpause": (["unpause", samples.RUN], "app.runs.steering.pause.unpause", PAUSED),
    "certificate": (["certificate"], "app.certificates.listing.listing", certificate_samples.LISTED),
    "certificate list": (["certificate", "list"], "app.certificates.listing.listing", ()),
    "certificate issue": (
        ["certificate", "issue", "acme"],
        "app.certificates.issuing.issue",
        certificate_samples.INTERIM,
    ),
    "certificate validate": (
        ["certificate", "validate", "acme", "--findings", "gone"],
        "app.certificates.validating.validate",
        certificate_samples.FINAL,
    ),
    "certificate verify": (
        ["certificate", "verify", "acme.json"],
        "app.certificates.verifying.verify",
        certificate_samples.BELIEVED,
    ),
    "drift": (["drift"], "cli.interaction.drift.list_drift", drift_samples.VIEW),
    "drift status": (["drift", "status"], "cli.interaction.drift.list_drift", drift_samples.VIEW),
    "drift show": (["drift", "show", "client/acme/app"], "app.drift.listing.show_unit", drift_samples.UNIT),
    "drift run": (["drift", "run"], "cli.interaction.drift.look_now", drift_samples.LOOKED),
    "drift run --due": (["drift", "run", "--due"], "cli.interaction.drift.look_if_due", drift_samples.LOOKED),
    "drift ack": (
        ["drift", "ack", "client/acme/app", "--reason", "known", "--until", "2026-12-31"],
        "app.drift.acknowledging.acknowledge",
        drift_samples.ACK,
    ),
    "drift unack": (["drift", "unack", "1a2b"], "app.drift.acknowledging.unacknowledge", drift_samples.ACK),
    "drift acks": (["drift", "acks"], "app.drift.acknowledging.list_acknowledgements", (drift_samples.ACK,)),
    "drift schedules": (
        ["drift", "schedules"],
        "app.drift.schedules.list_schedules",
        drift_samples.SCHEDULES,
    ),
    "rollout": (["rollout"], "cli.interaction.rollouts.list_rollouts", rollout_samples.LISTED),
    "rollout simulate": (
        ["rollout", "simulate", "standard"],
        "app.rollouts.start.simulate",
        rollout_samples.PREPARED,
    ),
    "onboard": (["onboard", "acme", "--yes"], "app.clients.onboarding.onboard.onboard", samples.APPLIED),
    "offboard": (["offboard", "acme", "--yes"], "app.clients.offboard.offboard", life_samples.OFFBOARDED),
    "offboard cancel": (
        ["offboard", "acme", "--cancel"],
        "app.clients.offboarding.asking.cancel_offboarding",
        life_samples.CANCELLED,
    ),
    "offboard due": (
        ["offboard", "--due"],
        "app.clients.offboarding.standing.go_on_with_due",
        life_samples.DUE,
    ),
    "suspend": (["suspend", "acme", "--yes"], "app.clients.suspend.suspend", samples.APPLIED),
    "reinstate": (["reinstate", "acme", "--yes"], "app.clients.suspend.suspend", samples.APPLIED),
    "rename": (
        ["rename", "client/acme", "globex", "--dry-run"],
        "app.moves.rename.plan_rename",
        move_samples.RENAME,
    ),
    "move": (
        ["move", "client/acme/app", "db", "aws_db_instance.this", "--dry-run"],
        "app.moves.resources.plan_move",
        move_samples.MOVES,
    ),
    "relocate": (
        ["relocate", "client/acme", "--dry-run"],
        "app.moves.relocate.look_at_relocation",
        move_samples.RELOCATION,
    ),
    "legal-hold": (
        ["legal-hold", "acme", "--reason", "lawsuit"],
        "app.clients.offboarding.asking.lay_legal_hold",
        life_samples.LAID,
    ),
    "job": (["job"], "app.history.runs.runs", RunPage(history_samples.RUNS)),
    "job apply": (["job", "apply", f"{REQUESTS}/apply.json"], "app.jobs.begin.begin_apply", samples.RUN),
    "job onboard": (
        ["job", "onboard", f"{REQUESTS}/onboard.json"],
        "app.jobs.begin.begin_onboard",
        samples.RUN,
    ),
    "job suspend": (
        ["job", "suspend", f"{REQUESTS}/suspend.json"],
        "app.jobs.begin.begin_suspension",
        samples.RUN,
    ),
    "job offboard-plan": (
        ["job", "offboard-plan", f"{REQUESTS}/offboard.json"],
        "app.jobs.leaving.begin_offboard_plan",
        samples.RUN,
    ),
    "job form": (["job", "form"], "app.jobs.offering.offer", job_samples.OFFERED),
    "job resume": (["job", "resume", samples.RUN], "app.jobs.begin.begin_resume", samples.RUN),
    "job follow": (["job", "follow", samples.RUN], "app.jobs.watching.watch", job_samples.DONE),
    "runs": (["runs"], "app.history.runs.runs", RunPage(history_samples.RUNS)),
    "logs": (["logs", samples.RUN], "app.history.logs.logs", LOG),
    "events": (["events"], "app.history.events.events", lambda *_: iter(history_samples.EVENTS)),
    "events verify": (["events", "verify"], "app.history.events.verify", history_samples.SOUND),
    "events tip": (["events", "tip"], "app.history.events.tip", history_samples.TIP),
    "events key": (
        ["events", "key"],
        "app.history.events.public_key",
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
    ),
    "evidence": (
        ["evidence", "--from", "1d", "-o", "folder"],
        "app.evidence.making.make_evidence",
        evidence_samples.MADE,
    ),
    "evidence verify": (
        ["evidence", "verify", "folder"],
        "app.evidence.checking.check_evidence",
        evidence_samples.CHECKED,
    ),
    "review": (["review"], "app.evidence.reviews.reviews", evidence_samples.REVIEWS),
    "review list": (["review", "list"], "app.evidence.reviews.reviews", evidence_samples.REVIEWS),
    "review record": (
        ["review", "record", "--kind", "access", "--from", "90d", "--findings", "none"],
        "app.evidence.reviews.record_review",
        evidence_samples.REVIEWS[0],
    ),
    "drill restore": (
        ["drill", "restore"],
        "app.evidence.drill.restoring.drill_restore",
        evidence_samples.DRILLED,
    ),
    "diff": (["diff"], "app.fleet.diff.diff", diff_samples.DIFF),
    "doctor": (["doctor"], "app.doctor.examining.examine", hand_samples.EXAMINED),
    "output": (["output", "client/acme/app"], "app.by_hand.outputs.outputs", hand_samples.OUTPUTS),
    "unlock": (["unlock", "client/acme/app"], "app.by_hand.unlocking.find_locks", hand_samples.LOCKED),
    "prune": (["prune"], "app.history.prune.prune", history_samples.PRUNABLE),
    "ledger move": (
        ["ledger", "move", "--to", "postgresql://ada@db/cellwright"],
        "app.history.ledger_move.ledger_move",
        history_samples.LEDGER_MOVED,
    ),
    "ledger adopt": (
        ["ledger", "adopt", "--dry-run"],
        "app.adopting.looking.look_for_states",
        adopt_samples.FOUND,
    ),
    "ledger init": (["ledger", "init"], "app.history.ledger_init.init_ledger", history_samples.LEDGER_READY),
    "ledger rekey": (["ledger", "rekey"], "app.history.rekey.rekey", history_samples.REKEYED),
    "worker": (["worker"], "worker.work.work", worked),
    "serve": (["serve"], "console.serving.serve_console", served),
    "mcp": (["mcp", "--tools"], "cli.mcp.server.listed", (("status", "Compare.", True),)),
    "policy": (["policy"], "app.fleet.policy.list_policies", samples.POLICIES),
    "policy test": (["policy", "test"], "app.fleet.policy_trials.run_fleet_tests", samples.TRIALS),
    "init --split": (["init", "--split", "infra"], "app.stacks.split.split", stack_samples.SPLIT),
    "stacks": (["stacks"], "app.stacks.listing.list_stacks", stack_samples.LISTED),
    "stacks export": (["stacks", "export", "../stacks"], "app.stacks.export.export", stack_samples.EXPORTED),
    "stacks update": (
        ["stacks", "update"],
        "app.stacks.update.update",
        replace(stack_samples.UPDATES, repositories=()),
    ),
    "ip": (["ip"], "app.ip.pools.show_pools", address_samples.POOLS),
    "ip show": (["ip", "show"], "app.ip.pools.show_pools", address_samples.POOLS),
    "ip check": (["ip", "check"], "app.ip.check.check_addresses", samples.FINDINGS),
    "ip free": (["ip", "free", "--size", "22"], "app.ip.free.free_blocks", address_samples.FREE),
    "ip history": (["ip", "history", "10.0.0.1"], "app.ip.history.block_history", address_samples.HISTORY),
}


HANDED_THROUGH = frozenset({"language-server", "sandbox", "shell", "terraform"})
"""What they print is another program's, or has no end; `tests/e2e` has them."""


def test_no_command_is_missing_here() -> None:
    known = {name.split()[0] for name in CASES} | HANDED_THROUGH
    assert known == {file.name for file in command_files()}


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
