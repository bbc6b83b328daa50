"""Approval: nothing is applied that was not seen, or answered for beforehand."""

from collections.abc import Mapping
from typing import Protocol

from cellwright.model.address import UnitAddress
from cellwright.model.plan import PlanSummary


class Approver(Protocol):
    """Is asked before plans are applied; may take its time."""

    def approve(self, plans: Mapping[UnitAddress, PlanSummary]) -> bool:
        """Tell whether exactly these plans may be applied."""


class Preapproved:
    """Everything was answered for beforehand (`--yes`)."""

    def approve(self, plans: Mapping[UnitAddress, PlanSummary]) -> bool:  # noqa: ARG002  the protocol's parameter
        """Approve."""
        return True


class Interrupts(Protocol):
    """How often the person has asked to stop."""

    def requested(self) -> int:
        """Return 0 for not at all, 1 for finish what runs and stop, 2 for kill."""


class Uninterrupted:
    """Nobody asks to stop."""

    def requested(self) -> int:
        """Return 0."""
        return 0
