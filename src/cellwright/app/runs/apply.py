"""Applying: changes are planned and applied in order, or a plan file is carried out."""

from dataclasses import dataclass, field
from pathlib import Path

from cellwright.app.results import RunReport
from cellwright.app.runs.running import Conversation, Selection, choice_of, choose_units, perform, start
from cellwright.app.session.identity import acting
from cellwright.app.session.location import Location
from cellwright.app.session.opening import opened
from cellwright.engine.approval import Preapproved
from cellwright.engine.execution import PlanHandling
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.run import RunKind
from cellwright.planning.scope import scope_of_units


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRequest:
    """Which changes to apply, or which plan file to carry out."""

    selection: Selection = field(default_factory=Selection)
    plan_file: Path | None = None
    """Carry out exactly these plans; they were seen when they were made, so nobody is asked again."""
    parallel: int | None = None
    reason: str = ""


def apply(location: Location, request: ApplyRequest, talk: Conversation) -> RunReport:
    """Apply the selected changes.

    Raises:
        DiagnosticError: the fleet has errors, a selector matches nothing, or the plan file is not one.
    """
    if request.plan_file is not None:
        return _apply_file(location, request.plan_file, request, talk)
    with opened(location, writing=True, scope=request.selection.scope) as fleet:
        choice = choose_units(fleet, request.selection)
        who = acting(fleet.home.root, fleet.location.environment)
        run = start(fleet, RunKind.APPLY, choice, who, request.reason)
        return perform(fleet, run, choice, talk, who, request.parallel)


def _apply_file(location: Location, path: Path, request: ApplyRequest, talk: Conversation) -> RunReport:
    # Loaded when there is a file: it brings libraries that nothing else needs.
    from cellwright.engine.plan_file import opened_bundle  # noqa: PLC0415

    with (
        opened_bundle(path) as bundle,
        opened(location, writing=True, scope=scope_of_units(part.address for part in bundle.parts)) as fleet,
    ):
        if bundle.fleet != fleet.fleet.name:
            raise DiagnosticError(
                error(
                    f"{path} holds plans of the fleet '{bundle.fleet}', this one is '{fleet.fleet.name}'",
                    "go to that fleet, or make a new plan here: cellwright plan -o FILE",
                )
            )
        choice = choice_of(fleet, {part.address: part.operation for part in bundle.parts})
        who = acting(fleet.home.root, fleet.location.environment)
        run = start(fleet, RunKind.APPLY, choice, who, request.reason)
        seen = Conversation(talk.reporter, Preapproved(), talk.interrupts)
        return perform(
            fleet, run, choice, seen, who, request.parallel, PlanHandling(brought=bundle.plans.get)
        )
