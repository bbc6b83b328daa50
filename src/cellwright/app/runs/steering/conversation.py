"""The three ways in which a run talks to whoever started it."""

from dataclasses import dataclass, field, replace

from cellwright.engine.approval import YES, Approver, Interrupts, Preapproved, Uninterrupted
from cellwright.model.runs.progress import Listener, SilentReporter


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

    @property
    def approved_how(self) -> str:
        """How every plan was approved beforehand; empty where somebody is asked."""
        return self.approver.how if isinstance(self.approver, Preapproved) else ""

    def approving(self, how: str = "") -> "Conversation":
        """The same, with every plan approved beforehand, as before or in this way."""
        return replace(self, approver=Preapproved(how or self.approved_how or YES))
