"""All that waits for an approval, and answers to it."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.runs.open_approvals import ApprovalsRequest, RunApprovals, open_approvals
from cellwright.app.runs.steering.approve import ApproveRequest, approve
from cellwright.app.runs.steering.four_eyes import own_run
from cellwright.app.session.session import FleetSession
from cellwright.console.live.topics import Topic, followed
from cellwright.console.navigation import Entry
from cellwright.console.permits import demand_units, reach
from cellwright.console.rendering import render
from cellwright.console.runs.group_shown import GroupShown, group_shown, summary_of
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.rollouts.listing import RolloutQuery
from cellwright.model.actor import Actor
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error

router = APIRouter()
NAVIGATION = Entry("Approvals", "/approvals", key="a", order=40, icon="approve")
HOW = "console"
"""How an answer was given, as the audit trail has it."""


class Wanted(Enum):
    """An answer."""

    APPROVE = "approve"
    REJECT = "reject"


_SAID = {Wanted.APPROVE: "approved", Wanted.REJECT: "rejected"}


class Filters(BaseModel):
    """What an address may say: which run, and what was just answered."""

    run: str = Field("", max_length=100)
    done: int = Field(0, ge=0, le=1_000_000)
    answer: Wanted = Wanted.APPROVE
    mark: str = Field("", max_length=100)
    """What the page that asks shows already."""


class Answer(BaseModel):
    """An answer to plans that were seen."""

    run: str = Field(max_length=100)
    plans: str = Field(max_length=2_000_000)
    """Each unit with the digest of its plan, one a line."""
    answer: Wanted
    reason: str = Field("", max_length=500)
    only: str = Field("", max_length=100)
    """The run whose plans alone are shown."""
    csrf: str = ""


@dataclass(frozen=True, slots=True)
class _RunShown:
    run: str
    actor: str
    reason: str
    summary: str
    groups: tuple[GroupShown, ...]
    own: bool
    """Whether the visitor started the run, and somebody else is to approve it."""


@router.get("/approvals")
def show_approvals(request: Request, visitor: SignedIn, asked: Annotated[Filters, Query()]) -> Response:
    """Show what waits, of all runs or of one."""
    visitor.demand_somewhere(Permission.READ)
    wanted = ApprovalsRequest(run=asked.run or None, readable=reach(visitor))
    live = followed(services(request), Topic.RUNS)
    session = services(request).session
    found = open_approvals(session, wanted)
    answerable = reach(visitor, Permission.APPROVE)

    def shown(item: RunApprovals) -> _RunShown:
        groups = tuple(group_shown(group, answerable) for group in item.groups)
        own = _is_own(session, visitor.actor, item.run)
        return _RunShown(item.run, item.actor, item.reason, summary_of(item.groups), groups, own)

    folded = _folded(visitor, session, asked.run, found.runs)
    runs = [shown(item) for item in found.runs if item.run not in folded]
    rollouts = _plans(found.runs, folded)
    mark = hashlib.blake2b(
        repr((runs, rollouts, found.plans, found.more)).encode(), digest_size=8
    ).hexdigest()
    if asked.mark == mark:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return render(
        request,
        "runs/approvals.html",
        live=live,
        run=asked.run,
        mark=mark,
        runs=runs,
        rollouts=rollouts,
        plans=found.plans,
        more=found.more,
        may_answer=visitor.may_somewhere(Permission.APPROVE),
        done=asked.done,
        answer=_SAID[asked.answer],
    )


@router.post("/approvals")
def give_answer(request: Request, visitor: SignedIn, form: Annotated[Answer, Form()]) -> Response:
    """Record an answer for the plans that were shown; those that are others now are left alone."""
    plans = _seen(form.plans)
    found = services(request)
    known = found.session.ledger().reader.summary(form.run)
    demand_units(visitor, Permission.APPROVE, plans, known.at if known is not None else None)
    asked = ApproveRequest(
        run=form.run,
        plans=plans,
        approved=form.answer is Wanted.APPROVE,
        reason=form.reason.strip(),
        how=HOW,
    )
    report = approve(found.session, visitor.actor, asked)
    found.host.wake(form.run)
    if report.void:
        said = _SAID[form.answer]
        return render(request, "runs/answered.html", HTTPStatus.CONFLICT, report=report, answer=said)
    query = {"run": form.only, "done": str(len(report.answered)), "answer": form.answer.value}
    where = f"/approvals?{urlencode({name: value for name, value in query.items() if value})}"
    return RedirectResponse(where, HTTPStatus.SEE_OTHER)


def _folded(
    visitor: Visitor, session: FleetSession, run: str, runs: Sequence[RunApprovals]
) -> Mapping[str, str]:
    """Give the rollout of each run whose plans are answered for once, on the rollout's page.

    Who may answer for some cells only does so here.
    """
    partial = visitor.may_somewhere(Permission.APPROVE) and not visitor.may(Permission.APPROVE)
    if run or partial:
        return {}
    return RolloutQuery(session.ledger().database).of_runs([item.run for item in runs])


def _plans(runs: Sequence[RunApprovals], folded: Mapping[str, str]) -> Mapping[str, int]:
    """Count the plans that wait of each rollout."""
    found: Counter[str] = Counter()
    for item in runs:
        if item.run in folded:
            found[folded[item.run]] += item.plans
    return found


def _is_own(session: FleetSession, actor: Actor, run: str) -> bool:
    summary = session.ledger().reader.summary(run)
    # A fleet.yaml with faults is told when somebody answers.
    with suppress(DiagnosticError):
        return summary is not None and own_run(session, actor, summary) is not None
    return False


def _seen(text: str) -> dict[UnitAddress, str]:
    """Read which plans were shown.

    Raises:
        DiagnosticError: it is not what a page of ours sends.
    """
    found: dict[UnitAddress, str] = {}
    try:
        for line in text.split("\n"):
            unit, digest = line.split()
            found[UnitAddress.parse(unit)] = digest
    except (AddressError, ValueError):
        advice = "load the page of approvals again, and answer there"
        raise DiagnosticError(error("this answer does not say which plans it is for", advice)) from None
    return found
