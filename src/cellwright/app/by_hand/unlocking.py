"""Who holds a unit: its lease in the ledger, and the lock of its state; and both taken away, on record."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from cellwright.app.by_hand.holder import told_holder
from cellwright.app.by_hand.place import address_of, known_unit, looking_terraform
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.lease.keeper import this_process
from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.engine.unit.orphan import backend_of
from cellwright.files.names import unit_path
from cellwright.ledger.leases import Held, Lease
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.states.state_place import state_place
from cellwright.model.value import Json
from cellwright.planning.scope import scope_of
from cellwright.terraform.output.states.state_lock import StateLockInfo
from cellwright.terraform.process.unit_lock import is_locked
from cellwright.terraform.unit.state_locking import held_lock
from cellwright.terraform.workspace.unit_folder import UnitFolder

UNLOCKING, UNLOCKED = "unit.unlocking", "unit.unlocked"
"""Somebody takes the lock of a unit's state, or its lease, away; and has done so. The detail says whose."""
_LOCAL = "local"
_TTL = 60.0


@dataclass(frozen=True, slots=True)
class FoundLease:
    """Who has the lease on a unit."""

    held: Held
    told: str
    """In words."""
    lives: bool | None
    """Whether its process does; None if only another machine can tell."""
    valid: bool
    """It has not run out."""

    @property
    def counts(self) -> bool:
        """Whether somebody may be at work under it."""
        return self.lives is True or (self.valid and self.lives is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLocks:
    """What keeps others from a unit."""

    unit: UnitAddress
    place: str
    """Where its state lies."""
    backend: str
    lock: StateLockInfo | None
    lease: FoundLease | None
    at_work: bool
    """A process works in its folder, on the machine that looked."""

    @property
    def nothing(self) -> bool:
        """Whether nobody is kept from it."""
        return self.lock is None and self.lease is None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockRequest:
    """Which unit, and why."""

    unit: str
    reason: str = ""
    although_held: str = ""
    """Why it is taken from somebody who may be at work."""


def find_locks(session: FleetSession, text: str) -> FoundLocks:
    """Look who holds a unit; changes nothing.

    Raises:
        DiagnosticError: there is no such unit, or its backend can't be asked.
    """
    unit = address_of(text)
    fleet = session.open(writing=True, scope=scope_of([text]))
    applied = known_unit(fleet, unit)
    recorded = applied is not None and "backend" in applied.recipe
    backend = backend_of(applied) if applied and recorded else fleet.fleet.units[unit].backend
    return FoundLocks(
        unit=unit,
        place=str(state_place(backend, unit, session.root)),
        backend=backend.kind,
        lock=_lock(fleet, unit, applied),
        lease=_lease(fleet, unit),
        at_work=is_locked(UnitFolder(unit_path(fleet.home.work, unit)).commands.lock),
    )


def unlock(session: FleetSession, actor: Actor, request: UnlockRequest, found: FoundLocks) -> None:
    """Take what was found away, and nothing that has come since; the trail says so before and after.

    Raises:
        DiagnosticError: somebody may be at work and nobody says why it is taken from them, or it can't be
            taken away.
    """
    if not request.although_held:
        _refuse_at_work(found)
    _refuse_unknown(found)
    fleet = session.open(writing=True, scope=scope_of([request.unit]))
    reason = request.although_held or request.reason
    detail = _detail(found)
    lease = _taken_over(fleet, found)
    try:
        fleet.ledger.recorder.append_event(actor, UNLOCKING, str(found.unit), reason, detail)
        if found.lock is not None:
            applied = fleet.ledger.reader.applied([found.unit]).get(found.unit)
            with looking_terraform(fleet).opened_to_read(found.unit, applied) as terraform:
                terraform.force_unlock(found.lock.id)
        fleet.ledger.recorder.append_event(actor, UNLOCKED, str(found.unit), reason, detail)
    finally:
        fleet.ledger.leases.release(lease)


def _refuse_at_work(found: FoundLocks) -> None:
    whom = None
    if found.lease is not None and found.lease.counts:
        whom = found.lease.told
    elif found.at_work:
        whom = f"a process on {os.uname().nodename}, in the unit's folder"
    if whom is not None:
        raise DiagnosticError(
            error(
                f"{found.unit} is being worked on by {whom}",
                "let it end, or stop it (`cellwright cancel RUN`); a lease runs out a minute after its "
                "machine is gone. Whoever knows that nothing is at work any more: --although-held REASON",
            )
        )


def _refuse_unknown(found: FoundLocks) -> None:
    if found.lock is None:
        return
    if found.backend == _LOCAL:
        raise DiagnosticError(
            error(
                f"the state of {found.unit} is locked by a process that lives",
                "a lock on a file ends with its process: find that (`fuser` tells who has the file open)",
            )
        )
    if not found.lock.id:
        raise DiagnosticError(
            error(
                f"the state of {found.unit} is locked, and its backend {found.backend} does not say by whom",
                "take the lock away where the state lies; without its id Terraform can't",
            )
        )


def _taken_over(fleet: OpenFleet, found: FoundLocks) -> Lease:
    """Take the lease from whoever was found to have it; only from them.

    Raises:
        DiagnosticError: somebody else has it by now.
    """
    leases, holder = fleet.ledger.leases, this_process("unlock")
    known = found.lease.held.fencing if found.lease is not None else None
    answer = (
        leases.acquire(found.unit, holder, _TTL)
        if known is None
        else leases.take_over(found.unit, known, holder, _TTL)
    )
    if isinstance(answer, Lease):
        return answer
    raise DiagnosticError(
        error(
            f"{found.unit} is being worked on by {told_holder(fleet.ledger, answer)} by now",
            "nothing was taken away; look again",
        )
    )


def _lock(fleet: OpenFleet, unit: UnitAddress, applied: AppliedUnit | None) -> StateLockInfo | None:
    with looking_terraform(fleet).opened_to_read(unit, applied) as terraform:
        return held_lock(terraform)


def _lease(fleet: OpenFleet, unit: UnitAddress) -> FoundLease | None:
    held = fleet.ledger.reader.lease_holders().get(unit)
    if held is None:
        return None
    holder = held.holder
    lives = ProcessIdentity(holder.host, holder.process_id, holder.process_started).is_alive()
    valid = held.expires > datetime.now(UTC)
    return FoundLease(held, told_holder(fleet.ledger, held), lives, valid)


def _detail(found: FoundLocks) -> dict[str, Json]:
    detail: dict[str, Json] = {"state": found.place}
    if found.lock is not None:
        lock = found.lock
        detail["lock"] = {
            "id": lock.id,
            "who": lock.who,
            "created": lock.created,
            "operation": lock.operation,
        }
    if found.lease is not None:
        detail["lease"] = {"holder": found.lease.told, "expires": found.lease.held.expires.isoformat()}
    return detail
