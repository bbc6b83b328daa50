"""What a run leaves while it goes on: stored progress, and where the fleet names a store, logs and plans."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from cellwright.app.runs.recording.progress_log import ProgressLog
from cellwright.app.session.session import OpenFleet
from cellwright.engine.unit.ports import NoDepot, NoStateDepot, PlanDepot, StateDepot
from cellwright.model.runs.progress import Listener


@contextmanager
def recording(fleet: OpenFleet, run: str, listener: Listener) -> Iterator[Listener]:
    """Give a listener that stores a run's progress, copies its logs, and passes all events on to another.

    At the end of the block everything has been stored, or given up.
    """
    with ExitStack() as stack:
        told: Listener = stack.enter_context(ProgressLog(fleet.ledger.progress, listener))
        store = fleet.session.artifacts()
        if store is not None:
            from cellwright.app.runs.recording.log_shipping import LogShipping  # noqa: PLC0415  few fleets have a store

            told = stack.enter_context(LogShipping(store, fleet.home.logs, run, told, fleet.session.notice))
        yield told


def depot_of(fleet: OpenFleet, run: str) -> PlanDepot:
    """Give where a run's plans are kept that wait for an answer."""
    store = fleet.session.artifacts()
    if store is None:
        return NoDepot()
    from cellwright.app.runs.recording.stored_plans import StoredPlans  # noqa: PLC0415  as above
    from cellwright.artifacts.sealing import Seal  # noqa: PLC0415  as above

    return StoredPlans(store, Seal.of(fleet.digester.keyed), run)


def states_of(fleet: OpenFleet) -> StateDepot:
    """Give where states are kept that could not be written to their backend."""
    store = fleet.session.artifacts()
    if store is None:
        return NoStateDepot()
    from cellwright.app.runs.recording.stored_states import StoredStates  # noqa: PLC0415  as above
    from cellwright.artifacts.sealing import Seal  # noqa: PLC0415  as above

    return StoredStates(store, Seal.of(fleet.digester.keyed))
