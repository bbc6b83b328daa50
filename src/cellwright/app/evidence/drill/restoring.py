"""The use case of a restore drill, and its record."""

import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from cellwright.app.evidence.drill.ledger_copy import LedgerCompared, compare_backup, restore_ledger
from cellwright.app.evidence.drill.states import StatesCompared, compare_states
from cellwright.app.evidence.states.places import recorded_states
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.app.status.state_fetching import RecordedState
from cellwright.evidence.sorting import DRILLED
from cellwright.files.errors import file_errors
from cellwright.files.private import PRIVATE_FOLDER, remove_left
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.event import Event
from cellwright.model.value import Json
from cellwright.planning.selection import select

SUBJECT = "drill"
_NAMED = 20
"""So many differences are named in the event."""
_PREFIX = "drill-"


class DrillResult(Enum):
    """How a drill ended."""

    PASSED = "passed"
    """Everything was restored, and is as recorded."""
    INCOMPLETE = "incomplete"
    """What was restored is as recorded, and some states can't be read by a drill."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillRequest:
    """What is restored."""

    cells: tuple[str, ...] = ()
    """Selectors; none means every unit that is on record."""
    backup: str = ""
    """Where a restored backup of the ledger lies (a path or a URL); empty: a copy is made of the ledger."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillReport:
    """What a drill has found."""

    result: DrillResult
    seconds: float
    ledger: LedgerCompared
    states: StatesCompared
    event: int = 0
    """The number of its record."""

    @property
    def differences(self) -> tuple[str, ...]:
        """Everything that is not as recorded."""
        return (*self.ledger.differences, *self.states.differences)


def drill_restore(
    session: FleetSession,
    actor: Actor,
    request: DrillRequest,
    told: Callable[[str], None] = lambda _what: None,
) -> DrillReport:
    """Restore the ledger and the states beside, compare, remove the copies, and record it: `drill.restored`.

    Nothing of the originals is changed. A drill that finds something is recorded, too.

    Raises:
        DiagnosticError: the fleet has errors, a selector matches nothing, the ledger can't be opened or
            written, or there is no room for the copies.
    """
    begun = time.monotonic()
    fleet = session.open(writing=True, digests=False)
    chosen = _chosen(fleet, request.cells)
    with _beside(session) as folder:
        told("restoring the ledger")
        if request.backup:
            ledger = compare_backup(fleet.ledger, request.backup)
        else:
            ledger = restore_ledger(fleet.ledger, folder / "ledger.db", told)
        found = _recorded(fleet, chosen)
        states = compare_states(found, folder / "states", lambda state: _again(fleet, state), told)
    report = DrillReport(
        result=_result(ledger, states), seconds=time.monotonic() - begun, ledger=ledger, states=states
    )
    return replace(report, event=_record(fleet, actor, request, report).sequence)


def _recorded(fleet: OpenFleet, chosen: Sequence[UnitAddress] | None) -> Iterator[RecordedState]:
    return recorded_states(fleet.ledger, fleet.home, fleet.fleet.units, fleet.session.environment, chosen)


def _again(fleet: OpenFleet, state: RecordedState) -> RecordedState | str:
    """Give the record of a unit as it is now, or say that somebody is at work on it."""
    if state.unit in fleet.ledger.reader.lease_holders():
        return "a run is at work on it"
    return next(_recorded(fleet, [state.unit]), "it was destroyed meanwhile")


def _chosen(fleet: OpenFleet, selectors: Sequence[str]) -> Sequence[UnitAddress] | None:
    if not selectors:
        return None
    return sorted(select(fleet.fleet.units, selectors, None, fleet.ledger.reader.heads()), key=str)


@contextmanager
def _beside(session: FleetSession) -> Iterator[Path]:
    """A folder of ours, closed to others, that is gone with all in it when the block ends."""
    session.home.prepare()
    with file_errors("what an earlier drill has left can't be removed"):
        remove_left(session.home.folder, f"{_PREFIX}*")
    folder = session.home.folder / f"{_PREFIX}{secrets.token_hex(6)}"
    with file_errors("the copies of a drill can't be written"):
        folder.mkdir(mode=PRIVATE_FOLDER)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _result(ledger: LedgerCompared, states: StatesCompared) -> DrillResult:
    if ledger.differences or states.differences:
        return DrillResult.FAILED
    return DrillResult.INCOMPLETE if states.unread else DrillResult.PASSED


def _record(fleet: OpenFleet, actor: Actor, request: DrillRequest, report: DrillReport) -> Event:
    ledger, states, found = report.ledger, report.states, report.differences
    detail: dict[str, Json] = {
        "result": report.result.value,
        "seconds": str(round(report.seconds, 1)),
        "events": ledger.events,
        "rows": ledger.rows,
        "tables": dict(ledger.tables),
        "head": ledger.head,
        "states": states.restored,
        "unread": len(states.unread),
        "differences": len(found),
        "first_differences": list(found[:_NAMED]),
    }
    if request.cells:
        detail["cells"] = list(request.cells)
    if ledger.source:
        detail["backup"] = ledger.source
    try:
        return fleet.ledger.recorder.append_event(actor, DRILLED, SUBJECT, request.reason, detail)
    except DiagnosticError as fault:
        # The trail itself is damaged: what the drill has found is said all the same.
        raise DiagnosticError(*_told(found), *fault.diagnostics) from None


def _told(differences: Sequence[str]) -> Iterator[Diagnostic]:
    for text in differences[:_NAMED]:
        yield error(f"the drill has found: {text}")
