"""What a run's units wait for among themselves."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from cellwright.app.session.session import FleetSession
from cellwright.engine.unit.orphan import upstreams_of
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.run import Operation


def run_order(
    session: FleetSession, operations: Mapping[UnitAddress, Operation]
) -> Mapping[UnitAddress, frozenset[UnitAddress]]:
    """Give for each unit those that come before it: an apply after its upstreams, a destroy before its own.

    By the settings of now, and by what was applied last; what neither of them knows is left out.
    """
    waits = dict.fromkeys(operations, frozenset[UnitAddress]())
    applied = [address for address, operation in operations.items() if operation is Operation.APPLY]
    for address, upstreams in before_applies(session, applied).items():
        waits[address] = upstreams & operations.keys()
    return {**waits, **_before_destroys(session, operations)}


def before_applies(
    session: FleetSession, addresses: Iterable[UnitAddress]
) -> Mapping[UnitAddress, frozenset[UnitAddress]]:
    """Give all that these units depend on by the settings of now, in the run or not."""
    found: dict[UnitAddress, frozenset[UnitAddress]] = {}
    with suppress(DiagnosticError):
        units = session.snapshot().fleet.units
        for address in addresses:
            with suppress(KeyError):  # it is no unit any more
                found[address] = units.upstreams(address)
    return found


def _before_destroys(
    session: FleetSession, operations: Mapping[UnitAddress, Operation]
) -> Mapping[UnitAddress, frozenset[UnitAddress]]:
    doomed = {address for address, operation in operations.items() if operation is Operation.DESTROY}
    if not doomed:
        return {}
    waits: dict[UnitAddress, set[UnitAddress]] = {address: set() for address in doomed}
    for address, applied in session.ledger().reader.applied(operations.keys()).items():
        for upstream in (upstreams_of(applied) & doomed) - {address}:
            waits[upstream].add(address)
    return {address: frozenset(found) for address, found in waits.items()}
