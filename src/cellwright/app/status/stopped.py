"""Why an offboarding stands still, as far as nobody has noted it: who carried it out was killed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from cellwright.app.session.session import FleetSession
from cellwright.app.status.hold import hold_end, hold_of
from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.ledger.clients.values import Offboarding
from cellwright.ledger.leases import Holder
from cellwright.ledger.opening import Ledger
from cellwright.ledger.run_state import RunSummary
from cellwright.model.address import CellAddress
from cellwright.model.offboarding import Phase, Waits
from cellwright.model.runs.run import RunStatus

_QUIET = timedelta(minutes=5)
"""Whoever carries it out, a server too, shows a sign within this time."""
_BY_RUNS = frozenset({Phase.PLANNING, Phase.DESTROYING})


def as_it_stands(session: FleetSession, record: Offboarding) -> Offboarding:
    """Give an offboarding with why it stands still, if it does; what was noted already stays.

    One whose hold is not over, or that waits for people, is no such one.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    if record.why or not record.phase.is_open:
        return record
    if record.phase is Phase.HOLDING:
        why = _why_held(session, record)
    else:
        why = _why(session.ledger(), record, session.now())
    return replace(record, why=why) if why else record


def stopped_offboardings(session: FleetSession) -> Mapping[CellAddress, Offboarding]:
    """Give the offboardings that stand still, each with why.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    found = (as_it_stands(session, item) for item in session.ledger().offboardings.open())
    return {item.cell: item for item in found if item.why}


def is_dead(ledger: Ledger, run: RunSummary) -> bool:
    """Tell whether a run has not ended, is one process's own, and that one was killed on this machine."""
    if run.status is not RunStatus.RUNNING or ledger.reader.is_queued(run.id):
        return False
    holder = ledger.reader.run_holder(run.id)
    return holder is not None and _lives(holder) is False


def _lives(holder: Holder) -> bool | None:
    return ProcessIdentity(holder.host, holder.process_id, holder.process_started).is_alive()


def is_left(ledger: Ledger, run: RunSummary, now: datetime) -> bool:
    """Tell whether a run has not ended and nobody carries it out, or takes it from the queue.

    A process of another machine is known by its leases: a run that nobody has to answer for always has one.
    """
    if run.status is not RunStatus.RUNNING or ledger.reader.is_queued(run.id):
        return False
    holder = ledger.reader.run_holder(run.id)
    alive = _lives(holder) if holder is not None else True
    if alive is not None:
        return not alive
    held = (item for item in ledger.reader.lease_holders().values() if item.holder.run == run.id)
    if any(item.expires > now for item in held):
        return False
    ended = (item.finished for item in ledger.reader.run_units(run.id).values() if item.finished)
    return _moment(max([run.started, *ended])) + _QUIET < now


def _why_held(session: FleetSession, record: Offboarding) -> str:
    """Say since when a hold is over with which nobody has gone on."""
    ledger = session.ledger()
    if hold_of(ledger, record, session) is not Waits.NOTHING:
        return ""
    ends = [hold_end(record) or record.phase_since, *(item.at for item in record.approvals)]
    ends += [item.lifted_at for item in ledger.legal_holds.of(record.cell) if item.lifted_at]
    over = max(map(_moment, ends))
    if over + _QUIET >= session.now():
        return ""
    return f"its hold was over at {over:%Y-%m-%d %H:%M} UTC, and nobody has gone on with it"


def _why(ledger: Ledger, record: Offboarding, now: datetime) -> str:
    name = record.plan_run if record.phase is Phase.PLANNING else record.run
    run = ledger.reader.summary(name) if name and record.phase in _BY_RUNS else None
    if run is not None and run.status is RunStatus.RUNNING:
        return f"the process that carried out run {run.id} is gone" if is_left(ledger, run, now) else ""
    if run is not None and record.phase is Phase.DESTROYING and run.status is not RunStatus.SUCCEEDED:
        return f"run {run.id} {'was cancelled' if run.status is RunStatus.CANCELLED else 'has failed'}"
    return "" if _is_at_work(ledger, record, now) else "nobody carries it out"


def _is_at_work(ledger: Ledger, record: Offboarding, now: datetime) -> bool:
    held = ledger.reader.lease_holders().items()
    own = any(unit.of_cell == record.cell and item.expires > now for unit, item in held)
    return own or _moment(record.phase_since) + _QUIET >= now


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
