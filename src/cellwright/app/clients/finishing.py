"""Finishes offboardings: a client's settings go as soon as the run that destroyed its units has ended well.

Which offboardings there are, and how their runs ended, is asked of the ledger: whoever ended a run, and
whenever a server was restarted, the settings go.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cellwright.app.clients.leaving import Leaving, leave
from cellwright.app.runs.comeback import is_brought_back
from cellwright.app.runs.conversation import Conversation
from cellwright.app.session.session import FleetSession
from cellwright.ledger.read.event_filter import EventFilter, Pattern
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import (
    CLIENT_OFFBOARDED,
    CLIENT_OFFBOARDING,
    CLIENT_ONBOARDED,
    CLIENT_ONBOARDING,
    IDENTITY,
    Event,
)
from cellwright.model.runs.run import RunStatus

_BROUGHT_UP = frozenset({CLIENT_ONBOARDED, CLIENT_ONBOARDING})
_ABOUT_CLIENTS = EventFilter(
    actions=tuple(Pattern(action, ".") for action in (CLIENT_OFFBOARDING, CLIENT_OFFBOARDED, *_BROUGHT_UP))
)


@dataclass(slots=True)
class _Open:
    """An offboarding whose settings may still be there."""

    event: Event
    recorded: bool = False
    """Whether it is on record that the client is gone; then only its settings may be left."""


@dataclass(slots=True)
class Offboardings:
    """The offboardings of one fleet. For one thread; several servers may each have one."""

    session: FleetSession
    """The fleet, of which only the ledger is asked as long as nothing is to be removed."""
    current: Callable[[], FleetSession]
    """Gives the fleet as its files are now, which are looked at for that."""
    _seen: int = 0
    _open: dict[CellAddress, _Open] = field(default_factory=dict)

    def finish(self) -> tuple[CellAddress, ...]:
        """Remove the settings of every client whose units were destroyed since; tells of which.

        Raises:
            DiagnosticError: some can't be removed now; asked again, they are tried again.
        """
        self._read()
        faults: list[DiagnosticError] = []
        gone: list[CellAddress] = []
        for cell, item in list(self._open.items()):
            try:
                if self._finished(cell, item):
                    gone.append(cell)
            except DiagnosticError as fault:
                faults.append(fault)
        if faults:
            raise DiagnosticError(*(line for fault in faults for line in fault.diagnostics))
        return tuple(gone)

    def _read(self) -> None:
        reader = self.session.ledger().reader
        end = reader.chain_end().sequence
        found = reader.events(only=_ABOUT_CLIENTS, after=self._seen) if end > self._seen else ()
        for event in found:
            end = max(end, event.sequence)
            cell = CellAddress.parse(event.subject)
            if event.action == CLIENT_OFFBOARDING:
                self._open[cell] = _Open(event)
            elif event.action in _BROUGHT_UP:
                self._open.pop(cell, None)
            elif cell in self._open:
                self._open[cell].recorded = True
        self._seen = end

    def _finished(self, cell: CellAddress, item: _Open) -> bool:
        """Go on with one; tells whether its settings were removed just now."""
        reader, name = self.session.ledger().reader, item.event.detail.get("run")
        summary = reader.summary(name) if isinstance(name, str) else None
        if summary is not None and summary.status is not RunStatus.SUCCEEDED:
            return False  # it goes on, or somebody resumes it
        run = reader.run(summary.id) if summary is not None else None
        session = self.current()
        there = cell in session.snapshot().fleet.cells
        if run is None or (item.recorded and not there):
            del self._open[cell]  # pruned, or done
            return False
        fleet = session.open(writing=True)
        back = item.recorded and is_brought_back(fleet, cell)
        if not back:
            usual = item.event.reason == f"offboard {cell}"
            reason = "" if usual else item.event.reason
            leave(fleet, Leaving(actor_of(item.event), cell, run, reason), Conversation())
        del self._open[cell]
        return there and not back


def actor_of(event: Event) -> Actor:
    """Give whoever did what an event tells, with what vouched for them."""
    identity = event.detail.get(IDENTITY)
    if not isinstance(identity, Mapping):
        return Actor(event.actor, "ledger")
    found = identity.get("vouched_by")
    vouchers = found if isinstance(found, list) else []
    kinds = {kind.value: kind for kind in VoucherKind}
    return Actor(
        event.actor,
        str(identity.get("named_by", "")),
        tuple(
            Voucher(kinds[item["kind"]], item["name"], item["proof"] == "checked", _facts(item.get("facts")))
            for item in vouchers
            if isinstance(item, Mapping) and item.get("kind") in kinds and {"name", "proof"} <= item.keys()
        ),
    )


def _facts(found: object) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(text)) for key, text in found.items()) if isinstance(found, Mapping) else ()
