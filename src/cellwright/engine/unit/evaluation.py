"""Decides what one unit of a run needs, by its settings and the ledger; starts no Terraform."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cellwright.engine.unit.arrivals import MovedNow
from cellwright.engine.unit.as_applied import AsApplied, FormerUnit, KeptCopy
from cellwright.engine.unit.evaluation_words import (
    blocked_fault,
    elsewhere_fault,
    gone_fault,
    half_applied,
    moving_fault,
    not_looked_at_fault,
    not_refreshed,
    offboarded_fault,
    on_half_applied_fault,
    refuse_open_secrets,
    renamed_fault,
    renamed_in_part_fault,
    taken_fault,
    without_secrets_fault,
)
from cellwright.engine.unit.legal_hold import refuse_early, refuse_legal_hold
from cellwright.engine.unit.orphan import backend_of, has_moved, modules_of, recorded_backend
from cellwright.ledger.opening import Ledger
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit, StateMark
from cellwright.model.binary import DEFAULT_BINARY, UNKNOWN_BINARY, BinarySettings, BinaryVersion
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.fetched_module import FetchedModule, moved, newest
from cellwright.model.position import Position
from cellwright.model.runs.change import Status
from cellwright.model.runs.event import CELL_RENAMED, CLIENT_OFFBOARDED
from cellwright.model.runs.plan_options import USUAL, PlanOptions
from cellwright.model.runs.run import Operation, RunUnit
from cellwright.model.unit import Backend, StackPin, Unit
from cellwright.model.value import Json
from cellwright.planning.binding import Outputs
from cellwright.planning.declared_moves import DeclaredMove, to_record
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import Ingredients, StackFacts, ingredients
from cellwright.planning.imports import pending_imports
from cellwright.planning.partial_apply import with_options
from cellwright.planning.secret_digests import changed_secrets, secret_digests, with_secrets
from cellwright.planning.state_acceptance import NOTHING_ACCEPTED, StateAcceptance
from cellwright.planning.unit_status import Evidence, StatusEvaluator
from cellwright.secrets.reader import SecretReader
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
    recorded: bool = False
    """The ledger knows the unit, and where its state lies."""
    moved_from: Backend | None = None
    """Where its state is recorded to lie, if it is to be moved from there to the unit's backend."""
    renamed_from: UnitAddress | None = None
    """The unit that it was before: the fleet has it no more, and its state is this one's."""
    own_binary: BinarySettings | None = None
    """The program that its cell chooses, where its level chooses another one."""
    taken_from: str = ""
    """Where source and inputs of a destroy come from, for people."""
    up_to_date: bool = False
    """By its settings; it is planned only to see whether the real resources are, too."""
    newest_modules: tuple[FetchedModule, ...] = ()
    """Those that were fetched last for this stack, by any unit; older ones in the folder are fetched anew."""
    recorded_modules: tuple[FetchedModule, ...] = ()
    """Those with which the unit was applied last."""
    modules: tuple[FetchedModule, ...] = ()
    """Those with which its plan was made."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Keyed digests of the secrets that it takes, by reference."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """What its cell's file says to import, ids by addresses, whether that is done or not."""
    pending: Mapping[str, str] = field(default_factory=dict)
    """What of that is not done yet."""
    has_from: Mapping[str, Json] = field(default_factory=dict)
    """What its recipe says of the resources that it has from other stacks of its cell."""
    on_copy: tuple[DeclaredMove, ...] = ()
    """Moves that are not done yet: it is planned on a copy of its state in which they are."""
    unencrypted_moves: tuple[DeclaredMove, ...] = ()
    """Those of them that bring what lies encrypted to where it does not."""
    moved_now: tuple[MovedNow, ...] = ()
    """Resources that this run has moved to its state, or from it."""
    options: PlanOptions = USUAL
    """How its plan is made."""

    @property
    def plan_fingerprint(self) -> str:
        """Of all that decides its plan: the fingerprint, which has secrets by reference only, and they."""
        pending = {f"import {address}": text for address, text in self.pending.items()}
        return with_options(with_secrets(self.fingerprint, {**self.secrets, **pending}), self.options)


