"""What begins, stops and answers rollouts; each is a change of all cells of the rollout."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import Request, Response
from pydantic import Field

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.api.runs import rollouts as document
from cellwright.app.overview.rollouts.starting import digest_of, start_as_shown
from cellwright.app.rollouts import asking
from cellwright.app.rollouts.asking import AskRequest
from cellwright.app.rollouts.preparing import RolloutRequest
from cellwright.app.rollouts.shapes import approve_groups, reject_groups
from cellwright.app.rollouts.start import Started, rollback
from cellwright.console.permits import demand_cells
from cellwright.console.rest.rollouts import RolloutId
from cellwright.console.rest.runs import APPROVED_HOW
from cellwright.console.rollouts.permits import demand_prepared, demand_rollout
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import Body, Reason, Text
from cellwright.console.wire.problems import RefusedCallError
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import rollouts as schemas
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.diagnostic import error
from cellwright.model.value import Json

router = noun_router()

Cells = Annotated[
    list[Annotated[Text, Field(min_length=1)]],
    Field(max_length=100, description="Only these of its cells: client/eu-*, tier=gold; none means all."),
]
_Act = Callable[..., RolloutRecord]


class SimulateBody(Body):
    """A rollout that is thought of."""

    strategy: Text = Field(
        default="", description="A name below `rollouts` in fleet.yaml; empty: the only one."
    )
    cells: Cells = Field(default=[])
    destroy: bool = Field(
        default=False, description="Also destroy units that are switched off or no longer in the fleet."
    )
    all: bool = Field(default=False, description="Also cells that are up to date.")


class StartBody(SimulateBody):
    """A rollout that is wanted."""

    approved: bool = Field(
        default=False, description="Approve beforehand whatever is planned; needs the permission to approve."
    )
    seen: Text = Field(
        default="", description="As `simulate` gave it: a rollout that would be another one is refused."
    )
    reason: Reason = ""


class AskBody(Body):
    """Why something is asked of a rollout."""

    reason: Reason = ""


class RollbackBody(Body):
    """How a rollout is taken back."""

    to: Text = Field(default="", description="The commit; empty: the one at which its cells were before.")
    approved: bool = Field(default=False, description="Approve beforehand whatever is planned.")
    reason: Reason = ""


class AnswerBody(Body):
    """An answer to what a rollout waits for."""

    approved: bool
    groups: list[Annotated[Text, Field(min_length=1)]] = Field(
        default=[],
        max_length=1_000,
        description="Groups of plans that wait. Who approves one approves all later plans that do the same.",
    )
    step: bool = Field(default=False, description="Instead of groups: the approval between waves.")
    reason: Reason = ""


@router.post("/rollouts/simulate", response_model=schemas.Simulated)
def simulate(request: Request, visitor: SignedIn, body: SimulateBody) -> Response:
    """Tell who would change when, and the worst case; nothing is begun. You must see all of its cells."""
    found = demand_prepared(visitor, (Permission.READ,), services(request).fleet(), _wanted(body))
    return answer(request, {**document.prepared(found), "seen": digest_of(found)})


@router.post("/rollouts", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Started)
def start(request: Request, visitor: SignedIn, body: StartBody, _key: Key = None) -> Response:
    """Begin a rollout at the fleet's commit; whoever is free carries it out, wave after wave.

    Plans wait for approval, unless everything was approved beforehand.
    """
    session = services(request).fleet()
    wanted = _wanted(body, body.reason, APPROVED_HOW if body.approved else "")
    prepared = demand_prepared(visitor, (Permission.APPLY,), session, wanted)
    if body.approved:
        demand_cells(visitor, Permission.APPROVE, (cell.address for cell in prepared.plan.cells))
    return _begun(request, start_as_shown(session, visitor.actor, wanted, prepared, body.seen))


@router.post("/rollouts/{rollout}/pause", status_code=HTTPStatus.ACCEPTED, response_model=schemas.RolloutPart)
def pause(
    request: Request, visitor: SignedIn, rollout: RolloutId, body: AskBody, _key: Key = None
) -> Response:
    """Begin no further cell for now; what has begun goes on."""
    demand_rollout(visitor, Permission.CANCEL, services(request).session, rollout)
    return _asked(request, visitor, asking.pause, rollout, body.reason)


@router.post(
    "/rollouts/{rollout}/resume", status_code=HTTPStatus.ACCEPTED, response_model=schemas.RolloutPart
)
def resume(
    request: Request, visitor: SignedIn, rollout: RolloutId, body: AskBody, _key: Key = None
) -> Response:
    """Go on after a pause; checks that could not be read are made again."""
    demand_rollout(visitor, Permission.CANCEL, services(request).session, rollout)
    return _asked(request, visitor, asking.resume, rollout, body.reason)


@router.post("/rollouts/{rollout}/halt", status_code=HTTPStatus.ACCEPTED, response_model=schemas.RolloutPart)
def halt(
    request: Request, visitor: SignedIn, rollout: RolloutId, body: AskBody, _key: Key = None
) -> Response:
    """Begin no cell any more; what has begun is finished, and `retry` may go on later."""
    demand_rollout(visitor, Permission.CANCEL, services(request).session, rollout)
    return _asked(request, visitor, asking.halt, rollout, body.reason)


@router.post(
    "/rollouts/{rollout}/cancel", status_code=HTTPStatus.ACCEPTED, response_model=schemas.RolloutPart
)
def cancel(
    request: Request, visitor: SignedIn, rollout: RolloutId, body: AskBody, _key: Key = None
) -> Response:
    """End a rollout, and cancel the runs that are at work."""
    demand_rollout(visitor, Permission.CANCEL, services(request).session, rollout)
    return _asked(request, visitor, asking.cancel, rollout, body.reason)


@router.post("/rollouts/{rollout}/retry", status_code=HTTPStatus.ACCEPTED, response_model=schemas.RolloutPart)
def retry(
    request: Request, visitor: SignedIn, rollout: RolloutId, body: AskBody, _key: Key = None
) -> Response:
    """Do again what failed or was skipped, and what was never begun, from the same commit."""
    demand_rollout(visitor, Permission.APPLY, services(request).session, rollout)
    return _asked(request, visitor, asking.retry, rollout, body.reason)


@router.post(
    "/rollouts/{rollout}/expedite", status_code=HTTPStatus.ACCEPTED, response_model=schemas.RolloutPart
)
def expedite(
    request: Request, visitor: SignedIn, rollout: RolloutId, body: AskBody, _key: Key = None
) -> Response:
    """Skip the bakes that are left, but the first wave's; a reason is needed."""
    demand_rollout(visitor, Permission.APPLY, services(request).session, rollout)
    return _asked(request, visitor, asking.expedite, rollout, body.reason)


