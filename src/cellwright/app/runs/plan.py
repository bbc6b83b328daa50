"""Planning: what Terraform says the changes will do; applies nothing."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cellwright.app.results import RunReport
from cellwright.app.runs.running import Conversation, Selection, choose_units, perform, start
from cellwright.app.session.identity import acting
from cellwright.app.session.location import Location
from cellwright.app.session.opening import OpenFleet, opened
from cellwright.engine.approval import Interrupts, Preapproved, Uninterrupted
from cellwright.engine.execution import PlanHandling
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.progress import Listener
from cellwright.model.run import RunKind

if TYPE_CHECKING:
    from cellwright.engine.plan_file import PlanFileWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """Which changes to plan, and where to keep the plans."""

    selection: Selection = field(default_factory=Selection)
    parallel: int | None = None
    out: Path | None = None
    """A plan file for `apply FILE`."""
    reason: str = ""


def plan(
    location: Location, request: PlanRequest, reporter: Listener, interrupts: Interrupts | None = None
) -> RunReport:
    """Plan the selected changes with Terraform.

    A unit whose upstream was never applied is blocked: nothing is ever planned with a made-up value.

    Raises:
        DiagnosticError: the fleet has errors, a selector matches nothing, the plan file can't be written, or
            it was to hold plans of units that are up to date.
    """
    talk = Conversation(reporter, Preapproved(), interrupts or Uninterrupted())
    if request.out is not None and request.selection.thorough:
        raise DiagnosticError(
            error("plans of units that are up to date can't be kept", "leave out either --all or -o FILE")
        )
    with opened(location, writing=True, scope=request.selection.scope) as fleet:
        choice = choose_units(fleet, request.selection)
        writer = _writer(request.out, fleet) if request.out else None
        try:
            who = acting(fleet.home.root, fleet.location.environment)
            run = start(fleet, RunKind.PLAN, choice, who, request.reason)
            thorough = request.selection.thorough
            handling = PlanHandling(thorough=thorough)
            if writer:
                handling = replace(handling, keep=writer.keep)
            report = perform(fleet, run, choice, talk, who, request.parallel, handling)
            if writer:
                writer.finish()
        finally:
            if writer:
                writer.close()
        return report


def _writer(out: Path, fleet: OpenFleet) -> "PlanFileWriter":
    # Loaded when somebody wants a file: it brings libraries that nothing else needs.
    from cellwright.engine.plan_file import PlanFileWriter  # noqa: PLC0415

    return PlanFileWriter(out.absolute(), fleet.fleet.name)
