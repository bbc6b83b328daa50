"""Which units' states somebody has accepted as they are, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from cellwright.model.address import UnitAddress


@dataclass(frozen=True, slots=True)
class StateAcceptance:
    """The states of these units are taken for theirs even if they are gone, older or other ones."""

    units: frozenset[UnitAddress]
    reason: str

    def reason_for(self, unit: UnitAddress) -> str:
        """Why a unit's state is accepted; empty if it is not."""
        return self.reason if unit in self.units else ""

    @classmethod
    def of(cls, units: Iterable[UnitAddress], reason: str) -> "StateAcceptance":
        """Accept the states of all these units; without a reason, of none."""
        return cls(frozenset(units), reason) if reason else NOTHING_ACCEPTED


NOTHING_ACCEPTED = StateAcceptance(frozenset(), "")
