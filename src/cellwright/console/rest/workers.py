"""Workers: the processes that carry out units."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Request, Response

from cellwright.access.roles import Permission
from cellwright.api.people import workers as document
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import PLAIN, Body, Reason
from cellwright.console.wire.problems import RefusedCallError, absent
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import people as schemas
from cellwright.ledger.queue.workers import Worker, Workers
from cellwright.model.diagnostic import error

router = noun_router()

WorkerId = Annotated[str, Path(max_length=200, pattern=PLAIN, description="A worker's id.")]


class DrainBody(Body):
    """Why a worker is drained."""

    reason: Reason = ""


@router.get("/workers", response_model=schemas.Workers)
def workers(request: Request, visitor: SignedIn) -> Response:
    """List the workers, and what each works on."""
    visitor.demand(Permission.READ)
    return answer(request, document.workers(_workers(request).all()))


@router.post("/workers/{worker}/drain", status_code=HTTPStatus.ACCEPTED, response_model=schemas.WorkerPart)
def drain(
    request: Request, visitor: SignedIn, worker: WorkerId, body: DrainBody, _key: Key = None
) -> Response:
    """Ask a worker to finish what it has, and to end."""
    visitor.demand(Permission.ADMINISTER)
    _found(request, worker)
    if not _workers(request).request_drain(worker, visitor.actor, body.reason):
        told = error(f"worker {worker} is drained already", "wait until it has ended")
        raise RefusedCallError(HTTPStatus.CONFLICT, "This could not be done", (told,))
    return answer(request, document.worker(_found(request, worker)), HTTPStatus.ACCEPTED)


def _workers(request: Request) -> Workers:
    return services(request).session.ledger().workers


def _found(request: Request, worker: str) -> Worker:
    for item in _workers(request).all():
        if item.id == worker:
            return item
    raise absent(f"there is no worker '{worker}'", "GET /api/v1/workers lists them")
