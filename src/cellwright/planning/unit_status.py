"""A unit's status: its fingerprint compared with the one that the ledger recorded, and why they differ.

`unit_status` decides. What it asks about a unit is answered from the unit's settings (`StatusEvaluator`), or,
as far as that is possible, from remembered digests (`quick_status`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cellwright.model.address import UnitAddress
from cellwright.model.applied import (
    ADOPTED,
    BY_HAND,
    DAMAGED_STATE,
    NO_STATE,
    AppliedHead,
    AppliedUnit,
    StateMark,
)
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.model.unit import StackPin, Unit
from cellwright.planning.binding import BoundInput, Outputs
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import Ingredients, StackFacts, combined, ingredients
from cellwright.planning.partial_apply import PARTLY_APPLIED, is_partly_applied
from cellwright.planning.reasons import differences

_FAILED_SINCE = Reason(ReasonKind.STATE, "an apply with other settings did not end well since")
"""Why a unit is a change although its settings are those of the last success."""


_CHANGED_BY_HAND = Reason(ReasonKind.STATE, "its state was changed by hand since it was applied")


_ADOPTED = Reason(ReasonKind.STATE, "adopted with its state: with which settings it was applied is not known")


def _ignore(_addresses: Collection[UnitAddress]) -> None:
    """Evidence that reads every unit by itself need not know which units follow."""


class SettingsNeeded(Exception):  # noqa: N818  an answer: the caller then evaluates the unit by its settings
    """Remembered digests are not enough to answer; the unit's settings are needed."""


class RecordedHead(Protocol):
    """What the ledger records of a unit to tell whether it changed: `AppliedHead`, or a row of it."""

    @property
    def fingerprint(self) -> str | None:
        """Of the last apply that succeeded; None if none has."""

    @property
    def failed(self) -> str | None:
        """Of the last apply if it failed."""


class UnitView(Protocol):
    """What `unit_status` asks about an enabled unit. Every method may raise SettingsNeeded."""

    @property
    def address(self) -> UnitAddress:
        """Which unit."""

    def unapplied(self) -> Sequence[UnitAddress]:
        """The units that it depends on and that were never applied."""

    def fingerprint(self) -> str:
        """Its fingerprint now.

        Raises:
            DiagnosticError: an output that it takes is not recorded.
        """

    def differences(self) -> tuple[Reason, ...]:
        """What is not as it was when the unit was applied."""

    def state_difference(self) -> Reason | None:
        """How its state is another one than recorded; None if it is not, or if that can't be seen."""


def unit_status(unit: UnitView, head: RecordedHead | None) -> UnitStatus:
    """Compare an enabled unit with what the ledger recorded of it; None if nothing is recorded.

    Raises:
        SettingsNeeded: the view can't answer.
    """
    if missing := unit.unapplied():
        new = head is None or head.fingerprint is None
        return UnitStatus(unit.address, Status.BLOCKED, waiting_for(missing), new=new)
    try:
        fingerprint = unit.fingerprint()
    except DiagnosticError as fault:
        reasons = tuple(Reason(ReasonKind.OUTPUT, item.summary) for item in fault.diagnostics)
        return UnitStatus(unit.address, Status.BLOCKED, reasons)
    return _compared(unit, head, fingerprint)


def _compared(unit: UnitView, head: RecordedHead | None, fingerprint: str) -> UnitStatus:
    if head is None or head.fingerprint is None:
        failed = head is not None and head.failed == fingerprint
        why = (PARTLY_APPLIED,) if is_partly_applied(head) else ()
        return UnitStatus(unit.address, Status.FAILED if failed else Status.NEVER_APPLIED, why)
    if head.failed == fingerprint:
        return UnitStatus(unit.address, Status.FAILED, unit.differences())
    if not is_as_applied(head, fingerprint):
        return UnitStatus(unit.address, Status.CHANGED, _why_changed(unit, head, fingerprint))
    if difference := unit.state_difference():
        return UnitStatus(unit.address, Status.CHANGED, (difference,))
    return UnitStatus(unit.address, Status.UP_TO_DATE)


def _why_changed(unit: UnitView, head: RecordedHead, fingerprint: str) -> tuple[Reason, ...]:
    if head.fingerprint == ADOPTED and head.failed is None:
        return (_ADOPTED,)
    same = head.fingerprint == fingerprint
    differences = () if same else unit.differences()
    if is_partly_applied(head):
        return (PARTLY_APPLIED, *differences)
    since = _CHANGED_BY_HAND if head.failed == BY_HAND else _FAILED_SINCE
    return (since,) if same else differences


def is_as_applied(head: RecordedHead, fingerprint: str) -> bool:
    """Whether the last apply succeeded, with these very settings; then only the state may differ."""
    return head.fingerprint == fingerprint and head.failed is None


def waiting_for(missing: Iterable[UnitAddress]) -> tuple[Reason, ...]:
    """Why a unit is blocked: these units must be applied first."""
    return tuple(
        Reason(ReasonKind.OUTPUT, f"waits for {item}, never applied", unit=item) for item in sorted(missing)
    )


