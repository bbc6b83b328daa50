"""Records units with the states that they have already, each under its lease.

A plan without changes proves that the settings of now are those that were applied. Where there are
changes, or no plan can be made, state and outputs are recorded, and the settings count as not known.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cellwright.app.adopting.found import ADOPTED_NOW, Adoption, FoundUnit, Standing
from cellwright.app.adopting.looking import belongs_to, look, look_again, parallel_units
from cellwright.app.by_hand.place import OpenPlace, opened_place
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.run_record import new_run
from cellwright.engine.unit.intent import intended
from cellwright.engine.unit.journal import with_state
from cellwright.ledger.audit import EventDraft
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import ADOPTED, AppliedUnit
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, warning
from cellwright.model.runs.event import UNIT_ADOPTED
from cellwright.model.runs.run import RunKind
from cellwright.model.value import Json
from cellwright.planning.choice import Choice
from cellwright.planning.graph import Graph
from cellwright.planning.scope import scope_of
from cellwright.terraform.output.failure import FailureKind, TerraformError
from cellwright.terraform.output.states.state_reader import StateSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptRequest:
    """Which units, and why."""

    selectors: Sequence[str] = ()
    parallel: int | None = None
    reason: str = ""


def adopt(
    session: FleetSession, actor: Actor, request: AdoptRequest, told: Callable[[int, int], None]
) -> Adoption:
    """Adopt the units that have a state; whoever was killed repeats it, and the rest is adopted.

    Raises:
        DiagnosticError: as `look_for_states`.
    """
    fleet = session.open(writing=True, scope=scope_of(request.selectors))
    before = look(fleet, request.selectors, request.parallel, lambda _done, _all: None)
    found = {item.unit: item for item in before.units}
    graph = Graph.of(fleet.fleet.units[unit] for unit in found)
    wanted = [unit for unit, item in found.items() if item.standing is Standing.FOUND or _waits(item, graph)]
    adopting = _Adopting(fleet, actor, request.reason, graph, found)
    done = 0
    with ThreadPoolExecutor(parallel_units(fleet, request.parallel), "adopt") as threads:
        # A unit's inputs may be outputs of another one, which has to be on record first.
        for wave in _waves(graph, wanted):
            for item in threads.map(adopting.unit, wave):
                found[item.unit] = item
                done += 1
                told(done, len(wanted))
    return Adoption(tuple(found.values()), before.recorded, done=True)


def _waits(item: FoundUnit, graph: Graph) -> bool:
    """Whether a state could not be read, and may be once others are on record: it needs their outputs."""
    refused = item.standing is Standing.REFUSED and item.mark is None and bool(graph.upstreams[item.unit])
    return item.standing is Standing.WAITS or refused


def _waves(graph: Graph, wanted: Sequence[UnitAddress]) -> Iterator[list[UnitAddress]]:
    depth: dict[UnitAddress, int] = {}
    for unit in graph.ordered():
        depth[unit] = 1 + max((depth[item] for item in graph.upstreams[unit]), default=0)
    for number in sorted({depth[unit] for unit in wanted}):
        yield [unit for unit in sorted(wanted) if depth[unit] == number]


@dataclass(frozen=True, slots=True)
class _Adopting:
    fleet: OpenFleet
    actor: Actor
    reason: str
    graph: Graph
    found: dict[UnitAddress, FoundUnit]
    """What is known of all units; those of earlier waves are done with."""

    def unit(self, address: UnitAddress) -> FoundUnit:
        """Adopt one unit; a fault concerns this one alone."""
        found = self.found[address]
        left = [unit for unit in self.graph.upstreams[address] if not self._is_recorded(unit)]
        if left:
            fault = error(
                f"{address} takes outputs of {min(left)}, which is not adopted",
                f"see why, then run this again: {address} follows it",
            )
            return replace(found, standing=Standing.REFUSED, why=(fault,))
        if found.standing in (Standing.REFUSED, Standing.WAITS):
            found = look_again(self.fleet, address)
            if found.standing is not Standing.FOUND:
                return found
        try:
            with opened_place(self.fleet, self.actor, found.unit) as place:
                return self._adopt(place, found)
        except (DiagnosticError, OSError) as refusal:
            why = refusal.diagnostics if isinstance(refusal, DiagnosticError) else (error(str(refusal)),)
            return replace(found, standing=Standing.REFUSED, why=why)

    def _is_recorded(self, unit: UnitAddress) -> bool:
        item = self.found.get(unit)
        return item is None or item.standing in {*ADOPTED_NOW, Standing.KNOWN}

    def _adopt(self, place: OpenPlace, found: FoundUnit) -> FoundUnit:
        if place.applied is not None:
            return replace(found, standing=Standing.KNOWN)
        if place.task.renamed_from is not None:
            raise DiagnosticError(belongs_to(found.unit, place.task.renamed_from))
        proven, why = _has_no_changes(place)
        state = place.runner.state()
        if state is None or state.mark.lineage != (found.mark.lineage if found.mark else ""):
            raise DiagnosticError(
                error(f"the state of {found.unit} is another one by now", "somebody changes it: look again")
            )
        recorded = self.fleet.ledger.by_hand.adopt(
            self._described(place, state, proven=proven),
            self._event(place, state, proven=proven),
            place.fencing,
        )
        if not recorded:
            return replace(found, standing=Standing.KNOWN)
        return replace(found, standing=Standing.UP_TO_DATE if proven else Standing.ADOPTED, why=why)

    def _described(self, place: OpenPlace, state: StateSnapshot, *, proven: bool) -> AppliedUnit:
        task = replace(place.task, modules=place.runner.modules())
        run = new_run(RunKind.PLAN, Choice((), Graph({})), self.actor, "", None)
        unit = intended(task, run, self.fleet.digester, place.runner.binary)
        unit = with_state(unit, state, self.fleet.digester)
        unit = replace(unit, run="", applied_at=datetime.now(UTC).isoformat(timespec="seconds"))
        if proven:
            return unit
        return replace(unit, head=replace(unit.head, fingerprint=ADOPTED), inputs={})

    def _event(self, place: OpenPlace, state: StateSnapshot, *, proven: bool) -> EventDraft:
        binary = place.runner.binary
        detail: dict[str, Json] = {
            "state": {"lineage": state.mark.lineage, "serial": state.mark.serial},
            "resources": state.resources,
            "outputs": len(state.outputs),
            "no_changes": proven,
            "written_by": state.terraform_version,
            "source": place.task.facts.label,
            "product": binary.product,
            "version": binary.version,
        }
        return EventDraft(self.actor, UNIT_ADOPTED, str(place.unit), self.reason, detail)


_NOT_NOW = frozenset(
    {FailureKind.LOCKED, FailureKind.LOCK_UNASKED, FailureKind.INTERRUPTED, FailureKind.KILLED}
)
"""Failures after which nothing of a unit is recorded: it can be looked at again later."""


def _has_no_changes(place: OpenPlace) -> tuple[bool, tuple[Diagnostic, ...]]:
    """Plan the unit; a plan that can't be made proves nothing, and the state is read in any case.

    Raises:
        DiagnosticError: somebody has locked the state, so that it may be another one soon, or the plan was
            ended from outside.
    """
    try:
        read = place.runner.plan()
    except TerraformError as failure:
        if failure.kind in _NOT_NOW:
            raise DiagnosticError(*failure.diagnostics) from None
        return False, failure.diagnostics
    if read.file is None:
        return True, ()
    counts = read.summary.counts
    shown = (
        ("to add", counts.add),
        ("to change", counts.change),
        ("to replace", counts.replace),
        ("to destroy", counts.destroy),
    )
    told = ", ".join(f"{number} {what}" for what, number in shown if number) or "outputs alone"
    return False, (
        warning(
            f"{place.unit} has changes: {told}",
            f"look at them before anything is applied: cellwright plan {place.unit}",
        ),
    )
