"""What a run puts into the artifact store: its logs while they grow, and plans that wait for an answer."""

from cellwright.app.runs.log_shipping import LogShipping
from cellwright.app.runs.stored_plans import StoredPlans
from cellwright.app.session.session import OpenFleet
from cellwright.artifacts.sealing import Seal
from cellwright.artifacts.store import ArtifactStore
from cellwright.model.runs.progress import Listener


def ship_logs(store: ArtifactStore, fleet: OpenFleet, run: str, listener: Listener) -> LogShipping:
    """Give a listener that copies logs, and passes events on."""
    return LogShipping(store, fleet.home.logs, run, listener, fleet.session.notice)


def stored_plans(store: ArtifactStore, fleet: OpenFleet, run: str) -> StoredPlans:
    """Give the depot of a run's plans."""
    return StoredPlans(store, Seal.of(fleet.digester.keyed), run)
