"""Start a rollout, or say what it would do; take one back."""

from dataclasses import dataclass, replace
from datetime import datetime

from cellwright.app.rollouts.preparing import (
    Prepared,
    RolloutRequest,
    prepare,
    prepared_plan,
    units_to_change,
)
from cellwright.app.rollouts.task import RolloutTask, by_cell, from_json, to_json
from cellwright.app.session.repository.own_commits import own_opener
from cellwright.app.session.session import FleetSession
from cellwright.ledger.rollouts.values import NewRollout, RolloutRecord
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.timed_id import timed_id
from cellwright.model.value import Json
from cellwright.rollout.restricting import restricted
from cellwright.rollout.state import Phase

_ID_DIGITS = 11
"""Eight of them random: one step of a rollout makes ids for many runs."""
_SHORT = 12
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Started:
    """A rollout that was recorded, and what it does."""

    record: RolloutRecord
    prepared: Prepared
    left_out: tuple[CellAddress, ...] = ()
    """Of a rollback: cells that did not exist at the commit before; they are left as they are."""


def simulate(session: FleetSession, request: RolloutRequest) -> Prepared:
    """Tell who would change when; nothing is recorded. Raises as `prepare`."""
    return prepare(session, request)


def start(session: FleetSession, actor: Actor, request: RolloutRequest) -> Started:
    """Record a rollout at the commit that the fleet has now; whoever drives rollouts begins it.

    Raises:
        DiagnosticError: as `prepare`; or the fleet is not in git or has changes that are not committed, or
            another active rollout has some of the cells.
    """
    return record_prepared(session, actor, request, prepare(session, request))


def record_prepared(
    session: FleetSession, actor: Actor, request: RolloutRequest, prepared: Prepared
) -> Started:
    """Record what was prepared, and perhaps shown. Raises as `start`."""
    _refuse_unfrozen(session, prepared.commit)
    return Started(_record(session, actor, request, prepared, ""), prepared)


def rollback(
    session: FleetSession, actor: Actor, rollout: str, reason: str = "", to: str = "", approved_how: str = ""
) -> Started:
    """Take the cells that a rollout has touched to the commit at which they were before, as a new rollout.

    Cells that the rollout has made are left as they are.

    Raises:
        DiagnosticError: it is active, nothing of it was touched, its cells were at several commits before
            (then `to` names one), or as `start`.
    """
    record = session.ledger(writing=True).rollouts.find(rollout)
    if record.state.status.is_active:
        detail = f"halt it first: cellwright rollout halt {rollout}"
        raise DiagnosticError(error(f"the rollout {rollout} is {record.state.status.value}", detail))
    touched = touched_cells(record)
    if not touched:
        raise DiagnosticError(
            error(f"the rollout {rollout} has changed no cell", "nothing is to be taken back")
        )
    task = from_json(record.task)
    commit = to or _one_commit(rollout, task)
    request = RolloutRequest(
        strategy=record.summary.strategy,
        reason=reason or f"rollback of {rollout}",
        approved_how=approved_how,
    )
    with own_opener(session)(commit) as before:
        fleet = before.open(writing=True)
        existing = frozenset(cell for cell in touched if cell in fleet.fleet.cells)
        units = units_to_change(fleet, request)
        plan = restricted(record.plan, existing & units.keys())
        prepared = prepared_plan(fleet, record.summary.strategy, plan, units)
    if not plan.cells:
        detail = "`cellwright status` shows what is applied; cells that the rollout has made are left alone"
        raise DiagnosticError(error(f"no cell differs from the commit {commit[:_SHORT]}", detail))
    prepared = replace(prepared, commit=commit)
    left_out = tuple(sorted(touched - existing))
    return Started(_record(session, actor, request, prepared, rollout), prepared, left_out)


def touched_cells(record: RolloutRecord) -> frozenset[CellAddress]:
    """Give the cells of which a rollout has changed anything, or may have."""
    return frozenset(
        planned.address
        for planned, cell in zip(record.plan.cells, record.state.cells, strict=True)
        if cell.attempt and cell.phase is not Phase.UNCHANGED
    )


def _one_commit(rollout: str, task: RolloutTask) -> str:
    commits = sorted(task.before, key=lambda commit: -task.before[commit])
    if not commits:
        detail = "name the commit that the cells are to go to: --to COMMIT"
        raise DiagnosticError(error(f"no cell of the rollout {rollout} was applied before it", detail))
    if len(commits) > 1:
        shown = ", ".join(f"{commit[:_SHORT]} ({task.before[commit]} units)" for commit in commits[:_SHOWN])
        summary = f"the cells of the rollout {rollout} were at {len(commits)} commits before it: {shown}"
        raise DiagnosticError(error(summary, "name the one that they are to go to: --to COMMIT"))
    return commits[0]


def _record(
    session: FleetSession, actor: Actor, request: RolloutRequest, prepared: Prepared, rollback_of: str
) -> RolloutRecord:
    task = RolloutTask(
        actor=actor,
        approved_how=request.approved_how,
        destroy=request.destroy,
        thorough=request.thorough,
        only=None if request.only is None else by_cell(request.only),
        before=prepared.before,
        rollback_of=rollback_of,
    )
    new = NewRollout(
        id=new_id("ro", session.now()),
        strategy=prepared.strategy,
        commit=prepared.commit or "",
        made_by=actor.name,
        reason=request.reason,
        plan=prepared.plan,
        task=to_json(task),
    )
    detail: dict[str, Json] = {
        "strategy": prepared.strategy,
        "commit": prepared.commit,
        "cells": len(prepared.plan.cells),
        "waves": [stage.name for stage in prepared.plan.stages],
        "worst_case": prepared.worst.failed,
        **({"rollback_of": rollback_of} if rollback_of else {}),
        **({"approved": request.approved_how} if request.approved_how else {}),
    }
    return session.ledger(writing=True).rollouts.start(new, actor, detail)


def new_id(prefix: str, now: datetime) -> str:
    """Make an id that sorts by time."""
    start = f"{prefix}-" if prefix else ""
    return f"{start}{timed_id(now, _ID_DIGITS)}"


def _refuse_unfrozen(session: FleetSession, commit: str | None) -> None:
    """Refuse settings that no commit has: a rollout goes on with them for days."""
    repository = session.repository()
    if repository is None or commit is None:
        advice = "put it under version control and commit it: a rollout goes on at one commit"
        raise DiagnosticError(error("the fleet has no commit", advice))
    changed = repository.dirty()
    if changed:
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        summary = f"there are changes that are not committed: {', '.join(changed[:_SHOWN])}{more}"
        raise DiagnosticError(
            error(summary, "commit them, or put them aside: a rollout goes on at one commit")
        )
