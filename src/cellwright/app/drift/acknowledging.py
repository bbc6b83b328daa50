"""Acknowledge drift: it is known, and shows no more until a moment, or until it is another one."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from cellwright.app.drift.listing import DriftGroup, group_named, list_drift
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.clock import milliseconds
from cellwright.ledger.drift.values import Acknowledgement, NewAcknowledgement, UnitDrift
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, MissingError, error
from cellwright.model.text.suggestion import advice
from cellwright.model.value import Json

LONGEST = timedelta(days=366)
"""For how long drift may be acknowledged: whoever still knows of it then says so again."""
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AckRequest:
    """What is acknowledged: a unit, one resource of it, or a group."""

    reason: str
    until: str
    """A day, which is the last one (UTC), or a moment with its offset."""
    unit: str = ""
    group: str = ""
    resource: str = ""


def acknowledge(session: FleetSession, actor: Actor, request: AckRequest) -> Acknowledgement:
    """Record that drift is known. It shows again when that ends, or as soon as it is another drift.

    Of a group, later units with the same drift are acknowledged with it.

    Raises:
        DiagnosticError: no reason or no end is given, or the end is past or too far; there is no such drift.
    """
    until = end_of(session.now(), request.until)
    if not request.reason.strip():
        raise DiagnosticError(error("there is no reason", "say why it is left as it is: --reason TEXT"))
    if len(request.reason) > LONGEST_REASON:
        raise DiagnosticError(error(f"the reason has over {LONGEST_REASON} characters", "say it shorter"))
    if bool(request.unit) == bool(request.group):
        raise DiagnosticError(error("name a unit or a group", "`cellwright drift` lists both"))
    ledger = session.ledger(writing=True)
    new, detail = _of_unit(ledger, request) if request.unit else _of_group(session, request)
    new = replace(new, id=secrets.token_hex(4), reason=request.reason.strip(), until=milliseconds(until))
    return ledger.drift.acknowledgements.add(new, actor, detail)


def unacknowledge(session: FleetSession, actor: Actor, id_: str, reason: str = "") -> Acknowledgement:
    """End an acknowledgement before its time.

    Raises:
        MissingError: there is none, or it has ended.
    """
    return session.ledger(writing=True).drift.acknowledgements.end(id_, actor, reason)


def list_acknowledgements(session: FleetSession) -> tuple[Acknowledgement, ...]:
    """Give the newest, also those that have ended."""
    return session.ledger().drift.acknowledgements.newest()


def end_of(now: datetime, text: str) -> datetime:
    """Read until when something is acknowledged.

    Raises:
        DiagnosticError: it is no day and no moment, past, or too far.
    """
    moment = _moment(text)
    if moment <= now:
        raise DiagnosticError(error(f"'{text}' is past", "name a day to come"))
    if moment > now + LONGEST:
        raise DiagnosticError(
            error(f"'{text}' is more than a year away", "drift is acknowledged for a year at the most")
        )
    return moment


def _moment(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    try:
        if day is not None:
            return datetime.combine(day, time(), UTC) + timedelta(days=1)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise DiagnosticError(error(f"'{text}' has no time zone", "write it like 2026-12-31T14:00Z"))
        return moment.astimezone(UTC)
    except ValueError:
        raise DiagnosticError(
            error(f"'{text}' is no day and no moment", "write 2026-12-31, or 2026-12-31T14:00Z")
        ) from None
    except OverflowError:
        raise DiagnosticError(error(f"'{text}' is no usable moment", "write 2026-12-31")) from None


def unit_named(text: str) -> UnitAddress:
    """Read a unit's address.

    Raises:
        DiagnosticError: it is none.
    """
    try:
        return UnitAddress.parse(text)
    except AddressError as fault:
        raise DiagnosticError(
            error(f"'{text}' is no unit: {fault}", "write LEVEL/CELL/STACK: client/acme/app")
        ) from None


def _of_unit(ledger: Ledger, request: AckRequest) -> tuple[NewAcknowledgement, dict[str, Json]]:
    unit = unit_named(request.unit)
    drift = ledger.drift.of_unit(unit)
    if drift is None or not drift.is_drifted:
        raise MissingError(error(f"no drift of {unit} is known", "`cellwright drift` lists what is"))
    digest = _digest_of_resource(drift, request.resource) if request.resource else drift.digest
    new = NewAcknowledgement(
        id="", reason="", until=0, unit=str(unit), resource=request.resource, digest=digest
    )
    return new, {}


def _digest_of_resource(drift: UnitDrift, address: str) -> str:
    known = {item.resource.address: item.resource for item in drift.resources}
    found = known.get(address)
    if found is None:
        detail = advice(address, known) or f"known: {', '.join(sorted(known)[:5])}"
        raise MissingError(error(f"{drift.unit} has no drift of '{address}'", detail))
    if not found.repaired:
        raise DiagnosticError(
            error(f"an apply leaves '{address}' as it is", "there is nothing to acknowledge")
        )
    return found.digest


def _of_group(session: FleetSession, request: AckRequest) -> tuple[NewAcknowledgement, dict[str, Json]]:
    group: DriftGroup = group_named(list_drift(session), request.group)
    if request.resource:
        raise DiagnosticError(error("a resource is of a unit", "name the unit instead of the group"))
    if not group.shape:  # it stands alone
        unit = group.units[0]
        return NewAcknowledgement(id="", reason="", until=0, unit=str(unit.unit), digest=unit.digest), {}
    return NewAcknowledgement(id="", reason="", until=0, shape=group.shape), {"units": len(group.units)}
