"""The three ways in which a run talks to whoever started it."""

from dataclasses import dataclass, field, replace

from cellwright.engine.approval import Approver, Interrupts, Preapproved, Uninterrupted
from cellwright.model.progress import Listener, SilentReporter


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who is told of progress, who approves plans, who may stop the run.

    By default nobody is told, everything is approved and nothing is stopped.
    """

    reporter: Listener = field(default_factory=SilentReporter)
    approver: Approver = field(default_factory=Preapproved)
    interrupts: Interrupts = field(default_factory=Uninterrupted)

    @property
    def preapproved(self) -> bool:
        """Tell whether every plan was approved beforehand."""
        return isinstance(self.approver, Preapproved)

    def interrupted(self) -> bool:
        """Tell whether somebody wants the run to stop; before it has begun, it does not begin."""
        return self.interrupts.requested() > 0

    def approving(self) -> "Conversation":
        """The same, with every plan approved beforehand."""
        return replace(self, approver=Preapproved())