@router.post("/rollouts/{rollout}/rollback", status_code=HTTPStatus.ACCEPTED, response_model=schemas.Started)
def roll_back(
    request: Request, visitor: SignedIn, rollout: RolloutId, body: RollbackBody, _key: Key = None
) -> Response:
    """Take the cells that a rollout has changed to the commit before, as a new rollout in the same waves."""
    session = services(request).fleet()
    demand_rollout(visitor, Permission.APPLY, session, rollout)
    if body.approved:
        demand_rollout(visitor, Permission.APPROVE, session, rollout)
    how = APPROVED_HOW if body.approved else ""
    return _begun(request, rollback(session, visitor.actor, rollout, body.reason, body.to, how))


@router.post("/rollouts/{rollout}/approvals", response_model=schemas.RolloutPart)
def give_answer(
    request: Request, visitor: SignedIn, rollout: RolloutId, body: AnswerBody, _key: Key = None
) -> Response:
    """Approve or reject groups of plans, or the approval between waves; rejected there, the rollout halts."""
    found = services(request)
    session = found.session
    if bool(body.groups) == body.step:
        told = error("name what is answered for", "either `groups` or `step`")
        raise RefusedCallError(HTTPStatus.UNPROCESSABLE_ENTITY, "Something in the request is wrong", (told,))
    # A shape that is approved counts for every cell of the rollout.
    demand_rollout(visitor, Permission.APPROVE, session, rollout)
    if body.step:
        wanted = AskRequest(rollout=rollout, reason=body.reason)
        asking.answer(session, visitor.actor, wanted, approved=body.approved)
    else:
        act = approve_groups if body.approved else reject_groups
        for group in act(session, visitor.actor, rollout, body.groups, body.reason):
            for run in dict.fromkeys(question.run for question in group.questions):
                found.host.wake(run)
    return answer(request, document.summary(session.ledger().rollouts.summary(rollout)))


def _asked(request: Request, visitor: Visitor, act: _Act, rollout: str, reason: str) -> Response:
    found = services(request)
    record = act(found.session, visitor.actor, AskRequest(rollout=rollout, reason=reason))
    return answer(request, document.summary(record.summary), HTTPStatus.ACCEPTED)


def _begun(request: Request, started: Started) -> Response:
    where = f"/api/v1/rollouts/{started.record.id}"
    told: dict[str, Json] = {
        "rollout": document.summary(started.record.summary),
        "prepared": {**document.prepared(started.prepared), "seen": digest_of(started.prepared)},
        "left_out": [str(cell) for cell in started.left_out],
    }
    return answer(request, told, HTTPStatus.ACCEPTED, Location=where)


def _wanted(body: SimulateBody, reason: str = "", approved_how: str = "") -> RolloutRequest:
    return RolloutRequest(
        strategy=body.strategy,
        cells=tuple(body.cells),
        destroy=body.destroy,
        thorough=body.all,
        reason=reason,
        approved_how=approved_how,
    )
