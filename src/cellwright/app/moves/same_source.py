"""Other units whose stacks come from the source that no longer has the resources that are moved by hand.

`move` takes resources from the units that are chosen alone. A unit that is not chosen, and has such a
resource, would destroy it at its next apply.
"""

import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from cellwright.app.runs.moving.pair import UnitMove
from cellwright.app.runs.moving.states import StateMover
from cellwright.app.session.session import OpenFleet
from cellwright.model.address import UnitAddress
from cellwright.model.applied import ADOPTED, AppliedUnit
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, warning
from cellwright.planning.declared_moves import declared_moves
from cellwright.stacks.source.root_addresses import first_part, root_addresses
from cellwright.terraform.output.states.state_split import held_of

_READ = 5
"""So many states are read: one that lies elsewhere takes Terraform seconds."""
_NAMED = 20
"""So many units are named in a sentence; the JSON document has them all."""


@dataclass(frozen=True, slots=True)
class OtherUnits:
    """Looks for the units that a move by hand leaves out."""

    fleet: OpenFleet
    mover: StateMover
    addresses: Sequence[str]
    chosen: Collection[UnitAddress]
    """The units that give their resources."""

    def look(self, move: UnitMove) -> tuple[tuple[UnitAddress, ...], tuple[UnitAddress, ...]]:
        """Give those that have such a resource, then those that may: their states were not read.

        Raises:
            DiagnosticError: the ledger can't be read.
        """
        gone = self._gone(move.source)
        if not gone:
            return (), ()
        have: list[UnitAddress] = []
        may_have: list[UnitAddress] = []
        for number, applied in enumerate(self._not_applied_since(move.source, gone)):
            held = self._holds(applied, gone) if number < _READ else None
            if held is not False:
                (have if held else may_have).append(applied.head.address)
        return tuple(have), tuple(may_have)

    def _gone(self, source: UnitAddress) -> list[str]:
        """Give the addresses that the source has no more; an instance may be one of fewer by now."""
        declared = root_addresses(self.fleet.stacks.both(self.fleet.fleet.units[source].stack)[0]) or ()
        return [item for item in self.addresses if first_part(item) != item or item not in declared]

    def _not_applied_since(self, source: UnitAddress, gone: Sequence[str]) -> list[AppliedUnit]:
        """Give what is recorded of the units that were not applied since the source was changed."""
        digest = self._digest(source)
        alike = [unit for unit in self._candidates(source) if self._digest(unit) == digest]
        left = [unit for unit in alike if not self._is_declared(unit, gone)]
        applied = self.fleet.ledger.reader.applied(left)
        return [applied[unit] for unit in left if unit in applied and not _is_from(applied[unit], digest)]

    def _candidates(self, source: UnitAddress) -> Iterator[UnitAddress]:
        """Yield the units on record that name the same source in fleet.yaml, of whichever version."""
        units, levels = self.fleet.fleet.units, self.fleet.fleet.levels
        wanted = units[source].stack.source
        stacks = {
            (level.name, name)
            for level in levels
            for name, stack in level.stacks.items()
            if stack.source == wanted
        }
        for unit in sorted(self.fleet.ledger.reader.heads()):
            if (unit.level, unit.stack) in stacks and unit not in self.chosen and units.is_enabled(unit):
                yield unit

    def _digest(self, unit: UnitAddress) -> str:
        return self.fleet.stacks.facts(self.fleet.fleet.units[unit].stack).digest

    def _is_declared(self, unit: UnitAddress, gone: Sequence[str]) -> bool:
        """Tell whether the unit's own next apply moves them all, as `moved_from` says."""
        level = next(item for item in self.fleet.fleet.levels if item.name == unit.level)
        moves = declared_moves(level.stacks, unit)
        return set(gone) <= set(chain.from_iterable(one.addresses for one in moves if one.source == unit))

    def _holds(self, applied: AppliedUnit, gone: Sequence[str]) -> bool | None:
        """Tell whether a unit's state has one of some resources; None if it can't be read."""
        try:
            return bool(held_of(self.mover.content(applied, opened=True), gone))
        except DiagnosticError:
            return None


def _is_from(applied: AppliedUnit, digest: str) -> bool:
    """Tell whether a unit was applied from this source, and nothing is in doubt since."""
    head = applied.head
    return applied.source_digest == digest and head.failed is None and head.fingerprint not in {None, ADOPTED}


def left_out(move: UnitMove, addresses: Sequence[str]) -> Iterator[Diagnostic]:
    """Warn of the units that a move by hand leaves out."""
    what = ", ".join(addresses)
    for units, verb, would in (
        (move.others, "has", "would destroy"),
        (move.possible_others, "may have", "would then destroy"),
    ):
        if units:
            plural = len(units) > 1
            known = "have" if plural and verb == "has" else verb
            yield warning(
                f"{_listed(units)} {known} {what} too, from the same source as {move.source}: "
                f"{'their next plans' if plural else 'its next plan'} {would} what is not moved before",
                _advice(units[0], move.target.stack, addresses),
            )


def _advice(unit: UnitAddress, target: str, addresses: Sequence[str]) -> str:
    listed = ", ".join(_in_yaml(item) for item in addresses)
    command = shlex.join(["cellwright", "move", str(unit), target, *addresses])
    return (
        f"declare it once for all cells, in fleet.yaml at the stack {target}: "
        f"`moved_from: {{{unit.stack}: [{listed}]}}`; or move it for each before it is applied: `{command}`"
    )


def _in_yaml(address: str) -> str:
    return f"'{address}'" if "[" in address else address


def _listed(units: Sequence[UnitAddress]) -> str:
    more = f" and {len(units) - _NAMED} more" if len(units) > _NAMED else ""
    return f"{', '.join(map(str, units[:_NAMED]))}{more}"
