"""Which units have a state by the ledger's record, and where each lies."""

from collections.abc import Iterator, Mapping, Sequence

from cellwright.app.session.home import Home
from cellwright.app.status.state_fetching import RecordedState
from cellwright.engine.unit.orphan import recorded_backend
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import Unit
from cellwright.terraform.workspace.backend import BackendSettings, complete_backend

_AT_ONCE = 500
"""Units whose whole record is in memory."""


def recorded_states(
    ledger: Ledger,
    home: Home,
    units: Mapping[UnitAddress, Unit],
    environment: Mapping[str, str],
    chosen: Sequence[UnitAddress] | None = None,
) -> Iterator[RecordedState]:
    """Yield each state that is on record, in the order of addresses; `units` are those of the fleet now.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    wanted = sorted(ledger.reader.heads() if chosen is None else chosen, key=str)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        applied = ledger.reader.applied(some)
        for address in some:
            found = applied.get(address)
            if found is None or found.head.state is None or not found.head.state.lineage:
                continue
            unit = units.get(address)
            yield RecordedState(
                unit=address,
                mark=found.head.state,
                backend=_backend(found, unit, home),
                environment={**environment, **(unit.environment if unit else {})},
                labels=_labels(found, unit),
            )


def _backend(applied: AppliedUnit, unit: Unit | None, home: Home) -> BackendSettings | None:
    try:
        now = unit.backend if unit else None
        found = recorded_backend(applied, now) if "backend" in applied.recipe else now
        if found is None:
            return None
        settings = BackendSettings(found.kind, found.config)
        return complete_backend(settings, applied.head.address, home.states, home.root)
    except DiagnosticError:
        return None


def _labels(applied: AppliedUnit, unit: Unit | None) -> Mapping[str, str]:
    if unit is not None:
        return unit.labels
    found = applied.recipe.get("labels")
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, Mapping) else {}
