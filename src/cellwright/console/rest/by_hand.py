"""Single units: their outputs, and who holds them."""

from fastapi import Request, Response
from pydantic import Field

from cellwright.access.roles import Permission
from cellwright.api.fleet import outputs as outputs_document
from cellwright.api.runs import locks as document
from cellwright.app.by_hand.outputs import OutputRequest
from cellwright.app.by_hand.outputs import outputs as use_case
from cellwright.app.by_hand.unlocking import FoundLocks, UnlockRequest, find_locks
from cellwright.app.by_hand.unlocking import unlock as take_away
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import Body, Cell, Level, Reason, Stack, Text, Words, unit_address
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import by_hand as schemas
from cellwright.model.diagnostic import DiagnosticError, error

router = noun_router()


class UnlockBody(Body):
    """Which lock and which lease somebody has seen, and why they are taken away."""

    lock: Text | None = Field(default=None, description="The id of the state's lock; null: it was free.")
    fencing: int | None = Field(
        default=None, ge=0, le=2**63 - 1, description="The lease's number; null: it was free."
    )
    reason: Reason = ""
    although_held: Reason = Field(
        default="",
        description="Why they are taken from a process that may be at work; needs the permission to cancel.",
    )


@router.get("/units/{level}/{cell}/{stack}/outputs", response_model=schemas.UnitOutputs)
def outputs(
    request: Request, visitor: SignedIn, level: Level, cell: Cell, stack: Stack, name: Words | None = None
) -> Response:
    """Give what a unit has put out, all or one; of a sensitive output only that it is there."""
    address = unit_address(level, cell, stack)
    visitor.demand(Permission.READ, address.of_cell)
    found = use_case(services(request).fleet(), OutputRequest(unit=str(address), name=name))
    return answer(request, outputs_document.unit_outputs(found))


@router.get("/units/{level}/{cell}/{stack}/locks", response_model=schemas.Locks)
def locks(request: Request, visitor: SignedIn, level: Level, cell: Cell, stack: Stack) -> Response:
    """Look who holds a unit: the lock of its state, which the backend is asked for, and its lease."""
    address = unit_address(level, cell, stack)
    visitor.demand(Permission.APPLY, address.of_cell)
    return answer(request, document.locks(find_locks(services(request).fleet(), str(address)), removed=False))


@router.post("/units/{level}/{cell}/{stack}/unlock", response_model=schemas.Locks)
def unlock(
    request: Request,
    visitor: SignedIn,
    level: Level,
    cell: Cell,
    stack: Stack,
    body: UnlockBody,
    _key: Key = None,
) -> Response:
    """Take the lock and the lease that were seen away, and nothing that has come since; it is recorded.

    Refused while a process that may be at work holds them, unless it is said why that does not matter.
    """
    address = unit_address(level, cell, stack)
    visitor.demand(Permission.APPLY, address.of_cell)
    if body.although_held:
        visitor.demand(Permission.CANCEL, address.of_cell)
    session = services(request).fleet()
    found = find_locks(session, str(address))
    _refuse_other(found, body)
    if not found.nothing:
        wanted = UnlockRequest(unit=str(address), reason=body.reason, although_held=body.although_held)
        take_away(session, visitor.actor, wanted, found)
    return answer(request, document.locks(found, removed=not found.nothing))


def _refuse_other(found: FoundLocks, seen: UnlockBody) -> None:
    lock = found.lock.id or None if found.lock is not None else None
    fencing = found.lease.held.fencing if found.lease is not None else None
    if (lock, fencing) != (seen.lock, seen.fencing):
        raise DiagnosticError(
            error(f"{found.unit} is held by somebody else by now, or by nobody", "look at it again")
        )
