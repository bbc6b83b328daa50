"""Why a unit of a run, or the run itself, does not go on, and where to look at what it waits for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from cellwright.app.overview.runs.places import FullLimit
from cellwright.engine.lease.keeper import free_at, if_it_has_ended
from cellwright.ledger.cancels import CancelRequest
from cellwright.ledger.leases import Held
from cellwright.ledger.queue.pauses import Pause
from cellwright.ledger.run_state import Approval, Decision, RunUnitRecord, UnitState
from cellwright.model.address import UnitAddress
from cellwright.model.runs.run import RunStatus


class WaitKind(Enum):
    """What something waits for."""

    APPROVAL = "approval"
    LEASE = "lease"
    """Another run works on the unit."""
    UPSTREAM = "upstream"
    WAVE = "wave"
    PLACE = "place"
    """A free place: as many units are worked on as may be at once."""
    WORKER = "worker"
    """No process is there that takes units of the queue."""
    PAUSE = "pause"
    """Somebody has paused the run, or it is not to begin yet."""
    CANCEL = "cancel"
    """The run is being cancelled: nothing more is begun."""
    NOBODY = "nobody"
    """The run is over, or nobody carries it out, and it was never begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A reason to wait, and what stands in the way."""

    kind: WaitKind
    why: str
    run: str | None = None
    """The run that stands in the way, if it is another one."""
    unit: UnitAddress | None = None
    """The unit that stands in the way."""
    wave: int | None = None
    limit: FullLimit | None = None
    """The limit that is reached, where that is known."""
    until: datetime | None = None
    """Of a unit that a process of another machine holds: when it is free, if that has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSituation:
    """What is known of a run that decides why its units wait."""

    run: str
    status: RunStatus
    carried_out: bool = True
    """False if it is known that no process carries it out."""
    queued: bool = False
    """Whether it is carried out by whoever is free."""
    hands: int | None = None
    """Of a run in the queue: how many processes take units; None for a run with a process of its own."""
    full: Mapping[UnitAddress, FullLimit] = field(default_factory=dict)
    """Of units that are ready: the limit that is reached."""
    cancel: CancelRequest | None = None
    pause: Pause | None = None
    approvals: Mapping[UnitAddress, Approval] = field(default_factory=dict)
    """The newest question of each unit."""
    holders: Mapping[UnitAddress, Held] = field(default_factory=dict)
    upstreams: Mapping[UnitAddress, Collection[UnitAddress]] = field(default_factory=dict)
    """Of each unit, those of this run that come before it; without those that the fleet no longer tells."""
    unfinished: Collection[UnitAddress] = ()
    """The units of the run that are not over, as far as they are asked for."""
    open_wave: int | None = None
    """The first wave that is not over."""


def wait_of(record: RunUnitRecord, run: RunSituation) -> Wait | None:
    """Tell why a unit does not go on; None if it does, or is over."""
    match record.state:
        case UnitState.FINISHED | UnitState.APPLYING:
            return _for_lease(record, run) if record.state is UnitState.APPLYING else None
        case UnitState.PLANNED:
            return _for_answer(record, run)
        case UnitState.PLANNING:
            return _for_lease(record, run)
        case UnitState.PENDING:
            return _before_it_begins(record, run)


def _for_answer(record: RunUnitRecord, run: RunSituation) -> Wait | None:
    approval = run.approvals.get(record.address)
    if run.status is not RunStatus.RUNNING or run.cancel is not None:
        return _stopped(run)
    if approval is None or approval.decision is None or approval.decision is Decision.VOID:
        return Wait(kind=WaitKind.APPROVAL, why="its plan waits for approval", run=run.run)
    if not run.carried_out:
        return Wait(kind=WaitKind.NOBODY, why=_NOBODY)
    if approval.decision is Decision.REJECTED:
        return Wait(kind=WaitKind.PLACE, why=f"rejected by {approval.answered_by}; it is about to be skipped")
    if run.pause is not None:
        return _paused(run, run.pause)
    return _for_lease(record, run) or _for_place(record, run, f"approved by {approval.answered_by}; ")


def _for_lease(record: RunUnitRecord, run: RunSituation) -> Wait | None:
    held = run.holders.get(record.address)
    if held is not None and held.holder.run != run.run:
        by, free = held.holder, free_at(held)
        why = f"run {by.run} works on it (process {by.process_id} on {by.host}){if_it_has_ended(free)}"
        return Wait(kind=WaitKind.LEASE, why=why, run=by.run, until=free)
    return None if run.carried_out else Wait(kind=WaitKind.NOBODY, why=_NOBODY)


def _before_it_begins(record: RunUnitRecord, run: RunSituation) -> Wait:
    if run.status is not RunStatus.RUNNING or run.cancel is not None:
        return _stopped(run)
    if run.pause is not None:
        return _paused(run, run.pause)
    upstream = min((unit for unit in _upstreams(record, run) if unit in run.unfinished), default=None)
    if upstream is not None:
        return Wait(kind=WaitKind.UPSTREAM, why=f"{upstream} comes before it", unit=upstream)
    if run.open_wave is not None and run.open_wave < record.wave:
        why = f"wave {run.open_wave + 1} is not over"
        return Wait(kind=WaitKind.WAVE, why=why, wave=run.open_wave)
    return _for_lease(record, run) or _for_place(record, run, "")


def _for_place(record: RunUnitRecord, run: RunSituation, before: str) -> Wait:
    if run.hands == 0:
        return Wait(kind=WaitKind.WORKER, why="no worker is there that could take it")
    limit = run.full.get(record.address)
    why = "others are worked on first" if limit is None else str(limit)
    return Wait(kind=WaitKind.PLACE, why=f"{before}it waits for a free place: {why}", limit=limit)


def _upstreams(record: RunUnitRecord, run: RunSituation) -> Collection[UnitAddress]:
    return run.upstreams.get(record.address, ())


def _stopped(run: RunSituation) -> Wait:
    if run.cancel is not None:
        by = run.cancel.requested_by
        return Wait(kind=WaitKind.CANCEL, why=f"the run is being cancelled by {by}: nothing more is begun")
    return Wait(kind=WaitKind.NOBODY, why=f"the run is over ({run.status.value}); resuming it goes on")


def _paused(run: RunSituation, pause: Pause) -> Wait:
    until = f" until {pause.until[:16].replace('T', ' ')} UTC" if pause.until else ""
    return Wait(kind=WaitKind.PAUSE, why=f"{pause.paused_by} has paused the run{until}", run=run.run)


_NOBODY = "the process that carried the run out is gone"
