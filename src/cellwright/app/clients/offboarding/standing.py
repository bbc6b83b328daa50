"""How offboardings stand: what each waits for; and going on with those that may go on."""

from dataclasses import dataclass

from cellwright.app.clients.client import client_named
from cellwright.app.clients.finishing import go_on
from cellwright.app.clients.life import Standing, state_of
from cellwright.app.clients.offboarding.carrier import Directly
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.names.holders import names_of
from cellwright.app.session.session import FleetSession
from cellwright.app.status.hold import waits_of
from cellwright.app.status.stopped import as_it_stands
from cellwright.ledger.clients.values import DoomedResource, LegalHold, Offboarding
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.offboarding import Waits


@dataclass(frozen=True, slots=True)
class DueReport:
    """What became of one offboarding that was gone on with, or why it was not."""

    record: Offboarding
    waits: Waits
    report: RunReport | None = None
    faults: tuple[Diagnostic, ...] = ()


def open_offboardings(session: FleetSession) -> tuple[tuple[Offboarding, Waits], ...]:
    """Give the offboardings that go on, and what each waits for."""
    return tuple((item, waits_of(session, item)) for item in session.ledger().offboardings.open())


def shown_offboardings(session: FleetSession) -> tuple[tuple[Offboarding, Waits], ...]:
    """Give the open offboardings, what each waits for, and why one stands still that waits for nothing."""
    return tuple((as_it_stands(session, item), waits) for item, waits in open_offboardings(session))


def go_on_with_due(session: FleetSession, actor: Actor, talk: Conversation) -> tuple[DueReport, ...]:  # noqa: ARG001  each goes on for who asked for it
    """Go on with every offboarding that may go on now, one after the other; a fault of one stops no other."""
    return tuple(_one(session, record, talk) for record, _ in open_offboardings(session))


def _one(session: FleetSession, record: Offboarding, talk: Conversation) -> DueReport:
    waits = waits_of(session, record)
    if waits is not Waits.NOTHING or talk.interrupted():
        return DueReport(record, waits)
    carrier = Directly(talk)
    faults: tuple[Diagnostic, ...] = ()
    try:
        go_on(session, record, carrier, talk)
    except DiagnosticError as fault:
        faults = fault.diagnostics
    found = session.ledger().offboardings.find(record.id)
    report = carrier.reports[-1] if carrier.reports else None
    return DueReport(found, waits_of(session, found), report, faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLife:
    """All that is known of the life of one client."""

    cell: CellAddress
    state: ClientState | None
    """None for a client that the fleet does not have and that never left it."""
    since: str | None = None
    """When it was moved there by a command; None: it is so by its settings."""
    offboarding: Offboarding | None = None
    """The one that goes on, or the last one."""
    waits: Waits = Waits.NOTHING
    legal_hold: LegalHold | None = None
    resources: tuple[DoomedResource, ...] = ()
    """Those that were destroyed, and what looking for them has found."""


def newest_offboarding(session: FleetSession, cell: CellAddress) -> Offboarding | None:
    """Give the newest offboarding of a client; none of one that had its name before.

    Raises:
        DiagnosticError: the fleet or the ledger can't be read.
    """
    before = names_of(session).life_before(cell)
    record = next(iter(session.ledger().offboardings.of_cell(cell)), None)
    return None if record is not None and before is not None and record.requested_at < before.time else record


def client_life(session: FleetSession, name: str) -> ClientLife:
    """Tell all that is known of the life of a client.

    Raises:
        DiagnosticError: the fleet or the ledger can't be read.
    """
    ledger, cell = session.ledger(), client_named(session, name)
    fleet = session.snapshot().fleet
    level = fleet.levels[[item.name for item in fleet.levels].index(cell.level)]
    possible = (UnitAddress(cell.level, cell.cell, stack) for stack in level.stacks)
    own = [unit for unit in possible if fleet.units.is_enabled(unit)]
    standing = Standing(len(ledger.reader.applied(own)) if own else 0, len(own))
    life = ledger.lives.find(cell)
    state = state_of(life, fleet.cells.get(cell), standing)
    record = newest_offboarding(session, cell)
    return ClientLife(
        cell=cell,
        state=state,
        since=life.since if life is not None and life.state is state else None,
        offboarding=as_it_stands(session, record) if record is not None else None,
        waits=waits_of(session, record) if record is not None else Waits.NOTHING,
        legal_hold=ledger.legal_holds.open([cell]).get(cell),
        resources=ledger.remains.resources(record.id) if record is not None else (),
    )
