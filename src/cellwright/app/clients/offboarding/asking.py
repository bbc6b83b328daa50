"""What people ask of an offboarding that waits: to be cancelled, to be agreed to; and legal holds."""

from cellwright.app.clients.client import client_named
from cellwright.app.clients.offboarding.task import from_json
from cellwright.app.runs.steering.four_eyes import has_broken_glass, same_person
from cellwright.app.session.session import FleetSession
from cellwright.ledger.clients.offboardings import Step
from cellwright.ledger.clients.values import LegalHold, Offboarding
from cellwright.ledger.opening import Ledger
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, MissingError, error
from cellwright.model.offboarding import Phase


def cancel_offboarding(session: FleetSession, actor: Actor, name: str, reason: str = "") -> Offboarding:
    """End an offboarding of which nothing was destroyed yet: the client is what it was before.

    Raises:
        DiagnosticError: it is not being offboarded, or something of it was destroyed already.
    """
    ledger = session.ledger(writing=True)
    for _ in range(len(Phase)):
        record = open_offboarding(ledger, client_named(session, name))
        if not record.phase.may_be_cancelled:
            raise DiagnosticError(
                error(
                    f"{record.cell} is being destroyed already: its offboarding can't be cancelled any more",
                    f"let it end (cellwright offboard {name}), then bring it back: "
                    f"cellwright onboard {name} --again",
                )
            )
        step = Step(before=record.phase, after=Phase.CANCELLED, reason=reason)
        if ledger.offboardings.step(record.id, step, actor):
            _cancel_plan(ledger, actor, record)
            break  # else a server was faster: it is looked at again
    return ledger.offboardings.find(record.id)


def _cancel_plan(ledger: Ledger, actor: Actor, record: Offboarding) -> None:
    if record.phase is Phase.PLANNING and record.plan_run:
        ledger.cancels.request(record.plan_run, actor, "the offboarding was cancelled")


def approve_offboarding(session: FleetSession, actor: Actor, name: str, reason: str = "") -> Offboarding:
    """Agree to an offboarding that demands another person.

    Raises:
        DiagnosticError: it is not being offboarded, needs nobody, or whoever agrees has asked for it.
    """
    ledger = session.ledger(writing=True)
    record = open_offboarding(ledger, client_named(session, name))
    if not record.approvals_needed or not record.phase.may_be_cancelled:
        raise DiagnosticError(
            error(f"the offboarding of {record.cell} waits for nobody's approval", "nothing is to be done")
        )
    _refuse_same(ledger, actor, record)
    ledger.offboardings.approve(record.id, actor, reason)
    return ledger.offboardings.find(record.id)


def _refuse_same(ledger: Ledger, actor: Actor, record: Offboarding) -> None:
    """Refuse whoever has asked for it, and who has agreed already under another name."""
    if has_broken_glass(actor):
        return
    asked = from_json(record.task).actor
    others = [(asked.name, asked.identity(), "asked for it"), (record.requested_by, {}, "asked for it")]
    others += [(item.by, item.identity, "agreed to it already") for item in record.approvals]
    for name, identity, what in others:
        if common := same_person(actor.name, actor.identity(), name, identity):
            detail = {"why": "four eyes", "common": common, "offboarding": record.id}
            ledger.recorder.append_event(actor, "offboarding.approval_refused", str(record.cell), "", detail)
            raise DiagnosticError(
                error(f"you have {what} ({common}): another person has to agree", "have somebody else do it")
            )


def lay_legal_hold(session: FleetSession, actor: Actor, name: str, reason: str) -> LegalHold:
    """Let nothing of a client be destroyed from now on.

    Raises:
        DiagnosticError: there is no such client, or no reason is given.
    """
    cell = client_named(session, name)
    ledger = session.ledger(writing=True)
    _refuse_without_reason(reason, "lay")
    known = cell in session.snapshot().fleet.cells or ledger.offboardings.open_of(cell) is not None
    if not known and not any(unit.of_cell == cell for unit in ledger.reader.heads()):
        raise DiagnosticError(error(f"there is no client '{name}'", "`cellwright status` lists them"))
    return ledger.legal_holds.lay(cell, actor, reason)


def lift_legal_hold(session: FleetSession, actor: Actor, name: str, reason: str) -> tuple[LegalHold, ...]:
    """End the legal holds of a client; gives all that it ever had.

    Raises:
        DiagnosticError: it has none, or no reason is given.
    """
    cell = client_named(session, name)
    _refuse_without_reason(reason, "lift")
    holds = session.ledger(writing=True).legal_holds
    if not holds.lift(cell, actor, reason):
        raise DiagnosticError(error(f"{cell} is under no legal hold", "nothing is to be lifted"))
    return holds.of(cell)


def _refuse_without_reason(reason: str, what: str) -> None:
    if not reason.strip():
        raise DiagnosticError(
            error(f"a reason is needed to {what} a legal hold: it is on record", "give one: --reason REASON")
        )


def open_offboarding(ledger: Ledger, cell: CellAddress) -> Offboarding:
    """Give the offboarding of a client that goes on.

    Raises:
        MissingError: it is not being offboarded.
    """
    found = ledger.offboardings.open_of(cell)
    if found is None:
        raise not_offboarded(str(cell))
    return found


def not_offboarded(client: str) -> MissingError:
    """Give the error for a client that is not being offboarded."""
    return MissingError(
        error(f"{client} is not being offboarded", "`cellwright offboard --due` lists who is")
    )
