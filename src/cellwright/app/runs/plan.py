"""Plan: what Terraform says the changes will do; nothing is applied."""

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cellwright.app.runs.choosing import Selection, acceptance_of, choose_units
from cellwright.app.runs.moving.performing import perform_with_moves
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.running import start
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.asked import asked_of
from cellwright.engine.plan_handling import PlanHandling
from cellwright.model.actor import Actor
from cellwright.model.runs.run import Outcome, RunKind
from cellwright.planning.declared_moves import pending_moves

if TYPE_CHECKING:
    from cellwright.engine.plan_file import PlanFileWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """Which changes to plan, and where to keep the plans."""

    selection: Selection = field(default_factory=Selection)
    parallel: int | None = None
    out: Path | None = None
    """A plan file for `apply --plan FILE`."""
    store: str = ""
    """A name in the fleet's artifact store, for `apply --stored NAME` on another machine."""
    reason: str = ""
    not_before: datetime | None = None
    """When a submitted run may begin; None: at once."""


def plan(session: FleetSession, actor: Actor, request: PlanRequest, talk: Conversation) -> RunReport:
    """Plan the selected changes with Terraform; nobody is asked to approve anything.

    A unit whose upstream was never applied is blocked: nothing is ever planned with a made-up value.

    Raises:
        DiagnosticError: the fleet has errors, a selector matches nothing, the plan file can't be written, or
            the store can't be used.
    """
    asked = request.selection.asked
    fleet = session.open(writing=True, scope=request.selection.scope, cancelled=talk.interrupted)
    if request.store:
        # Imported for stored plans only: it brings what seals them.
        from cellwright.app.runs.stored_files import keep, refuse_taken  # noqa: PLC0415

        refuse_taken(session, request.store)
    choice = choose_units(fleet, request.selection)
    with ExitStack() as closing:
        handling = PlanHandling(thorough=asked.thorough, options=asked.options)
        out = request.out
        if request.store:
            out = Path(closing.enter_context(TemporaryDirectory(prefix="cellwright-"))) / "plans"
        writer = _writer(out, fleet) if out else None
        if writer is not None:
            closing.callback(writer.close)
            handling = replace(handling, keep=writer.keep)
        run = start(fleet, actor, RunKind.PLAN, choice, request.reason, asked=asked)
        if writer is not None:
            writer.asked = asked_of(fleet.ledger.reader, run.id)
            if writer.asked.dirty:
                session.notice("these plans are of changes that are not committed: apply needs --allow-dirty")
        task = RunTask(
            run=run,
            choice=choice,
            parallel=request.parallel,
            plans=handling,
            acceptance=acceptance_of(fleet, request.selection),
        )
        report = perform_with_moves(fleet, actor, task, talk.approving())
        if writer is not None:
            _tell_left_out(fleet, writer, report)
            _save(fleet, actor, writer, report)
        if request.store and out is not None:
            keep(session, request.store, out)
    in_part = asked.options.in_part
    return replace(report, waiting=choice.waiting, looked=asked.is_unusual, in_part=in_part)


def _tell_left_out(fleet: OpenFleet, writer: "PlanFileWriter", report: RunReport) -> None:
    """Say which planned units the plan file lacks: those whose plans were made on copies of their states."""
    planned = [item.address for item in report.results if item.outcome is Outcome.PLANNED]
    moves = pending_moves(fleet.fleet.levels, planned, fleet.ledger.reader.applied)
    concerned = {unit for move in moves for unit in (move.source, move.target)}
    left = sorted(unit for unit in planned if unit in concerned and not writer.has(unit))
    if left:
        cells = " ".join(dict.fromkeys(str(unit.of_cell) for unit in left))
        fleet.session.notice(
            f"the plan file leaves out {', '.join(map(str, left))}: `moved_from` gives resources of theirs "
            "to another stack, and an apply moves them before it plans; apply them without the file: "
            f"cellwright apply {cells}"
        )


def _save(fleet: OpenFleet, actor: Actor, writer: "PlanFileWriter", report: RunReport) -> None:
    """Write the plan file; what it holds is on record before, so that `apply` takes nothing else."""
    from cellwright.engine.saved_plans import PLANS_SAVED, record_of  # noqa: PLC0415  as in `_writer`

    run = report.run
    record = record_of(writer.bundle(run.id), fleet.digester)
    fleet.ledger.recorder.append_event(actor, PLANS_SAVED, run.id, run.reason, record)
    writer.finish(run.id)


def _writer(out: Path, fleet: OpenFleet) -> "PlanFileWriter":
    # Imported when a file is wanted: it brings libraries that nothing else needs.
    from cellwright.engine.plan_file import PlanFileWriter  # noqa: PLC0415

    return PlanFileWriter(out.absolute(), fleet.fleet.name)
