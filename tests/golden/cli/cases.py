"""Which views are kept as golden files, and what each is drawn from."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.api import diagnostics as diagnostics_document
from cellwright.api.document import Document
from cellwright.api.fleet import bootstrap as bootstrap_document
from cellwright.api.fleet import capacity as capacity_document
from cellwright.api.fleet import diff as diff_document
from cellwright.api.fleet import doctor as doctor_document
from cellwright.api.fleet import explain as explain_document
from cellwright.api.fleet import graph as graph_document
from cellwright.api.fleet import imported as imported_document
from cellwright.api.fleet import init as init_document
from cellwright.api.fleet import lives as lives_document
from cellwright.api.fleet import moves as moves_document
from cellwright.api.fleet import outputs as outputs_document
from cellwright.api.fleet import pipelines as pipelines_document
from cellwright.api.fleet import relocate as relocate_document
from cellwright.api.fleet import rename as rename_document
from cellwright.api.fleet import show as show_document
from cellwright.api.fleet import stacks as stacks_document
from cellwright.api.fleet import status as status_document
from cellwright.api.fleet import versions as versions_document
from cellwright.api.records import certificates as certificate_documents
from cellwright.api.records import drill as drill_document
from cellwright.api.records import events as events_document
from cellwright.api.records import evidence as evidence_document
from cellwright.api.records import ledger_adopt as ledger_adopt_document
from cellwright.api.records import prune as prune_document
from cellwright.api.records import reviews as reviews_document
from cellwright.api.runs import drift as drift_document
from cellwright.api.runs import jobs as jobs_document
from cellwright.api.runs import locks as locks_document
from cellwright.api.runs import report as report_document
from cellwright.api.runs import rollouts as rollouts_document
from cellwright.api.runs import runs as runs_document
from cellwright.app.fleet.show import ShownUnits
from cellwright.app.history.runs import RunPage
from cellwright.app.status.versions import Versions
from cellwright.cli.interaction.demo_view import place_view, step_view
from cellwright.cli.screen.layout import Flowing
from cellwright.cli.views import diagnostics
from cellwright.cli.views.begin import bootstrap, imported, init, pipelines, stack_updates, stacks
from cellwright.cli.views.change import (
    drift,
    jobs,
    lives,
    locks,
    moves,
    questions,
    relocate,
    rename,
    report,
    rollouts,
)
from cellwright.cli.views.look import capacity, diff, doctor, explain, graph, outputs, show, status, versions
from cellwright.cli.views.look_back import (
    certificates,
    drill,
    events,
    evidence,
    ledger_adopt,
    ledger_init,
    ledger_move,
    prune,
    rekey,
    reviews,
    runs,
)
from cellwright.cli.views.serve import serving
from cellwright.console.serving import Serving
from cellwright.demo.steps import DemoPlace
from cellwright.model.offboarding import Waits
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
    plan_samples,
    rollout_samples,
    samples,
    stack_samples,
)

TEXTS: Mapping[str, Callable[[], RenderableType]] = {
    "ci": lambda: pipelines.pipelines(pipeline_samples.WRITTEN),
    "ci-forced": lambda: pipelines.pipelines(pipeline_samples.FORCED),
    "ci-dry-run": lambda: pipelines.pipelines(pipeline_samples.PREVIEW),
    "check": lambda: diagnostics.diagnostics(samples.FINDINGS, "no findings"),
    "check-clean": lambda: diagnostics.diagnostics((), "no findings"),
    "status": lambda: status.status(samples.STATUS),
    "status-new": lambda: status.status(samples.NEW_STATUS),
    "status-working": lambda: status.status(samples.WORKING_STATUS),
    "status-page": lambda: status.status(samples.STATUS_PAGE),
    "status-big": lambda: status.status(samples.BIG_STATUS),
    "status-programs": lambda: status.status(samples.STATUS_PROGRAMS),
    "job-done": lambda: jobs.watched(job_samples.DONE),
    "job-waiting": lambda: jobs.watched(job_samples.WAITING),
    "job-left": lambda: jobs.watched(job_samples.LEFT),
    "diff": lambda: diff.diff(diff_samples.DIFF),
    "diff-nothing": lambda: diff.diff(diff_samples.NO_DIFF),
    "versions": lambda: versions.versions(samples.VERSIONS),
    "capacity": lambda: capacity.capacity(capacity_samples.CAPACITY),
    "capacity-one": lambda: capacity.one(capacity_samples.ONE),
    "capacity-uncounted": lambda: capacity.capacity(capacity_samples.UNCOUNTED),
    "capacity-uncounted-one": lambda: capacity.one(capacity_samples.UNCOUNTED),
    "capacity-only-cells": lambda: capacity.capacity(capacity_samples.ONLY_CELLS),
    "capacity-no-place": lambda: capacity.capacity(capacity_samples.NO_PLACE),
    "capacity-nowhere": lambda: capacity.capacity(capacity_samples.NOWHERE),
    "place": lambda: capacity.placed(capacity_samples.PLACED),
    "place-nothing": lambda: capacity.placed(()),
    "place-released": lambda: capacity.released("client/globex", "prod-use1"),
    "versions-nothing": lambda: versions.versions(Versions("medloop", ())),
    "show": lambda: Group(*show.show(samples.shown())),
    "show-page": lambda: Group(*show.show(ShownUnits(iter(samples.SHOWN[1:]), samples.ACME_SFTP))),
    "show-nothing": lambda: Group(*show.show(ShownUnits(iter(())))),
    "explain": lambda: explain.explain("client/acme/app", explain_samples.EXPLAINED),
    "explain-all": lambda: explain.explain("client/acme/app", explain_samples.EXPLAINED_ALL),
    "explain-output": lambda: explain.explain("client/acme/app", explain_samples.EXPLAINED_OUTPUT),
    "explain-text": lambda: explain.explain("client/acme/app", explain_samples.EXPLAINED_TEXT),
    "explain-default": lambda: explain.explain("client/acme/app", explain_samples.EXPLAINED_DEFAULT),
    "unlock": lambda: locks.locks(hand_samples.LOCKED),
    "unlock-by-server": lambda: locks.locks(hand_samples.FREE, by_server=True),
    "unlock-free": lambda: locks.locks(hand_samples.FREE),
    "unlock-nameless": lambda: locks.locks(hand_samples.NAMELESS),
    "output": lambda: outputs.outputs(hand_samples.OUTPUTS),
    "output-none": lambda: outputs.outputs(hand_samples.NO_OUTPUTS),
    "doctor": lambda: doctor.report(hand_samples.EXAMINED),
    "doctor-well": lambda: doctor.report(hand_samples.ALL_WELL),
    "graph": lambda: Group(*graph.tree(samples.GRAPH)),
    "graph-mermaid": lambda: Text("\n".join(graph.mermaid(samples.GRAPH))),
    "graph-dot": lambda: Text("\n".join(graph.dot(samples.GRAPH))),
    "plan": lambda: report.plan_report(samples.PLANNED, Path("out.plan")),
    "plan-marks": lambda: report.plan_report(plan_samples.REPORT),
    "plan-marks-full": lambda: report.plan_report(plan_samples.REPORT, full=True),
    "plan-refresh": lambda: report.plan_report(plan_samples.REFRESH_REPORT),
    "plan-question": lambda: questions.question(
        {samples.ACME_APP: samples.APP_PLAN, samples.ACME_SFTP: plan_samples.PART},
        lambda unit: plan_samples.WARNINGS[unit],
        (samples.GLOBEX_APP,),
    ),
    "plan-nothing-in-part": lambda: report.plan_report(plan_samples.NOTHING_IN_PART),
    "apply-idle": lambda: report.run_report(plan_samples.IDLE),
    "apply-waiting": lambda: report.run_report(plan_samples.WAITING),
    "apply-refused": lambda: report.run_report(plan_samples.REFUSED),
    "apply-stale": lambda: report.run_report(plan_samples.STALE),
    "plan-waiting": lambda: report.plan_report(plan_samples.WAITING),
    "plan-nothing": lambda: report.plan_report(samples.NOTHING_PLANNED),
    "apply": lambda: report.run_report(samples.APPLIED),
    "apply-big": lambda: report.run_report(samples.BIG_APPLIED),
    "reinstate-active": lambda: report.run_report(
        replace(samples.NOTHING_APPLIED, stands="client/acme is active")
    ),
    "apply-nothing": lambda: report.run_report(samples.NOTHING_APPLIED),
    "destroy": lambda: report.run_report(samples.DESTROYED),
    "runs": lambda: runs.runs(RunPage(history_samples.RUNS)),
    "runs-stopped": lambda: runs.runs(RunPage(history_samples.RUNS, stopped=history_samples.STOPPED)),
    "runs-held": lambda: runs.runs(RunPage(history_samples.RUNS, held=(history_samples.HELD,) * 6)),
    "runs-page": lambda: runs.runs(RunPage(history_samples.RUNS[:1], samples.RUN)),
    "runs-none": lambda: runs.runs(RunPage(())),
    "certificate-interim": lambda: certificates.issued(
        certificate_samples.INTERIM, certificate_samples.WRITTEN
    ),
    "certificate-many": lambda: certificates.issued(certificate_samples.MANY),
    "certificate-final": lambda: certificates.issued(certificate_samples.FINAL),
    "certificate-list": lambda: certificates.listing(certificate_samples.LISTED),
    "certificate-believed": lambda: certificates.checked(certificate_samples.BELIEVED),
    "certificate-changed": lambda: certificates.checked(certificate_samples.CHANGED),
    "offboard": lambda: lives.offboard_report(life_samples.OFFBOARDED),
    "offboard-hold": lambda: lives.offboard_report(life_samples.ON_HOLD),
    "offboard-refused": lambda: lives.offboard_report(life_samples.REFUSED),
    "offboard-refused-written": lambda: lives.offboard_report(life_samples.EXCEPTIONS_WRITTEN),
    "offboard-cancelled": lambda: lives.standing(life_samples.CANCELLED, Waits.NOTHING),
    "offboard-look": lambda: lives.planned(life_samples.TO_CONFIRM, samples.PLANNED),
    "offboard-look-denied": lambda: lives.planned(life_samples.DENIED, samples.PLANNED),
    "offboard-look-stale": lambda: lives.planned(life_samples.OUT_OF_DATE, samples.PLANNED),
    "offboard-look-begun": lambda: lives.planned(life_samples.CONFIRMED, samples.PLANNED),
    "offboard-look-unplanned": lambda: lives.planned(life_samples.NOT_PLANNED, samples.NOTHING_PLANNED),
    "offboard-due": lambda: lives.due(life_samples.DUE),
    "offboard-due-none": lambda: lives.due(()),
    "rename-planned": lambda: rename.planned(move_samples.RENAME),
    "rename-goes-on": lambda: rename.planned(move_samples.GOES_ON),
    "rename-done": lambda: rename.renamed(move_samples.RENAMED),
    "move-planned": lambda: moves.planned(move_samples.MOVES),
    "move-done": lambda: moves.moved(move_samples.MOVES),
    "ledger-adopt-found": lambda: ledger_adopt.adoption(adopt_samples.FOUND),
    "ledger-adopt": lambda: ledger_adopt.adoption(adopt_samples.ADOPTED),
    "import": lambda: imported.imported(import_samples.IMPORTED),
    "import-dry-run": lambda: imported.imported(import_samples.PREVIEW),
    "relocate": lambda: relocate.relocation(move_samples.RELOCATION),
    "relocate-allowed": lambda: relocate.allowed(move_samples.RELOCATION),
    "legal-hold": lambda: lives.legal_holds((life_samples.LAID, life_samples.LIFTED)),
    "drift": lambda: drift.drift(drift_samples.VIEW),
    "drift-none": lambda: drift.drift(drift_samples.NOTHING),
    "drift-never": lambda: drift.drift(drift_samples.NEVER),
    "drift-looked": lambda: drift.looked(drift_samples.LOOKED),
    "drift-unit": lambda: drift.unit(drift_samples.UNIT),
    "drift-nobody": lambda: drift.unit(drift_samples.NOBODY),
    "drift-acks": lambda: drift.acknowledgements((drift_samples.ACK, drift_samples.UNIT_ACK), 0),
    "drift-acknowledged": lambda: drift.acknowledged(drift_samples.UNIT_ACK),
    "drift-schedules": lambda: drift.schedules(drift_samples.SCHEDULES),
    "rollouts": lambda: rollouts.rollouts(rollout_samples.LISTED),
    "rollouts-none": lambda: rollouts.rollouts(()),
    "rollout-simulated": lambda: rollouts.prepared(rollout_samples.PREPARED),
    "rollout-halted": lambda: rollouts.rollout(rollout_samples.HALTED),
    "rollout-waiting": lambda: rollouts.rollout(rollout_samples.WAITING),
    "rollout-approval": lambda: rollouts.rollout(rollout_samples.APPROVAL),
    "rollout-paused": lambda: rollouts.rollout(rollout_samples.PAUSED),
    "rollout-plans": lambda: rollouts.rollout(rollout_samples.RUNNING),
    "rollout-markdown": lambda: Flowing(Text(rollouts.markdown(rollout_samples.HALTED))),
    "events-long": lambda: events.events(history_samples.LONG_NAMED),
    "events": lambda: events.events(history_samples.EVENTS),
    "events-verify": lambda: events.verification(history_samples.SOUND),
    "events-verify-broken": lambda: events.verification(history_samples.BROKEN),
    "evidence": lambda: evidence.made(evidence_samples.MADE),
    "evidence-broken": lambda: evidence.made(evidence_samples.BROKEN),
    "evidence-verify": lambda: evidence.checked(evidence_samples.CHECKED),
    "evidence-verify-changed": lambda: evidence.checked(evidence_samples.CHANGED),
    "reviews": lambda: reviews.reviews(evidence_samples.REVIEWS),
    "reviews-none": lambda: reviews.reviews(()),
    "review-recorded": lambda: reviews.recorded(evidence_samples.REVIEWS[0]),
    "drill": lambda: drill.drill(evidence_samples.DRILLED),
    "drill-failed": lambda: drill.drill(evidence_samples.FAILED),
    "prune": lambda: prune.prune(history_samples.PRUNABLE),
    "prune-done": lambda: prune.prune(history_samples.PRUNED),
    "prune-kept": lambda: prune.prune(history_samples.PRUNED_IN_USE),
    "prune-nothing": lambda: prune.prune(history_samples.NOTHING_PRUNED),
    "ledger-init": lambda: ledger_init.ledger(history_samples.LEDGER_READY),
    "ledger-move": lambda: ledger_move.moved(history_samples.LEDGER_MOVED),
    "rekey-lost": lambda: rekey.rekey(history_samples.REKEYED),
    "bootstrap-status": lambda: bootstrap.steps(bootstrap_samples.REPORTS),
    "bootstrap": lambda: Group(
        bootstrap.did(bootstrap_samples.REPORTS[1]), bootstrap.summary(bootstrap_samples.REPORTS)
    ),
    "init": lambda: init.init(Path("fleet"), samples.SCAFFOLDED),
    "init-split": lambda: stacks.split(stack_samples.SPLIT),
    "init-split-remote": lambda: stacks.split(stack_samples.SPLIT_REMOTE),
    "init-split-refused": lambda: stacks.split(stack_samples.SPLIT_REFUSED),
    "stacks": lambda: stacks.listed(stack_samples.LISTED),
    "stacks-export": lambda: stacks.exported(stack_samples.EXPORTED),
    "stacks-update": lambda: stack_updates.updates(stack_samples.UPDATES),
    "stacks-update-dry": lambda: stack_updates.updates(replace(stack_samples.UPDATES, dry_run=True)),
    "demo-step": lambda: step_view(3, "A new client: acme", "cellwright onboard acme --yes"),
    "demo-place": lambda: place_view(
        DemoPlace(
            Path("/somewhere/fleet"),
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000", "NOTE": "a b"},
            running=True,
            console="http://127.0.0.1:8080",
            way_in="http://127.0.0.1:8080/welcome/0123456789abcdef",
        )
    ),
    "serve": lambda: serving.serving(Serving(address="https://cells.example.com", first_admin=None)),
    "serve-first": lambda: serving.serving(
        Serving(address="http://127.0.0.1:8080", first_admin="http://127.0.0.1:8080/welcome/0123456789abcdef")
    ),
}

DOCUMENTS: Mapping[str, Callable[[], Document]] = {
    "certificate": lambda: certificate_documents.issued(
        certificate_samples.INTERIM, certificate_samples.WRITTEN
    ),
    "certificate-list": lambda: certificate_documents.listing(certificate_samples.LISTED),
    "certificate-believed": lambda: certificate_documents.checked(certificate_samples.BELIEVED),
    "offboard": lambda: lives_document.offboard_report(life_samples.OFFBOARDED),
    "offboard-hold": lambda: lives_document.offboard_report(life_samples.ON_HOLD),
    "offboard-look": lambda: lives_document.shown_leave(life_samples.CONFIRMED, samples.PLANNED),
    "rename-planned": lambda: rename_document.planned(move_samples.RENAME),
    "rename-done": lambda: rename_document.renamed(move_samples.RENAMED),
    "move-planned": lambda: moves_document.moves(move_samples.MOVES),
    "ledger-adopt": lambda: ledger_adopt_document.adoption(adopt_samples.ADOPTED),
    "import": lambda: imported_document.imported(import_samples.IMPORTED),
    "relocate": lambda: relocate_document.relocation(move_samples.RELOCATION),
    "legal-hold": lambda: lives_document.legal_holds((life_samples.LAID, life_samples.LIFTED)),
    "check": lambda: diagnostics_document.diagnostics(samples.FINDINGS),
    "status": lambda: status_document.status(samples.STATUS),
    "status-programs": lambda: status_document.status(samples.STATUS_PROGRAMS),
    "job-waiting": lambda: jobs_document.watched(job_samples.WAITING),
    "diff": lambda: diff_document.diff(diff_samples.DIFF),
    "versions": lambda: versions_document.versions(samples.VERSIONS),
    "capacity": lambda: capacity_document.capacity(capacity_samples.ONE),
    "place": lambda: capacity_document.placed(capacity_samples.PLACED),
    "show": lambda: show_document.units(samples.shown()),
    "explain": lambda: explain_document.explanation(explain_samples.EXPLAINED[0]),
    "explain-text": lambda: explain_document.explanation(explain_samples.EXPLAINED_TEXT[0]),
    "explain-output": lambda: explain_document.explanation(explain_samples.EXPLAINED_OUTPUT[0]),
    "unlock": lambda: locks_document.locks(hand_samples.LOCKED, removed=True),
    "output": lambda: outputs_document.outputs(hand_samples.OUTPUTS),
    "doctor": lambda: doctor_document.report(hand_samples.EXAMINED),
    "explain-all": lambda: explain_document.explanations("client/acme/app", explain_samples.EXPLAINED_ALL),
    "graph": lambda: graph_document.graph(samples.GRAPH),
    "plan": lambda: report_document.report(samples.PLANNED),
    "apply": lambda: report_document.report(samples.APPLIED),
    "runs": lambda: runs_document.runs(RunPage(history_samples.RUNS, history_samples.RUNS[-1].id)),
    "drift": lambda: drift_document.drift(drift_samples.VIEW),
    "drift-looked": lambda: drift_document.looked(drift_samples.LOOKED),
    "drift-unit": lambda: drift_document.unit_history(drift_samples.UNIT),
    "drift-acks": lambda: drift_document.acknowledgements((drift_samples.ACK, drift_samples.UNIT_ACK)),
    "drift-schedules": lambda: drift_document.schedules(drift_samples.SCHEDULES),
    "rollouts": lambda: rollouts_document.rollouts(rollout_samples.LISTED),
    "rollout-halted": lambda: rollouts_document.rollout(rollout_samples.HALTED),
    "rollout-plans": lambda: rollouts_document.rollout(rollout_samples.RUNNING),
    "rollout-simulated": lambda: rollouts_document.prepared(rollout_samples.PREPARED),
    "events": lambda: [events_document.event(item) for item in history_samples.EVENTS],
    "events-verify": lambda: events_document.verification(history_samples.BROKEN),
    "evidence": lambda: evidence_document.made(evidence_samples.MADE),
    "evidence-verify": lambda: evidence_document.checked(evidence_samples.CHANGED),
    "reviews": lambda: reviews_document.reviews(evidence_samples.REVIEWS),
    "drill": lambda: drill_document.drill(evidence_samples.FAILED),
    "prune": lambda: prune_document.prune(history_samples.PRUNED),
    "bootstrap": lambda: bootstrap_document.bootstrap(bootstrap_samples.REPORTS),
    "ci": lambda: pipelines_document.pipelines(pipeline_samples.WRITTEN),
    "init": lambda: init_document.init(Path("fleet"), samples.SCAFFOLDED),
    "init-split": lambda: stacks_document.split(stack_samples.SPLIT_REFUSED),
    "stacks": lambda: stacks_document.listed(stack_samples.LISTED),
    "stacks-export": lambda: stacks_document.exported(stack_samples.EXPORTED),
    "stacks-update": lambda: stacks_document.updates(stack_samples.UPDATES),
}
