"""Which units come right before one that was never applied, of all that it waits for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cellwright.model.address import UnitAddress
from cellwright.model.runs.change import UnitStatus

Waits: TypeAlias = Callable[[UnitAddress], tuple[UnitAddress, ...]]
"""The units that a unit waits for; none where that is not known."""


def waited_for(unit: UnitStatus) -> tuple[UnitAddress, ...]:
    """The units that one waits for, because they were never applied."""
    return tuple(reason.unit for reason in unit.reasons if reason.unit is not None)


def waits_of(units: Iterable[UnitStatus]) -> Waits:
    """Look up in these units what each waits for."""
    known: Mapping[UnitAddress, tuple[UnitAddress, ...]] = {
        unit.address: found for unit in units if unit.reasons and (found := waited_for(unit))
    }
    return lambda address: known.get(address, ())


@dataclass(frozen=True, slots=True)
class ComingFirst:
    """Leaves out of what a unit waits for whatever has to come before the rest anyway."""

    waits: Waits
    _before: dict[UnitAddress, frozenset[UnitAddress]] = field(default_factory=dict, repr=False)

    def of(self, unit: UnitStatus) -> tuple[UnitAddress, ...]:
        """The units right before this one: of `account`, and `network` that waits for it, only `network`."""
        missing = waited_for(unit)
        implied = frozenset[UnitAddress]().union(*(self._all_before(item) for item in missing))
        return tuple(item for item in missing if item not in implied) or missing

    def _all_before(self, unit: UnitAddress) -> frozenset[UnitAddress]:
        known = self._before.get(unit)
        if known is None:
            self._before[unit] = frozenset()  # ends a circle, which a fleet with errors may have
            waits = self.waits(unit)
            known = frozenset(waits).union(*(self._all_before(item) for item in waits))
            self._before[unit] = known
        return known
