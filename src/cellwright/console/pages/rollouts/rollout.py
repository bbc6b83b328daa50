"""One rollout: its waves in time, what waits for a person, what failed and why, and who did what."""

import hashlib
from contextlib import suppress
from http import HTTPStatus
from itertools import islice

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.overview.rollouts.causes import causes
from cellwright.app.overview.rollouts.rollout_view import RolloutAsSeen, rollout_view
from cellwright.app.rollouts.second_person import own_rollout
from cellwright.app.rollouts.task import RolloutTask, from_json
from cellwright.app.session.session import FleetSession
from cellwright.console.event_text import vouched_by
from cellwright.console.live.topics import Topic, followed
from cellwright.console.permits import reach
from cellwright.console.rendering import render
from cellwright.console.rollouts.actions import may_change, offered
from cellwright.console.rollouts.groups import groups_shown
from cellwright.console.rollouts.timeline import WIDTH, iso, timeline, waits_until
from cellwright.console.rollouts.words import PHASES, STATUS, counted
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.ledger.read.event_filter import EventFilter, subject_pattern
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.event import Event

router = APIRouter()
_EVENTS = 30
"""Events that the page shows, the newest; the audit trail has all of them."""


@router.get("/rollouts/{rollout_id}")
def show_rollout(request: Request, visitor: SignedIn, rollout_id: str, mark: str = "") -> Response:
    """Show one rollout."""
    visitor.demand_somewhere(Permission.READ)
    found = services(request)
    session, readable = found.session, reach(visitor)
    live = followed(found, Topic.ROLLOUTS)
    seen = rollout_view(session, rollout_id, readable)
    view = seen.view
    events = _events(session, seen, rollout_id)
    new_mark = _mark(seen, events)
    if mark == new_mark:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    now = int(session.now().timestamp() * 1000)
    until, note = waits_until(view, now)
    return render(
        request,
        "rollouts/rollout.html",
        live=live,
        mark=new_mark,
        view=view,
        rollout=view.record.summary,
        partial=seen.partial,
        word=STATUS[view.record.state.status],
        until=iso(until),
        note=note,
        counts=tuple(counted(view.record.summary.phases)),
        timeline=timeline(view, now),
        width=WIDTH,
        groups=groups_shown(view.groups),
        plans=sum(len(group.questions) for group in view.groups),
        causes=causes(session, view, readable),
        phases=PHASES,
        task=_task(seen),
        actions=offered(visitor, seen.whole),
        may_answer=may_change(visitor, Permission.APPROVE, seen.whole),
        own=_is_own(session, visitor, seen),
        events=events,
        vouched=vouched_by,
    )


def _events(session: FleetSession, seen: RolloutAsSeen, rollout: str) -> tuple[Event, ...]:
    """Give the newest events of a rollout; they tell of all its cells, so only to who may see them."""
    if seen.partial:
        return ()
    only = EventFilter(subjects=(subject_pattern(rollout),))
    return tuple(islice(session.ledger().reader.events_back(None, only), _EVENTS))


def _mark(seen: RolloutAsSeen, events: tuple[Event, ...]) -> str:
    """Give a text that is another one as soon as the page would be."""
    view = seen.view
    state = view.record.state
    shown = (
        view.record.summary,
        [item.phases for item in view.stages],
        sorted(state.steps.items()),
        (state.stage, state.bake_since, state.expedited),
        [(group.name, len(group.questions)) for group in view.groups],
        events[0].sequence if events else 0,
    )
    return hashlib.blake2b(repr(shown).encode(), digest_size=8).hexdigest()


def _task(seen: RolloutAsSeen) -> RolloutTask:
    return from_json(seen.whole.task)


def _is_own(session: FleetSession, visitor: Visitor, seen: RolloutAsSeen) -> bool:
    # A fleet.yaml with faults is told when somebody answers.
    with suppress(DiagnosticError):
        return own_rollout(session, visitor.actor, seen.whole) is not None
    return False
