"""Which views are kept as golden files, and what each is drawn from."""

from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.api import events as trail_document
from cellwright.api import findings as findings_document
from cellwright.api import init as scaffold_document
from cellwright.api import inspection as inspection_document
from cellwright.api import prune as pruning_document
from cellwright.api import runs as runs_document
from cellwright.api import status as standing_document
from cellwright.api.document import Document
from cellwright.app.fleet.show import ShownUnits
from cellwright.app.history.runs import RunPage
from cellwright.cli.views.text import (
    demo,
    findings,
    graph,
    inspection,
    pruning,
    runs,
    scaffold,
    standing,
    trail,
)
from golden.cli import samples

TEXTS: Mapping[str, Callable[[], RenderableType]] = {
    "check": lambda: findings.findings(samples.FINDINGS, "no findings"),
    "check-clean": lambda: findings.findings((), "no findings"),
    "status": lambda: standing.status(samples.STATUS),
    "status-page": lambda: standing.status(samples.STATUS_PAGE),
    "status-big": lambda: standing.status(samples.BIG_STATUS),
    "show": lambda: Group(*inspection.units(samples.shown())),
    "show-page": lambda: Group(*inspection.units(ShownUnits(iter(samples.SHOWN[1:]), samples.ACME_SFTP))),
    "show-nothing": lambda: Group(*inspection.units(ShownUnits(iter(())))),
    "explain": lambda: inspection.explanations("client/acme/app", samples.EXPLAINED),
    "explain-all": lambda: inspection.explanations("client/acme/app", samples.EXPLAINED_ALL),
    "graph": lambda: Group(*graph.tree(samples.GRAPH)),
    "graph-mermaid": lambda: Text("\n".join(graph.mermaid(samples.GRAPH))),
    "graph-dot": lambda: Text("\n".join(graph.dot(samples.GRAPH))),
    "plan": lambda: runs.planned(samples.PLANNED, Path("out.plan")),
    "plan-nothing": lambda: runs.planned(samples.NOTHING_PLANNED),
    "apply": lambda: runs.carried_out(samples.APPLIED),
    "apply-big": lambda: runs.carried_out(samples.BIG_APPLIED),
    "apply-nothing": lambda: runs.carried_out(samples.NOTHING_APPLIED),
    "destroy": lambda: runs.carried_out(samples.DESTROYED),
    "runs": lambda: runs.runs(RunPage(samples.RUNS)),
    "runs-page": lambda: runs.runs(RunPage(samples.RUNS[:1], samples.RUN)),
    "runs-none": lambda: runs.runs(RunPage(())),
    "events": lambda: trail.events(samples.EVENTS),
    "events-verify": lambda: trail.verification(samples.SOUND),
    "events-verify-broken": lambda: trail.verification(samples.BROKEN),
    "prune": lambda: pruning.pruned(samples.PRUNABLE),
    "prune-done": lambda: pruning.pruned(samples.PRUNED),
    "prune-kept": lambda: pruning.pruned(samples.PRUNED_IN_USE),
    "prune-nothing": lambda: pruning.pruned(samples.NOTHING_PRUNED),
    "init": lambda: scaffold.scaffolded(Path("fleet"), samples.SCAFFOLDED),
    "demo-step": lambda: demo.step(3, "A new client: acme", "cellwright onboard acme --yes"),
    "demo-place": lambda: demo.place(
        Path("/somewhere/fleet"), {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000", "NOTE": "a b"}, running=True
    ),
}

DOCUMENTS: Mapping[str, Callable[[], Document]] = {
    "check": lambda: findings_document.findings(samples.FINDINGS),
    "status": lambda: standing_document.status(samples.STATUS),
    "show": lambda: inspection_document.units(samples.shown()),
    "explain": lambda: inspection_document.explanation(samples.EXPLAINED[0]),
    "explain-all": lambda: inspection_document.explanations("client/acme/app", samples.EXPLAINED_ALL),
    "graph": lambda: inspection_document.graph(samples.GRAPH),
    "plan": lambda: runs_document.report(samples.PLANNED),
    "apply": lambda: runs_document.report(samples.APPLIED),
    "runs": lambda: runs_document.runs(RunPage(samples.RUNS, samples.RUNS[-1].id)),
    "events": lambda: [trail_document.event(item) for item in samples.EVENTS],
    "events-verify": lambda: trail_document.verification(samples.BROKEN),
    "prune": lambda: pruning_document.pruned(samples.PRUNED),
    "init": lambda: scaffold_document.scaffolded(Path("fleet"), samples.SCAFFOLDED),
}
