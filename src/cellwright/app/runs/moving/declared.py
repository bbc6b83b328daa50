"""Carries out, cell by cell, what fleet.yaml declares by `moved_from`: before a unit of the two is planned.

An apply moves the resources from state to state, once plans on copies of both states have shown that nothing
is made or destroyed for it. A plan changes nothing: it is made on a copy of the unit's state.
"""

import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cellwright.app.runs.moving.copies import as_lying
from cellwright.app.runs.moving.holding import leases_on, terraform_of_fleet
from cellwright.app.runs.moving.pair import PairMove, recorded_of
from cellwright.app.runs.moving.scratch import scratch_folder
from cellwright.app.runs.moving.states import StateMover, dotted
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import OpenFleet
from cellwright.engine.lease.keeper import LONGEST_WAIT, LeaseKeeper, LeaseTakenError
from cellwright.engine.unit.arrivals import MovedNow
from cellwright.engine.unit.evaluation import OnCopy
from cellwright.fleet.fleet import StackSettings
from cellwright.ledger.moves import Move
from cellwright.ledger.read.event_filter import EventFilter, action_pattern
from cellwright.ledger.write.renaming import Renaming
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.event import RESOURCES_MOVED, Event
from cellwright.model.runs.run import Operation, Run, RunKind, RunUnit
from cellwright.model.unit import Backend, Unit
from cellwright.planning.declared_moves import DeclaredMove, declared_moves, to_record, undone
from cellwright.terraform.output.states.state_split import held_of, split_states
from cellwright.terraform.process.unit_lock import UnitLockedError
from cellwright.terraform.workspace.backend import BackendSettings

_MOST = 100
"""Moves of one unit that are looked through: the newest."""
_WHILE_HELD = 15.0
"""Seconds for which a unit of the queue waits for the other one; that one lets go, and comes later."""


