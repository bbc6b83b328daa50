"""Decides what one unit of a run needs, by its settings and the ledger; starts no Terraform."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from cellwright.engine.unit.orphan import environment_of, rebuild
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit, StateMark
from cellwright.model.binary import DEFAULT_BINARY, UNKNOWN_BINARY, BinarySettings, BinaryVersion
from cellwright.model.change import Status
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.event import CLIENT_OFFBOARDED
from cellwright.model.run import Operation, RunUnit
from cellwright.model.unit import StackPin, Unit
from cellwright.planning.binding import Outputs
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import Ingredients, StackFacts, ingredients
from cellwright.planning.state_acceptance import NOTHING_ACCEPTED, StateAcceptance
from cellwright.planning.unit_status import Evidence, StatusEvaluator
from cellwright.stacks.source.tree import StackTree


@dataclass(frozen=True, slots=True)
class UnitTask:
    """A unit that Terraform has to be run for, with all that decides what it does."""

    part: RunUnit
    unit: Unit
    tree: StackTree
    facts: StackFacts
    ingredients: Ingredients
    fingerprint: str
    outputs: Outputs
    """The outputs of its upstreams, as recorded when this was decided."""
    recorded_state: StateMark | None = None
    """The version of its state that was recorded last; None if it was never applied."""
    accepted: str = ""
    """Why any state is taken for the unit's; empty: only one that continues the recorded one is."""
    recorded_binary: BinaryVersion = UNKNOWN_BINARY
    """What ran it last."""
    up_to_date: bool = False
    """By its settings; it is planned only to see whether the real resources are, too."""


@dataclass(frozen=True, slots=True)
class NoTask:
    """A unit that Terraform need not, or can't, be run for: up to date, or blocked."""

    status: Status
    why: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitEvaluator:
    """Compares the settings of a unit with the ledger as it is now."""

    units: Mapping[UnitAddress, Unit]
    stacks: Callable[[StackPin], tuple[StackTree, StackFacts]]
    ledger: Ledger
    digester: Digester
    state_mark: Callable[[Unit], StateMark | None]
    environments: Callable[[], Iterable[Mapping[str, str]]] = tuple
    """The environments of the fleet's cells."""
    orphans_binary: Callable[[UnitAddress, BinaryVersion], BinarySettings] = lambda _unit, _last: (
        DEFAULT_BINARY
    )
    """Which program is to destroy a unit that the fleet no longer has; it is told which one ran last."""
    acceptance: StateAcceptance = NOTHING_ACCEPTED
    """Whose states somebody has accepted as they are."""
    thorough: bool = False
    """Make a task of units that are up to date as well."""

    def evaluate(self, part: RunUnit) -> UnitTask | NoTask:
        """Decide what is to be done for `part`.

        Raises:
            DiagnosticError: its source can't be had, or the ledger lacks what is needed.
        """
        applied = self.ledger.reader.applied([part.address]).get(part.address)
        if part.operation is Operation.DESTROY:
            return self._to_destroy(part, applied)
        unit = self.units.get(part.address)
        if unit is None or not unit.enabled:
            return NoTask(Status.UP_TO_DATE, (_gone(part.address),))
        return self._to_apply(part, unit, applied)

    def _to_apply(self, part: RunUnit, unit: Unit, applied: AppliedUnit | None) -> UnitTask | NoTask:
        if applied is None and self.ledger.reader.client_action(part.address.of_cell) == CLIENT_OFFBOARDED:
            return NoTask(Status.BLOCKED, (_offboarded(part.address),))
        upstreams = unit.upstreams()
        known = self.ledger.reader.applied(upstreams) if upstreams else {}
        outputs: Outputs = {address: item.outputs for address, item in known.items()}
        heads = {address: item.head for address, item in known.items()}
        if applied is not None:
            heads[part.address] = applied.head
        tree, facts = self.stacks(unit.stack)
        evaluator = StatusEvaluator(
            Evidence(
                heads=heads,
                outputs=outputs,
                applied=lambda address: applied if address == part.address else None,
                state_mark=self.state_mark,
            ),
            lambda _pin: facts,
            self.digester,
        )
        status = evaluator.status(unit)
        up_to_date = status.status is Status.UP_TO_DATE
        if up_to_date and not self.thorough:
            return NoTask(Status.UP_TO_DATE)
        if status.status is Status.BLOCKED:
            return NoTask(
                Status.BLOCKED, tuple(_blocked(part.address, item.summary) for item in status.reasons)
            )
        if not up_to_date and (half := _half_applied(unit, heads)):
            return NoTask(Status.BLOCKED, tuple(_on_half_applied(part.address, item) for item in half))
        task = self._task(part, unit, tree, facts, outputs)
        return _with_record(replace(task, up_to_date=up_to_date), applied)

    def _to_destroy(self, part: RunUnit, applied: AppliedUnit | None) -> UnitTask | NoTask:
        if applied is None:
            return NoTask(Status.UP_TO_DATE)
        unit = self.units.get(part.address) or self._orphan(applied)
        tree, facts = self.stacks(unit.stack)
        upstreams = {reference.unit for reference in unit.references()}
        outputs = self.ledger.reader.outputs(upstreams) if upstreams else {}
        return _with_record(self._task(part, unit, tree, facts, outputs), applied)

    def _orphan(self, applied: AppliedUnit) -> Unit:
        environment = environment_of(applied, self.environments(), self.digester)
        return rebuild(applied, environment, self.orphans_binary(applied.head.address, applied.binary))

    def _task(
        self, part: RunUnit, unit: Unit, tree: StackTree, facts: StackFacts, outputs: Outputs
    ) -> UnitTask:
        found = ingredients(unit, facts, outputs, self.digester)
        fingerprint = found.fingerprint(self.digester)
        accepted = self.acceptance.reason_for(part.address)
        return UnitTask(part, unit, tree, facts, found, fingerprint, outputs, accepted=accepted)


def _with_record(task: UnitTask, applied: AppliedUnit | None) -> UnitTask:
    if applied is None:
        return task
    return replace(task, recorded_state=applied.head.state, recorded_binary=applied.binary)


def _gone(address: UnitAddress) -> Diagnostic:
    return warning(
        f"{address} is switched off or no longer in the fleet", "to remove it: cellwright apply --destroy"
    )


def _blocked(address: UnitAddress, why: str) -> Diagnostic:
    return error(f"{address} {why}", "apply it first, or both in one run: --with-upstreams")


def _offboarded(address: UnitAddress) -> Diagnostic:
    cell = address.of_cell
    return error(
        f"{address} is not created: {cell} was offboarded, and is still among this fleet's files",
        "get the newest commit (git pull), or finish the removal with `cellwright offboard "
        f"{cell.cell}`; to bring it back: cellwright onboard {cell.cell}",
    )


def _half_applied(unit: Unit, heads: Mapping[UnitAddress, AppliedHead]) -> list[UnitAddress]:
    """The units whose outputs it takes and whose last apply failed: the recorded outputs may be wrong now."""
    taken = {reference.unit for reference in unit.references()}
    return sorted(item for item in taken if (head := heads.get(item)) is not None and head.failed is not None)


def _on_half_applied(address: UnitAddress, upstream: UnitAddress) -> Diagnostic:
    return error(
        f"{address} takes outputs of {upstream}, whose last apply did not end well: they may be wrong",
        f"apply {upstream} first, or both in one run: --with-upstreams",
    )
