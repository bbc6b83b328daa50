"""Approvals: the plans that wait, and answers to them."""

from http import HTTPStatus

from fastapi import Request, Response
from pydantic import Field

from cellwright.access.roles import Permission
from cellwright.api.runs import approvals as document
from cellwright.app.overview.runs.open_approvals import ApprovalsRequest, open_approvals
from cellwright.app.runs.steering.approve import ApproveRequest, approve, waiting_plans
from cellwright.console.permits import demand_units, readable
from cellwright.console.rest.runs import APPROVED_HOW, seen_run
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import Body, Reason, RunId, Text
from cellwright.console.wire.problems import RefusedCallError
from cellwright.console.wire.router import Key, noun_router
from cellwright.console.wire.schemas import runs as schemas
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import error

router = noun_router()


class AnswerBody(Body):
    """An answer to plans that were seen."""

    approved: bool
    plans: dict[str, Text] = Field(
        default={},
        max_length=5_000,
        description="By unit: the `plan_digest` that was seen. An answer to a plan made anew is void.",
    )
    units: list[Text] = Field(
        default=[],
        max_length=5_000,
        description="Instead of plans: units whose plans are answered for as they are.",
    )
    all: bool = Field(default=False, description="Instead of both: all plans of the run that wait.")
    reason: Reason = ""


@router.get("/approvals", response_model=schemas.Waiting)
def approvals(request: Request, visitor: SignedIn) -> Response:
    """List the plans of every run that wait for an answer."""
    session = services(request).session
    wanted = ApprovalsRequest(readable=readable(visitor))
    return answer(request, document.waiting(open_approvals(session, wanted)))


@router.get("/runs/{run}/approvals", response_model=schemas.Waiting)
def run_approvals(request: Request, visitor: SignedIn, run: RunId) -> Response:
    """List the plans of a run that wait for an answer."""
    session = services(request).session
    seen_run(visitor, session, run)
    wanted = ApprovalsRequest(run=run, readable=readable(visitor))
    return answer(request, document.waiting(open_approvals(session, wanted)))


@router.post("/runs/{run}/approvals", response_model=schemas.Answered)
def give_answer(
    request: Request, visitor: SignedIn, run: RunId, body: AnswerBody, _key: Key = None
) -> Response:
    """Approve or reject plans of a run; the process that carries it out acts on that."""
    session = services(request).session
    known = seen_run(visitor, session, run)
    visitor.demand_somewhere(Permission.APPROVE)
    if sum(map(bool, (body.plans, body.units, body.all))) != 1:
        told = error("name what is answered for", "one of `plans`, `units` and `all`")
        raise RefusedCallError(HTTPStatus.UNPROCESSABLE_ENTITY, "Something in the request is wrong", (told,))
    plans = {_unit(text): digest for text, digest in body.plans.items()}
    if not plans:
        waiting = waiting_plans(session, run, [str(_unit(text)) for text in body.units])
        plans = {item.unit: item.plan_digest for item in waiting}
    demand_units(visitor, Permission.APPROVE, plans, known.at)
    given = ApproveRequest(run=run, plans=plans, approved=body.approved, reason=body.reason, how=APPROVED_HOW)
    answered = approve(session, visitor.actor, given)
    services(request).host.wake(run)
    return answer(request, document.answered(answered))


def _unit(text: str) -> UnitAddress:
    try:
        return UnitAddress.parse(text)
    except AddressError as fault:
        told = error(str(fault), "name units, such as client/acme/app")
        raise RefusedCallError(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Something in the request is wrong", (told,)
        ) from None
