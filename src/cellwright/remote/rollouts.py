"""Rollouts, as the server begins, shows, stops and answers them."""

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from cellwright.app.rollouts.asking import AskRequest
from cellwright.app.rollouts.following import Followed
from cellwright.app.rollouts.preparing import Prepared, RolloutRequest
from cellwright.app.rollouts.shapes import ShapeGroup
from cellwright.app.rollouts.start import Started
from cellwright.app.rollouts.status import LISTED, RolloutView, no_rollout_yet
from cellwright.engine.approval import Interrupts
from cellwright.ledger.rollouts.values import RolloutSummary
from cellwright.model.address import CellAddress
from cellwright.remote.client import ApiClient, Query
from cellwright.remote.documents import rollouts as read

_LOOK = 0.5
_QUIET = 3
"""Looks without a change after which it is asked whether a person has to answer something."""
_MOST = 1_000


def list_rollouts(client: ApiClient) -> tuple[RolloutSummary, ...]:
    """The newest rollouts."""
    return tuple(map(read.summary_from, client.get("rollouts")["rollouts"][:LISTED]))


def newest_rollout(client: ApiClient) -> str:
    """The newest rollout's id."""
    found = list_rollouts(client)
    if not found:
        raise no_rollout_yet()
    return found[0].id


def summarize(client: ApiClient, rollout: str) -> RolloutSummary:
    """One rollout, without its cells."""
    return read.summary_from(client.get("rollouts", rollout, "summary"))


def show_rollout(client: ApiClient, rollout: str) -> RolloutView:
    """One rollout, with all its cells."""
    document = client.get("rollouts", rollout)
    query: Query = [("limit", _MOST)]
    pages = client.pages("rollouts", rollout, "cells", query=query)
    return read.view_from(document, [cell for page in pages for cell in page["cells"]])


def prepare(client: ApiClient, request: RolloutRequest) -> Prepared:
    """Who would change when."""
    return read.prepared_from(client.post("rollouts", "simulate", body=_wanted(request)))


def record_prepared(client: ApiClient, request: RolloutRequest, prepared: Prepared) -> Started:
    """Begin what was shown."""
    seen = prepared.seen if isinstance(prepared, read.SeenPrepared) else ""
    approved = bool(request.approved_how)
    body = {**_wanted(request), "reason": request.reason, "approved": approved, "seen": seen}
    return started_from(client, client.post("rollouts", body=body))


def rollback(
    client: ApiClient, rollout: str, reason: str = "", to: str = "", approved_how: str = ""
) -> Started:
    """Take a rollout back, as a new one."""
    body = {"reason": reason, "to": to, "approved": bool(approved_how)}
    return started_from(client, client.post("rollouts", rollout, "rollback", body=body))


def asking(
    action: str,
) -> Callable[[ApiClient, AskRequest], RolloutSummary]:
    """Give what asks this of a rollout."""
    return partial(_ask, action)


def answer(client: ApiClient, request: AskRequest, *, approved: bool = True) -> RolloutSummary:
    """Answer the approval between waves."""
    body = {"approved": approved, "step": True, "reason": request.reason}
    return read.summary_from(client.post("rollouts", request.rollout, "approvals", body=body))


def approve_groups(
    client: ApiClient, rollout: str, names: Iterable[str] = (), reason: str = ""
) -> tuple[ShapeGroup, ...]:
    """Approve plans by what they do."""
    return _answer_groups(client, rollout, names, reason, approved=True)


def reject_groups(
    client: ApiClient, rollout: str, names: Iterable[str] = (), reason: str = ""
) -> tuple[ShapeGroup, ...]:
    """Reject plans by what they do."""
    return _answer_groups(client, rollout, names, reason, approved=False)


def follow(
    client: ApiClient,
    rollout: str,
    interrupts: Interrupts,
    told: Callable[[RolloutSummary], None],
    _parallel: int | None = None,
) -> Followed:
    """Follow a rollout that the server carries out, until it is over, or waits for a person.

    Raises:
        DiagnosticError: the server can't be reached any more; the rollout goes on.
    """
    before: object = None
    judged: object = None
    quiet = 0
    while True:
        summary = summarize(client, rollout)
        seen = (summary.status, summary.why, summary.phases)
        quiet = quiet + 1 if seen == before else 0
        if seen != before:
            before = seen
            told(summary)
        if interrupts.requested():
            return Followed(show_rollout(client, rollout).record, interrupted=True)
        if not summary.status.is_active:
            return Followed(show_rollout(client, rollout).record)
        # Where no run is at work, nothing comes to wait for a person unless the rollout moves.
        if quiet and quiet % _QUIET == 0 and (summary.at_work or seen != judged):
            if read.needs_person_from(client.get("rollouts", rollout)):
                view = show_rollout(client, rollout)
                return Followed(view.record, view.groups)
            judged = seen
        time.sleep(_LOOK)


def _answer_groups(
    client: ApiClient, rollout: str, names: Iterable[str], reason: str, *, approved: bool
) -> tuple[ShapeGroup, ...]:
    shown = read.groups_from(client.get("rollouts", rollout))
    wanted = tuple(names) or tuple(group.name for group in shown)
    body = {"approved": approved, "groups": list(wanted), "reason": reason}
    client.post("rollouts", rollout, "approvals", body=body)
    return tuple(group for group in shown if group.name in wanted)


def _ask(action: str, client: ApiClient, request: AskRequest) -> RolloutSummary:
    found = client.post("rollouts", request.rollout, action, body={"reason": request.reason})
    return read.summary_from(found)


def started_from(client: ApiClient, document: Any) -> Started:  # noqa: ANN401  a document
    """A rollout that has begun, from the server's answer."""
    record = show_rollout(client, document["rollout"]["rollout"]).record
    left_out = tuple(map(CellAddress.parse, document["left_out"]))
    return Started(record, read.prepared_from(document["prepared"]), left_out)


def _wanted(request: RolloutRequest) -> dict[str, object]:
    return {
        "strategy": request.strategy,
        "cells": list(request.cells),
        "destroy": request.destroy,
        "all": request.thorough,
    }
