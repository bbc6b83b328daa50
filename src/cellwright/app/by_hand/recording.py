"""What is recorded of a person's work in a unit's folder: before it begins, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cellwright.app.by_hand.holder import BEGUN, ENDED
from cellwright.app.by_hand.place import OpenPlace
from cellwright.ledger.audit import EventDraft
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import NO_STATE, RESOURCES, AppliedUnit, StateMark
from cellwright.model.value import Json
from cellwright.planning.recorded_state import continues, meets_another

_LONGEST = 2_000
"""Characters of one argument in the audit trail."""


@dataclass(slots=True)
class WorkRecord:
    """One piece of work: what it is, and what it may do."""

    place: OpenPlace
    actor: Actor
    arguments: tuple[str, ...]
    """As they are shown: secrets are masked."""
    reason: str
    changes: bool
    replaces_state: bool = False
    """It is meant to put another state in place of the one that is there."""
    before: StateMark | None = None
    marked: bool = False
    changed: bool = False
    """Whether the state is another one now, or that can't be told."""

    def begin(self, detail: Mapping[str, Json]) -> None:
        """Record that it begins.

        Raises:
            DiagnosticError: it can't be recorded: then nothing may begin.
        """
        if self.changes:
            self.before = self.place.runner.mark()
        told = {**self._told(), **detail}
        if self.changes:
            told["state"] = _mark(self.before)
        event = EventDraft(self.actor, BEGUN, str(self.place.unit), self.reason, told)
        self.marked = self.place.fleet.ledger.by_hand.begin(
            self.place.unit, event, self.place.fencing, changes=self.changes
        )

    def end(self, code: int) -> None:
        """Record how it ended, and which state is expected of the unit from now on.

        Raises:
            DiagnosticError: it can't be recorded; the unit does not count as up to date then.
        """
        told: dict[str, Json] = {**self._told(), "exit_code": code}
        left, unmark = None, False
        if self.changes:
            after = self.place.runner.mark()
            self.changed = after != self.before
            unmark = self.marked and not self.changed
            left = self._left(after)
            told |= {"state": _mark(after), "changed": self.changed}
        event = EventDraft(self.actor, ENDED, str(self.place.unit), self.reason, told)
        self.place.fleet.ledger.by_hand.end(
            self.place.unit, event, self.place.fencing, left=left, unmark=unmark
        )

    def _told(self) -> dict[str, Json]:
        binary = self.place.runner.binary
        return {
            "id": self.place.id,
            "arguments": [item[:_LONGEST] for item in self.arguments],
            "product": binary.product,
            "version": binary.version,
        }

    def _left(self, after: StateMark | None) -> AppliedUnit | None:
        applied = self.place.applied
        if applied is None or after == self.before:
            return None
        recorded = applied.head.state
        expected = expected_state(self.place.unit, recorded, self.before, after, replaces=self.replaces_state)
        if expected is None:
            return None
        # How many resources it has is not known now.
        recipe = {name: value for name, value in applied.recipe.items() if name != RESOURCES}
        return replace(applied, head=replace(applied.head, state=expected), recipe=recipe)


def expected_state(
    unit: UnitAddress,
    recorded: StateMark | None,
    before: StateMark | None,
    after: StateMark | None,
    *,
    replaces: bool,
) -> StateMark | None:
    """Tell which state is the unit's after somebody's work; None: the recorded one still is.

    A state that was not the recorded one beforehand does not become it by the way, and neither does one that
    is gone, older, or another one afterwards, unless it was meant to be (`replaces`).
    """
    if after is None or not after.lineage:
        return None
    if meets_another(unit, recorded, before) is not None:
        return after if replaces or meets_another(unit, recorded, after) is None else None
    if replaces or before is None or not before.lineage:
        return after
    return after if continues(before, after) and after.serial >= before.serial else None


def _mark(mark: StateMark | None) -> Json:
    found = mark or NO_STATE
    return {"lineage": found.lineage, "serial": found.serial}
