"""Where plans and states of a run are kept on other machines' behalf, where the fleet names a store."""

from cellwright.app.session.session import OpenFleet
from cellwright.engine.unit.ports import NoDepot, NoStateDepot, PlanDepot, StateDepot


def depot_of(fleet: OpenFleet, run: str) -> PlanDepot:
    """Give where a run's plans are kept that wait for an answer."""
    store = fleet.session.artifacts()
    if store is None:
        return NoDepot()
    from cellwright.app.runs.recording.stored_plans import StoredPlans  # noqa: PLC0415  few fleets have a store
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
