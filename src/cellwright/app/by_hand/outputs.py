"""The outputs of a unit, as they were recorded; sensitive ones, on record, from its state."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.app.by_hand.place import address_of, known_unit, looking_terraform
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.suggestion import advice
from cellwright.model.value import Json
from cellwright.planning.scope import scope_of

REVEALED = "outputs.revealed"
"""Somebody has had sensitive outputs shown in clear; their names are in the detail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputRequest:
    """Which outputs of which unit."""

    unit: str
    name: str | None = None
    """None takes all."""
    reason: str = ""
    """Why sensitive ones are shown in clear."""


@dataclass(frozen=True, slots=True)
class ShownOutput:
    """One output."""

    value: Json
    """None where it is sensitive and masked."""
    sensitive: bool
    masked: bool


@dataclass(frozen=True, slots=True)
class ShownOutputs:
    """A unit's outputs."""

    unit: UnitAddress
    outputs: Mapping[str, ShownOutput]
    applied_at: str
    outdated: bool
    """Its last apply did not end well, or its state was changed by hand since."""


def outputs(session: FleetSession, request: OutputRequest) -> ShownOutputs:
    """Give the outputs as the last apply that succeeded left them; sensitive ones are masked.

    Raises:
        DiagnosticError: there is no such unit or output, or it was never applied.
    """
    unit = address_of(request.unit)
    fleet = session.open(scope=scope_of([request.unit]))
    applied = _applied(fleet, unit)
    found = {
        name: ShownOutput(None if item.sensitive else item.value, item.sensitive, masked=item.sensitive)
        for name, item in applied.outputs.items()
    }
    return _shown(applied, found, request)


def revealed_outputs(session: FleetSession, actor: Actor, request: OutputRequest) -> ShownOutputs:
    """Give the outputs as they are in the state now, in clear; recorded before they are read.

    Raises:
        DiagnosticError: as `outputs`; or the state can't be read.
    """
    unit = address_of(request.unit)
    fleet = session.open(writing=True, scope=scope_of([request.unit]))
    applied = _applied(fleet, unit)
    known = {name: ShownOutput(None, item.sensitive, masked=False) for name, item in applied.outputs.items()}
    wanted = _shown(applied, known, request).outputs
    names: list[Json] = [name for name, item in wanted.items() if item.sensitive]
    fleet.ledger.recorder.append_event(actor, REVEALED, str(unit), request.reason, {"outputs": names})
    state = looking_terraform(fleet).state_of(applied)
    found = {
        name: ShownOutput(item.value, item.sensitive, masked=False)
        for name, item in (state.outputs.items() if state is not None else ())
    }
    return _shown(applied, found, request)


def _applied(fleet: OpenFleet, unit: UnitAddress) -> AppliedUnit:
    applied = known_unit(fleet, unit)
    if applied is None or applied.head.fingerprint is None:
        raise DiagnosticError(
            error(f"{unit} has no outputs: it was never applied", f"apply it: cellwright apply {unit}")
        )
    return applied


def _shown(applied: AppliedUnit, found: Mapping[str, ShownOutput], request: OutputRequest) -> ShownOutputs:
    if request.name is not None:
        if request.name not in found:
            raise DiagnosticError(
                error(
                    f"{applied.head.address} has no output '{request.name}'",
                    advice(request.name, found) or "it has none",
                )
            )
        found = {request.name: found[request.name]}
    return ShownOutputs(
        applied.head.address,
        dict(sorted(found.items())),
        applied.applied_at,
        applied.head.failed is not None,
    )
