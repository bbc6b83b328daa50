"""Runs that a build follows, as their views are drawn from."""

from cellwright.app.jobs.offering import Offer
from cellwright.app.jobs.watching import Watched
from cellwright.app.runs.steering.approve import WaitingPlan
from golden.cli import history_samples, samples

DONE = Watched(run=history_samples.RUNS[0], results=samples.APPLIED.results, progress=41)
WAITING = Watched(
    run=history_samples.RUNS[1],
    waiting=(
        WaitingPlan(
            unit=samples.ACME_APP,
            plan_digest="9f86d081884c7d65",
            asked_at="2026-11-22T21:48:12+00:00",
            summary=samples.APP_PLAN,
        ),
    ),
    progress=7,
)
LEFT = Watched(run=history_samples.RUNS[1], interrupted=True)
OFFERED = Offer(
    fleet="medloop", level="client", choices={"tier": ("gold", "standard")}, strategies=("standard",)
)
