"""Takes leases on units (waits for whoever has one), renews them, and gives them back."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from cellwright.engine.approval import Interrupts
from cellwright.engine.lease.liveness import ProcessIdentity
from cellwright.ledger.leases import Held, Holder, Lease, Leases
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error

_LOG = logging.getLogger(__name__)
TTL = 60.0
"""Seconds that a lease lasts without a heartbeat: how long a dead machine's units stay closed."""
HEARTBEAT = TTL / 4
"""Seconds between renewals."""
LONGEST_WAIT = 600.0
"""Seconds to wait for somebody else's lease before giving up."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


class LeaseTakenError(DiagnosticError):
    """Somebody else works on the unit and did not release it in time."""


@dataclass(slots=True)
class LeaseKeeper:
    """The leases that one process holds for one run; used from several threads."""

    leases: Leases
    holder: Holder
    on_lost: Callable[[UnitAddress], None]
    """Called when somebody else has taken a lease over: whatever runs under it must stop."""
    interrupts: Interrupts
    longest_wait: float = LONGEST_WAIT
    ttl: float = TTL
    """Seconds that a lease lasts; it is renewed four times as often."""
    _held: dict[UnitAddress, Lease] = field(init=False, default_factory=dict)
    """Lost ones too, until they are released: with a number that is no longer valid, nothing is recorded."""
    _lost: set[UnitAddress] = field(init=False, default_factory=set)
    _adopted: set[UnitAddress] = field(init=False, default_factory=set)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)
    _closed: threading.Event = field(init=False, default_factory=threading.Event)

    def __enter__(self) -> Self:
        threading.Thread(target=self._renew_until_closed, name="lease-heartbeat", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        for unit in list(self._held):
            # A lease that can't be given back runs out by itself.
            with suppress(DiagnosticError):
                self.release(unit)

    def take(self, unit: UnitAddress, waits_for: Callable[[Held], None]) -> Lease:
        """Take the lease on `unit`; `waits_for` is told once who has it, if somebody has.

        Raises:
            LeaseTakenError: it was not free in time, or the run is to stop.
        """
        with self._guard:
            if unit in self._adopted and unit in self._held:
                self._adopted.discard(unit)
                return self._held[unit]
        pause, waited = _FIRST_PAUSE, 0.0
        answer = self._ask(unit)
        while isinstance(answer, Held):
            if not waited:
                waits_for(answer)
            if waited >= self.longest_wait or self.interrupts.requested():
                raise _taken(answer)
            self._closed.wait(pause)
            waited += pause
            pause = min(pause * 1.5, _LONGEST_PAUSE)
            answer = self._ask(unit)
        with self._guard:
            self._held[unit] = answer
            self._lost.discard(unit)
        return answer

    def adopt(self, lease: Lease) -> None:
        """Hold a lease that was taken together with its unit; `take` gives it once instead of asking."""
        with self._guard:
            self._held[lease.unit] = lease
            self._lost.discard(lease.unit)
            self._adopted.add(lease.unit)

    def forget(self, unit: UnitAddress) -> None:
        """Hold the lease on `unit` no longer; it is for somebody else to give it back."""
        with self._guard:
            self._held.pop(unit, None)
            self._adopted.discard(unit)

    def fencing(self, unit: UnitAddress) -> int | None:
        """The number to record with, valid or not; None if the lease was never taken, or was released."""
        with self._guard:
            lease = self._held.get(unit)
        return lease.fencing if lease else None

    def release(self, unit: UnitAddress) -> None:
        """Release the lease on `unit`, if held."""
        with self._guard:
            lease = self._held.pop(unit, None)
            self._adopted.discard(unit)
        if lease is not None:
            self.leases.release(lease)

    def _ask(self, unit: UnitAddress) -> Lease | Held:
        answer = self.leases.acquire(unit, self.holder, self.ttl)
        if isinstance(answer, Held) and is_dead(answer.holder):
            return self.leases.take_over(unit, answer.fencing, self.holder, self.ttl)
        return answer

    def _renew_until_closed(self) -> None:
        while not self._closed.wait(self.ttl * HEARTBEAT / TTL):
            with self._guard:
                held = [lease for unit, lease in self._held.items() if unit not in self._lost]
            if held:
                self._renew(held)

    def _renew(self, held: Sequence[Lease]) -> None:
        try:
            renewed = self.leases.renew(held, self.ttl)
        except DiagnosticError:
            return  # Out of reach for now: the next heartbeat tries again; fencing protects the unit.
        lost: list[UnitAddress] = []
        with self._guard:
            for lease in held:
                if self._held.get(lease.unit) != lease:
                    continue  # Given back, or taken anew, meanwhile.
                if lease.unit in renewed:
                    self._held[lease.unit] = renewed[lease.unit]
                else:
                    self._lost.add(lease.unit)
                    lost.append(lease.unit)
        for unit in lost:
            try:
                self.on_lost(unit)
            except Exception:  # noqa: BLE001  the others are to be stopped, and held leases renewed
                _LOG.exception("%s was taken over, and could not be stopped", unit)


def holder_for(run: str, identity: ProcessIdentity) -> Holder:
    """This process as a holder of leases for `run`."""
    return Holder(identity.host, identity.pid, identity.started, run)


def is_dead(holder: Holder) -> bool:
    """Tell whether a process is known to be dead: only its own machine can tell."""
    identity = ProcessIdentity(holder.host, holder.process_id, holder.process_started)
    return identity.is_alive() is False


def free_at(held: Held) -> datetime | None:
    """Give when a unit is free if its process has ended; None: that is of this machine, which knows."""
    identity = ProcessIdentity(held.holder.host, held.holder.process_id, held.holder.process_started)
    return None if identity.is_alive() is not None else held.expires.astimezone(UTC)


def waiting_for(held: Held) -> str:
    """Say who has a lease; of a process of another machine also until when, if it has ended there."""
    return f"held by {held.holder}{if_it_has_ended(free_at(held))}"


def if_it_has_ended(free: datetime | None) -> str:
    """Say until when a unit is held at the most, should its process have ended."""
    return "" if free is None else f"; if that has ended, until {free:%H:%M:%S} UTC"


def _taken(held: Held) -> LeaseTakenError:
    return LeaseTakenError(
        error(
            f"{held.unit} is being worked on by {held.holder}",
            "wait until that run is over (`cellwright runs`), then run this again",
        )
    )


def this_process(run: str) -> Holder:
    """This process as one that works for `run`."""
    return holder_for(run, ProcessIdentity.of_this_process())
