"""The life of clients: suspended and reinstated, offboardings that wait, legal holds."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import Field

from cellwright.access.roles import Permission
from cellwright.api.fleet import clients as clients_document
from cellwright.api.fleet import lives as document
from cellwright.app.clients.client import client_named
from cellwright.app.clients.offboarding.asking import (
    approve_offboarding,
    cancel_offboarding,
    lay_legal_hold,
    lift_legal_hold,
)
from cellwright.app.clients.offboarding.standing import client_life, shown_offboardings
from cellwright.app.clients.onboarding.proposing import propose_edit, pull_requests
from cellwright.app.clients.submit import submit_suspension
from cellwright.app.clients.suspend import SuspendRequest, suspension_edit
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import Body, Reason
from cellwright.console.wire.problems import absent
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import lives as schemas
from cellwright.console.wire.schemas import runs
from cellwright.model.address import CellAddress

router = noun_router()

Name = Annotated[str, Path(max_length=63, description="The client's name.")]


class WhyBody(Body):
    """Why something is done."""

    reason: Reason = ""


class LegalHoldBody(Body):
    """Whether nothing of a client may be destroyed, and why."""

    held: bool = Field(description="False lifts it.")
    reason: Reason = ""


@router.get("/clients/offboardings", response_model=schemas.Offboardings)
def offboardings(request: Request, visitor: SignedIn) -> Response:
    """List the offboardings that go on, and what each waits for."""
    visitor.demand_somewhere(Permission.READ)
    found = shown_offboardings(services(request).fleet())
    seen = [(record, waits) for record, waits in found if visitor.may(Permission.READ, record.cell)]
    return answer(request, document.offboardings(seen))


@router.get("/clients/{name}/life", response_model=schemas.Life)
def life(request: Request, visitor: SignedIn, name: Name) -> Response:
    """Tell the state of a client, its legal hold, its offboarding, and what was found of its resources."""
    session = services(request).fleet()
    visitor.demand(Permission.READ, client_named(session, name))
    found = client_life(session, name)
    if found.state is None and found.offboarding is None:
        raise absent(f"there is no client '{name}'", "GET /api/v1/cells lists the cells")
    return answer(request, document.life(found))


@router.post("/clients/{name}/suspend", status_code=HTTPStatus.ACCEPTED, response_model=runs.Client)
def suspend(request: Request, visitor: SignedIn, name: Name, body: WhyBody, _key: Key = None) -> Response:
    """Suspend a client: the layer for suspended cells is put on top, and a run applies it."""
    return _changed(request, visitor, SuspendRequest(name=name, suspended=True, reason=body.reason))


@router.post("/clients/{name}/reinstate", status_code=HTTPStatus.ACCEPTED, response_model=runs.Client)
def reinstate(request: Request, visitor: SignedIn, name: Name, body: WhyBody, _key: Key = None) -> Response:
    """End the suspension of a client."""
    return _changed(request, visitor, SuspendRequest(name=name, suspended=False, reason=body.reason))


@router.post("/clients/{name}/offboard/cancel", response_model=schemas.Life)
def cancel(request: Request, visitor: SignedIn, name: Name, body: WhyBody, _key: Key = None) -> Response:
    """End an offboarding of which nothing was destroyed yet: the client stays."""
    session = services(request).fleet()
    for permission in (Permission.APPLY, Permission.EDIT):
        visitor.demand(permission, client_named(session, name))
    cancel_offboarding(session, visitor.actor, name, body.reason)
    return answer(request, document.life(client_life(session, name)))


@router.post("/clients/{name}/offboard/approve", response_model=schemas.Life)
def approve(request: Request, visitor: SignedIn, name: Name, body: WhyBody, _key: Key = None) -> Response:
    """Agree to an offboarding that somebody else has asked for."""
    session = services(request).fleet()
    visitor.demand(Permission.APPROVE, client_named(session, name))
    approve_offboarding(session, visitor.actor, name, body.reason)
    return answer(request, document.life(client_life(session, name)))


@router.post("/clients/{name}/legal-hold", response_model=schemas.Life)
def legal_hold(
    request: Request, visitor: SignedIn, name: Name, body: LegalHoldBody, _key: Key = None
) -> Response:
    """Let nothing of a client be destroyed, whoever asks, or lift that; both need a reason."""
    session = services(request).fleet()
    visitor.demand(Permission.APPROVE, client_named(session, name))
    if body.held:
        lay_legal_hold(session, visitor.actor, name, body.reason)
    else:
        lift_legal_hold(session, visitor.actor, name, body.reason)
    return answer(request, document.life(client_life(session, name)))


def _changed(request: Request, visitor: SignedIn, wanted: SuspendRequest) -> Response:
    found = services(request)
    session = found.fleet()
    cell: CellAddress = client_named(session, wanted.name)
    for permission in (Permission.APPLY, Permission.EDIT):
        visitor.demand(permission, cell)
    if pull_requests(session) is not None:
        made = propose_edit(session, visitor.actor, suspension_edit(session, wanted)[1])
        return answer(request, clients_document.proposed(cell, made), HTTPStatus.ACCEPTED)
    done = submit_suspension(session, visitor.actor, wanted, found.host)
    return answer(request, clients_document.edited(cell, done), HTTPStatus.ACCEPTED)
