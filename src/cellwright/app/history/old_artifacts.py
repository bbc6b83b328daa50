"""What is old in the artifact store: logs that the fleet keeps no longer, plans of runs that are over."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from cellwright.app.runs.stored_files import SAVED
from cellwright.app.session.session import OpenFleet
from cellwright.artifacts.log_parts import LOGS
from cellwright.artifacts.store import Artifact, ArtifactStore
from cellwright.ledger.write.pruning import OldRun
from cellwright.model.runs.run import RunStatus

_PLANS = "plans"
_OLD_PLANS_DAYS = 7
"""Plans that nobody has applied for so long: by then the states that they were made for have moved on."""


def old_artifacts(
    fleet: OpenFleet, store: ArtifactStore, keep_logs: int | None, runs: Iterable[OldRun]
) -> Iterator[Artifact]:
    """Yield what may be removed.

    With `keep_logs`, logs go after so many days; else with the records of their units in `runs`.

    Raises:
        DiagnosticError: the store or the ledger can't be read.
    """
    if keep_logs is None:
        yield from _without_record(store, runs)
    else:
        until = (fleet.session.now() - timedelta(days=keep_logs)).timestamp()
        yield from (item for item in store.list(LOGS) if item.modified < until)
    until = (fleet.session.now() - timedelta(days=_OLD_PLANS_DAYS)).timestamp()
    yield from (item for item in store.list(SAVED) if item.modified < until)
    over: dict[str, bool] = {}
    for item in store.list(_PLANS):
        run = item.name.split("/")[1]
        if run not in over:
            found = fleet.ledger.reader.summary(run)
            over[run] = found is None or found.status is not RunStatus.RUNNING
        if over[run]:
            yield item


def _without_record(store: ArtifactStore, runs: Iterable[OldRun]) -> Iterator[Artifact]:
    for run in runs:
        if not run.unfinished:
            for item in store.list(f"{LOGS}/{run.run}"):
                unit = item.name.removeprefix(f"{LOGS}/{run.run}/").rpartition("/")[0]
                if unit not in run.kept:
                    yield item
