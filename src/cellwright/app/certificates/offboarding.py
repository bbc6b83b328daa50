"""What the record of an offboarding adds to a certificate: hold, export, and what was looked for since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cellwright.destruction.case import (
    Case,
    Deed,
    Export,
    Finding,
    Hold,
    LegalHold,
    Reading,
    StateCopies,
    UnitReading,
)
from cellwright.destruction.times import written
from cellwright.ledger.clients import values
from cellwright.ledger.database.clock import from_milliseconds
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.event_filter import EventFilter, action_pattern
from cellwright.model.actor import vouched
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.offboarding import Phase
from cellwright.model.value import Json

_UNDONE = frozenset({Phase.CANCELLED, Phase.REFUSED})
_AT_ONCE = 100
_REMOVING = EventFilter(actions=(action_pattern("offboarding.removing"),))
_FINDINGS = {
    values.Finding.UNREAD: Finding.UNREAD,
    values.Finding.GONE: Finding.GONE,
    values.Finding.STANDING: Finding.STANDING,
    values.Finding.UNKNOWN: Finding.UNKNOWN,
}


def offboarding_of(ledger: Ledger, cell: CellAddress, since: str) -> values.Offboarding | None:
    """Give the offboarding that ended a client's life since a moment; None if none is on record."""
    found = ledger.offboardings.of_cell(cell, _AT_ONCE)
    return next((item for item in found if item.phase not in _UNDONE and item.requested_at > since), None)


def with_offboarding(
    ledger: Ledger, case: Case, offboarding: values.Offboarding, between: tuple[str, str]
) -> Case:
    """Add to a case what its offboarding has on record.

    `between` is when the client that left by this name before was offboarded, empty if none was, and when
    this one was: legal holds of the others are none of this one's.
    """
    left, ended = between
    holds = (
        hold
        for hold in ledger.legal_holds.of(case.cell)
        if hold.laid_at <= ended and (hold.lifted_at is None or hold.lifted_at > left)
    )
    resources = ledger.remains.resources(offboarding.id)
    return replace(
        case,
        approvals=(*map(_approval, offboarding.approvals), *case.approvals),
        hold=_hold(offboarding),
        legal_holds=tuple(map(_legal_hold, holds)),
        export=_export(offboarding.export),
        readings={(item.unit, item.address): _reading(item) for item in resources},
        units=tuple(map(_unit, ledger.remains.units(offboarding.id))),
        copies=_copies(ledger, case.cell, offboarding.id),
        gaps=(*case.gaps, *_not_removed(case, resources)),
    )


def _approval(found: values.Approval) -> Deed:
    return Deed(
        by=found.by,
        at=found.at,
        vouched=vouched(found.identity),
        reason=found.reason,
        what="the offboarding",
    )


def _hold(found: values.Offboarding) -> Hold | None:
    if found.hold_until is None:
        return None
    return Hold(seconds=found.hold_seconds, until=written(from_milliseconds(found.hold_until)))


def _legal_hold(found: values.LegalHold) -> LegalHold:
    lifted = None
    if found.lifted_at is not None:
        lifted = Deed(by=found.lifted_by or "", at=found.lifted_at, reason=found.lift_reason or "")
    return LegalHold(laid=Deed(by=found.laid_by, at=found.laid_at, reason=found.reason), lifted=lifted)


def _export(found: values.ExportRecord | None) -> Export | None:
    if found is None:
        return None
    return Export(
        command=found.command, sha256=found.sha256, size=found.size, place=found.place, at=found.ended_at
    )


def _reading(found: values.DoomedResource) -> Reading:
    return Reading(finding=_FINDINGS[found.finding], detail=found.detail, at=found.looked_at)


def _unit(found: values.DoomedUnit) -> UnitReading:
    return UnitReading(
        unit=found.unit,
        state=found.state_after or Finding.UNREAD.value,
        at=found.looked_at,
        state_before=found.state_digest,
    )


def _copies(ledger: Ledger, cell: CellAddress, offboarding: str) -> StateCopies | None:
    found = None
    for event in ledger.reader.events(subject=str(cell), only=_REMOVING):
        said = event.detail.get("state_copies")
        if event.detail.get("offboarding") == offboarding and isinstance(said, Mapping):
            found = StateCopies(
                machine=str(said.get("machine")),
                at=event.time,
                removed=_texts(said.get("removed")),
                kept=_texts(said.get("kept")),
            )
    return found


def _texts(found: Json) -> tuple[str, ...]:
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _not_removed(case: Case, resources: Sequence[values.DoomedResource]) -> Iterator[str]:
    """Tell of resources that were there before, and that no plan has removed."""
    removed: set[tuple[UnitAddress, str]] = {
        (fate.record.unit, fate.record.resource.address) for fate in case.fates
    }
    for item in resources:
        if (item.unit, item.address) not in removed:
            name = f"{item.unit}/{item.address}"
            yield f"{name} was in the state before, no plan removed it: {_FINDINGS[item.finding].value}"