@dataclass(slots=True, kw_only=True)
class DeclaredMoves:
    """The declared moves of one run's units; used from several threads."""

    fleet: OpenFleet
    actor: Actor
    run: Run
    talk: Conversation
    stacks: Mapping[str, Mapping[str, StackSettings]]
    """By level, those of the levels that declare any."""
    _folder: Path | None = field(init=False, default=None)
    _closing: ExitStack = field(init=False, default_factory=ExitStack)
    _locks: dict[UnitAddress, threading.Lock] = field(init=False, default_factory=dict)
    _guard: threading.Lock = field(init=False, default_factory=threading.Lock)

    def moved(self, unit: UnitAddress) -> Sequence[DeclaredMove]:
        """Give the moves that concern a unit, done or not."""
        return declared_moves(self.stacks.get(unit.level, {}), unit)

    def prepare(self, part: RunUnit, keeper: LeaseKeeper) -> None:
        """Carry out the moves that concern a unit which is about to be applied.

        Raises:
            DiagnosticError: one can't be, or would make or destroy something; nothing was changed then.
            UnitLockedError: another machine is at work with the other unit; this one is tried again.
        """
        if self.run.kind is RunKind.PLAN:
            return
        for move in self._pending(part.address):
            if part.operation is not Operation.APPLY:
                self._refuse_destroying(move, part.address)
                continue
            with self._lock(move.source):
                if (begun := self._begun_before(move)) is not None:
                    self._carry_out(begun, part, keeper)
                self._carry_out(move, part, keeper)

    def on_copy(self, unit: Unit) -> OnCopy | None:
        """Give how a unit is planned whose resources an apply will move first; None: there are none.

        Raises:
            DiagnosticError: a state can't be read, or the other unit is not part of the run.
        """
        if self.run.kind is not RunKind.PLAN:
            return None
        pairs = [
            (move, pair) for move in self._pending(unit.address) if (pair := self._pair(move)) is not None
        ]
        if not pairs:
            return None
        for move, _ in pairs:
            self._refuse_half(move)
        content = self._content_after(unit.address, [pair for _, pair in pairs])
        path = self._scratch() / "plans" / f"{dotted(unit.address)}.tfstate"
        path.unlink(missing_ok=True)
        backend = Backend("local", {"path": str(path)})
        written = BackendSettings(backend.kind, backend.config)
        self._mover(unit.address).write(unit, written, content)
        recorded = recorded_of(self.fleet, unit.address)
        moves = tuple(move for move, _ in pairs)
        copied = as_lying(recorded, backend, self.fleet, content)
        unencrypted = tuple(move for move, pair in pairs if pair.loses_encryption(pair.split()))
        return OnCopy(moves, backend, copied, unencrypted)

    def moved_now(self, unit: UnitAddress) -> tuple[MovedNow, ...]:
        """Give the resources that went to a unit, or from it, since the run began: on whichever machine."""
        if self.run.kind is RunKind.PLAN or not self.moved(unit):
            return ()
        only = EventFilter(actions=(action_pattern(RESOURCES_MOVED),))
        found = self.fleet.ledger.reader.latest_events(_MOST, str(unit), only)
        ours = (event for event in found if event.detail.get("run") == self.run.id)
        return tuple(moved for event in ours for moved in moved_by(event))

    def close(self) -> None:
        """Remove the copies that were made: they hold secrets in clear."""
        self._closing.close()

    def _pending(self, unit: UnitAddress) -> tuple[DeclaredMove, ...]:
        return undone(self.moved(unit), self.fleet.ledger.reader.applied)

    def _begun_before(self, move: DeclaredMove) -> DeclaredMove | None:
        """Give the move from the same unit to a third one that was begun and not ended; it comes first."""
        begun = self.fleet.ledger.moves.of(str(move.source))
        others = (one for one in self._pending(move.source) if (one.source, one.target) != _ends(move))
        return next((one for one in others if begun is not None and _is_of(begun, one)), None)

    def _carry_out(self, move: DeclaredMove, part: RunUnit, keeper: LeaseKeeper) -> None:
        if move not in self._pending(move.source):
            return  # another thread has done it meanwhile
        if self._pair(move) is not None:
            self._refuse_half(move)
        elif move.target not in self._units:
            return
        with self._leases(move, part, keeper) as leases:
            if move not in self._pending(move.source):
                return
            pair = self._pair(move)
            if pair is None:
                self._record_nothing(move, leases)
                return
            try:
                self._refuse_loss(move, pair)
                pair.carry_out(leases)
            finally:
                shutil.rmtree(pair.mover.scratch, ignore_errors=True)  # they hold secrets in clear

    def _refuse_loss(self, move: DeclaredMove, pair: PairMove) -> None:
        """Plan both units on copies, unless some resources have arrived already: that can only go on."""
        begun = self.fleet.ledger.moves.of(str(move.source))
        if begun is not None and not (_is_of(begun, move) and pair.has_nothing_of(begun)):
            return
        planned = pair.planned(Conversation(interrupts=self.talk.interrupts))
        if planned.faults:
            if begun is not None:
                pair.give_up(begun)
            raise DiagnosticError(_not_moved(move), *planned.faults)

    @contextmanager
    def _leases(
        self, move: DeclaredMove, part: RunUnit, keeper: LeaseKeeper
    ) -> Iterator[Mapping[UnitAddress, int]]:
        """Hold both units; one that was claimed from the queue is held already.

        Whoever has one from the queue does not wait long for the other one: of two that do, one lets go.
        """
        pair = (move.source, move.target)
        held = {unit: number for unit in pair if (number := keeper.fencing(unit)) is not None}
        claimed = keeper.fencing(part.address) is not None
        patience = LONGEST_WAIT if not claimed else _WHILE_HELD if part.address == move.source else 0.0
        free = [unit for unit in pair if unit not in held]
        try:
            with leases_on(self.fleet, self.run.id, free, patience, keeper.interrupts) as taken:
                yield {**held, **taken}
        except LeaseTakenError as fault:
            if claimed:
                raise UnitLockedError(*fault.diagnostics) from fault
            raise

    def _pair(self, move: DeclaredMove) -> PairMove | None:
        """Give a move of what the two states have of it; None if neither the one nor an open move does.

        A cell may lack a part of what is declared for all: that is left out.
        """
        wanted = PairMove(
            fleet=self.fleet,
            actor=self.actor,
            mover=self._mover(move.source),
            source=move.source,
            target=move.target,
            addresses=move.addresses,
            reason="declared by moved_from in fleet.yaml",
            recipe=to_record(self.moved(move.target), move.target),
            run=self.run.id,
        )
        applied = self.fleet.ledger.reader.applied([move.source]).get(move.source)
        if applied is None:
            return None  # it was destroyed meanwhile
        here = held_of(wanted.mover.content(applied, opened=True), move.addresses)
        begun = self.fleet.ledger.moves.of(str(move.source))
        if not here and (begun is None or not _is_of(begun, move)):
            return None
        there = held_of(wanted.target_content(), move.addresses)
        return replace(wanted, addresses=tuple(dict.fromkeys((*here, *there))))

    def _content_after(self, unit: UnitAddress, pairs: Sequence[PairMove]) -> bytes:
        """Give a unit's state as it will be when all of these are done."""
        contents: dict[UnitAddress, bytes | None] = {}
        for pair in pairs:
            for address in (pair.source, pair.target):
                if address not in contents:
                    contents[address] = pair.mover.content(recorded_of(self.fleet, address), opened=True)
            before = contents[pair.source]
            if before is not None:
                states = split_states(before, contents[pair.target], pair.addresses)
                contents[pair.source], contents[pair.target] = states.source, states.target
        return contents.get(unit) or b""

    def _record_nothing(self, move: DeclaredMove, leases: Mapping[UnitAddress, int]) -> None:
        """Record that a unit has what is declared, where there was nothing to move."""
        known = self.fleet.ledger.reader.applied([move.target]).get(move.target)
        if known is not None:  # else its first apply records it
            recipe = {**known.recipe, **to_record(self.moved(move.target), move.target)}
            Renaming(self.fleet.ledger.database).record_units([replace(known, recipe=recipe)], leases)

    def _refuse_half(self, move: DeclaredMove) -> None:
        what = f"{', '.join(move.addresses)} of {move.source} go to {move.target}"
        if not self.fleet.fleet.units.is_enabled(move.target):
            raise DiagnosticError(
                error(
                    f"{what}, which is switched off here",
                    f"switch it on for {move.target.of_cell}, or take `moved_from` back with the stacks' "
                    "change: they would be destroyed",
                )
            )
        missing = [str(unit) for unit in (move.source, move.target) if unit not in self._units]
        if missing:
            raise DiagnosticError(
                error(
                    f"{what}, and {', '.join(missing)} is not part of this run",
                    f"select both: {move.source.of_cell}",
                )
            )

    @property
    def _units(self) -> frozenset[UnitAddress]:
        return frozenset(part.address for part in self.run.units if part.operation is Operation.APPLY)

    def _refuse_destroying(self, move: DeclaredMove, unit: UnitAddress) -> None:
        """Refuse to destroy a unit with resources that another one, which stays, is to have."""
        if self.run.kind is not RunKind.APPLY or unit != move.source:
            return
        if not self.fleet.fleet.units.is_enabled(move.target) or self._pair(move) is None:
            return
        raise DiagnosticError(
            error(
                f"{', '.join(move.addresses)} of {unit} would be destroyed: they go to {move.target}",
                f"switch {unit} on, apply {unit.of_cell}, and switch it off then",
            )
        )

    def _mover(self, unit: UnitAddress) -> StateMover:
        folder = self._scratch() / dotted(unit)
        return StateMover(self.fleet, terraform_of_fleet(self.fleet, self.actor), folder)

    def _scratch(self) -> Path:
        """Give this run's own folder for copies, made when the first one is needed."""
        with self._guard:
            if self._folder is None:
                self._folder = self._closing.enter_context(scratch_folder(self.fleet.home.folder))
            return self._folder

    def _lock(self, unit: UnitAddress) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(unit, threading.Lock())


def _ends(move: DeclaredMove) -> tuple[UnitAddress, UnitAddress]:
    return move.source, move.target


def _is_of(begun: Move, move: DeclaredMove) -> bool:
    """Tell whether what is on record as begun is between the same two units."""
    return (begun.subject, begun.target) == (str(move.source), str(move.target))


def moved_by(event: Event) -> Iterator[MovedNow]:
    """Read what a declared move has done to the unit that the event is about."""
    detail: Mapping[str, Any] = event.detail
    other = str(detail.get("from") or detail.get("to")).rpartition("/")[2]
    note = f"from the state of {other}" if "from" in detail else f"to the state of {other}"
    if detail.get("unencrypted"):
        note += ", from an encrypted state to one in clear"
    yield from (MovedNow(str(address), note) for address in detail.get("resources") or ())


def _not_moved(move: DeclaredMove) -> Diagnostic:
    return error(
        f"{', '.join(move.addresses)} of {move.source} are not moved to {move.target}",
        "nothing was changed; see below",
    )
