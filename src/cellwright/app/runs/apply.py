"""Apply: changes are planned and applied in order, or a plan file is carried out."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cellwright.app.runs.choosing import Selection, acceptance_of, choice_of, choose_units
from cellwright.app.runs.guards.gone import refuse_hidden
from cellwright.app.runs.moving.performing import perform_with_moves
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.running import start
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.runs.stored_files import drop, fetched
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.approval import SAVED_PLAN
from cellwright.engine.plan_handling import PlanHandling
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.run import RunKind
from cellwright.model.value import Json
from cellwright.planning.scope import scope_of_units
from cellwright.planning.state_acceptance import StateAcceptance

if TYPE_CHECKING:
    from cellwright.engine.plan_file import PlanBundle

_MOST_TOLD = 10
"""Reasons for which plans were refused that are recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRequest:
    """Which changes to apply, or which plan file to carry out."""

    selection: Selection = field(default_factory=Selection)
    plan_file: Path | None = None
    """Carry out exactly these plans; they were seen when they were made, so nobody is asked again."""
    stored: str = ""
    """Carry out the plans of this name in the fleet's artifact store, as those of a plan file."""
    parallel: int | None = None
    reason: str = ""
    not_before: datetime | None = None
    """When a submitted run may begin; None: at once."""
    move_states: bool = False
    """Move the states of units whose settings name another place for them."""
    allow_dirty: bool = False
    """Apply settings that are not committed as well; that is recorded."""


def apply(session: FleetSession, actor: Actor, request: ApplyRequest, talk: Conversation) -> RunReport:
    """Apply the selected changes.

    Raises:
        DiagnosticError: the fleet has errors, a selector matches nothing, or the plan file is not one.
    """
    if request.plan_file is not None:
        return _apply_file(session, actor, request.plan_file, request, talk)
    if request.stored:
        return _apply_stored(session, actor, request, talk)
    fleet = session.open(writing=True, scope=request.selection.scope, cancelled=talk.interrupted)
    choice = choose_units(fleet, request.selection)
    asked = replace(request.selection.asked, allow_dirty=request.allow_dirty)
    run = start(fleet, actor, RunKind.APPLY, choice, request.reason, asked=asked)
    handling = PlanHandling(thorough=asked.thorough, options=asked.options) if asked.is_unusual else None
    task = RunTask(
        run=run,
        choice=choice,
        parallel=request.parallel,
        plans=handling,
        acceptance=acceptance_of(fleet, request.selection),
        move_states=request.move_states,
    )
    report = perform_with_moves(fleet, actor, task, talk)
    in_part = asked.options.in_part
    return replace(report, waiting=choice.waiting, looked=asked.is_unusual, in_part=in_part)


def _confirm(fleet: OpenFleet, actor: Actor, bundle: "PlanBundle", reason: str) -> None:
    """Take plans only as they are on record; who brought others is on record, too.

    Raises:
        DiagnosticError: they are not those that were saved.
    """
    from cellwright.engine.saved_plans import PLANS_REFUSED, confirm_recorded  # noqa: PLC0415  as above

    try:
        confirm_recorded(bundle, fleet.ledger.reader, fleet.digester)
    except DiagnosticError as fault:
        why: list[Json] = [item.summary for item in fault.diagnostics[:_MOST_TOLD]]
        detail: dict[str, Json] = {"file": str(bundle.path), "why": why}
        fleet.ledger.recorder.append_event(actor, PLANS_REFUSED, "plans", reason, detail)
        raise


def _apply_stored(
    session: FleetSession, actor: Actor, request: ApplyRequest, talk: Conversation
) -> RunReport:
    """Apply stored plans, which are of no more use then, however it ends."""
    with fetched(session, request.stored) as path:
        report = _apply_file(session, actor, path, request, talk)
    drop(session, request.stored)
    return report


def _apply_file(
    session: FleetSession, actor: Actor, path: Path, request: ApplyRequest, talk: Conversation
) -> RunReport:
    # Imported when there is a file: it brings libraries that nothing else needs.
    from cellwright.engine.plan_file import opened_bundle  # noqa: PLC0415

    with opened_bundle(path) as bundle:
        scope = scope_of_units(part.address for part in bundle.parts)
        fleet = session.open(writing=True, scope=scope, cancelled=talk.interrupted)
        if bundle.fleet != fleet.fleet.name:
            raise DiagnosticError(
                error(
                    f"{path} holds plans of the fleet '{bundle.fleet}', this one is '{fleet.fleet.name}'",
                    "go to that fleet, or make a new plan here: cellwright plan -o FILE",
                )
            )
        _confirm(fleet, actor, bundle, request.reason)
        choice = choice_of(fleet, {part.address: part.operation for part in bundle.parts})
        refuse_hidden(fleet, choice)
        asked = replace(bundle.asked, allow_dirty=request.allow_dirty)
        if asked.dirty and not asked.allow_dirty:
            raise DiagnosticError(
                error(
                    f"the plans in {path} were made with changes that were not committed",
                    "commit them and plan again, or apply with --allow-dirty",
                )
            )
        run = start(fleet, actor, RunKind.APPLY, choice, request.reason, asked=asked)
        handling = PlanHandling(brought=bundle.plans.get, thorough=asked.thorough, options=asked.options)
        task = RunTask(
            run=run,
            choice=choice,
            parallel=request.parallel,
            plans=handling,
            acceptance=StateAcceptance.of(
                (part.address for part in choice.parts), request.selection.accepted
            ),
        )
        return perform_with_moves(fleet, actor, task, talk.approving(f"{SAVED_PLAN} of run {bundle.run}"))
