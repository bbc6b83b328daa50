"""What one unit of a run needs, decided against the ledger as it is now; no Terraform starts here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from cellwright.engine.unit.orphan import environment_of, rebuild
from cellwright.ledger.opening import Ledger
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit, StateMark
from cellwright.model.change import Status
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.run import Operation, RunUnit
from cellwright.model.unit import StackPin, Unit
from cellwright.planning.binding import Outputs
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import Ingredients, StackFacts, ingredients
from cellwright.planning.unit_status import Evidence, StatusEvaluator
from cellwright.stacks.source.tree import StackTree


@dataclass(frozen=True, slots=True)
class Work:
    """A unit that Terraform has to be run for."""

    part: RunUnit
    unit: Unit
    tree: StackTree
    facts: StackFacts
    ingredients: Ingredients
    fingerprint: str
    outputs: Outputs
    """What its upstreams gave, as recorded when this was decided."""
    seen: StateMark | None = None
    """The version of its state that was recorded last; None if it was never applied."""
    settled: bool = False
    """It is up to date by its settings, and only planned to see whether the world still is."""


@dataclass(frozen=True, slots=True)
class Idle:
    """A unit that Terraform need not, or can't, be run for."""

    status: Status
    why: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Decides from settings and ledger."""

    units: Mapping[UnitAddress, Unit]
    stacks: Callable[[StackPin], tuple[StackTree, StackFacts]]
    ledger: Ledger
    digester: Digester
    state_mark: Callable[[Unit], StateMark | None]
    environments: Callable[[], Iterable[Mapping[str, str]]] = tuple
    """The environments of the fleet's cells."""
    thorough: bool = False
    """Take up units that are up to date as well."""

    def evaluate(self, part: RunUnit) -> Work | Idle:
        """Decide what is to be done for `part`.

        Raises:
            DiagnosticError: its source can't be had, or the ledger lacks what is needed.
        """
        applied = self.ledger.reader.applied([part.address]).get(part.address)
        if part.operation is Operation.DESTROY:
            return self._to_destroy(part, applied)
        unit = self.units.get(part.address)
        if unit is None or not unit.enabled:
            return Idle(Status.UP_TO_DATE, (_gone(part.address),))
        return self._to_apply(part, unit, applied)

    def _to_apply(self, part: RunUnit, unit: Unit, applied: AppliedUnit | None) -> Work | Idle:
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
        settled = status.status is Status.UP_TO_DATE
        if settled and not self.thorough:
            return Idle(Status.UP_TO_DATE)
        if status.status is Status.BLOCKED:
            return Idle(
                Status.BLOCKED, tuple(_blocked(part.address, item.summary) for item in status.reasons)
            )
        work = replace(self._work(part, unit, tree, facts, outputs), settled=settled)
        return replace(work, seen=applied.head.state) if applied is not None else work

    def _to_destroy(self, part: RunUnit, applied: AppliedUnit | None) -> Work | Idle:
        if applied is None:
            return Idle(Status.UP_TO_DATE)
        unit = self.units.get(part.address) or self._forgotten(applied)
        tree, facts = self.stacks(unit.stack)
        upstreams = {reference.unit for reference in unit.references()}
        outputs = self.ledger.reader.outputs(upstreams) if upstreams else {}
        return self._work(part, unit, tree, facts, outputs)

    def _forgotten(self, applied: AppliedUnit) -> Unit:
        return rebuild(applied, environment_of(applied, self.environments(), self.digester))

    def _work(self, part: RunUnit, unit: Unit, tree: StackTree, facts: StackFacts, outputs: Outputs) -> Work:
        found = ingredients(unit, facts, outputs, self.digester)
        return Work(part, unit, tree, facts, found, found.fingerprint(self.digester), outputs)


def _gone(address: UnitAddress) -> Diagnostic:
    return warning(
        f"{address} is switched off or no longer in the fleet", "to remove it: cellwright apply --destroy"
    )


def _blocked(address: UnitAddress, why: str) -> Diagnostic:
    return error(f"{address} {why}", "apply it first, or both in one run: --with-upstreams")
