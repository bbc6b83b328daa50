"""Approval: nothing is applied that was not seen, or answered for beforehand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cellwright.model.address import UnitAddress
from cellwright.model.runs.plan import PlanSummary


class Approver(Protocol):
    """Asks somebody beside the run whether plans may be applied; called on a thread of its own."""

    def approve(self, plans: Mapping[UnitAddress, PlanSummary], withdrawn: Callable[[], bool]) -> bool | None:
        """Tell whether exactly these plans may be applied; may take its time.

        None leaves the answer to others, and must be given soon after `withdrawn` says that the question is
        no longer put: somebody has answered elsewhere, or the run stops.
        """


YES = "--yes"
NAME_TYPED = "name typed"
"""The name of the client that is to be removed was typed."""
SAVED_PLAN = "saved plan"


@dataclass(frozen=True, slots=True)
class Preapproved:
    """Everything was answered for beforehand (`--yes`)."""

    how: str = YES
    """How it was answered for, as the audit trail records it with each plan that is applied."""

    def approve(
        self,
        plans: Mapping[UnitAddress, PlanSummary],  # noqa: ARG002  the protocol's parameter
        withdrawn: Callable[[], bool],  # noqa: ARG002  as above
    ) -> bool | None:
        """Approve."""
        return True


@dataclass(frozen=True, slots=True)
class LeftToOthers:
    """Nobody is beside the run: whoever may, answers in the ledger."""

    def approve(
        self,
        plans: Mapping[UnitAddress, PlanSummary],  # noqa: ARG002  the protocol's parameter
        withdrawn: Callable[[], bool],  # noqa: ARG002  as above
    ) -> bool | None:
        """Have no answer."""
        return None


class Interrupts(Protocol):
    """How often the person has asked to stop."""

    def requested(self) -> int:
        """Return 0 for not at all, 1 for finish what runs and stop, 2 for kill."""


class Uninterrupted:
    """Nobody asks to stop."""

    def requested(self) -> int:
        """Return 0."""
        return 0
