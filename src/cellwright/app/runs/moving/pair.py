"""Resources that go from one unit's state to another's in the same cell; nothing is made or destroyed.

The order is such that whoever repeats it after a crash goes on with it: on record first, then the state that
gets the resources is written, then the one that they leave, then both versions are recorded.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cellwright.app.runs.moving.copies import plan_on_copies
from cellwright.app.runs.moving.states import StateMover
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import OpenFleet
from cellwright.engine.unit.evaluation_words import moving_fault
from cellwright.engine.unit.orphan import recipe_of
from cellwright.engine.unit.step_words import may_happen, unencrypted_warning, unmoved_fault
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.moves import Move, MoveKind
from cellwright.ledger.write.renaming import Renaming
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import RESOURCES, AppliedHead, AppliedUnit
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity, error
from cellwright.model.runs.event import RESOURCES_MOVED, RESOURCES_MOVING, RESOURCES_NOT_MOVED
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.run import Outcome
from cellwright.model.unit import Unit
from cellwright.model.value import Json
from cellwright.planning.fingerprint import backend_digest
from cellwright.stacks.source.root_addresses import first_part, root_addresses
from cellwright.terraform.output.states.state_reader import mark_of
from cellwright.terraform.output.states.state_resources import resources_in
from cellwright.terraform.output.states.state_split import SplitStates, held_of, split_states


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMove:
    """What goes from one unit to another."""

    source: UnitAddress
    target: UnitAddress
    resources: tuple[str, ...]
    plans: dict[UnitAddress, PlanSummary]
    """What Terraform says to both states afterwards."""
    faults: tuple[Diagnostic, ...] = ()
    """Why it is not done."""
    warnings: tuple[Diagnostic, ...] = ()
    """What is to be known before it is done."""
    basis: str = ""
    """Digest of what it was planned from: `PairMove.basis`."""
    others: tuple[UnitAddress, ...] = ()
    """Units of the same source that have such a resource and are not part of a move by hand."""
    possible_others: tuple[UnitAddress, ...] = ()
    """Those of them whose states were not read: they may have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMove:
    """Moves resources between two units of a cell."""

    fleet: OpenFleet
    actor: Actor
    mover: StateMover
    source: UnitAddress
    target: UnitAddress
    addresses: Sequence[str]
    reason: str = ""
    recipe: Mapping[str, Json] | None = None
    """What is recorded of the unit that gets them, if fleet.yaml declares it; None: a command asks for it."""
    run: str = ""
    """The run that carries it out, where fleet.yaml declares it."""

    def split(self) -> SplitStates:
        """Give both states as they will be.

        Raises:
            DiagnosticError: there is nothing to move, or a state can't be read or taken apart.
        """
        applied = self.fleet.ledger.reader.applied([self.source]).get(self.source)
        if applied is None:
            raise DiagnosticError(
                error(
                    f"{self.source} was never applied: there is nothing to move",
                    f"cellwright apply {self.source}",
                )
            )
        content = self.mover.content(applied, opened=True)
        if content is None:
            raise DiagnosticError(
                error(f"{self.source} has no state: there is nothing to move", "look at its backend")
            )
        return split_states(content, self.target_content(), self.addresses)

    def target_content(self) -> bytes | None:
        """Give the state of the unit that gets the resources; None if there is none yet."""
        return self.mover.content(recorded_of(self.fleet, self.target), opened=True)

    def planned(self, talk: Conversation) -> UnitMove:
        """Plan both units on copies of their states as they will be; nothing is changed.

        Raises:
            DiagnosticError: as `split`.
        """
        # Digested first: what changes while it is planned is not in the plan either.
        basis, states = self.basis(), self.split()
        contents = {self.source: states.source, self.target: states.target}
        # Of one that was never applied its working folder may remember another copy: that is not its state.
        recorded = {unit: recorded_of(self.fleet, unit) for unit in contents}
        report = plan_on_copies(self.fleet, self.fleet, recorded, contents, self.mover, self.actor, talk)
        moved = states.moved or states.there
        return UnitMove(
            source=self.source,
            target=self.target,
            resources=moved,
            plans=dict(report.plans),
            faults=tuple(self._faults(report, moved)),
            warnings=tuple(self._warnings(states)),
            basis=basis,
        )

    def basis(self) -> str:
        """Digest what it is planned from: both units' states, stacks and inputs.

        Raises:
            DiagnosticError: a state can't be read.
        """
        parts = []
        for address in (self.source, self.target):
            unit, recorded = self.fleet.fleet.units[address], recorded_of(self.fleet, address)
            inputs = sorted((name, repr(item.value)) for name, item in unit.inputs.items())
            parts.append((self.fleet.stacks.facts(unit.stack).digest, inputs, self.mover.content(recorded)))
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def carry_out(self, leases: Mapping[UnitAddress, int]) -> tuple[str, ...]:
        """Write both states under the units' leases, and record it; gives the resources.

        Raises:
            DiagnosticError: as `split`; or another move has a part of it, a state can't be written, or a unit
                was taken over.
            UnitLockedError: a command of a process that was killed is still at work with one of them.
        """
        with self.mover.terraform.closed_to_others((self.source, self.target)):
            states = self.split()
            begun = self._begun(states)
            if begun is None and not states.moved:
                return states.there  # it is repeated: its end is on record
            unencrypted = self.loses_encryption(states)
            move = begun or self._begin(states.moved, leases)
            if states.moved:
                units = self.fleet.fleet.units
                for unit, content in ((self.target, states.target), (self.source, states.source)):
                    # What a process that slept for long has read, another one may have changed since.
                    self.fleet.ledger.leases.check(leases)
                    self.mover.copy(units[unit], content)
            return self._ended(move, states, leases, unencrypted=unencrypted)

    def has_nothing_of(self, begun: Move) -> bool:
        """Tell whether nothing of a move that was begun has arrived yet."""
        recorded: Any = begun.detail.get("resources", ())
        return not held_of(self.target_content(), recorded)

    def give_up(self, begun: Move) -> None:
        """End a move of which nothing has arrived: both units may be worked on again."""
        detail: dict[str, Json] = {"to": begun.target}
        event = EventDraft(self.actor, RESOURCES_NOT_MOVED, begun.subject, self.reason, detail)
        self.fleet.ledger.moves.end(begun, event)

    def _ended(
        self, move: Move, states: SplitStates, leases: Mapping[UnitAddress, int], *, unencrypted: bool
    ) -> tuple[str, ...]:
        resources = states.moved or states.there
        detail: dict[str, Json] = {"to": str(self.target), "resources": list(resources)}
        if unencrypted:
            detail["unencrypted"] = True
        if self.recipe is not None:
            detail |= {"declared": True, "run": self.run}
        came: dict[str, Json] = {**detail, "from": str(self.source)}
        events = [
            EventDraft(self.actor, RESOURCES_MOVED, str(self.source), self.reason, detail),
            EventDraft(self.actor, RESOURCES_MOVED, str(self.target), self.reason, came),
        ]
        units_now = [self._recorded(self.source), self._recorded(self.target)]
        Renaming(self.fleet.ledger.database).record_split(move, units_now, events, leases)
        return resources

    def _begun(self, states: SplitStates) -> Move | None:
        """Give the move that this one goes on with; None: it is a new one.

        Resources of one that was killed may be in both states: only what moves them all can end it.

        Raises:
            DiagnosticError: this one would leave some of them behind, or is about what another one moves.
        """
        begun = None
        going, pair = {*states.moved, *states.there}, (self.source, self.target)
        for move in self.fleet.ledger.moves.open():
            if not any(map(move.concerns, pair)):
                continue
            recorded: Any = move.detail.get("resources", ())
            if (move.subject, move.target) == tuple(map(str, pair)):
                begun = move
                apart = bool(held_of(states.source, recorded))
            else:
                renamed = move.kind is MoveKind.RENAME
                apart = renamed or move.subject == str(self.source) or not going.isdisjoint(recorded)
            if apart:
                raise DiagnosticError(moving_fault(self.source, move))
        return begun

    def _begin(self, resources: Sequence[str], leases: Mapping[UnitAddress, int]) -> Move:
        detail: dict[str, Json] = {"resources": list(resources)}
        if self.recipe is not None:
            detail["declared"] = True
        said: dict[str, Json] = {"to": str(self.target), **detail}
        move = Move(
            id=f"split-{self.source}",
            kind=MoveKind.SPLIT,
            subject=str(self.source),
            target=str(self.target),
            detail=detail,
            reason=self.reason,
        )
        event = EventDraft(self.actor, RESOURCES_MOVING, str(self.source), self.reason, said)
        self.fleet.ledger.moves.begin(move, self.actor, event, leases)
        return move

    def _recorded(self, address: UnitAddress) -> AppliedUnit:
        """Give what is recorded of a unit with the version of its state as it is now."""
        unit = recorded_of(self.fleet, address)
        content = self.mover.content(unit, opened=True) or b""
        mark = mark_of(content, f"the state of {address}") if content else None
        recipe = {**unit.recipe, RESOURCES: len(resources_in(content))} if content else dict(unit.recipe)
        if address == self.target:
            recipe |= self.recipe or {}
        return replace(unit, head=replace(unit.head, state=mark or unit.head.state), recipe=recipe)

    def _faults(self, report: RunReport, moved: Sequence[str]) -> Iterator[Diagnostic]:
        for item in report.results:
            if item.outcome is Outcome.FAILED:
                yield from (fault for fault in item.diagnostics if fault.severity is Severity.ERROR)
            elif item.outcome is Outcome.BLOCKED:
                yield from self._blocked(item.address, item.diagnostics)
        for address, plan in report.plans.items():
            for change in plan.resources:
                if not may_happen(change) and _concerns(change.address, moved):
                    yield unmoved_fault(change, address, self.source, self.target)

    def loses_encryption(self, states: SplitStates) -> bool:
        """Tell whether the resources lie encrypted now and would not where they go.

        Raises:
            DiagnosticError: a copy can't be written.
        """
        units = self.fleet.fleet.units
        return self.mover.encrypts(units[self.source], states.source) and not self.mover.encrypts(
            units[self.target], states.target
        )

    def _warnings(self, states: SplitStates) -> Iterator[Diagnostic]:
        if self.loses_encryption(states):
            yield unencrypted_warning(self.source, self.target)

    def _blocked(self, unit: UnitAddress, why: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        """Judge a unit that can't be planned yet by its source: one that takes an output of the other one.

        What gives resources away is fine if its stack declares them no more.
        """
        declared = root_addresses(self.fleet.stacks.both(self.fleet.fleet.units[unit].stack)[0])
        whole = all(first_part(address) == address for address in self.addresses)
        if unit == self.source and declared is not None and whole:
            still = sorted(declared & set(self.addresses))
            if still:
                yield error(
                    f"the stack of {unit} still declares {', '.join(still)}",
                    f"remove it there: {self.target.stack} has it from now on",
                )
            return
        yield error(
            f"{unit} can't be planned yet, so it is not known what would become of its resources",
            "; ".join(item.summary for item in why) or "apply first what it takes outputs from",
        )


def recorded_of(fleet: OpenFleet, address: UnitAddress) -> AppliedUnit:
    """Give what is recorded of a unit of the fleet, also of one that was never applied."""
    known = fleet.ledger.reader.applied([address]).get(address)
    return known or _never_applied(fleet, fleet.fleet.units[address])


def _never_applied(fleet: OpenFleet, unit: Unit) -> AppliedUnit:
    """Give what is recorded of a unit that has resources and was never applied: that is due."""
    facts = fleet.stacks.facts(unit.stack)
    return AppliedUnit(
        head=AppliedHead(address=unit.address, fingerprint=None, failed="resources were moved to it"),
        source_digest=facts.digest,
        source_label=facts.label,
        backend_digest=backend_digest(unit.address, unit.backend, fleet.digester),
        inputs={},
        outputs={},
        recipe={**recipe_of(unit, {}, fleet.digester), "source_digest": facts.digest, "inputs": {}},
    )


def _concerns(address: str, moved: Sequence[str]) -> bool:
    return any(address == item or item.startswith(f"{address}[") for item in moved)
