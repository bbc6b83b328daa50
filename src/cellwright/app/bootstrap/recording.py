"""The steps of the bootstrap in the audit trail: who took which, when, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Step
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json

BEGAN = "bootstrap.step_began"
ENDED = "bootstrap.step_ended"
FAILED = "bootstrap.step_failed"
_MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Recording:
    """Appends events to the ledger that the fleet has at that moment."""

    site: Site

    def began(self, step: Step, says: Sequence[str]) -> None:
        """A step begins; if nothing follows, it was killed."""
        self._append(BEGAN, step, "does", says)

    def ended(self, step: Step, did: Sequence[str]) -> None:
        """A step is done."""
        self._append(ENDED, step, "did", did)

    def failed(self, step: Step, failure: DiagnosticError) -> None:
        """A step can't be done; what it had done before stays."""
        self._append(FAILED, step, "why", [item.summary for item in failure.diagnostics])

    def _append(self, action: str, step: Step, key: str, lines: Sequence[str]) -> None:
        told: list[Json] = list(lines[:_MOST_TOLD])
        ledger = self.site.session.ledger(writing=True)
        ledger.recorder.append_event(
            self.site.actor, action, f"bootstrap/{step.name}", self.site.why, {key: told}
        )