def removed(address: UnitAddress, switched_off: Position | None) -> UnitStatus:
    """The status of a unit that the ledger knows, but is gone, or switched off in a cell at a position."""
    reason = Reason(ReasonKind.REMOVED, "no longer in the fleet")
    if switched_off is not None:
        reason = Reason(ReasonKind.REMOVED, "switched off", switched_off, setting="enabled")
    return UnitStatus(address, Status.DESTROY, (reason,))


def state_difference(recorded: StateMark | None, now: StateMark | None) -> Reason | None:
    """How a unit's state is another one than recorded; None if it is not, or if either is unknown."""
    if recorded is None or now is None or now == recorded:
        return None
    if now == NO_STATE:
        summary = "its state is gone"
    elif now == DAMAGED_STATE:
        summary = "its state is damaged, or can't be read"
    elif now.lineage != recorded.lineage:
        summary = f"another state: lineage {recorded.lineage} -> {now.lineage}"
    else:
        summary = f"written by somebody else: serial {recorded.serial} -> {now.serial}"
    return Reason(ReasonKind.STATE, summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What units are compared with: the ledger's records, and the states as they are now."""

    heads: Mapping[UnitAddress, AppliedHead]
    outputs: Outputs
    applied: Callable[[UnitAddress], AppliedUnit | None]
    """Asked only for units that differ."""
    state_mark: Callable[[Unit], StateMark | None]
    """The state as it is now (NO_STATE if there is none), where that can be seen without Terraform."""
    expect: Callable[[Collection[UnitAddress]], None] = _ignore
    """Told which units `applied` will be asked for, so that they can be read at once."""


@dataclass(frozen=True, slots=True)
class StatusEvaluator:
    """Tells units' statuses by their settings; starts no Terraform and changes nothing."""

    evidence: Evidence
    stacks: Callable[[StackPin], StackFacts]
    digester: Digester
    known: dict[int, BoundInput] = field(default_factory=dict, repr=False)
    """Digests of values by identity: valid as long as the units that hold the values live."""

    def status(self, unit: Unit) -> UnitStatus:
        """The status of an enabled unit."""
        return self.evaluate(unit)[0]

    def evaluate(self, unit: Unit, *, upstreams_applied: bool = False) -> tuple[UnitStatus, str | None]:
        """The status of an enabled unit, and the digest of its settings if it is known.

        `upstreams_applied`: it is known already that all units that it depends on were applied.
        """
        return _WholeUnit(self, unit, upstreams_applied).evaluate()

    def evaluate_all(self, units: Iterable[Unit]) -> Iterator[tuple[UnitStatus, str | None]]:
        """`evaluate` for many units; it is known already that all that they depend on was applied."""
        views = [_WholeUnit(self, unit, upstreams_applied=True) for unit in units]
        self.evidence.expect([view.address for view in views if view.differs()])
        return (view.evaluate() for view in views)


class _WholeUnit:
    """A unit with its settings."""

    __slots__ = ("_evaluator", "_ingredients", "_stack", "_unit", "_upstreams_applied", "settings_digest")

    def __init__(self, evaluator: StatusEvaluator, unit: Unit, upstreams_applied: bool) -> None:  # noqa: FBT001  named at its one call
        self._evaluator = evaluator
        self._unit = unit
        self._upstreams_applied = upstreams_applied
        self._stack: StackFacts | None = None
        self._ingredients: Ingredients | None = None
        self.settings_digest: str | None = None

    @property
    def address(self) -> UnitAddress:
        return self._unit.address

    def evaluate(self) -> tuple[UnitStatus, str | None]:
        status = unit_status(self, self._head)
        return status, self.settings_digest

    def differs(self) -> bool:
        """Whether `differences` will be asked for."""
        head = self._head
        try:
            fingerprint = self.fingerprint()
        except DiagnosticError:
            return False
        return head is not None and head.fingerprint is not None and not is_as_applied(head, fingerprint)

    @property
    def _head(self) -> AppliedHead | None:
        return self._evaluator.evidence.heads.get(self._unit.address)

    def unapplied(self) -> Sequence[UnitAddress]:
        if self._upstreams_applied:
            return ()
        heads = self._evaluator.evidence.heads
        upstreams = self._unit.upstreams()
        return [item for item in upstreams if (head := heads.get(item)) is None or head.fingerprint is None]

    def fingerprint(self) -> str:
        if self._stack is not None and self.settings_digest is not None:
            return combined(self._stack.digest, self.settings_digest)
        evaluator = self._evaluator
        self._stack = evaluator.stacks(self._unit.stack)
        self._ingredients = ingredients(
            self._unit, self._stack, evaluator.evidence.outputs, evaluator.digester, evaluator.known
        )
        self.settings_digest = self._ingredients.settings_digest(evaluator.digester)
        return combined(self._stack.digest, self.settings_digest)

    def differences(self) -> tuple[Reason, ...]:
        evidence = self._evaluator.evidence
        applied = evidence.applied(self._unit.address)
        if applied is None or self._stack is None or self._ingredients is None:
            return ()
        return differences(self._unit, self._stack.label, self._ingredients, applied, evidence.outputs)

    def state_difference(self) -> Reason | None:
        evidence = self._evaluator.evidence
        recorded = evidence.heads[self._unit.address].state
        return state_difference(recorded, evidence.state_mark(self._unit)) if recorded is not None else None
