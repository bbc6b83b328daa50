"""Where every unit stands: its fingerprint against the ledger's, and why they differ."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cellwright.model.address import UnitAddress
from cellwright.model.applied import NO_STATE, AppliedHead, AppliedUnit, StateMark
from cellwright.model.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.model.unit import StackPin, Unit
from cellwright.planning.binding import BoundInput, Outputs, bind
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import Ingredients, backend_digest, combined
from cellwright.planning.reasons import differences

HALF_DONE = Reason(ReasonKind.STATE, "an apply with other settings did not end well since")
"""Why a unit whose settings are as applied is a change all the same."""


@dataclass(frozen=True, slots=True)
class StackFacts:
    """What a fingerprint needs to know of a stack."""

    digest: str
    label: str
    sensitive: frozenset[str]
    """Names of the variables that are marked sensitive."""
    outputs: Mapping[str, bool] = field(default_factory=dict)
    """The outputs that the stack declares, and whether each is marked sensitive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the ledger and the world say, as far as standings need it. Every lookup is cheap."""

    heads: Mapping[UnitAddress, AppliedHead]
    outputs: Outputs
    applied: Callable[[UnitAddress], AppliedUnit | None]
    """Read only for units that differ."""
    state_mark: Callable[[Unit], StateMark | None]
    """The state as it is now (NO_STATE if there is none), where that can be seen without Terraform."""


def ingredients(
    unit: Unit,
    stack: StackFacts,
    outputs: Outputs,
    digester: Digester,
    known: dict[int, BoundInput] | None = None,
) -> Ingredients:
    """Collect what decides `unit`'s infrastructure; `known` as for `bind`.

    Raises:
        DiagnosticError: an output that it takes is not recorded.
    """
    return Ingredients(
        source_digest=stack.digest,
        backend_digest=backend_digest(unit.backend, digester),
        inputs=bind(unit, stack.sensitive, outputs, digester, known),
    )


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Finds where units stand; starts no Terraform and changes nothing."""

    record: Record
    stacks: Callable[[StackPin], StackFacts]
    digester: Digester
    known: dict[int, BoundInput] = field(default_factory=dict, repr=False)
    """Digests by a value's identity: good while the units that are surveyed live."""

    def standing(self, unit: Unit) -> UnitStatus:
        """Compare an enabled unit with what was applied."""
        return self.examine(unit)[0]

    def examine(self, unit: Unit, *, ready: bool = False) -> tuple[UnitStatus, str | None]:
        """Compare an enabled unit with what was applied; the digest of its settings too, if known.

        `ready` says that all that it waits for is known to be applied.
        """
        if not ready and (reasons := self._waits_for(unit)):
            return UnitStatus(unit.address, Status.BLOCKED, reasons), None
        stack = self.stacks(unit.stack)
        try:
            found = ingredients(unit, stack, self.record.outputs, self.digester, self.known)
        except DiagnosticError as fault:
            reasons = tuple(Reason(ReasonKind.OUTPUT, item.summary) for item in fault.diagnostics)
            return UnitStatus(unit.address, Status.BLOCKED, reasons), None
        digest = found.settings_digest(self.digester)
        fingerprint = combined(stack.digest, digest)
        head = self.record.heads.get(unit.address)
        return self._against(head, unit, stack, found, fingerprint), digest

    def _waits_for(self, unit: Unit) -> tuple[Reason, ...]:
        heads = self.record.heads
        return waiting(
            upstream
            for upstream in unit.upstreams()
            if (head := heads.get(upstream)) is None or head.fingerprint is None
        )

    def _against(
        self, head: AppliedHead | None, unit: Unit, stack: StackFacts, found: Ingredients, fingerprint: str
    ) -> UnitStatus:
        if head is not None and head.failed == fingerprint:
            return UnitStatus(unit.address, Status.FAILED, self._reasons(unit, stack, found))
        if head is None or head.fingerprint is None:
            return UnitStatus(unit.address, Status.NEVER_APPLIED)
        if head.fingerprint != fingerprint:
            return UnitStatus(unit.address, Status.CHANGED, self._reasons(unit, stack, found))
        if head.failed is not None:
            return UnitStatus(unit.address, Status.CHANGED, (HALF_DONE,))
        if moved := self.state_moved(head, unit):
            return UnitStatus(unit.address, Status.CHANGED, (moved,))
        return UnitStatus(unit.address, Status.UP_TO_DATE)

    def _reasons(self, unit: Unit, stack: StackFacts, found: Ingredients) -> tuple[Reason, ...]:
        applied = self.record.applied(unit.address)
        if applied is None or applied.head.fingerprint is None:
            return ()
        return differences(unit, stack.label, found, applied, self.record.outputs)

    def state_moved(self, head: AppliedHead, unit: Unit) -> Reason | None:
        """Say how a unit's state is another one than was recorded; None if it isn't, or can't be seen."""
        if head.state is None or (now := self.record.state_mark(unit)) is None or now == head.state:
            return None
        if now == NO_STATE:
            summary = "its state is gone"
        elif now.lineage != head.state.lineage:
            summary = f"another state: lineage {head.state.lineage} -> {now.lineage}"
        else:
            summary = f"written by somebody else: serial {head.state.serial} -> {now.serial}"
        return Reason(ReasonKind.STATE, summary)


def removed(address: UnitAddress, switched_off: Position | None) -> UnitStatus:
    """Say why a unit that the ledger knows is to be destroyed: gone, or switched off by a cell's settings."""
    summary = "no longer in the fleet"
    if switched_off is not None:
        summary = f"switched off ({switched_off.file}:{switched_off.line})"
    return UnitStatus(address, Status.DESTROY, (Reason(ReasonKind.REMOVED, summary),))


def waiting(missing: Iterable[UnitAddress]) -> tuple[Reason, ...]:
    """Say which units must be applied first."""
    return tuple(Reason(ReasonKind.OUTPUT, f"waits for {item}, never applied") for item in sorted(missing))


def survey(
    surveyor: Surveyor, units: Mapping[UnitAddress, Unit], chosen: frozenset[UnitAddress]
) -> tuple[UnitStatus, ...]:
    """Find the standing of every chosen unit, in address order; switched-off and unknown ones to destroy."""
    statuses = []
    for address in sorted(chosen):
        unit = units.get(address)
        if unit is not None and unit.enabled:
            statuses.append(surveyor.standing(unit))
        elif address in surveyor.record.heads:
            statuses.append(removed(address, None if unit is None else unit.position))
    return tuple(statuses)
