"""Before anything is destroyed: keeps the states of a client's units, and records what is in them."""

import hashlib

from cellwright.app.clients.offboarding.kept_states import KeptStates
from cellwright.app.clients.offboarding.terraform import terraform_of
from cellwright.app.session.session import OpenFleet
from cellwright.engine.unit.orphan import backend_of
from cellwright.ledger.clients.values import DoomedResource, DoomedUnit, Offboarding
from cellwright.ledger.database.rows import applied_to_json
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.states.state_place import state_place
from cellwright.terraform.output.states.state_resources import StateResource, resources_in


def keep_remains(fleet: OpenFleet, record: Offboarding) -> None:
    """Keep and record all that a client has. Done again, it is what is there then.

    Raises:
        DiagnosticError: a state can't be read or kept: nothing is destroyed then.
    """
    units = [unit for unit in fleet.ledger.reader.heads() if unit.of_cell == record.cell]
    if not units:
        return
    kept = KeptStates.of(fleet, record.id)
    terraform = terraform_of(fleet, record.plan_run)
    for unit, applied in sorted(fleet.ledger.reader.applied(units).items()):
        content = terraform.content_of(applied)
        doomed = DoomedUnit(
            unit=unit,
            record=applied_to_json(applied),
            state_place=_place(fleet, applied),
            state_digest=hashlib.sha256(content).hexdigest() if content is not None else "",
            archived_as=kept.put(unit, content) if content is not None else "",
        )
        fleet.ledger.remains.put(record.id, doomed, _resources(applied, content))


def _place(fleet: OpenFleet, applied: AppliedUnit) -> str:
    if "backend" not in applied.recipe:
        return ""
    return str(state_place(backend_of(applied), applied.head.address, fleet.session.root))


def _resources(applied: AppliedUnit, content: bytes | None) -> list[DoomedResource]:
    found: tuple[StateResource, ...] = ()
    if content is not None:
        try:
            found = resources_in(content)
        except DiagnosticError:
            return []  # encrypted: the unit itself is on record, with its state
    return [
        DoomedResource(
            unit=applied.head.address,
            address=item.address,
            type=item.type,
            provider=item.provider,
            provider_id=item.id,
            facts=item.facts,
        )
        for item in found
    ]