@dataclass(frozen=True, slots=True)
class OnCopy:
    """A unit as it will be recorded when declared moves are done, with a copy of its state for a plan."""

    moves: tuple[DeclaredMove, ...]
    backend: Backend
    """Where the copy lies."""
    applied: AppliedUnit
    unencrypted: tuple[DeclaredMove, ...] = ()
    """Moves that bring what lies encrypted to where it does not."""


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
    orphans_binary: Callable[[AppliedUnit], BinarySettings] = lambda _applied: DEFAULT_BINARY
    """Which program is to destroy a unit that the fleet no longer has."""
    own_binary: Callable[[Unit], BinarySettings | None] = lambda _unit: None
    """Which program a unit's cell chooses, where its level chooses another one."""
    former: FormerUnit = lambda _commit, _unit: None
    """Gives units as they were at a commit of the fleet's repository."""
    kept: KeptCopy = lambda _unit, _digest: None
    """Gives the copies of sources that working folders still have."""
    acceptance: StateAcceptance = NOTHING_ACCEPTED
    """Whose states somebody has accepted as they are."""
    thorough: bool = False
    """Make a task of units that are up to date as well."""
    looks: bool = False
    """Make no task of a unit whose settings have changed: its plan would say nothing of drift."""
    root: Path | None = None
    """The fleet's root: relative paths of states start there."""
    holders: Callable[[Unit], Sequence[UnitAddress]] = lambda _unit: ()
    """The units that are recorded to have a unit's state."""
    move_states: bool = False
    """A state whose place changes is moved; else the unit is refused."""
    brought_back: Callable[[CellAddress], bool] = lambda _cell: False
    """Tells whether a client that was offboarded has come back by a later commit of the fleet."""
    imports: Callable[[Unit], Mapping[str, str]] = lambda _unit: {}
    """Gives what a unit's cell says to import into its state."""
    import_place: Callable[[Unit, str], Position] = lambda unit, _address: unit.position
    """Gives the line that says to import to an address of a unit."""
    moved: Callable[[UnitAddress], Sequence[DeclaredMove]] = lambda _unit: ()
    """Gives the declared moves of resources that concern a unit."""
    on_copy: Callable[[Unit], OnCopy | None] = lambda _unit: None
    """Gives how a unit is planned whose resources are still to be moved; None: they are where they belong."""
    moved_now: Callable[[UnitAddress], tuple[MovedNow, ...]] = lambda _unit: ()
    """Gives the resources that this run has moved to a unit's state, or from it."""
    neighbours: Callable[[UnitAddress], Sequence[UnitAddress]] = lambda _unit: ()
    """Gives the units that are switched on in the cell of a unit."""
    relocated: Callable[[Unit, AppliedUnit], Diagnostic | None] = lambda _unit, _applied: None
    """Says why a unit may not be applied where its cell is placed now."""
    contested: Mapping[CellAddress, Diagnostic] = field(default_factory=dict)
    """Cells that may not be applied, because another cell has their block of addresses."""
    secrets: SecretReader = field(default_factory=SecretReader)
    options: PlanOptions = USUAL
    """How plans are made of units that are to be applied."""

    def evaluate(self, part: RunUnit) -> UnitTask | NoTask:
        """Decide what is to be done for `part`.

        Raises:
            DiagnosticError: its source can't be had, or the ledger lacks what is needed.
        """
        moving = self.ledger.moves.concerning(part.address)
        if moving is not None:
            return NoTask(Status.BLOCKED, (moving_fault(part.address, moving),))
        applied = self.ledger.reader.applied([part.address]).get(part.address)
        if part.operation is Operation.DESTROY:
            return self._to_destroy(part, applied)
        unit = self.units.get(part.address)
        if unit is None or not unit.enabled:
            return NoTask(Status.UP_TO_DATE, (gone_fault(part.address),))
        return self._to_apply(part, unit, applied)

    def _to_apply(self, part: RunUnit, unit: Unit, applied: AppliedUnit | None) -> UnitTask | NoTask:
        if applied is None and (left := self._left(part.address)):
            return NoTask(Status.BLOCKED, (left,))
        if applied is not None and (elsewhere := self.relocated(unit, applied)):
            raise DiagnosticError(elsewhere)
        heads, outputs = self._known(unit, applied)
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
        fetched = newest(self.ledger.reader.fetched_modules(facts.digest)) if facts.fetches else {}
        modules = fetched.get(facts.digest, ())
        old = applied is not None and any(moved(modules_of(applied), modules))
        if status.status is Status.BLOCKED:
            return NoTask(
                Status.BLOCKED, tuple(blocked_fault(part.address, item.summary) for item in status.reasons)
            )
        secrets = secret_digests(unit, facts, self.secrets.value, self.digester)
        rotated = applied is not None and any(changed_secrets(unit, applied, secrets))
        declared = self.imports(unit)
        pending = pending_imports(declared, applied)
        copied = self.on_copy(unit)
        up_to_date = status.status is Status.UP_TO_DATE and not (old or rotated or pending or copied)
        if (nothing := self._nothing(unit, heads, up_to_date=up_to_date)) is not None:
            return nothing
        refuse_open_secrets(unit, facts, outputs)
        self._refuse_undeclared(unit, pending, tree)
        if copied is not None:
            unit, applied = replace(unit, backend=copied.backend), copied.applied
        task = self._moving(self._task(part, unit, tree, facts, outputs), copied)
        task = replace(task, up_to_date=up_to_date, secrets=secrets, options=self.options)
        task = replace(task, imports=declared, pending=pending, newest_modules=modules)
        former = self._former(unit, facts) if applied is None or up_to_date else None
        if former is not None and self.options.in_part:
            raise renamed_in_part_fault(unit.address, former.head.address)
        if former is not None:
            task = replace(task, renamed_from=former.head.address)
        last = applied or former
        if last is None:
            return task
        moved_from = self._moved_from(unit, applied) if applied is not None else None
        return replace(_with_record(task, last), moved_from=moved_from)

    def _refuse_undeclared(self, unit: Unit, pending: Mapping[str, str], tree: StackTree) -> None:
        """Refuse to import what the stack does not declare. Raises as `refuse_undeclared`."""
        if pending:
            # Imported with the first import of a resource: it brings what reads HCL.
            from cellwright.engine.unit.undeclared_imports import refuse_undeclared  # noqa: PLC0415

            refuse_undeclared(unit, pending, tree, self.import_place)

    def _moving(self, task: UnitTask, copied: OnCopy | None) -> UnitTask:
        """Say of a task which resources move to its unit or away from it."""
        address = task.unit.address
        return replace(
            task,
            has_from=to_record(self.moved(address), address),
            on_copy=copied.moves if copied is not None else (),
            unencrypted_moves=copied.unencrypted if copied is not None else (),
            moved_now=self.moved_now(address),
        )

    def _known(
        self, unit: Unit, applied: AppliedUnit | None
    ) -> tuple[Mapping[UnitAddress, AppliedHead], Outputs]:
        """Read what is recorded of the units that one takes outputs from, and of itself."""
        upstreams = unit.upstreams()
        known = self.ledger.reader.applied(upstreams) if upstreams else {}
        heads = {address: item.head for address, item in known.items()}
        if applied is not None:
            heads[unit.address] = applied.head
        return heads, {address: item.outputs for address, item in known.items()}

    def _left(self, unit: UnitAddress) -> Diagnostic | None:
        """Say why a unit of which nothing is recorded is not created; None: it may be."""
        action = self.ledger.reader.client_action(unit.of_cell)
        if action not in (CLIENT_OFFBOARDED, CELL_RENAMED) or self.brought_back(unit.of_cell):
            return None
        return offboarded_fault(unit) if action == CLIENT_OFFBOARDED else renamed_fault(unit)

    def _nothing(
        self, unit: Unit, heads: Mapping[UnitAddress, AppliedHead], *, up_to_date: bool
    ) -> NoTask | None:
        """Say why nothing is done for a unit that could be planned; None if something is."""
        if up_to_date:
            return None if self.thorough or self.options else NoTask(Status.UP_TO_DATE)
        if self.options.refresh_only:
            return NoTask(Status.UP_TO_DATE, (not_refreshed(unit.address),))
        if self.looks:
            return NoTask(Status.UP_TO_DATE, (not_looked_at_fault(unit.address),))
        stopped = self._stopped(unit, heads)
        return NoTask(Status.BLOCKED, stopped) if stopped else None

    def _stopped(self, unit: Unit, heads: Mapping[UnitAddress, AppliedHead]) -> tuple[Diagnostic, ...]:
        """Say why a unit that has something to do may not do it now."""
        contested = self.contested.get(unit.address.of_cell)
        half = (on_half_applied_fault(unit.address, item, heads[item]) for item in half_applied(unit, heads))
        return (*half, *((contested,) if contested is not None else ()))

    def _former(self, unit: Unit, facts: StackFacts) -> AppliedUnit | None:
        """Find the unit of another name that is recorded to have this one's state; None if there is none.

        Raises:
            DiagnosticError: the fleet still has it, it runs another stack, or it is of a client that is held.
        """
        others = [address for address in self.holders(unit) if address != unit.address]
        for address, former in self.ledger.reader.applied(others).items() if others else ():
            there = self.units.get(address)
            same = former.recipe.get("source") == unit.stack.source or former.source_digest == facts.digest
            if (there is not None and there.enabled) or not same:
                raise taken_fault(unit.address, address)
            if address.of_cell != unit.address.of_cell:
                what = f"does not become {unit.address}"
                refuse_legal_hold(self.ledger, address, what)
                refuse_early(self.ledger, address, what)
            return former
        return None

    def _moved_from(self, unit: Unit, applied: AppliedUnit) -> Backend | None:
        """Give the place that the unit's state is to be moved from; None if it lies where it should.

        Raises:
            DiagnosticError: it lies elsewhere, and may not be moved.
        """
        if not has_moved(applied, unit.backend, self.root):
            return None
        if not self.move_states:
            raise elsewhere_fault(unit, backend_of(applied))
        return recorded_backend(applied, unit.backend)

    def _to_destroy(self, part: RunUnit, applied: AppliedUnit | None) -> UnitTask | NoTask:
        if applied is None:
            return NoTask(Status.UP_TO_DATE)
        refuse_legal_hold(self.ledger, part.address)
        return self.as_it_was(part, applied)

    def as_it_was(self, part: RunUnit, applied: AppliedUnit) -> UnitTask:
        """Make a unit again as it was recorded, so that it can be destroyed, or looked for once more.

        Raises:
            DiagnosticError: a part of it can't be had.
        """
        as_applied = AsApplied(
            stacks=self.stacks,
            outputs=self._outputs,
            environments=self.environments,
            binary=self.orphans_binary,
            former=self.former,
            kept=self.kept,
            digester=self.digester,
        )
        unit, tree, facts, outputs, taken_from = as_applied.unit(applied, self.units.get(part.address))
        task = replace(self._task(part, unit, tree, facts, outputs), taken_from=taken_from)
        try:
            secrets = secret_digests(unit, facts, self.secrets.value, self.digester)
        except DiagnosticError as fault:
            raise DiagnosticError(*fault.diagnostics, without_secrets_fault(part.address)) from None
        return replace(_with_record(task, applied), secrets=secrets)

    def _outputs(self, upstreams: Collection[UnitAddress]) -> Outputs:
        return self.ledger.reader.outputs(upstreams) if upstreams else {}

    def _task(
        self, part: RunUnit, unit: Unit, tree: StackTree, facts: StackFacts, outputs: Outputs
    ) -> UnitTask:
        found = ingredients(unit, facts, outputs, self.digester)
        fingerprint = found.fingerprint(self.digester)
        accepted = self.acceptance.reason_for(part.address)
        own = self.own_binary(unit)
        return UnitTask(
            part, unit, tree, facts, found, fingerprint, outputs, accepted=accepted, own_binary=own
        )


def _with_record(task: UnitTask, applied: AppliedUnit) -> UnitTask:
    return replace(
        task,
        recorded_state=applied.head.state,
        recorded_binary=applied.binary,
        recorded="backend" in applied.recipe,
        recorded_modules=modules_of(applied),
    )
