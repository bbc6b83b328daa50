"""Goes on with offboardings, and takes back refused onboardings.

Whoever looks, and whenever, the next step is made as soon as it may be.

Which offboardings there are, and how far each is, is asked of the ledger: whoever ended a run, however long
nobody has looked, and whenever a server was restarted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cellwright.app.clients.life import finish_provisioning
from cellwright.app.clients.offboarding.carrier import Carrier, Queued
from cellwright.app.clients.offboarding.driving import Driver
from cellwright.app.clients.onboarding.refused import take_back_refused
from cellwright.app.runs.hosting.port import NoHost, RunHost
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession
from cellwright.app.status.hold import hold_of
from cellwright.ledger.clients.values import Offboarding
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.offboarding import Phase, Waits
from cellwright.model.runs.event import IDENTITY, Event
from cellwright.model.runs.run import RunStatus

_SERVER = Actor("cellwright", "server")


@dataclass(slots=True)
class Offboardings:
    """The offboardings of one fleet. For one thread; several servers may each have one."""

    session: FleetSession
    """The fleet, of which only the ledger is asked as long as nothing is to be done."""
    current: Callable[[], FleetSession]
    """Gives the fleet as its files are now, which are looked at for that."""
    host: RunHost = field(default_factory=NoHost)
    """Who carries out its runs."""

    def finish(self) -> tuple[CellAddress, ...]:
        """Go on with every offboarding that may go on; tells whose clients are gone by that.

        Raises:
            DiagnosticError: some can't go on now; asked again, they are tried again.
        """
        ledger = self.session.ledger()
        if not ledger.database.absent:
            finish_provisioning(ledger, _SERVER)
        faults: list[DiagnosticError] = []
        try:
            take_back_refused(self.session, self.current, _SERVER)
        except DiagnosticError as fault:
            faults.append(fault)
        gone: list[CellAddress] = []
        for record in ledger.offboardings.open():
            try:
                if self._may_go_on(record):
                    found = go_on(self.current(), record, Queued(self.host), Conversation())
                    gone += [found.cell] if found.phase is Phase.DONE else []
            except DiagnosticError as fault:
                faults.append(fault)
        if faults:
            raise DiagnosticError(*(line for fault in faults for line in fault.diagnostics))
        return tuple(gone)

    def _may_go_on(self, record: Offboarding) -> bool:
        """Tell from the ledger alone whether there may be something to do."""
        ledger = self.session.ledger()
        if record.phase is Phase.HOLDING:
            return hold_of(ledger, record, self.session) is Waits.NOTHING
        name = record.plan_run if record.phase is Phase.PLANNING else record.run
        run = ledger.reader.summary(name) if name else None
        if record.phase is Phase.DESTROYING and run is not None and run.status is not RunStatus.SUCCEEDED:
            return False  # it goes on, or somebody resumes it, or offboards again
        return run is None or run.status is not RunStatus.RUNNING


def go_on(session: FleetSession, record: Offboarding, carrier: Carrier, talk: Conversation) -> Offboarding:
    """Go on with one offboarding as far as it goes now.

    Raises:
        DiagnosticError: a step fails; going on again repeats it.
    """
    return Driver(session.open(writing=True), carrier, talk, record).go_on()


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
